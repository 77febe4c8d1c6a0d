"""Small middleware, one job each."""
