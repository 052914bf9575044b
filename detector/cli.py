"""The ``chaffinch`` command. Each package brings its own sub-commands through an entry point."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer

from detector.errors import ChaffinchError

COMMANDS = "chaffinch.commands"


def make_app() -> typer.Typer:
    """Return the command-line application with every installed package's sub-commands."""
    app = typer.Typer(
        name="chaffinch",
        help="Detects content farms and says why.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_about)
    for entry in sorted(entry_points(group=COMMANDS), key=lambda entry: entry.name):
        entry.load()(app)
    return app


def main() -> None:
    """Run the command; an error raised on purpose becomes one line on standard error and exit code 2."""
    try:
        make_app()()
    except ChaffinchError as error:
        sys.stderr.write(f"chaffinch: {error}\n")
        sys.exit(2)


def _about() -> None:
    """Detect content farms and link farms that republish other people's content, and say why."""
