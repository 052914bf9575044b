"""Standard input as a file of a fixed name, to be cut, read and restarted like any other."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

STDIN = "-"
_SPOOL = "_stdin"


@contextmanager
def spooled(inputs: Sequence[str | Path], folder: Path) -> Iterator[Sequence[str | Path]]:
    """Yield the inputs, with a copy of standard input in ``folder`` for STDIN. The folder must be locked."""
    if STDIN not in inputs:
        yield inputs
        return
    spool = folder / _SPOOL
    try:
        with spool.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream, 1 << 20)
        yield [spool if item == STDIN else item for item in inputs]
    finally:
        spool.unlink(missing_ok=True)
