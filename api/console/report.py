"""The training report beside the model in service: its plots one by one, and the whole of it, locked up."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

REPORT = "report.html"
_SVG = "data:image/svg+xml;base64,"


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of the report."""

    title: str
    svg: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """A training report. ``policy`` is the Content-Security-Policy under which it may be shown."""

    html: str
    plots: tuple[Plot, ...]
    policy: str


def read_report(folder: Path) -> Report | None:
    """Return the report in a model's folder; None where there is none."""
    try:
        html = (folder / REPORT).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    tree = LexborHTMLParser(html)
    plots = tuple(
        Plot(image.attributes.get("alt") or "", svg)
        for image in tree.css("figure img")
        if (svg := _decoded(image.attributes.get("src") or ""))
    )
    styles = [style.text(deep=True) for style in tree.css("style")]
    return Report(html, plots, _policy(styles))


def _decoded(source: str) -> bytes:
    """Return the SVG in a data URI; nothing where it holds something else."""
    if not source.startswith(_SVG):
        return b""
    try:
        return base64.b64decode(source.removeprefix(_SVG), validate=True)
    except binascii.Error:
        return b""


def _policy(styles: list[str]) -> str:
    """Allow the report its own style sheets, by digest, and its own images; and nothing else."""
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in styles]
    sources = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return f"sandbox; default-src 'none'; img-src data:; style-src {sources}; frame-ancestors 'none'"
