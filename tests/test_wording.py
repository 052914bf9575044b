import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detector.page import Page
from detector.wording import BITS, HEAD, TAIL, Slot, Wording, grams, slot_texts


@given(st.text(max_size=200))
def test_any_text_gives_buckets_within_the_table(text: str) -> None:
    found = grams(text)
    assert len(found.buckets) == len(set(found.buckets.tolist()))
    assert ((found.buckets >= 0) & (found.buckets < 2**BITS)).all()
    assert (found.counts >= 1).all()


def test_case_digits_and_white_space_do_not_change_the_ngrams() -> None:
    one, other = grams("Call 0800  12 34\nnow"), grams("call 9911 55 66 now")
    assert one.buckets.tolist() == other.buckets.tolist()


def test_a_text_is_read_at_both_ends_only() -> None:
    head, tail = "a" * HEAD, "z" * TAIL
    page = Page.from_text(head + " middle" * 500 + " " + tail, url="https://www.example.org/caf%C3%A9")
    texts = slot_texts(page)
    assert texts[Slot.TEXT] == f"{head} {tail}"
    assert texts[Slot.ADDRESS] == "example.org/café"


def test_log_odds_are_the_cosine_with_the_weights() -> None:
    found = grams("abcd")
    weight = np.zeros(2**BITS, dtype=np.float32)
    weight[found.buckets] = 1.0
    wording = Wording(np.ones(2**BITS, dtype=np.float32), weight, intercept=-0.5)
    assert np.isclose(wording.log_odds(found), np.sqrt(len(found.buckets)) - 0.5)
    assert wording.log_odds(grams("")) == 0.0 or len(grams("").buckets)
