"""Adding a result: type, check, save; nothing is guessed, nothing typed is lost, nothing is written twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent, Patient, User
from milestones.models import LabResult
from tests.cast import (
    TODAY,
    apart,
    at_once,
    audited,
    break_audit,
    everything_stored,
    form_on,
    months_ago,
    real_database,
    record,
    record_all,
    set_up,
    typed,
    words_of,
)
from tests.conftest import PASSWORD
from tests.views.conftest import NOON, Addresses

pytestmark = pytest.mark.django_db

Form = dict[str, Any]


def check(client: Client, address: str, form: Form) -> Any:
    """Fill in the form as it is drawn, and continue."""
    return client.post(address, {**form_on(client.get(address)), **form, "step": "check"})


def save(client: Client, address: str, checked: Any) -> Any:
    """Press "save" on the check page."""
    return client.post(address, {**form_on(checked), "step": "save"})


def add(client: Client, address: str, form: Form) -> LabResult:
    """Type, check and save; return what is stored."""
    checked = check(client, address, form)
    assert checked.status_code == 200, words_of(checked)
    saved = save(client, address, checked)
    assert saved.status_code == 302, words_of(saved)
    return LabResult.objects.latest("created_at")


def test_it_is_checked_before_it_is_saved(alices: Client, to: Addresses) -> None:
    """H1: what was understood stands there in words, and nothing is stored yet."""
    page = check(alices, to("result_add"), typed("0,0032 %", date(2026, 8, 6)))
    assert page.status_code == 200
    words = words_of(page)
    for said in ("6 August 2026", "0,0032 %", "0.0032%", "International Scale", "Laboratory North"):
        assert said in words
    assert not LabResult.objects.exists()

    saved = save(alices, to("result_add"), page)
    row = LabResult.objects.get()
    assert saved["Location"].split("?")[0] == to("result", result_id=row.pk)
    assert (row.reported_text, str(row.value), row.collected_on) == ("0,0032 %", "0.0032", date(2026, 8, 6))
    assert audited("result_recorded", request_id=saved["X-Request-ID"]) == 1
    assert "Your result is saved." in words_of(alices.get(saved["Location"]))


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0,0032 %", "0.0032"),
        ("0.0032 %", "0.0032"),
        ("0.0032%", "0.0032"),
        (".0032 %", "0.0032"),
        ("  0,0032\N{NO-BREAK SPACE}%  ", "0.0032"),
        ("0.0032 % (IS)", "0.0032"),
        ("3.2E-3 %", "0.0032"),
        ("3,2·10⁻³ %", "0.0032"),
        ("５.10 %", "5.10"),
        ("12 %", "12"),
    ],
)
def test_forms_of_a_number_that_mean_one_thing(alices: Client, to: Addresses, printed: str, value: str) -> None:
    """H1, H3, H10, H11: as printed it is kept, as a number it is exact; what is unclear is said so."""
    page = check(alices, to("result_add"), typed(printed))
    if page.status_code == 422:
        assert printed == "3,2·10⁻³ %", words_of(page)
        return
    save(alices, to("result_add"), page)
    row = LabResult.objects.get()
    assert str(row.value) == value
    assert row.reported_text == printed.strip()


@pytest.mark.parametrize(("mark", "value"), [(".", "1.234"), (",", "1234")])
def test_a_number_that_can_be_read_in_two_ways_is_asked_about(
    alices: Client, to: Addresses, mark: str, value: str
) -> None:
    """H2: 1.234 is never guessed; the answer is what counts."""
    asked = check(alices, to("result_add"), typed("1.234 %"))
    assert asked.status_code == 422
    assert "decimal mark" in words_of(asked)
    assert form_on(asked)["reported"] == ["1.234 %"]
    page = alices.post(to("result_add"), {**form_on(asked), "decimal_mark": mark, "step": "check"})
    assert page.status_code == 200, words_of(page)
    save(alices, to("result_add"), page)
    assert str(LabResult.objects.get().value) == value


def test_unit_is_never_inferred(alices: Client, to: Addresses) -> None:
    """H4: a bare number has no unit until it is chosen, and a ratio is not a percentage."""
    asked = check(alices, to("result_add"), typed("0.001"))
    assert asked.status_code == 422
    assert "percentage or a ratio" in words_of(asked)
    page = alices.post(to("result_add"), {**form_on(asked), "unit": "ratio", "step": "check"})
    assert "the ratio, as a percentage" in words_of(page)
    save(alices, to("result_add"), page)
    row = LabResult.objects.get()
    assert (row.unit, row.value, row.reported_text) == ("ratio", Decimal("0.1"), "0.001")


def test_unit_that_contradicts_the_text_is_refused(alices: Client, to: Addresses) -> None:
    """H4: "%" in the text and "a ratio" chosen cannot both be right."""
    page = check(alices, to("result_add"), typed("0.1 %", unit="ratio"))
    assert page.status_code == 422
    assert form_on(page)["unit"] == ["ratio"]


def test_not_detected_is_no_number(alices: Client, to: Addresses) -> None:
    """H8: nothing found is its own answer, with no value and no word of being cured."""
    row = add(alices, to("result_add"), typed("", answer="none", limit_of_detection="0.0020"))
    assert (row.kind, row.value, row.detected, str(row.limit_of_detection)) == ("not detected", None, False, "0.0020")
    page = words_of(alices.get(to("result", result_id=row.pk)))
    assert "Not detected" in page
    assert not re.search(r"\b(cured|negative|complete)\b", page, re.IGNORECASE)


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ("<0.0032 %", "number"),
        ("0.0032 %", "less"),
        ("< 0,0032 %", "less"),
        ("≤0.0032 %", "number"),
        ("&lt;0.0032 %", "less"),
    ],
)
def test_less_than_a_number_is_a_bound(alices: Client, to: Addresses, printed: str, answer: str) -> None:
    """H7: a bound is stored as one, however it was said."""
    row = add(alices, to("result_add"), typed(printed, answer=answer))
    assert row.comparator in ("<", "<=")
    assert str(row.value) == "0.0032"


@pytest.mark.parametrize(("text", "kind"), [("MR4.5", "level only"), ("sample not evaluable", "no result")])
def test_something_else_takes_words(alices: Client, to: Addresses, text: str, kind: str) -> None:
    """H5: a level goes its own way and never becomes a percentage."""
    page = check(alices, to("result_add"), typed(text, answer="words"))
    if page.status_code == 422:
        assert kind == "no result", words_of(page)
        return
    save(alices, to("result_add"), page)
    row = LabResult.objects.get()
    assert (row.kind, row.value) == (kind, None)


def test_level_in_the_box_for_a_number_is_refused(alices: Client, to: Addresses) -> None:
    page = check(alices, to("result_add"), typed("MR4.5"))
    assert page.status_code == 422
    assert "Something else" in words_of(page)


@pytest.mark.parametrize("scale", ["IS", "not IS", "unknown"])
def test_scale_is_asked_and_only_one_gives_a_level(alices: Client, to: Addresses, scale: str) -> None:
    """H6."""
    row = add(alices, to("result_add"), typed("0.05 %", scale=scale))
    assert row.scale == scale
    page = words_of(alices.get(to("result", result_id=row.pk)))
    assert ("MMR" in page.split("Is it a change?")[0].split("What it means")[1].split(".")[0]) == (scale == "IS")


def test_scale_left_open_is_asked(alices: Client, to: Addresses) -> None:
    page = check(alices, to("result_add"), typed("0.05 %", scale=""))
    assert page.status_code == 422
    assert "I do not know" in words_of(page)


# --- Dates ------------------------------------------------------------------------------------------------------------


def test_day_may_be_unknown(alices: Client, to: Addresses) -> None:
    row = add(alices, to("result_add"), {**typed(), "collected_day": "", "collected_month": "5"})
    assert (row.collected_on, row.collected_precision) == (date(2026, 5, 15), "month")
    assert "Result of May 2026" in words_of(alices.get(to("result", result_id=row.pk)))


def test_unknown_day_of_this_month_is_not_in_the_future(alices: Client, to: Addresses) -> None:
    with time_machine.travel(NOON.replace(day=3)):
        row = add(alices, to("result_add"), {**typed(), "collected_day": ""})
    assert row.collected_on <= date(2026, 8, 4)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("25", "8", "2026"),
        ("1", "9", "2026"),
        ("", "9", "2026"),
        ("31", "6", "2026"),
        ("29", "2", "2025"),
        ("6", "8", "26"),
        ("6", "", "2026"),
        ("", "", ""),
        ("6", "13", "2026"),
        ("0", "8", "2026"),
        ("x", "8", "2026"),
        ("٦", "8", "2026"),
        ("6", "8", "1989"),
        ("6", "8", "99999999999999"),
    ],
)
def test_dates_that_cannot_be_are_refused_and_kept(
    alices: Client, to: Addresses, day: str, month: str, year: str
) -> None:
    """H17, H18: the future, days that do not exist, two-digit years."""
    boxes = {"collected_day": day, "collected_month": month, "collected_year": year}
    page = check(alices, to("result_add"), {**typed(), **boxes})
    assert page.status_code == 422
    assert not LabResult.objects.exists()
    kept = form_on(page)
    assert (kept["collected_day"], kept["collected_year"]) == ([day], [year])
    assert "There is a problem" in words_of(page)


def test_tomorrow_is_accepted_for_somebody_ahead_of_us(alices: Client, to: Addresses) -> None:
    """H18: a day more than today may be today where the person lives."""
    assert add(alices, to("result_add"), typed(on=TODAY + timedelta(days=1))).collected_on == TODAY + timedelta(days=1)


# --- Questions that never block ---------------------------------------------------------------------------------------


def ask_and_confirm(alices: Client, to: Addresses, form: Form) -> tuple[str, LabResult]:
    """Return the words of the check page, and what is stored after "this is right"."""
    page = check(alices, to("result_add"), form)
    assert page.status_code == 200
    count = LabResult.objects.count()
    assert save(alices, to("result_add"), page).status_code == 302
    assert LabResult.objects.count() == count + 1
    return words_of(page), LabResult.objects.latest("created_at")


def test_a_log_reduction_in_the_place_of_a_percentage_is_asked_about(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """H5: 4.5 after 0.05 % may be MR4.5."""
    record(alices_record, "0.05 %", months_ago(3))
    words, row = ask_and_confirm(alices, to, typed("4.5 %"))
    assert "A percentage, or a level?" in words
    assert row.questions_confirmed == "maybe a log reduction"


@pytest.mark.parametrize(
    ("days", "text", "question"),
    [(0, "0.05 %", "same sample"), (3, "0.05 %", "same sample"), (0, "0.06 %", "same day"), (4, "0.05 %", "")],
)
def test_a_duplicate_is_asked_about(
    alices: Client, to: Addresses, alices_record: Patient, days: int, text: str, question: str
) -> None:
    """H19."""
    record(alices_record, "0.05 %", TODAY - timedelta(days=days))
    words, row = ask_and_confirm(alices, to, typed(text))
    assert row.questions_confirmed == question
    assert ("already holds" in words) == bool(question)


@pytest.mark.parametrize(
    ("before", "now", "question"),
    [
        ("0.01 %", "0.1 %", "much higher than the last"),
        ("0.032 %", "0.0032 %", "much lower than the last"),
        ("0.05 %", "5 %", "maybe a log reduction"),
        ("0.05 %", "0.03 %", ""),
    ],
)
def test_a_slip_of_a_digit_is_asked_about_with_both_numbers(
    alices: Client, to: Addresses, alices_record: Patient, before: str, now: str, question: str
) -> None:
    """H20: both numbers stand side by side; nothing is blocked, and the answer is kept."""
    record(alices_record, before, months_ago(3))
    words, row = ask_and_confirm(alices, to, typed(now))
    assert row.questions_confirmed == question
    if question:
        assert f"Your last result was {before.replace(' ', '')}" in words
        assert f"You typed {now.replace(' ', '')}" in words
        assert "Yes, this is right: save it" in words


def test_a_date_before_the_diagnosis_is_asked_about(alices: Client, to: Addresses, alices_record: Patient) -> None:
    set_up(alices_record, diagnosed_on=months_ago(6))
    words, row = ask_and_confirm(alices, to, typed(on=months_ago(9)))
    assert "Before your diagnosis" in words
    assert row.questions_confirmed == "before diagnosis"


def test_only_questions_that_were_asked_are_kept_as_confirmed(alices: Client, to: Addresses) -> None:
    """S18: a body that claims more than the page asked does not become part of the record."""
    page = check(alices, to("result_add"), typed())
    forged = {**form_on(page), "step": "save", "confirmed": ["same sample", "=cmd()", "x" * 300]}
    assert alices.post(to("result_add"), forged).status_code == 302
    assert LabResult.objects.get().questions_confirmed == ""


# --- The proof that the check page was shown --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"reported": "0.0042 %"},
        {"collected_day": "1"},
        {"scale": "not IS"},
        {"laboratory": "Another"},
        {"control_gene_copies": "32000"},
        {"checked": ""},
        {"checked": "x:y:z"},
        {"answer": "less"},
        {"specimen": "bone marrow"},
        {"conversion_factor": "1.1"},
    ],
    ids=str,
)
def test_what_was_changed_after_the_check_is_checked_again(alices: Client, to: Addresses, change: Form) -> None:
    page = check(alices, to("result_add"), typed())
    again = alices.post(to("result_add"), {**form_on(page), **change, "step": "save"})
    assert again.status_code == 200
    assert "Is this right?" in words_of(again)
    assert not LabResult.objects.exists()
    assert save(alices, to("result_add"), again).status_code == 302


def test_a_proof_holds_a_day(alices: Client, to: Addresses, clock: time_machine.Traveller) -> None:
    page = check(alices, to("result_add"), typed())
    clock.move_to(NOON + timedelta(days=1, minutes=1))
    alices.force_login(User.objects.get(email="alice@example.org"))
    again = save(alices, to("result_add"), page)
    assert "Is this right?" in words_of(again)
    assert not LabResult.objects.exists()


def test_a_proof_of_somebody_else_is_none(alices: Client, to: Addresses, charlies: Client, charlie: User) -> None:
    """H21: the form names the record that it was drawn for."""
    page = check(alices, to("result_add"), typed())
    theirs = Addresses(charlie.patient)("result_add")
    again = charlies.post(theirs, {**form_on(page), "step": "save"})
    assert "Is this right?" in words_of(again)
    assert not LabResult.objects.exists()


def test_saving_without_a_check_shows_the_check(alices: Client, to: Addresses) -> None:
    page = alices.post(to("result_add"), {**form_on(alices.get(to("result_add"))), **typed(), "step": "save"})
    assert "Is this right?" in words_of(page)
    assert not LabResult.objects.exists()


def test_change_something_goes_back_with_everything_as_typed(alices: Client, to: Addresses) -> None:
    form = typed("0,05 %", control_gene="GUSB", control_gene_copies="32.000", specimen="bone marrow")
    page = check(alices, to("result_add"), form)
    back = alices.post(to("result_add"), {**form_on(page), "step": "change"})
    assert back.status_code == 200
    kept = form_on(back)
    for name, value in form.items():
        assert kept.get(name, [""]) == [value], name
    assert "There is a problem" not in words_of(back)
    assert kept["idempotency_key"] == form_on(page)["idempotency_key"]


def test_everything_typed_is_kept_on_an_error(alices: Client, to: Addresses) -> None:
    form = typed(
        "0.05 % <b>?",
        collected_day="32",
        scale="unknown",
        laboratory='St "Mary" & <i>Co</i>',
        control_gene="ABL1",
        control_gene_copies="many",
        limit_of_detection="?",
        printed_level="good",
        conversion_factor="-1",
        specimen="other",
    )
    page = check(alices, to("result_add"), form)
    assert page.status_code == 422
    kept = form_on(page)
    for name, value in form.items():
        assert kept.get(name, [""]) == [value], name
    assert "<title>Error: " in page.content.decode()
    words = words_of(page)
    assert words.index("There is a problem") < words.index("When was the blood taken?")


# --- Once, and never lost ---------------------------------------------------------------------------------------------


def test_same_post_twice_writes_once(alices: Client, to: Addresses) -> None:
    """R5: a double click, a reload, the back button."""
    page = check(alices, to("result_add"), typed())
    first, second = save(alices, to("result_add"), page), save(alices, to("result_add"), page)
    assert first["Location"] == second["Location"]
    assert LabResult.objects.count() == LabResult.history.count() == audited("result_recorded") == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_posts_at_once_write_once(
    alice: User, alices: Client, to: Addresses, sign_in_as: Callable[[User], Client]
) -> None:
    """R5: twenty posts of one page at the same moment are all answered alike."""
    form = {**form_on(check(alices, to("result_add"), typed())), "step": "save"}
    clients = [sign_in_as(alice) for _ in range(20)]

    def post(number: int) -> str:
        answer = clients[number].post(to("result_add"), form)
        assert answer.status_code == 302
        return str(answer["Location"])

    with real_database():
        locations = at_once(20, post)
        written = apart(lambda: (LabResult.objects.count(), audited("result_recorded")))
    assert len(set(locations)) == 1
    assert written == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_audit_that_cannot_be_written_saves_nothing_and_says_so(
    alices: Client, to: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S37."""
    page = check(alices, to("result_add"), typed())
    break_audit(monkeypatch, "result_recorded")
    answer = save(alices, to("result_add"), page)
    assert answer.status_code == 503
    assert "0.042" not in answer.content.decode()
    monkeypatch.undo()
    assert not LabResult.objects.exists()
    assert save(alices, to("result_add"), page).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_page_is_not_shown_when_the_opening_cannot_be_written_down(
    alices: Client, to: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_audit(monkeypatch)
    assert alices.get(to("result_add")).status_code == 503
    assert alices.post(to("result_add"), typed()).status_code == 503


def sign_in(client: Client, address: str, email: str = "alice@example.org") -> Any:
    return client.post("/account/sign-in/?" + urlencode({"next": address}), {"login": email, "password": PASSWORD})


def test_what_was_typed_survives_the_end_of_the_session(alices: Client, to: Addresses) -> None:
    """S8: the form comes back filled in after signing in, and is saved exactly once."""
    form = form_on(check(alices, to("result_add"), typed("0,0317 %", laboratory="Kept")))
    alices.session.flush()
    ended = alices.post(to("result_add"), {**form, "step": "save"})
    assert ended["Location"] == f"/account/sign-in/?next={to('result_add')}"
    assert "0,0317" not in ended["Location"]
    assert not LabResult.objects.exists()

    back = sign_in(alices, to("result_add"))
    assert back["Location"] == to("result_add")
    page = alices.get(back["Location"])
    assert "We kept what you typed." in words_of(page)
    kept = form_on(page)
    assert (kept["reported"], kept["laboratory"], kept["collected_day"]) == (["0,0317 %"], ["Kept"], ["23"])
    assert kept["idempotency_key"] == form["idempotency_key"]
    assert form_on(alices.get(to("result_add")))["reported"] == [""], "a draft is handed back once"

    checked = alices.post(to("result_add"), {**kept, "step": "check"})
    assert save(alices, to("result_add"), checked).status_code == 302
    assert save(alices, to("result_add"), checked).status_code == 302
    assert LabResult.objects.count() == 1


def test_a_kept_draft_is_nobody_elses(alices: Client, to: Addresses, charlie: User) -> None:
    """The next person at the same browser does not read what the last one typed."""
    alices.session.flush()
    alices.post(to("result_add"), typed("0,0317 %"))
    sign_in(alices, Addresses(charlie.patient)("result_add"), "charlie@example.org")
    page = alices.get(Addresses(charlie.patient)("result_add"))
    assert page.status_code == 200
    assert "0,0317" not in page.content.decode()
    assert alices.get(to("result_add")).status_code == 404


def test_a_draft_is_kept_half_an_hour(alices: Client, to: Addresses, clock: time_machine.Traveller) -> None:
    alices.session.flush()
    alices.post(to("result_add"), typed("0,0317 %"))
    clock.shift(1_801)
    sign_in(alices, to("result_add"))
    assert "0,0317" not in alices.get(to("result_add")).content.decode()


# --- Whatever is typed ------------------------------------------------------------------------------------------------

BOXES = [name for name in typed() if name not in ("answer", "unit", "scale", "collected_month")] + [
    "control_gene_copies",
    "limit_of_detection",
    "printed_level",
    "conversion_factor",
]
PAYLOADS = [
    "\0",
    "0.05\0 %",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "x" * 200,
    "0." + "0" * 150 + "1 %",
    "9" * 200,
    "1e400 %",
    "1_0 %",
    "٠.٠٠٣٢ %",
    "NaN",
    "Infinity %",
    "-0.1 %",
    "O.05 %",
    "0.05 % " + " " * 190,
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% debug %}",
    "' OR 1=1 --",
    "\r\nSet-Cookie: x=1",
    "\u202e% 50.0",
    "🩸" * 50,
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=[repr(payload)[:24] for payload in PAYLOADS])
def test_odd_texts_are_refused_by_name_or_kept_to_the_letter(alices: Client, to: Addresses, payload: str) -> None:
    """S46, S48, H11: never a server error, and never a number that was not typed."""
    for box in BOXES:
        page = check(alices, to("result_add"), {**typed(), box: payload})
        assert page.status_code in (200, 422), f"{box}: {page.status_code}"
        assert "<script>alert" not in page.content.decode()
        if page.status_code == 200:
            assert save(alices, to("result_add"), page).status_code in (200, 302, 422), box
    for row in LabResult.objects.all():
        assert row.value is None or str(row.value) in ("0.042", "0.05"), row.reported_text


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    form=st.fixed_dictionaries(
        {},
        optional={
            name: st.text(max_size=220) | st.sampled_from(["", "0.05 %", "1", "12", "IS", "number", "none", *PAYLOADS])
            for name in (*typed(), "control_gene", "control_gene_copies", "specimen", "step", "checked", "version")
        },
    )
)
def test_any_form_is_answered(alices: Client, to: Addresses, form: Form) -> None:
    """Whatever stands in the boxes: an answer, and not a row that nobody confirmed."""
    before = LabResult.objects.count()
    answer = alices.post(to("result_add"), {**typed(), "idempotency_key": str(uuid4()), **form})
    assert answer.status_code in (200, 422)
    assert LabResult.objects.count() == before


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", "x/y"])
@pytest.mark.parametrize("body", [b"", b"\xff\xfe\0", b'{"reported": "0.05 %"}', b"--x\r\n\r\n--x--"])
def test_odd_bodies_write_nothing(alices: Client, to: Addresses, content_type: str, body: bytes) -> None:
    answer = alices.generic("POST", to("result_add"), body, content_type=content_type)
    assert answer.status_code in (200, 400, 413, 415, 422)
    assert not LabResult.objects.exists()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-7", "rot13", "no-such"])
