"""Bytes to drafts and back: files from elsewhere."""
