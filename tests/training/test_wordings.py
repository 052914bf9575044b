"""What is learnt of wording: farms, and the kinds of them."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from detector.wording import Wording, text_bag
from training.wordings import COMMON_KIND, fit_wording, term_matrix, wording_log_odds

FARMS = {
    "hacked": "cheap handbags outlet discount jerseys",
    "doorway": "essays written overnight by native writers",
}
HONEST = {
    "shop": "leather handbags and belts from our workshop",
    "news": "the council voted on the harbour wall",
}


def _fit(
    pages: dict[str, str], rows: int = COMMON_KIND
) -> tuple[Wording, sparse.csr_array, NDArray[np.bool_]]:
    kinds = np.repeat(list(pages), rows)
    farm = np.isin(kinds, list(FARMS))
    matrix = term_matrix([text_bag("", pages[kind]) for kind in kinds])
    return fit_wording(matrix, farm, kinds, np.ones(len(kinds))), matrix, farm


def test_each_common_kind_has_weights_of_its_own() -> None:
    wording, matrix, farm = _fit(FARMS | HONEST)
    assert wording.farm.tolist() == [True, True, False, False]
    assert wording.weights.shape[1] == 1 + 4
    assert ((wording_log_odds(wording, matrix) > 0) == farm).all()


def test_rare_kinds_of_a_side_share_their_weights() -> None:
    wording, *_ = _fit(FARMS | HONEST, rows=COMMON_KIND - 1)
    assert wording.farm.tolist() == [True, False]


def test_pages_of_unknown_kind_are_learnt_from() -> None:
    texts = list((FARMS | HONEST).values())
    farm = np.arange(len(texts)) < len(FARMS)
    matrix = term_matrix([text_bag("", text) for text in texts * 2])
    wording = fit_wording(matrix, np.tile(farm, 2), np.full(len(texts) * 2, ""), np.ones(len(texts) * 2))
    assert ((wording_log_odds(wording, matrix) > 0) == np.tile(farm, 2)).all()


@pytest.mark.parametrize(
    ("texts", "farm"),
    [(["words here", "words there"], [True, True]), (["", ""], [True, False])],
    ids=["one label", "no terms"],
)
def test_where_nothing_can_be_learnt_wording_says_nothing(texts: list[str], farm: list[bool]) -> None:
    matrix = term_matrix([text_bag("", text) for text in texts])
    wording = fit_wording(matrix, np.array(farm), np.array(["", ""]), np.ones(2))
    assert wording.log_odds(text_bag("", "words here")) == 0.0


def test_a_single_page_gets_what_a_batch_does() -> None:
    wording, matrix, _ = _fit(FARMS | HONEST)
    alone = wording.log_odds(text_bag("", FARMS["hacked"]))
    assert alone == pytest.approx(wording_log_odds(wording, matrix)[0])
