"""Decisions from facts: pure functions, the same answer every time."""
