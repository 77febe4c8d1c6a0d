"""Escaping many texts at once gives what escaping each gives."""

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from milestones.charts.escaping import escape_all

TEXTS = st.lists(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("<>&\"'\0")), max_size=8), max_size=6)


@given(TEXTS)
def test_each_text_is_escaped_in_its_place(texts: list[str]) -> None:
    assert escape_all(texts) == [escape(text) for text in texts]


def test_none_and_an_empty_one() -> None:
    assert escape_all([]) == []
    assert escape_all([""]) == [""]
    assert escape_all(["a\0b", "<"]) == ["a\0b", "&lt;"]
