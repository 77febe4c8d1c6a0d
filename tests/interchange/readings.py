"""Results as they can come to be: a text through the one parser, with what a form adds beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from milestones.clinical.course import CourseEntry, read_course
from milestones.clinical.guidelines.loader import DEFAULT_RULE_SET, load_rule_sets
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale, Specimen, Transcript
from milestones.clinical.parsing import parse_reading
from milestones.clinical.units import Unit
from milestones.interchange.draft import ResultDraft

TODAY = date(2026, 8, 23)

numbers = st.builds(
    lambda whole, mark, rest: f"{whole}{mark}{rest}" if rest else whole,
    st.sampled_from(["0", "1", "12", "100", "350", ""]),
    st.sampled_from([".", ",", "·"]),
    st.text("0123456789", max_size=8),
)
texts = st.one_of(
    st.builds(
        lambda sign, number, unit: f"{sign}{number}{unit}",
        st.sampled_from(["", "<", "≤ ", "> ", "less than ", "detected <"]),
        numbers,
        st.sampled_from(["", " %", "% IS", " % (IS)", " % not IS", " ratio", " % MR4.5"]),
    ),
    st.sampled_from(
        [
            *("not detected", "NEGATIVE", "0", "0.000 %", "MR4.5", "MMR", "weak positive", "invalid", "3,2E-3 %"),
            *("log reduction 3.2", "not detected, limit of detection 0.0020%", "undetectable <0.002 %", "+0.1 %"),
        ]
    ),
)


# A form takes no NUL.
ANY_LETTER = st.characters(codec="utf-8", exclude_characters="\0")


@st.composite
def drafts(draw: st.DrawFn, letters: Any = ANY_LETTER) -> ResultDraft:
    """Return a result that the form could have recorded; ``letters`` are what a laboratory's name is made of."""
    reading = draw(
        st.builds(
            parse_reading,
            texts,
            unit=st.sampled_from([None, Unit.PERCENT, Unit.RATIO]),
            decimal_mark=st.sampled_from([None, ".", ","]),
        ).filter(lambda one: isinstance(one, Reading))
    )
    assert isinstance(reading, Reading)
    level, limit = draw(st.sampled_from([None, "3", "4.5"])), draw(st.sampled_from([None, "0.0020", "0.01", "0.1004"]))
    if level is not None:
        reading = replace(reading, log_reduction=Decimal(level))
    if limit is not None:
        reading = replace(reading, limit_of_detection=Decimal(limit))
    known = draw(st.booleans())
    day = draw(st.dates(date(1990, 1, 1), TODAY))
    observation = Observation(
        day if known else min(day.replace(day=15), TODAY),
        reading,
        draw(st.sampled_from(Scale)),
        draw(st.sampled_from(Transcript)),
        draw(st.sampled_from(Specimen)),
        draw(st.text(letters, max_size=80)).strip(),
        "",
        draw(st.sampled_from(ControlGene)),
        draw(st.none() | st.integers(0, 999_999_999_999)),
        draw(st.none() | st.sampled_from([Decimal("0.85"), Decimal("1.10"), Decimal("1.234")])),
    )
    return ResultDraft(observation, known)


def entries_of(results: list[ResultDraft]) -> list[tuple[CourseEntry, bool]]:
    """Return results as an export gets them, in order of collection."""
    ordered = sorted(results, key=lambda one: one.observation.collected_on)
    rules = load_rule_sets()[DEFAULT_RULE_SET]
    course = read_course([one.observation for one in ordered], [], (rules,), TODAY)
    return [(entry, one.day_is_known) for entry, one in zip(course.entries, ordered, strict=True)]
