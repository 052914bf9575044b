"""The passage that is shown for a page's wording."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.passage import WIDTH, heaviest_passage
from detector.wording import BITS, HEAD, TAIL, Wording, bucket_of, text_bag

STORY = "The council of Altwick repaired the harbour wall and counted the stones along its northern pier. "
PITCH = "unlock amazing bonus spins with zero deposit today"


def _wording(phrase: str, weight: float) -> Wording:
    weights = np.zeros(2**BITS, dtype=np.float32)
    weights[text_bag("", phrase).buckets] = weight
    return Wording(np.ones(2**BITS, dtype=np.float32), weights, 0.0)


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY * 3}{PITCH.upper()}. {STORY * 3}",
        f"{PITCH}  {STORY * 9}",
        f"{STORY}\n\n{PITCH.replace(' ', chr(10))}",
        f"{STORY * 100}{PITCH}",
        f"İstanbul'da İyi günler. {STORY * 3}{PITCH} {STORY * 3}",
    ],
    ids=["middle", "head", "lines", "tail of a long page", "letters that grow when lowered"],
)
def test_the_passage_holds_the_words_that_weigh_most(text: str) -> None:
    passage = heaviest_passage(text, _wording(PITCH, 1.0))
    assert passage is not None
    shown = " ".join(text[passage.start : passage.end].lower().split())
    assert PITCH in shown
    assert len(shown) <= WIDTH
    assert not (text[: passage.start][-1:] + text[passage.end :][:1]).strip(" .\n")


def test_words_around_it_that_weigh_nothing_are_not_shown() -> None:
    text = f"{STORY}{PITCH}. {STORY}"
    passage = heaviest_passage(text, _wording(PITCH, 1.0))
    assert passage is not None
    assert text[passage.start : passage.end] == PITCH


def test_where_words_stand_decides_between_equal_ones() -> None:
    weights = np.zeros(2**BITS, dtype=np.float32)
    for term in ("offer", "^ offer"):
        weights[bucket_of(term)] = 1.0
    text = f"Our offer of {STORY * 4}\nOffer of {STORY}"
    passage = heaviest_passage(text, Wording(np.ones(2**BITS, dtype=np.float32), weights, 0.0))
    assert passage is not None
    assert text[passage.start : passage.end] == "Offer"


def test_a_wording_that_speaks_for_the_page_has_no_passage() -> None:
    assert heaviest_passage(STORY, _wording(PITCH, -1.0)) is None
    assert heaviest_passage("", _wording(PITCH, 1.0)) is None


def test_what_is_not_scored_is_not_shown() -> None:
    text = "x" * HEAD + f" {PITCH} " + "y" * TAIL
    assert heaviest_passage(text, _wording(PITCH, 1.0)) is None


LETTERS = _wording("a b c d e f", 1.0)


@given(st.text(max_size=400))
def test_any_text_gives_a_span_inside_it(text: str) -> None:
    passage = heaviest_passage(text, LETTERS)
    assert passage is None or 0 <= passage.start < passage.end <= min(len(text), passage.start + WIDTH)
