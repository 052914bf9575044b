"""Detects content farms: a page in, a calibrated verdict with evidence out."""

from detector.detector import Detector
from detector.errors import ChaffinchError
from detector.page import Page
from detector.verdict import Label, Verdict

__all__ = ["ChaffinchError", "Detector", "Label", "Page", "Verdict"]
