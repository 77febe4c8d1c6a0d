"""Changes: one verb each, keyword-only, in a transaction."""
