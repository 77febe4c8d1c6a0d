"""What a carer who may do the most meets: whose record it is on every page, and their name on what they add."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient, User
from accounts.services.grants import end_all_grants
from milestones.clinical.counts import CountUnit
from milestones.models import SideEffect, Treatment, TreatmentChange
from milestones.services.imports import hold_text
from tests.authorization.table import TABLE
from tests.cast import (
    TODAY,
    also_takes,
    ask_question,
    change_dose,
    check_in,
    count_blood,
    dated,
    form_on,
    hold_file,
    import_table,
    look_for_mutation,
    miss_doses,
    months_ago,
    record,
    record_all,
    record_visit,
    set_goal,
    share,
    treat,
    typed,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

#: The addresses that a carer at the level "manage" may open, as the table of rights has them.
MAY_OPEN = {
    name: route.get("ids", {})
    for name, route in TABLE["routes"].items()
    if name.startswith("milestones:") and "get" in route and "carer_manage" in TABLE["rights"][route["get"]]
}
#: What is no page: files, and the figures that a chart is drawn from.
FILES = {"milestones:figure", "milestones:import_template", "milestones:guide_pdf"}
#: The paper to print has a head of its own, with the name.
PAPER = {"milestones:guide_print"}
YOU = "“You” here is this person."
MAYBE = "Single entries may be private."
PART = "Part of the record is not shared with you."


@pytest.fixture
def erin(make_user: Callable[..., User]) -> User:
    return make_user("erin@example.org")


@pytest.fixture
def erins(erin: User, sign_in_as: Callable[[User], Client]) -> Client:
    return sign_in_as(erin)


# --- Whose record it is -----------------------------------------------------------------------------------------------


@pytest.fixture
def things(alices_record: Patient, erin: User) -> dict[str, Any]:
    """Return what an address may name, by the kind that the table calls it; what a carer may correct is Erin's."""
    patient = alices_record
    line = treat(patient, months_ago(20))
    record_all(patient, "12 0.46 %, 6 0.09 %")
    miss_doses(patient, is_shared=True)
    set_goal(patient, "To run again", kind="work")
    look_for_mutation(patient, months_ago(9))
    checked = check_in(patient, months_ago(1), tiredness="a little", by=erin)
    return {
        "treatment": line,
        "change": change_dose(line, months_ago(9)),
        "result": record(patient, "0.07 %", months_ago(3), by=erin),
        "side_effect": SideEffect.objects.get(check_in=checked),
        "visit": record_visit(patient, months_ago(1)),
        "question": ask_question(patient, "Why?", by=erin),
        "count": count_blood(patient, "6.1", CountUnit.GIGA_PER_LITRE, by=erin),
        "medicine": also_takes(patient),
        "batch": import_table(patient, "date,result\n2025-08-30,0.31 % IS\n", by=erin),
        "file": hold_file(patient, "date,result\n2025-06-20,1.1 % IS\n", by=erin),
        "text": hold_text(patient=patient, text="Collected 1 June 2026\nBCR-ABL1 0.05 % IS", by=erin),
    }


