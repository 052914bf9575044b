from hypothesis import given
from hypothesis import strategies as st

from detector.lexicons import find_terms, lexicon_names, load_lexicon


def test_every_lexicon_is_well_formed() -> None:
    for name in lexicon_names():
        lexicon = load_lexicon(name)
        assert lexicon.entries, name
        assert all(entry.term == entry.term.strip() for entry in lexicon.entries), name
        keys = [(entry.term, entry.category) for entry in lexicon.entries]
        assert len(keys) == len(set(keys)), f"{name}: {[key for key in keys if keys.count(key) > 1]}"


@given(st.text(max_size=300))
def test_hits_lie_on_the_terms_they_name(text: str) -> None:
    lowered = text.lower()
    for hits in find_terms(lowered).values():
        for hit in hits:
            assert lowered[hit.start : hit.end] == hit.entry.term
