"""A record that belongs to nobody: made up, and read only in memory. The example pages and the start page show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext as _

from milestones.clinical.course import read_course
from milestones.clinical.guidelines.loader import DEFAULT_RULE_SET, load_rule_sets
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale
from milestones.clinical.parsing import parse_reading
from milestones.clinical.treatment import Medicine
from milestones.models import RecordStatus
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.timelines import Profile, Timeline
from milestones.selectors.treatment_rows import TreatmentRow

#: No record can have this id: ids are random.
EXAMPLE_ID = UUID(int=0)
TODAY = date(2026, 8, 27)
_STARTED_ON = date(2025, 6, 10)
_LABORATORY = "Example laboratory"
# Days, what the report says, and copies of the control gene.
_COURSE = (
    (date(2025, 6, 10), "62 % IS", 41_000),
    (date(2025, 9, 5), "8.1 % IS", 38_500),
    (date(2025, 12, 4), "0.9 % IS", 52_000),
    (date(2026, 3, 3), "0.087 % IS", 47_200),
    (date(2026, 4, 21), "not detected", 6_400),
    (date(2026, 6, 8), "0.06 % IS", 44_100),
    (date(2026, 8, 14), "0.042 % IS", 39_800),
)


@lru_cache(maxsize=1)
def _rows() -> tuple[ResultRow, ...]:
    final, rows = RecordStatus.FINAL.value, []
    for number, (day, text, copies) in enumerate(_COURSE, start=1):
        reading = parse_reading(text)
        if not isinstance(reading, Reading):
            raise TypeError(text)
        observation = Observation(
            day,
            reading,
            Scale.IS,
            laboratory=_LABORATORY,
            control_gene=ControlGene.ABL1,
            control_gene_copies=copies,
        )
        rows.append(ResultRow(UUID(int=number), 1, final, "typed", day_is_known=True, observation=observation))
    return tuple(rows)


def example_timeline() -> Timeline:
    """Return the made-up record as it stands on a day that never moves, so that its pages always look the same."""
    rule_set = load_rule_sets()[DEFAULT_RULE_SET]
    treatment = TreatmentRow(
        UUID(int=1),
        1,
        RecordStatus.FINAL.value,
        Medicine.IMATINIB.value,
        "400 mg",
        _STARTED_ON,
        started_day_is_known=True,
        stopped_on=None,
        stopped_day_is_known=True,
    )
    rows = _rows()
    course = read_course([row.observation for row in rows], (treatment.line,), (rule_set,), TODAY)
    return Timeline(
        EXAMPLE_ID,
        _("Alex (made up)"),
        TODAY,
        replace(Profile(), diagnosed_on=date(2025, 6, 1)),
        rule_set,
        rows,
        (),
        (treatment,),
        (treatment.line,),
        course,
    )
