"""The steps of everything that is done about orders: reading, planning, filling, altering."""
