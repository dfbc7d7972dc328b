"""Sound files of products are not read twice: what they came to is handed over by workers, and kept in a cache."""
