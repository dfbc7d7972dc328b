"""The order of steps: planning, applying, settling, reading back. Knows the doors, never the rooms behind them."""
