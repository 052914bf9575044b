"""Bulk scoring on one machine: every core, flat memory, restartable after a kill at any moment."""

from detector.scan.run import Progress, ScanOptions, Summary, scan

__all__ = ["Progress", "ScanOptions", "Summary", "scan"]
