"""Steps: what processes do, a file for each, and what they share."""
