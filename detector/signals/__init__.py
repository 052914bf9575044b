"""The signals: one module a family, all of one shape (see base.py); registry.py gathers them."""
