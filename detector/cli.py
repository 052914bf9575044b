"""The ``chaffinch`` command. Each package brings its own sub-commands through an entry point."""

from __future__ import annotations

import sys
import traceback
from importlib.metadata import entry_points
from typing import NoReturn

import typer

from detector.errors import ChaffinchError

COMMANDS = "chaffinch.commands"
EXTRAS = ("api", "training")
"""Packages that need more than the library does: each an extra of its name."""


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
    """Run the command; an error raised on purpose becomes one line on standard error and exit code 2.

    So does a library that is not installed, as long as an extra brings it.
    """
    try:
        make_app()()
    except ChaffinchError as error:
        _end(str(error))
    except ModuleNotFoundError as error:
        extra = _asking_package(error)
        if extra is None:
            raise
        _end(f"{str(error.name).partition('.')[0]} is not installed: pip install '.[{extra}]'")


def _asking_package(error: ModuleNotFoundError) -> str | None:
    """Return the first package of those with an extra through which an import went."""
    modules = (frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(error.__traceback__))
    packages = (module.partition(".")[0] for module in modules)
    return next((package for package in packages if package in EXTRAS), None)


def _end(message: str) -> NoReturn:
    sys.stderr.write(f"chaffinch: {message}\n")
    sys.exit(2)


def _about() -> None:
    """Detect content farms and link farms that republish other people's content, and say why."""
