"""Where records lie: one file for each kind of place, all behind the RecordStore door."""
