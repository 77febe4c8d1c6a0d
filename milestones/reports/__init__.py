"""Documents to take along."""