def test_odd_encodings_write_nothing_wrong(alices: Client, to: Addresses, encoding: str) -> None:
    body = urlencode({**typed("0.05 %"), "idempotency_key": str(uuid4()), "step": "check"}).encode()
    answer = alices.generic(
        "POST", to("result_add"), body, content_type=f"application/x-www-form-urlencoded; charset={encoding}"
    )
    assert answer.status_code in (200, 400, 415, 422)
    assert not LabResult.objects.exists()


def test_huge_bodies_are_refused(alices: Client, to: Addresses) -> None:
    for form in ({**typed(), "laboratory": "x" * 2_000_000}, {f"field{n}": "1" for n in range(300)}):
        body = urlencode(form).encode()
        answer = alices.generic("POST", to("result_add"), body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (400, 413)
    assert not LabResult.objects.exists()


def test_two_values_for_one_box_do_not_become_two_results(alices: Client, to: Addresses) -> None:
    page = check(alices, to("result_add"), typed("0.05 %"))
    twice = {**form_on(page), "reported": ["0.05 %", "0.5 %"], "step": "save"}
    alices.post(to("result_add"), twice)
    assert not LabResult.objects.exists(), "the last value counts, and it was not checked"


def test_a_post_from_elsewhere_is_refused(alice: User, to: Addresses) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(to("result_add"), typed()).status_code == 403
    assert not LabResult.objects.exists()


def test_no_value_stands_in_an_address_or_a_title(alices: Client, to: Addresses) -> None:
    """S39."""
    page = check(alices, to("result_add"), typed("0.0317731 %"))
    saved = save(alices, to("result_add"), page)
    assert "0317731" not in saved["Location"]
    for html in (page.content.decode(), alices.get(saved["Location"]).content.decode()):
        title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
        assert title is not None
        assert "0317731" not in title[1]
        assert "0317731" not in "".join(re.findall(r'(?:href|action|src)="([^"]*)"', html))


def test_form_says_what_it_is_not_for(alices: Client, to: Addresses) -> None:
    """H32."""
    assert "Nobody watches this record live" in words_of(alices.get(to("result_add")))


def test_every_slip_of_ten_is_asked_about_and_few_others(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H20: of slips of one place at least 95 of 100 are asked about; of a usual course, at most 5 of 100."""
    record_all(alices_record, "12 0.46 %, 9 0.19 %, 6 0.083 %, 3 0.061 %")
    slips = ["0.61 %", "0.0061 %", "6.1 %", "0.55 %", "0.0055 %"]
    usual = ["0.061 %", "0.055 %", "0.048 %", "0.07 %", "0.04 %"]
    asked = {text: "Yes, this is right" in words_of(check(alices, to("result_add"), typed(text))) for text in usual}
    assert not any(asked.values())
    for text in slips:
        assert "Yes, this is right" in words_of(check(alices, to("result_add"), typed(text))), text


def test_refused_tries_are_written_down(charlies: Client, to: Addresses) -> None:
    """S32."""
    before = everything_stored()
    answer = charlies.post(to("result_add"), typed())
    event = AuditEvent.objects.latest("pk")
    assert (answer.status_code, event.outcome, event.verb) == (404, "refused", "result_add")
    assert event.request_id == answer["X-Request-ID"]
    assert event.patient_id == UUID(to("home").split("/")[2])
    assert everything_stored() == before


def test_both_readings_of_a_number_are_offered(alices: Client, to: Addresses) -> None:
    """H2: the question says what each answer would mean for the very number that was typed."""
    words = words_of(check(alices, to("result_add"), typed("1.234 %")))

    assert "1.234 is a little more than 1" in words
    assert "1.234 means 1 thousand 234" in words


@pytest.mark.parametrize(("text", "status"), [("0.2 %", 422), ("not detected", 200), ("0.000 %", 200), ("", 200)])
def test_not_detected_beside_a_number_is_asked_about(alices: Client, to: Addresses, text: str, status: int) -> None:
    """Without a script every box shows: what was typed into one is not thrown away."""
    page = check(alices, to("result_add"), typed(text, answer="none"))

    assert page.status_code == status, words_of(page)
    assert ("Clear one of the two" in words_of(page)) is (status == 422)


def test_the_next_form_shows_the_laboratory_and_asks_the_scale_again(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """H6: another laboratory may report on another scale."""
    record(alices_record, "0.05 %", months_ago(3))
    form = form_on(alices.get(to("result_add")))

    assert form["laboratory"] == ["Laboratory North"]
    assert form["unit"] == ["%"]
    assert not form.get("scale")
    assert form["reported"] == [""]


def test_the_same_test_can_be_left_unsaved(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H19: the question has both answers."""
    record(alices_record, "0.05 %", TODAY)

    same = check(alices, to("result_add"), typed("0.05 %"))
    other = check(alices, to("result_add"), typed("0.06 %", months_ago(2)))

    assert "It is the same test: do not save it" in words_of(same)
    assert "It is the same test: do not save it" not in words_of(other)
