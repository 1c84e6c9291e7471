"""Questions put to people, a file for each process, and what they share."""
