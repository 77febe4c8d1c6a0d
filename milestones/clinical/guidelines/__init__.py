"""Published rule sets as data, and their loader."""
