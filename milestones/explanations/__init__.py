"""Plain-language texts for every finding, in two voices."""
