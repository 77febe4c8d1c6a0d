"""Who may do what: the whole table, consent over time, and what ends at once."""
