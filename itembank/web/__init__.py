"""One web application for each trust zone: the centre's, and the desk's page on which a pair reads the proof."""
