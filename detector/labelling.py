"""The words of a label, as moderators give it and training reads it."""

from typing import Literal

Judgement = Literal["farm", "legit", "unsure"]
Kind = Literal[
    "", "scraped", "generated", "doorway", "pbn", "hacked", "linklist", "affiliate", "parked",
    "news", "syndicated", "shop", "company", "blog", "forum", "reference", "other",
]  # fmt: skip
"""What sort of farm or legitimate page; "" where unknown."""
