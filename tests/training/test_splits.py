"""Pages of one host, and copies of one text, stay together."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.errors import DatasetError
from training.dataset import Record
from training.splits import group_ids, grouped_folds, near_duplicates

SYLLABLES = ["ba", "ko", "ti", "mur", "le", "san", "wo", "pri", "zu", "nef"]


def prose(seed: int, words: int = 120) -> str:
    pick = random.Random(seed)
    return " ".join("".join(pick.choices(SYLLABLES, k=pick.randint(1, 4))) for _ in range(words))


def record(id_: str, text: str, domain: str = "", farm: bool = False) -> Record:
    url = f"https://{domain}/{id_}" if domain else ""
    return Record(id_, "invented", url, domain, "", text, None, farm)


@pytest.mark.parametrize(
    ("name", "left", "right", "together"),
    [
        ("the same text", prose(1), prose(1), True),
        ("case, spaces and punctuation apart", prose(1), prose(1).upper().replace(" ", ",\n"), True),
        ("a promotional tail added", prose(1), prose(1) + " " + prose(2, 60), True),
        ("an excerpt", prose(1, 200), prose(1, 200)[:500], True),
        ("one copied sentence", prose(1), prose(1, 8) + " " + prose(2), False),
        ("different texts", prose(1), prose(2), False),
        ("a script without spaces", "".join(chr(0x4E00 + ord(c) * 7) for c in prose(3)),
         "".join(chr(0x4E00 + ord(c) * 7) for c in prose(3)) + "漢字" * 40, True),
        ("two empty texts", "", "", False),
        ("two short notices", "Page not found.", "Page not found.", False),
    ],
)  # fmt: skip
def test_what_counts_as_one_text(name: str, left: str, right: str, together: bool) -> None:
    assert near_duplicates([left, right]) == ([(0, 1)] if together else [])


def test_groups_follow_hosts_and_texts_and_chain() -> None:
    records = [
        record("a", prose(1), "one.example"),
        record("b", prose(2), "one.example"),
        record("c", prose(2), "two.example"),  # same text as b, so joined with one.example
        record("d", prose(3), "three.example"),
        record("e", prose(4)),  # no host: alone
        record("f", prose(5)),
    ]
    assert group_ids(records).tolist() == [0, 0, 0, 1, 2, 3]


def test_no_records_have_no_groups() -> None:
    assert group_ids([]).tolist() == []


@settings(max_examples=30)
@given(st.integers(0, 1000), st.integers(40, 120))
def test_no_group_is_on_both_sides_and_every_page_is_tested_once(seed: int, count: int) -> None:
    pick = random.Random(seed)
    groups = np.array([pick.randrange(count) for _ in range(count)])
    farm = np.array([pick.random() < 0.3 for _ in range(count)])
    farm[:10] = [True] * 5 + [False] * 5
    folds = grouped_folds(farm, groups)
    assert sorted(np.concatenate([test for _, test in folds]).tolist()) == list(range(count))
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])
        assert sorted([*train, *test]) == list(range(count))


def test_folds_depend_on_the_seed_alone() -> None:
    groups, farm = np.arange(200), np.arange(200) % 4 == 0
    first, again, other = (grouped_folds(farm, groups, seed=seed) for seed in (1, 1, 2))
    assert all((a[1] == b[1]).all() for a, b in zip(first, again, strict=True))
    assert any(a[1].tolist() != b[1].tolist() for a, b in zip(first, other, strict=True))
    assert [int(farm[test].sum()) for _, test in first] == [10] * 5


def test_too_few_hosts_to_split_is_said() -> None:
    farm = np.array([True, True, False, False, False, False, False])
    with pytest.raises(DatasetError, match="only 2 hosts have farms"):
        grouped_folds(farm, np.arange(7), n=5)
