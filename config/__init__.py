"""The site: settings, addresses and middleware."""
