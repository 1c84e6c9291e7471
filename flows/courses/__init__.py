"""What happens in each kind of process, in order, to be read by its comments alone; nothing here knows Prefect."""
