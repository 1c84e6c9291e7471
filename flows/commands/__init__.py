"""One module for each command of `sightline`; each offers `add_to(app)`."""
