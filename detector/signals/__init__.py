"""The signals: one package a family, all of one shape (see base.py); registry.py gathers them."""
