"""A result that the person typed, beside what their team reads on the laboratory's report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient, TeamRole, User
from milestones.models import LabResult
from tests.cast import audited, form_on, join, make_team, months_ago, record, share_with_team, typed, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

ON = months_ago(3)
ASKED = ("collected_day", "collected_month", "collected_year", "answer", "reported", "unit", "scale")
SAME = "The two say the same"
DIFFER = "The two differ"


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def bobs(alices_record: Patient, bob: User, sign_in_as: Callable[[User], Client]) -> Client:
    share_with_team(alices_record, make_team(bob), "manage", by=bob)
    record(alices_record, "0.042 %", ON, copies=32_000)
    return sign_in_as(bob)


def compare(client: Client, to: Addresses, **says: str) -> Any:
    """Type a report on the page as it is shown, and go on."""
    address = to("result_compare", result_id=LabResult.objects.get().pk)
    report = {name: value for name, value in typed("0.042 %", ON).items() if name != "laboratory"}
    return client.post(address, {**form_on(client.get(address)), **report, **says})


def test_nothing_of_the_blood_is_told_before_it_is_typed(bobs: Client, to: Addresses) -> None:
    row = LabResult.objects.get()
    page = bobs.get(to("result_compare", result_id=row.pk))
    form = form_on(page)
    assert not any(any(form.get(name, ())) for name in ASKED)
    assert form["control_gene_copies"] == ["32000"]
    assert form["laboratory"] == [row.laboratory]
    assert "0.042%" in words_of(page)


@pytest.mark.parametrize("as_printed", ["0.042 %", "0,042", "0.0420%"])
def test_the_same_value_in_other_digits_is_no_difference(bobs: Client, to: Addresses, as_printed: str) -> None:
    page = compare(bobs, to, reported=as_printed, unit="%")
    assert SAME in words_of(page)
    assert "differs" not in words_of(page)


def test_what_agrees_is_marked_as_checked(bobs: Client, alices: Client, to: Addresses) -> None:
    row = LabResult.objects.get()
    page = compare(bobs, to)
    assert audited("result_checked") == 0, "to look is no mark"
    answer = bobs.post(to("result_check", result_id=row.pk), form_on(page, "check"))
    assert answer.status_code == 302
    told = words_of(alices.get(to("result", result_id=row.pk)))
    assert "Checked against the laboratory's report by Bob, Clinic North." in told


@pytest.mark.parametrize(
    ("says", "line"),
    [
        ({"reported": "0.043 %"}, "We understand"),
        ({"collected_day": str(ON.day - 1)}, "Blood taken"),
        ({"scale": "not IS"}, "Scale"),
        ({"laboratory": "Laboratory South"}, "Laboratory"),
        ({"control_gene_copies": "31 999"}, "Copies of the control gene"),
        ({"answer": "less"}, "We understand"),
        ({"limit_of_detection": "0.002"}, "The test could see down to"),
    ],
)
def test_each_line_that_differs_is_marked(bobs: Client, to: Addresses, says: dict[str, str], line: str) -> None:
    page = words_of(compare(bobs, to, **says))
    assert DIFFER in page
    assert f"{line} differs" in page
    assert page.count("differs") == 1
    assert LabResult.objects.get().version == 1


def test_corrected_to_the_report_it_counts_as_checked_and_the_old_value_is_kept(
    bobs: Client, alices: Client, to: Addresses
) -> None:
    row = LabResult.objects.get()
    page = compare(bobs, to, reported="0.024 %")
    correct = to("result_correct", result_id=row.pk)
    body = {**form_on(page, "correct"), "step": "save"}
    assert bobs.post(correct, body).status_code == 302
    told = words_of(alices.get(to("result", result_id=row.pk)))
    assert "Checked against the laboratory's report by Bob, Clinic North." in told
    assert "0.024%" in told
    assert "0.042%" in told
    row.refresh_from_db()
    assert (row.version, row.checked_version, row.control_gene_copies) == (2, 2, 32_000)
    assert bobs.post(correct, body).status_code == 302, "a second press of the button"
    assert audited("result_corrected") == audited("result_checked") == 1


def test_only_a_team_says_that_a_correction_is_the_reports(alices: Client, to: Addresses, bobs: Client) -> None:
    row = LabResult.objects.get()
    address = to("result_correct", result_id=row.pk)
    check = alices.post(address, {**form_on(alices.get(address)), "reported": "0.024 %"})
    assert alices.post(address, {**form_on(check), "step": "save", "from_report": "1"}).status_code == 302
    row.refresh_from_db()
    assert (row.version, row.checked_version) == (2, None)
    assert alices.get(to("result_compare", result_id=row.pk)).status_code == 403


def test_a_report_of_another_sample_is_added_beside_it(bobs: Client, to: Addresses) -> None:
    page = compare(bobs, to, reported="0.024 %", collected_day=str(ON.day - 1))
    add = to("result_add")
    check = bobs.post(add, {**form_on(page, "add"), "step": "check"})
    assert bobs.post(add, {**form_on(check), "step": "save"}).status_code == 302
    assert LabResult.objects.count() == 2
    assert LabResult.objects.get(source="team").laboratory == LabResult.objects.get(source="typed").laboratory


def test_going_back_keeps_what_was_typed(bobs: Client, to: Addresses) -> None:
    address = to("result_compare", result_id=LabResult.objects.get().pk)
    page = compare(bobs, to, reported="0.024 %")
    form = form_on(bobs.post(address, {**form_on(page, "change"), "step": "change"}))
    assert form["reported"] == ["0.024 %"]
    assert form["collected_year"] == [str(ON.year)]


def test_what_cannot_be_read_is_said_and_kept(bobs: Client, to: Addresses) -> None:
    page = compare(bobs, to, reported="about 5")
    assert page.status_code == 422
    assert form_on(page)["reported"] == ["about 5"]


def test_a_team_that_does_not_correct_is_told_who_can(
    bob: User, alices_record: Patient, sign_in_as: Callable[[User], Client], to: Addresses
) -> None:
    share_with_team(alices_record, make_team(bob), "add", by=bob)
    record(alices_record, "0.042 %", ON)
    client = sign_in_as(bob)
    page = compare(client, to, reported="0.024 %")
    assert "Tell the patient what the report says." in words_of(page)
    assert to("result_correct", result_id=LabResult.objects.get().pk) not in page.content.decode()


def test_a_result_that_was_a_mistake_is_held_against_nothing(bobs: Client, to: Addresses) -> None:
    row = LabResult.objects.get()
    bobs.post(to("result_withdraw", result_id=row.pk), {"version": 1})
    assert bobs.get(to("result_compare", result_id=row.pk)).status_code == 404


def test_a_viewer_of_the_team_gets_no_way_there(
    bobs: Client, bob: User, alices_record: Patient, make_user: Callable[..., User],
    sign_in_as: Callable[[User], Client], to: Addresses,
) -> None:  # fmt: skip
    frank = make_user("frank@example.org")
    join(bob.memberships.get().team, frank, role=TeamRole.VIEWER, by=bob)
    client = sign_in_as(frank)
    row = LabResult.objects.get()
    assert "Compare with the report" not in words_of(client.get(to("result", result_id=row.pk)))
    assert "Compare with the report" in words_of(bobs.get(to("result", result_id=row.pk)))
    assert client.get(to("result_compare", result_id=row.pk)).status_code == 403


def test_what_another_team_has_checked_stands(
    bobs: Client, alices_record: Patient, make_user: Callable[..., User], sign_in_as: Callable[[User], Client],
    to: Addresses,
) -> None:  # fmt: skip
    row = LabResult.objects.get()
    bobs.post(to("result_check", result_id=row.pk), {"version": 1})
    dana = make_user("dana@example.org")
    share_with_team(alices_record, make_team(dana, "South"), by=dana)
    danas = sign_in_as(dana)
    page = words_of(danas.get(to("result", result_id=row.pk)))
    assert "Compare with the report" in page
    assert "Not checked after all" not in page
    assert "The laboratory's report says the same" not in page
    assert "Checked against the laboratory's report by Bob, Clinic North." in words_of(compare(danas, to))
    for body in ({"version": 1}, {"version": 1, "undo": "1"}):
        said = words_of(danas.post(to("result_check", result_id=row.pk), body, follow=True))
        assert "Another team has checked this result already. Their mark stands." in said
    row.refresh_from_db()
    assert row.checked_version == 1
    assert "Not checked after all" in words_of(bobs.get(to("result", result_id=row.pk)))


def test_the_page_says_what_the_check_page_says(bobs: Client, to: Addresses) -> None:
    assert "Level: Above 10%." in words_of(compare(bobs, to, reported="55 %"))


@pytest.mark.parametrize("way", ["conflict", "check", "form"])
def test_that_it_is_the_reports_is_kept_on_every_way(bobs: Client, alices: Client, to: Addresses, way: str) -> None:
    """Also where somebody else was first, the proof of the check is too old, or something is still changed."""
    row = LabResult.objects.get()
    correct = to("result_correct", result_id=row.pk)
    body = {**form_on(compare(bobs, to, reported="0.024 %"), "correct"), "step": "save"}
    if way == "conflict":
        check = alices.post(correct, {**form_on(alices.get(correct)), "reported": "0.05 %"})
        alices.post(correct, {**form_on(check), "step": "save"})
        page = bobs.post(correct, body)
        assert page.status_code == 409
    elif way == "check":
        page = bobs.post(correct, {**body, "checked": "too old"})
        assert "Is this right?" in words_of(page)
    else:
        form = form_on(bobs.post(correct, {**body, "step": "change"}))
        page = bobs.post(correct, {**form, "step": "check"})
    assert bobs.post(correct, {**form_on(page), "step": "save"}).status_code == 302
    row.refresh_from_db()
    assert (row.reported_text, row.checked_version) == ("0.024 %", row.version)
