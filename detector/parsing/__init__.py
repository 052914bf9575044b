"""Bytes to Page: encoding detection, one pass over a parsed tree, plain-text layout."""
