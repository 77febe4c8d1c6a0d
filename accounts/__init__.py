"""People, and who may see whom. Knows nothing of medicine."""
