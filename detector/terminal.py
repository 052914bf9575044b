"""A verdict for a person at a terminal: label, families, reasons, and the text with the evidence marked."""

from __future__ import annotations

import unicodedata

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detector.page import Page
from detector.signals.registry import all_features
from detector.verdict import Label, Verdict

_STYLES = {
    Label.FARM: "bold white on red",
    Label.REVIEW: "bold black on yellow",
    Label.OK: "bold white on green",
    Label.INSUFFICIENT: "bold white on blue",
}
_REASONS = {
    "not_text": "the input is not a text page",
    "empty": "the page shows no text",
    "too_short": "the page shows too little text to judge",
    "parser_limit": "a limit of the parser left too little text to judge",
}
_MARK = "black on yellow"
_BAR = 12  # characters for 4 log-odds


def show_verdict(console: Console, name: str, page: Page, verdict: Verdict) -> None:
    """Print a verdict. Page text is shown as it is, less its control characters."""
    console.print(_headline(name, verdict))
    for cut in verdict.cuts:
        console.print(f"  cut from the input: {cut}", style="dim")
    if verdict.label is Label.INSUFFICIENT:
        return
    console.print(_families(verdict))
    if verdict.flip:
        console.print("  the label would change without:", style="dim")
        console.print(_flip(verdict))
    if verdict.evidence:
        console.print(_evidence(verdict))
        console.print(Padding(_marked(page, verdict), (1, 2)))


def printable(text: str) -> str:
    """Replace control and format characters, which could steer a terminal, by a visible sign."""
    return "".join(c if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"} else "·" for c in text)


def _headline(name: str, verdict: Verdict) -> Text:
    line = Text.assemble((f" {verdict.label.upper()} ", _STYLES[verdict.label]), "  ")
    if verdict.score is None:
        line.append(_REASONS.get(verdict.reason, verdict.reason))
    else:
        line.append(f"{verdict.score:.1%} likely a content farm", style="bold")
    line.append(f"  {printable(name)}", style="dim")
    if verdict.url:
        line.append(f"  {printable(verdict.url)}", style="dim")
    return line


def _families(verdict: Verdict) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 2))
    table.add_row("base", Text(f"{verdict.base:+.2f}", justify="right"), "")
    for family, log_odds in verdict.families.items():
        size = min(_BAR, round(abs(log_odds) * _BAR / 4))
        style = "red" if log_odds > 0 else "green"
        table.add_row(family, Text(f"{log_odds:+.2f}", justify="right"), Text("█" * size, style=style))
    return table


def _flip(verdict: Verdict) -> Table:
    meanings = {feature.name: feature.meaning for feature in all_features()}
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 4), style="dim")
    for name in verdict.flip:
        table.add_row(name, Text(meanings.get(name, "")))  # the wording's columns are no features
    return table


def _evidence(verdict: Verdict) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 2), title="Evidence", title_justify="left", title_style="bold")
    table.add_column("log-odds", justify="right")
    table.add_column("code", style="cyan")
    table.add_column("what was seen")
    for item in verdict.evidence:
        table.add_row(f"{item.weight:+.2f}", item.code, Text(printable(item.message)))
    return table


def _marked(page: Page, verdict: Verdict) -> Text:
    """Return the lines that hold evidence, marked, with a line around each."""
    spans = sorted((e.start, e.end) for e in verdict.evidence if e.start is not None and e.end is not None)
    shown = Text()
    position = 0
    last_shown = -1
    lines = page.text.split("\n")
    starts = []
    for line in lines:
        starts.append(position)
        position += len(line) + 1
    hit = [
        any(start < begin + len(line) and end > begin for start, end in spans)
        for begin, line in zip(starts, lines, strict=True)
    ]
    for index, (begin, line) in enumerate(zip(starts, lines, strict=True)):
        if not any(hit[max(0, index - 1) : index + 2]):
            continue
        if index != last_shown + 1:
            shown.append("⋯\n", style="dim")
        last_shown = index
        text = Text(printable(line), style="" if hit[index] else "dim")
        for start, end in spans:
            if start < begin + len(line) and end > begin:
                text.stylize(_MARK, max(0, start - begin), min(len(line), end - begin))
        shown.append_text(text).append("\n")
    return shown
