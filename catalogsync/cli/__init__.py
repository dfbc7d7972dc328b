"""Words in, exit code out: the floor that knows everybody, and alone reads flags, environment and clock."""
