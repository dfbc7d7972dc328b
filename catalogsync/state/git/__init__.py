"""Git as a means of transport: run without touching the user's repository, and without ever asking or telling."""
