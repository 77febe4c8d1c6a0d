"""The end of a course as a worklist's row keeps it: read as it was written, and in a form that has a number."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from milestones.clinical.course import read_course
from milestones.clinical.course_end import CourseEnd, end_of_course
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.observation import ControlGene, Observation, Scale, Specimen, Transcript
from milestones.clinical.treatment import TreatmentLine
from milestones.selectors.course_ends import FORM, read, written
from tests.cast import SOUTH, observe

START = date(2020, 1, 1)
LINES = [TreatmentLine(START, START + timedelta(days=300)), TreatmentLine(START + timedelta(days=310))]
BASELINE = observe("62 %", START, laboratory=SOUTH)


def end_of(observations: list[Observation], baseline: Observation | None = None) -> CourseEnd:
    rules = tuple(load_rule_sets().values())
    course = read_course(
        observations, LINES, rules, START + timedelta(days=900), baselines=[baseline] * len(observations)
    )
    return end_of_course(course, LINES, baseline=baseline, chosen_interval_months=4)


@pytest.mark.parametrize(
    "one",
    [
        observe("0.042 %", START + timedelta(days=500)),
        observe("0,0420 %", START + timedelta(days=500), gene=ControlGene.ABL1, copies=40_000),
        observe("0.5 %", START + timedelta(days=500), scale=Scale.NOT_IS, factor="0.80", laboratory=SOUTH),
        observe("MR4.5", START + timedelta(days=500)),
        observe("MR3", START + timedelta(days=500)),
        observe("4.2 log reduction", START + timedelta(days=500)),
        observe("<0.01 %", START + timedelta(days=500), limit="0.0032"),
        observe(">10 %", START + timedelta(days=500)),
        observe("not detected", START + timedelta(days=500), limit="0.0032", gene=ControlGene.GUSB, copies=5_000),
        observe("invalid", START + timedelta(days=500)),
        observe("0.3 %", START + timedelta(days=500), specimen=Specimen.BONE_MARROW, transcript=Transcript.OTHER),
    ],
    ids=lambda one: one.reading.text,
)
@pytest.mark.parametrize("baseline", [None, BASELINE])
def test_what_is_written_is_what_is_read(one: Observation, baseline: Observation | None) -> None:
    end = end_of([observe("9 %", START + timedelta(days=90)), one], baseline)
    assert one in end.observations
    assert read(json.loads(json.dumps(written(end)))) == end


#: Days since START, what the report says, whether it is kept for what comes, and its side of MMR in the track.
COURSE = [
    (-10, "60 %", True, 0b0110),  # the last before treatment
    (91, "9 %", False, 0b0110),
    (182, "0.9 %", False, 0b0110),
    (305, "0.05 %", True, 0b1111),  # off treatment, and the last before the line
    (365, ">1 %", False, 0b0000),  # no level: it leaves open how far above
    (420, "0.5 %", False, 0b0110),
    (560, "0.3 %", True, 0b0110),
    (650, "0.02 %", True, 0b0111),
    (740, "invalid", True, 0b0000),
]


def test_whoever_changes_what_is_kept_raises_its_form() -> None:
    """Rows that are stored are read as they stand: which results are chosen, and each number, goes with the form."""
    observations, lines, baseline, interval, track, followed, tests, has_trigger = written(
        end_of([observe(text, START + timedelta(days=day)) for day, text, *_kept in COURSE])
    )
    assert FORM == 2
    assert [one[0] for one in observations] == [
        _day(day).isoformat() for day, _text, is_kept, _side in COURSE if is_kept
    ]
    assert track == [_day(day).toordinal() * 16 + side for day, _text, _is_kept, side in COURSE]
    assert lines == [["2020-01-01", "2020-10-27", "other"], ["2020-11-06", None, "other"]]
    assert (baseline, interval, has_trigger) == (None, 4, False)
    assert (followed, tests) == ([[300, "competing event"], [340, "event"]], [4, 5])


def _day(day: int) -> date:
    return START + timedelta(days=day)
