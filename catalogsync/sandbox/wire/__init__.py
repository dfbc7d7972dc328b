"""What travels between a client and the marketplaces, and what can go wrong with it on the way."""
