"""What signals are given of long pages."""

from detector.page import Page
from detector.view import HEAD, TAIL, View

WORDS = "quiet harbour stones and ropes along the northern pier "


def _filled(length: int) -> str:
    return (WORDS * (length // len(WORDS) + 1))[:length]


def _casino_spans(text: str) -> list[str]:
    view = View(Page.from_text(text))
    return [view.page.text[hit.start : hit.end].lower() for hit in view.hits("money_keywords")]


def test_terms_of_a_long_page_are_found_at_both_ends_with_their_places() -> None:
    text = f"Online casino here. {_filled(HEAD + TAIL + 5_000)} Online casino there."
    assert _casino_spans(text).count("online casino") == 2
    assert set(_casino_spans(text)) <= {"online casino", "casino", "online"}


def test_a_word_that_is_cut_where_reading_stops_is_no_term() -> None:
    head = f"{_filled(HEAD - 7)} casinosyz {_filled(10_000)}"
    tail = f"{_filled(HEAD + 10_000)} xycasino {_filled(TAIL - 7)}"
    assert "casino" not in _casino_spans(head)
    assert "casino" not in _casino_spans(tail)


def test_markdown_source_is_told_by_its_links() -> None:
    links = "[one](https://one.example) [two](https://two.example) [three](https://three.example)"
    assert View(Page.from_text(f"{WORDS} {links}")).markdown
    assert not View(Page.from_text(f"{WORDS} f[i](x) g[j](y) h[k](z)")).markdown
