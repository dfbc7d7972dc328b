"""What comes from others, and what goes out to them: a budget of dependencies, locks, a bill of materials."""
