from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.parsing.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The old pier was opened again on Monday by the mayor of the town.", "en"),
        ("Der alte Pier wurde am Montag vom Bürgermeister der Stadt wieder eröffnet.", "de"),
        ("Le vieux quai a été rouvert lundi par le maire de la ville.", "fr"),
        ("Старый причал был снова открыт в понедельник мэром города.", "ru"),
        ("তারা সোমবার পুরনো ঘাটটি আবার খুলে দিয়েছে এবং সবাই খুশি।", "bn"),
        ("旧码头于星期一由市长重新开放，许多市民前来参加庆祝活动。", "zh"),
        ("The old pier\nwas opened\nagain on Monday\nby the mayor.", "en"),
        ("short text", ""),
        ("12345 67890 !!! ??? 12345 67890 12345", ""),
        ("", ""),
    ],
)
def test_languages(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_only_the_head_of_a_long_text_counts() -> None:
    german = "Der alte Pier wurde am Montag vom Bürgermeister wieder eröffnet. " * 40
    assert detect_language(german + "The pier was opened again. " * 400) == "de"


@given(st.text(max_size=200))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert detect_language(text) == detect_language(text)
