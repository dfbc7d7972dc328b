"""Encrypting and decrypting the files of pools: whole or not at all, and nothing lost whenever a run is killed."""
