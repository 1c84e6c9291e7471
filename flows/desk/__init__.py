"""Desk flows: short flows that the business manager starts by hand to record one thing."""
