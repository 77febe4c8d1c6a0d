"""The curve of a quality page, against published worked numbers and against what has to hold of any."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.incidence import Followed, Outcome, at_risk_on, cumulative_incidence, incidence_by

E, C, X = Outcome.EVENT, Outcome.CENSORED, Outcome.COMPETING

# Satagopan 2004, doi:10.1038/sj.bjc.6602102, table 2: 305 women, the first nine by name, the others seen for longer.
SATAGOPAN = [
    *(Followed(day, how) for day, how in
      ((7, C), (10, E), (14, C), (16, E), (18, X), (23, E), (24, C), (26, X), (27, E))),
    *[Followed(60, C)] * 296,
]  # fmt: skip
# Freireich 1963, as worked in Cox and Oakes 1984: weeks in remission on 6-mercaptopurine. Without anything competing
# the share is what Kaplan and Meier's curve has lost.
FREIREICH = [
    *(Followed(week, E) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *(Followed(week, C) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]


def test_satagopan_table_2() -> None:
    steps = cumulative_incidence(SATAGOPAN)
    assert [step.day for step in steps] == [10, 16, 18, 23, 26, 27]
    assert [step.at_risk for step in steps] == [304, 302, 301, 300, 298, 297]
    free = [round(float(1 - step.incidence - step.competing_incidence) * 100, 1) for step in steps]
    assert free == [99.7, 99.3, 99.0, 98.7, 98.3, 98.0]
    assert [round(float(step.incidence) * 100, 1) for step in steps if step.events] == [0.3, 0.7, 1.0, 1.3]


def test_satagopan_as_printed() -> None:
    """The article rounds each step to 0.3 before it adds them, and so prints 0.3, 0.6, 0.9 and 1.2."""
    steps = [step for step in cumulative_incidence(SATAGOPAN) if step.events]
    before = Fraction(0)
    printed = []
    for step in steps:
        printed.append(round(float(step.incidence - before) * 100, 1))
        before = step.incidence
    assert printed == [0.3, 0.3, 0.3, 0.3]


@pytest.mark.parametrize(
    ("week", "free"),
    [(6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448), (35, 0.448)],
)
def test_freireich(week: int, free: float) -> None:
    share, competing = incidence_by(cumulative_incidence(FREIREICH), week)
    assert float(1 - share) == pytest.approx(free, abs=0.0005)
    assert competing == 0


def test_before_anything_happened() -> None:
    assert sum(incidence_by(cumulative_incidence(FREIREICH), 5)) == 0
    assert cumulative_incidence([]) == ()
    assert at_risk_on(FREIREICH, 10) == 15


FOLLOWED = st.builds(Followed, st.integers(0, 400), st.sampled_from(Outcome))


@given(st.lists(FOLLOWED, max_size=60))
def test_both_curves_rise_and_stay_within_one(lines: list[Followed]) -> None:
    steps = cumulative_incidence(lines)
    before = (Fraction(0), Fraction(0))
    for step in steps:
        assert step.at_risk >= step.events + step.competing > 0
        assert before[0] <= step.incidence
        assert before[1] <= step.competing_incidence
        before = (step.incidence, step.competing_incidence)
    assert sum(before) <= 1


@given(st.lists(FOLLOWED.filter(lambda one: one.outcome is not C), min_size=1, max_size=60))
def test_when_all_are_seen_to_the_end_it_is_a_plain_share(lines: list[Followed]) -> None:
    steps = cumulative_incidence(lines)
    assert steps[-1].incidence == Fraction(sum(line.outcome is E for line in lines), len(lines))
    assert steps[-1].incidence + steps[-1].competing_incidence == 1


@given(st.lists(FOLLOWED, max_size=40))
def test_the_order_does_not_matter(lines: list[Followed]) -> None:
    shuffled = sorted(lines, key=lambda line: (line.outcome.value, -line.days))
    assert cumulative_incidence(shuffled) == cumulative_incidence(lines)
