"""Fitting lists into a number of lines."""

from hypothesis import given
from hypothesis import strategies as st

from milestones.reports.room import LETTERS_A_LINE, fit, lines_of


def test_a_line_ends_where_it_is_full() -> None:
    assert lines_of("") == 1
    assert lines_of("a" * LETTERS_A_LINE) == 1
    assert lines_of("a" * (LETTERS_A_LINE + 1)) == 2
    assert lines_of("w" * LETTERS_A_LINE) == 2
    assert lines_of("A" * LETTERS_A_LINE) == 2


def test_the_longest_list_gives_first() -> None:
    assert fit({"a": ["x"] * 5, "b": ["x"] * 2}, 7) == {"a": 5, "b": 2}
    assert fit({"a": ["x"] * 5, "b": ["x"] * 2}, 4) == {"a": 2, "b": 2}
    assert fit({"a": ["x"] * 5, "b": ["x"] * 2}, -1) == {"a": 0, "b": 0}
    assert fit({}, -1) == {}


LISTS = st.dictionaries(st.text(max_size=3), st.lists(st.text(max_size=200), max_size=8), max_size=5)


@given(LISTS, st.integers(-3, 60))
def test_what_fits_fits(lists: dict[str, list[str]], lines: int) -> None:
    counts = fit(lists, lines)
    kept = [text for name, count in counts.items() for text in lists[name][:count]]
    assert sum(map(lines_of, kept)) <= max(0, lines)
