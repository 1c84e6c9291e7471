"""A whole process on an invented calendar, through the real steps, rounds and texts; nothing is really sent."""
