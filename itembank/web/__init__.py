"""One web application for each trust zone; so far the centre's."""
