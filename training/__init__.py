"""Labelled data in, a verified model folder out."""
