"""A record with something on every page, and the way to each of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Page, expect

from accounts.models import Patient
from milestones.clinical.counts import Analyte, CountUnit
from milestones.clinical.observation import ControlGene
from milestones.interchange.draft import ResultDraft
from milestones.models import LabResult, SideEffect
from milestones.services.entries import other_medicines
from milestones.services.results import correct_result, withdraw_result
from milestones.services.treatments import withdraw_treatment
from tests.cast import (
    SOUTH,
    also_takes,
    answer_question,
    ask_question,
    change_dose,
    check_in,
    count_blood,
    look_for_mutation,
    miss_doses,
    observe,
    owner,
    pause,
    record,
    record_visit,
    set_goal,
    set_up,
    treat,
)
from tests.e2e.steps import ago, fill_result, open_more


@dataclass
class Course:
    """A record with something on every page, and the rows that pages are about."""

    patient: Patient
    latest: UUID
    corrected: UUID
    withdrawn: UUID
    line: UUID
    change: UUID
    side_effect: UUID
    around: dict[str, UUID]

    @property
    def home(self) -> str:
        """Where the record begins."""
        return f"/records/{self.patient.pk}/"


def make_course(alices_record: Patient) -> Course:
    """Return Alice's course: a warning, another medicine, another laboratory, a correction, a mistake."""
    line = treat(alices_record, ago(26), ago(14), dose="400 mg a day")
    current = treat(alices_record, ago(14), medicine="nilotinib", dose="300 mg twice a day")
    pause(current, ago(6), ago(5), reason="side effects")
    dose = change_dose(current, ago(5), "150 mg twice a day")
    mistake = treat(alices_record, ago(3), medicine="ponatinib")
    withdraw_treatment(patient=alices_record, treatment_id=mistake.pk, version=1, by=owner(alices_record))
    set_up(alices_record, baseline_text="62 %", baseline_scale="IS", baseline_laboratory="Laboratory North")
    for months, text in ((26, "62 %"), (23, "14 %"), (20, "11 %"), (17, "3.1 %"), (11, "0.4 %"), (8, "0.09 %")):
        record(alices_record, text, ago(months))
    record(alices_record, "0.2 %", ago(6), laboratory=SOUTH)
    record(alices_record, "not detected", ago(5), limit="0.002", copies=40_000, gene=ControlGene.ABL1)
    record(alices_record, "invalid", ago(4))
    corrected = record(alices_record, "5 %", ago(3))
    draft = ResultDraft(observe("0.05 %", ago(3)))
    correct_result(patient=alices_record, result_id=corrected.pk, version=1, draft=draft, by=owner(alices_record))
    withdrawn = record(alices_record, "9 %", ago(2))
    withdraw_result(patient=alices_record, result_id=withdrawn.pk, version=1, by=owner(alices_record))
    latest = record(alices_record, "0.14 %", ago(1))
    check_in(alices_record, ago(2), tiredness="a little", rash="not at all", note="After a long day")
    noted = check_in(alices_record, ago(0), urgent=("fainting",), tiredness="very much", worry="a little")
    effect = SideEffect.objects.filter(check_in=noted).latest("symptom")
    return Course(
        alices_record, latest.pk, corrected.pk, withdrawn.pk, line.pk, dose.pk, effect.pk, _make_around(alices_record)
    )


def _make_around(patient: Patient) -> dict[str, UUID]:
    """Write down a visit, questions, goals, counts, medicines and missed doses; return one row of each."""
    visit = record_visit(patient, ago(1), whom="Dr Example", notes="We wait for the next test.")
    record_visit(patient, ago(-1), whom="Dr Example")
    answer_question(ask_question(patient, "What about the rash?"), "It comes and goes.", ago(1), visit)
    question = ask_question(patient, "When is the next test?", place=1)
    goal = set_goal(patient, "To walk in the hills again")
    set_goal(patient, kind="level", level="MMR", by_on=ago(-6))
    for months in (8, 2):
        count = count_blood(patient, f"{months}.4", CountUnit.GIGA_PER_LITRE, ago(months))
        count_blood(patient, "212", CountUnit.GIGA_PER_LITRE, ago(months), analyte=Analyte.PLATELETS)
    look_for_mutation(patient, ago(6), found=True, mutation="F359V")
    medicine = also_takes(patient, "Ramipril", how_taken="2.5 mg in the morning", started_on=ago(30))
    dose = {"how_taken": "5 mg in the morning"}
    other_medicines.correct(patient=patient, row_id=medicine.pk, version=1, columns=dose, by=owner(patient))
    missed = miss_doses(patient, on=ago(1), note="a weekend away")
    rows = {"visit": visit, "question": question, "goal": goal, "count": count, "medicine": medicine, "missed": missed}
    return {name: row.pk for name, row in rows.items()}