def opened(client: Client, to: Addresses, things: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every address that the carer may open, with its answer."""
    for name, kinds in MAY_OPEN.items():
        ids = {
            part: kind.removeprefix("=") if kind.startswith("=") else getattr(things[kind], "pk", things[kind])
            for part, kind in kinds.items()
        }
        yield name, client.get(to(name.removeprefix("milestones:"), **ids))


@pytest.mark.parametrize(
    ("given", "is_a_part"),
    [({}, False), ({"missed_doses": False}, True), ({"visits": False, "side_effects": False}, True)],
)
def test_every_page_says_whose_record_it_is_and_that_it_is_a_part(
    erins: Client,
    erin: User,
    to: Addresses,
    alices_record: Patient,
    things: dict[str, Any],
    given: dict[str, bool],
    is_a_part: bool,
) -> None:
    """Where every part is shared no page says that some of it is not; that single entries may be private, each does."""
    share(alices_record, erin, "manage", name="Erin Example", **given)
    answers = dict(opened(erins, to, things))
    if not given:
        assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 200} == {}
    pages = {name: answer for name, answer in answers.items() if answer.status_code == 200 and name not in FILES}
    assert len(pages) > 15
    for name, answer in pages.items():
        assert answer["Content-Type"].startswith("text/html"), name
    said = {name: words_of(answer) for name, answer in pages.items()}
    assert [name for name in said if f"Record of Alice · {YOU}" not in said[name] and name not in PAPER] == []
    assert [name for name in said if (PART in said[name]) is not is_a_part and name not in PAPER] == []
    assert [name for name in said if (MAYBE in said[name]) is is_a_part] == []
    assert [name for name in PAPER if "Alice" not in said[name]] == []
    assert [name for name in FILES if answers[name]["Content-Type"].startswith("text/html")] == []


def test_who_reads_their_own_record_is_told_nothing_of_parts(
    alices: Client, to: Addresses, things: dict[str, Any]
) -> None:
    for name in ("home", "results", "record", "treatment", "visits", "side_effects", "guide_print"):
        words = words_of(alices.get(to(name)))
        assert YOU not in words
        assert PART not in words
        assert MAYBE not in words


# --- Who added it -----------------------------------------------------------------------------------------------------


def send(client: Client, address: str, **fields: str) -> None:
    """Fill in a form as it is drawn, and send it."""
    answer = client.post(address, {**form_on(client.get(address)), **fields})
    assert answer.status_code == 302, words_of(answer)


def add_result(client: Client, user: User, to: Addresses) -> None:
    address = to("result_add")
    checked = client.post(address, {**form_on(client.get(address)), **typed("0.042 %"), "step": "check"})
    assert client.post(address, {**form_on(checked), "step": "save"}).status_code == 302


def bring_results_in(client: Client, user: User, to: Addresses) -> None:
    import_table(to.patient, "date,result\n2026-08-20,0.31 % IS\n", by=user)


def add_check_in(client: Client, user: User, to: Addresses) -> None:
    send(client, to("check_in"), how_tiredness="a little")


def add_question(client: Client, user: User, to: Addresses) -> None:
    send(client, to("question_add"), words="Why now?")


def add_answer(client: Client, user: User, to: Addresses) -> None:
    row = ask_question(to.patient, "When now?")
    send(client, to("question_answer", row_id=row.pk), answer="In March.", **dated("on", TODAY))


def add_next_visit(client: Client, user: User, to: Addresses) -> None:
    send(client, to("visit_add"), **dated("on", TODAY + timedelta(days=9)), with_whom="Dr North")


def add_past_visit(client: Client, user: User, to: Addresses) -> None:
    send(client, to("visit_add"), **dated("on", months_ago(1)), with_whom="Dr South")


def add_medicine(client: Client, user: User, to: Addresses) -> None:
    """Add a line of a month, before the one that is there; what is asked about the time between is right."""
    on = months_ago(20 + 6 * Treatment.objects.count())
    address, dates = to("treatment_add"), {**dated("started", on), **dated("stopped", on + timedelta(days=30))}
    typed = {**form_on(client.get(address)), "medicine": "imatinib", "dose": "400 mg", **dates}
    page = client.post(address, typed)
    if page.status_code == 200:
        page = client.post(address, {**typed, **form_on(page), "step": "confirm"})
    assert page.status_code == 302


def add_other_medicine(client: Client, user: User, to: Addresses) -> None:
    send(client, to("other_medicine_add"), name="Ginger tea")


def add_dose(client: Client, user: User, to: Addresses) -> None:
    line = Treatment.objects.filter(stopped_on=None).first() or treat(to.patient, months_ago(9))
    address = to("dose_or_break_add", treatment_id=line.pk, kind="dose")
    send(client, address, dose="300 mg a day", **dated("started", months_ago(3 + TreatmentChange.objects.count())))


Act = Callable[[Client, User, Addresses], None]
ADDED = "Added by Erin Example"

#: What a carer adds, and on each page where it is listed the words before their name.
LISTED: list[tuple[Act, dict[str, str]]] = [
    (add_result, {"results": "First result.", "timeline": "0.042% First result."}),
    (bring_results_in, {"results": "First result.", "timeline": "0.31% First result.", "imports": ": 1 result"}),
    (add_check_in, {"side_effects": "All check-ins 23 August 2026", "timeline": "Tiredness: a little"}),
    (add_question, {"visits": "Why now?"}),
    (add_answer, {"visits": "In March. Answered on 23 August 2026.", "timeline": "When now? In March."}),
    (add_next_visit, {"visits": "1 September 2026 Dr North", "timeline": "Visit: Dr North"}),
    (add_medicine, {"treatment": "to 22 January 2025", "timeline": "Imatinib begun 400 mg."}),
    (
        add_dose,
        {"treatment": "Dose: 300 mg a day since 23 May 2026", "timeline": "Another dose: 300 mg a day imatinib."},
    ),
    (add_other_medicine, {"other_medicines": "Ginger tea"}),
    (add_past_visit, {"visits": "23 July 2026", "timeline": "Visit: Dr South"}),
]


@pytest.mark.parametrize(("act", "pages"), LISTED, ids=lambda one: getattr(one, "__name__", ""))
def test_what_a_carer_adds_bears_their_name_wherever_it_is_listed(
    act: Act,
    pages: dict[str, str],
    alices: Client,
    alice: User,
    erins: Client,
    erin: User,
    to: Addresses,
    alices_record: Patient,
) -> None:
    """On the person's own pages, also once the sharing has ended; what they add themselves bears no name."""
    share(alices_record, erin, "manage", name="Erin Example")
    act(erins, erin, to)
    for name, before in pages.items():
        words = words_of(alices.get(to(name)))
        assert f"{before} {ADDED}" in words, name
        assert words.count("Added by") == 1, name
    end_all_grants(patient=alices_record, by=alice)
    act(alices, alice, to)
    for name in pages:
        assert words_of(alices.get(to(name))).count("Added by") == 1, name


def test_the_page_of_one_result_bears_the_name(
    alices: Client, erin: User, to: Addresses, alices_record: Patient
) -> None:
    share(alices_record, erin, "manage", name="Erin Example")
    for row, is_hers in ((record(alices_record, "0.31 %", by=erin), True), (record(alices_record, "0.22 %"), False)):
        assert (ADDED in words_of(alices.get(to("result", result_id=row.pk)))) is is_hers


def test_a_name_is_no_markup(alices: Client, erins: Client, erin: User, to: Addresses, alices_record: Patient) -> None:
    share(alices_record, erin, "manage", name="<b>Erin</b>")
    for act, _pages in LISTED:
        act(erins, erin, to)
    for name in {name for _act, pages in LISTED for name in pages}:
        page = alices.get(to(name)).content.decode()
        assert "Added by &lt;b&gt;Erin&lt;/b&gt;" in page, name
        assert "<b>Erin" not in page, name


@pytest.mark.parametrize(
    ("name", "ids"),
    [("my_goal_add", {"kind": "matters"}), ("my_goal_add", {"kind": "work"}), ("missed_doses_add", {})],
)
def test_what_is_the_persons_alone_a_carer_does_not_add(
    erins: Client, erin: User, to: Addresses, alices_record: Patient, name: str, ids: dict[str, str]
) -> None:
    share(alices_record, erin, "manage")
    for answer in (erins.get(to(name, **ids)), erins.post(to(name, **ids), {"words": "To run", "how_many": "none"})):
        assert answer.status_code == 403
