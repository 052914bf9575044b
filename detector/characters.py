"""Characters as numbers, and which scripts put spaces between words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

UNSPACED = "\u0e00"
"""The first character of Thai: from here on, scripts write no spaces, or words that touch are two."""


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code point of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
