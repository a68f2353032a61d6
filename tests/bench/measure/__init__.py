"""What the measurements share: rows of a report, material to measure on."""
