"""Made-up people to look at: nobody real, and their record says so. Made through the services, from a fixed seed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from django.db import transaction

from accounts.models import Patient, User
from accounts.services.patients import create_patient
from accounts.services.users import create_user
from milestones.clinical.calendar import add_months
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale
from milestones.clinical.parsing import parse_reading
from milestones.interchange.draft import ResultDraft, TreatmentChangeDraft, TreatmentDraft
from milestones.models import Treatment
from milestones.services.demo_check_ins import record_check_ins
from milestones.services.demo_other import record_other
from milestones.services.demo_visits import record_visits_and_goals
from milestones.services.profiles import ProfileChanges, change_profile
from milestones.services.results import record_result
from milestones.services.treatment_changes import record_treatment_change
from milestones.services.treatments import record_treatment

DEMO_PASSWORD = "made-up-person-for-demo"  # noqa: S105 - demo people are public, and exist only in development
_SEED = 20_260_823
_NAMESPACE = uuid.UUID("6f1f3c1e-6f6b-4c43-8f6f-2a2f1f6f4b11")
_NOISE = 0.07


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A made-up course: months since the first dose, and what the report said then, in percent ("nd": not detected).

    The levels follow the two phases that are published for treatment: a steep fall of the cells in circulation, then
    a slow one (Roeder 2006, doi:10.1038/nm1487; Hähnel 2020, doi:10.1158/0008-5472.CAN-19-2175).
    """

    name: str
    about: str
    months_ago: int
    course: str
    medicines: tuple[tuple[str, str, int, int | None], ...]
    baseline: str = ""
    scale: Scale = Scale.IS
    copies: bool = True
    other_laboratory: tuple[int, ...] = ()
    # Within the last medicine: months since the first dose, and a dose ("300 mg a day") or the days of a break.
    within: tuple[tuple[int, str, int, str], ...] = ()

    @property
    def email(self) -> str:
        """The address that this person signs in with."""
        return f"{self.name.lower()}@demo.example"

    @property
    def results(self) -> list[tuple[int, str]]:
        """Each month, and the text as a report would print it."""
        unit = " % IS" if self.scale is Scale.IS else " %"
        pairs = [result.split() for result in self.course.split(", ")]
        return [(int(month), "not detected" if text == "nd" else text + unit) for month, text in pairs]


def _two_phases(months: tuple[int, ...], start: float, fast: float, plateau: float, slow: float) -> str:
    """Return a course of two phases: ``start`` falls 10-fold in ``fast`` months, ``plateau`` in ``slow`` months."""
    random = Random(_SEED)  # noqa: S311 - made-up values, the same each time
    results = []
    for month in months:
        level = start * 10 ** (-month / fast) + plateau * 10 ** (-month / slow)
        level *= 10 ** random.gauss(0, _NOISE)
        results.append(f"{month} {Decimal(f'{level:.2g}'):f}")
    return ", ".join(results)


PEOPLE = (
    DemoPerson(
        "Amina",
        "fast major molecular response, then MR4.5",
        26,
        _two_phases((0, 3, 6, 9, 12, 15, 18), 62, 3.1, 1.4, 7.6) + ", 21 <0.0032, 24 nd",
        (("dasatinib", "100 mg a day", 0, None),),
        baseline="62 %",
    ),
    DemoPerson(
        "Ben",
        "major molecular response in month 14",
        19,
        "0 71, 3 9.4, 6 1.9, 9 0.46, 12 0.19, 14 0.083, 17 0.061",
        (("imatinib", "400 mg a day", 0, None),),
        baseline="71 %",
    ),
    DemoPerson(
        "Carmen",
        "above the goals at first, then another medicine",
        21,
        "0 88, 3 24, 5 17, 6 12, 9 6.1, 12 0.71, 15 0.18, 18 0.052",
        (("imatinib", "400 mg a day", 0, 7), ("nilotinib", "300 mg twice a day", 7, None)),
        baseline="88 %",
        within=((10, "", 18, "side effects"), (11, "150 mg twice a day", 0, "side effects")),
    ),
    DemoPerson(
        "Daniel",
        "rising on treatment",
        31,
        "0 54, 3 6.2, 6 0.74, 9 0.12, 12 0.071, 15 0.042, 18 0.031, 21 0.035, 24 0.068, 27 0.14, 30 0.33",
        (("imatinib", "400 mg a day", 0, None),),
        baseline="54 %",
        other_laboratory=(9,),
    ),
    DemoPerson(
        "Eva",
        "stopped, and staying in remission",
        88,
        "0 47, 3 2.1, 6 0.24, 12 0.021, 18 0.0071, 24 0.0045, 30 nd, 36 nd, 42 0.0022, 48 nd, 54 nd, 60 nd, 66 nd, "
        "72 nd, 73 nd, 74 0.0028, 75 0.0031, 76 nd, 78 0.0052, 80 nd, 82 0.0024, 85 nd, 87 nd",
        (("imatinib", "400 mg a day", 0, 72),),
        baseline="47 %",
    ),
    DemoPerson(
        "Farid",
        "stopped, and lost the major molecular response",
        79,
        "0 96, 3 7.7, 6 0.61, 12 0.048, 18 0.0083, 24 0.0051, 36 nd, 48 nd, 54 0.0029, 60 nd, 66 nd, 72 nd, "
        "73 0.0048, 74 0.011, 75 0.037, 77 0.16",
        (("imatinib", "400 mg a day", 0, 72),),
        baseline="96 %",
    ),
    DemoPerson(
        "Grace",
        "a laboratory that is not on the International Scale",
        16,
        "0 118, 3 11.2, 6 1.6, 9 0.34, 12 0.092, 15 0.0081",
        (("bosutinib", "400 mg a day", 0, None),),
        baseline="118 %",
        scale=Scale.NOT_IS,
        copies=False,
    ),
    DemoPerson(
        "Hana",
        "in the first year, month 7",
        7,
        "0 79, 3 6.6, 6 0.58",
        (("imatinib", "400 mg a day", 0, None),),
    ),
)


