"""The nouns: frozen, typed, without I/O. Everything else is written in these words."""
