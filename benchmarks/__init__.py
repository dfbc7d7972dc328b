"""How fast and how large, as ratios to what else one could use, measured in one run."""