def plain_pages(course: Course) -> dict[str, str]:
    """Return the pages that an address alone leads to."""
    home = course.home
    return {
        "home": home,
        "goals": f"{home}goals/",
        "appointment": f"{home}next-test/booked/",
        "blood taken": f"{home}next-test/taken/",
        "first year": f"{home}first-year/",
        "results": f"{home}results/",
        "results that fit no filter": f"{home}results/?laboratory=Nobody",
        "result": f"{home}results/{course.latest}/?saved=1",
        "corrected result": f"{home}results/{course.corrected}/",
        "withdrawn result": f"{home}results/{course.withdrawn}/",
        "form of a result": f"{home}results/add/",
        "form of a correction": f"{home}results/{course.corrected}/correct/",
        "treatment": f"{home}treatment/",
        "form of a medicine": f"{home}treatment/add/",
        "form of a change": f"{home}treatment/{course.line}/",
        "form of another dose": f"{home}treatment/{course.line}/dose/add/",
        "form of a break": f"{home}treatment/{course.line}/break/add/",
        "form of a changed dose": f"{home}treatment/changes/{course.change}/",
        "record": f"{home}record/",
        "side effects": f"{home}side-effects/",
        "check-in": f"{home}side-effects/check-in/",
        "form of a side effect": f"{home}side-effects/{course.side_effect}/",
        "after stopping": f"{home}stopping/",
        "timeline": f"{home}timeline/",
        "timeline as a picture": f"{home}timeline/?as=picture",
        "visits and questions": f"{home}visits/",
        "form of a visit": f"{home}visits/add/",
        "form of a changed visit": f"{home}visits/{course.around['visit']}/",
        "form of a question": f"{home}questions/add/",
        "form of an answer": f"{home}questions/{course.around['question']}/answer/",
        "own goals": f"{home}my-goals/",
        "form of a goal": f"{home}my-goals/add/work/",
        "form of a level by a day": f"{home}my-goals/add/level/",
        "other results": f"{home}other-results/",
        "form of counts": f"{home}other-results/add/counts/",
        "form of a changed count": f"{home}other-results/{course.around['count']}/",
        "form of a mutation test": f"{home}other-results/add/mutation/",
        "other medicines": f"{home}other-medicines/",
        "form of another medicine": f"{home}other-medicines/{course.around['medicine']}/",
        "earlier version of a medicine": f"{home}other-medicines/{course.around['medicine']}/?as=1",
        "missed doses": f"{home}missed-doses/",
        "form of missed doses": f"{home}missed-doses/{course.around['missed']}/",
        **{f"question {step}": f"{home}set-up/{step}/" for step in ("diagnosis", "medicine", "level", "goals")},
        "settings": f"{home}settings/",
        "nowhere": f"{home}nowhere/",
    }


def pages_after_a_post(page: Page, course: Course) -> Iterator[str]:
    """Lead the browser from one page that only a post shows to the next; yield what each is."""
    page.goto(f"{course.home}results/add/")
    open_more(page)
    page.locator("[name=printed_level]").fill("good")
    send(page, "button[value=check]")
    yield "form of a result with errors"

    page.goto(f"{course.home}results/add/")
    fill_result(page, "1.234 %", ago(0))
    send(page, "button[value=check]")
    yield "question about the decimal mark"

    page.goto(f"{course.home}results/add/")
    fill_result(page, "14 %", ago(0), laboratory="Laboratory North", control_gene="ABL1")
    send(page, "button[value=check]")
    expect(page.locator("h1")).to_have_text("Is this right?")
    yield "check page with a question"

    page.goto(f"{course.home}results/{course.latest}/correct/")
    page.locator("[name=reported]").fill("0.13 %")
    send(page, "button[value=check]")
    row = LabResult.objects.get(pk=course.latest)
    draft = ResultDraft(observe(f"0.15{row.version} %", ago(1)))
    correct_result(patient=row.patient, result_id=row.pk, version=row.version, draft=draft, by=row.entered_by)
    send(page, "button[value=save]")
    expect(page.locator("h1")).to_have_text("This result was changed in the meantime")
    yield "conflict"

    page.goto(f"{course.home}treatment/add/")
    send(page, "main form button[type=submit]")
    yield "form of a medicine with errors"

    page.goto(f"{course.home}side-effects/check-in/")
    page.locator("[name=how_other]").nth(1).check()
    send(page, ".check-in button[type=submit]")
    yield "check-in with errors"

    page.goto(f"{course.home}settings/")
    page.locator("#level [name=baseline_text]").fill("62")
    page.locator("#level button[type=submit]").click()
    expect(page.locator("#error-summary")).to_be_visible()
    yield "settings with errors"


def send(page: Page, button: str) -> None:
    """Press a button that sends a form, and wait for the answer: the page looks first if the site can be reached."""
    with page.expect_navigation():
        page.locator(button).click()


def is_sideways(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
