"""Settings for every test, and the command as a user calls it.

How long a case takes depends on the machine, so no property test judges it. A checkout gives one answer: its
cases are the same in every run. ``pytest --hypothesis-profile explore`` looks for new ones, and more.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from detector.cli import main

Run = Callable[..., tuple[int, str, str]]

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=2_000)
settings.load_profile("repeatable")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    """Return a function that runs a command in an empty folder: exit code, standard output and error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["chaffinch", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsysbinary.readouterr()
        return int(ended.value.code or 0), out.decode(), err.decode()

    return run
