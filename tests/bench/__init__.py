"""Measurements. `scripts/bench NAME` runs the file of that name."""