def load_demo_people(*, today: date) -> list[DemoPerson]:
    """Make every made-up person who is not there yet; return all of them. Their last result is near ``today``."""
    for person in PEOPLE:
        if not User.objects.filter(email=person.email).exists():
            with transaction.atomic():
                _make(person, today)
    return list(PEOPLE)


def _make(person: DemoPerson, today: date) -> None:
    user = create_user(email=person.email, password=DEMO_PASSWORD)
    patient = create_patient(user=user, by=user, display_name=f"{person.name} (made up)", time_zone="UTC")
    start = add_months(today, -person.months_ago)
    _record_profile(patient, user, person, start)
    for number, (medicine, dose, first, last) in enumerate(person.medicines):
        stopped_on = None if last is None else add_months(start, last)
        line = TreatmentDraft(medicine, add_months(start, first), dose, stopped_on=stopped_on)
        row = record_treatment(patient=patient, draft=line, by=user, idempotency_key=_key(person, "treatment", number))
        if number == len(person.medicines) - 1:
            _record_within(patient, user, person, row, start)
    record_check_ins(patient, user, person.name, start, today, partial(_key, person))
    random = Random(_SEED + len(person.name))  # noqa: S311 - made-up values, the same each time
    for number, (month, text) in enumerate(person.results):
        draft = ResultDraft(_observation(person, start, month, text, random))
        record_result(patient=patient, draft=draft, by=user, idempotency_key=_key(person, "result", number))
    record_visits_and_goals(person.name, patient, user, today, partial(_key, person))
    record_other(patient, user, person.name, start)


def _record_within(patient: Patient, user: User, person: DemoPerson, line: Treatment, start: date) -> None:
    for number, (month, dose, days, reason) in enumerate(person.within):
        first = add_months(start, month)
        ended_on = first + timedelta(days=days) if days else None
        record_treatment_change(
            patient=patient,
            treatment_id=line.pk,
            draft=TreatmentChangeDraft("dose" if dose else "break", first, True, ended_on, dose=dose, reason=reason),
            by=user,
            idempotency_key=_key(person, "within", number),
        )


def _record_profile(patient: Patient, user: User, person: DemoPerson, start: date) -> None:
    changes: ProfileChanges = {
        "diagnosed_on": add_months(start, -1).replace(day=1),
        "baseline_text": person.baseline,
        "baseline_scale": person.scale.value,
        "baseline_laboratory": "Laboratory North" if person.baseline else "",
    }
    change_profile(patient=patient, changes=changes, by=user, finish_set_up=True)


def _observation(person: DemoPerson, start: date, month: int, text: str, random: Random) -> Observation:
    reading = parse_reading(text)
    assert isinstance(reading, Reading)  # noqa: S101 - a test reads every text of this file
    day = add_months(start, month) + timedelta(days=random.randint(-4, 5) if month else 0)
    is_other = month in person.other_laboratory
    copies = random.randint(34_000, 96_000) if person.copies else None
    return Observation(
        day,
        reading,
        person.scale,
        laboratory="Laboratory South" if is_other else "Laboratory North",
        control_gene=ControlGene.ABL1 if person.copies else ControlGene.UNKNOWN,
        control_gene_copies=copies,
    )


def _key(person: DemoPerson, kind: str, number: int) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{person.name}/{kind}/{number}")
