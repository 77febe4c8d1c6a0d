"""Reads: small frozen values, not querysets."""
