"""Measurements of the project, each runnable alone: ``python -m benchmarks.NAME``."""
