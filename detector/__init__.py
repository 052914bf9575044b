"""Detects content farms: a page in, a calibrated verdict with evidence out."""

from detector.errors import ChaffinchError
from detector.page import Page

__all__ = ["ChaffinchError", "Page"]
