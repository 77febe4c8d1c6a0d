"""Side effects: a check-in in a few touches, its course, and what is done when a sign is urgent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Patient, User
from accounts.services.audit import AuditUnavailableError
from milestones.clinical.side_effects import Symptom, UrgentSign
from milestones.models import CheckIn, SideEffect, WorklistEntry
from tests.cast import (
    TODAY,
    audited,
    break_audit,
    check_in,
    dated,
    everything_stored,
    form_on,
    make_team,
    months_ago,
    share,
    share_with_team,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

URGENT = "Get urgent help if:"


def form_of(client: Client, to: Addresses) -> dict[str, Any]:
    """Return the long form, which is the last on the page."""
    return form_on(client.get(to("check_in")), None) | {"idempotency_key": str(uuid4())}


def save(client: Client, to: Addresses, **answers: Any) -> Any:
    return client.post(to("check_in"), {"idempotency_key": str(uuid4()), **answers})


def latest(patient: Patient) -> dict[str, str]:
    row = CheckIn.objects.filter(patient=patient).latest("created_at")
    return dict(SideEffect.objects.filter(check_in=row).values_list("symptom", "interference"))


def test_first_visit_says_what_it_is_for(alices: Client, to: Addresses) -> None:
    words = words_of(alices.get(to("side_effects")))
    assert "No check-in yet" in words
    assert "Nobody watches this record live" in words


def test_what_was_touched_is_written_down_and_nothing_else(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    answer = save(
        alices, to, how_tiredness="a little", how_worry="very much", note_worry="At night", private_worry="on"
    )
    assert answer["Location"] == to("side_effects")
    assert latest(alices_record) == {"tiredness": "a little", "worry": "very much"}
    assert SideEffect.objects.get(symptom="worry").is_private
    assert CheckIn.objects.get().noted_on == TODAY
    words = words_of(alices.get(to("side_effects")))
    assert "Worry: very much; Tiredness: a little" in words
    assert "At night" in words
    assert "Private" in words
    assert (audited("check_in_recorded"), audited("side_effect_recorded")) == (1, 2)


def test_every_symptom_can_be_said(alices: Client, to: Addresses, alices_record: Patient) -> None:
    answers = {f"how_{symptom.name.lower()}": "quite a bit" for symptom in Symptom}
    assert save(alices, to, **answers, other_name="Dry eyes").status_code == 302
    assert latest(alices_record) == {symptom.value: "quite a bit" for symptom in Symptom}
    assert "Dry eyes: quite a bit" in words_of(alices.get(to("side_effects")))


def test_same_as_last_time_is_one_touch(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """The same degrees, since when and what is private; notes belong to their own day."""
    check_in(
        alices_record, months_ago(1), tiredness="a little", worry="not at all", note="Only then", private=("worry",)
    )
    row = SideEffect.objects.get(symptom="tiredness")
    alices.post(
        to("side_effect_change", row_id=row.pk),
        {**form_on(alices.get(to("side_effect_change", row_id=row.pk))), **dated("since", months_ago(5))},
    )
    assert "Same as last time" in words_of(alices.get(to("check_in")))
    assert save(alices, to, quick="same").status_code == 302
    assert latest(alices_record) == {"tiredness": "a little", "worry": "not at all"}
    copied = SideEffect.objects.filter(symptom="tiredness").latest("created_at")
    assert (copied.since_on, copied.note) == (months_ago(5), "")
    assert SideEffect.objects.filter(symptom="worry").latest("created_at").is_private
    assert "About the same as on 23 July 2026." in words_of(alices.get(to("side_effects")))


def test_without_a_last_time_there_is_nothing_to_repeat(alices: Client, to: Addresses) -> None:
    assert "Same as last time" not in words_of(alices.get(to("check_in")))


def test_nothing_in_the_way_is_an_answer(alices: Client, to: Addresses, alices_record: Patient) -> None:
    check_in(alices_record, months_ago(1), tiredness="a little")
    assert save(alices, to, quick="nothing").status_code == 302
    assert latest(alices_record) == {}
    words = words_of(alices.get(to("side_effects")))
    assert "Nothing got in the way." in words
    assert "Less in the way than on 23 July 2026: tiredness." in words


def test_since_when_is_carried_on_while_it_lasts(alices: Client, to: Addresses, alices_record: Patient) -> None:
    check_in(alices_record, months_ago(2), rash="a little")
    row = SideEffect.objects.get()
    address = to("side_effect_change", row_id=row.pk)
    alices.post(address, {**form_on(alices.get(address)), "since_month": "3", "since_year": "2026"})
    save(alices, to, how_rash="very much")
    newest = SideEffect.objects.latest("created_at")
    assert (newest.since_on, newest.since_precision) == (row.created_at.date().replace(2026, 3, 1), "month")
    save(alices, to, how_rash="not at all")
    assert SideEffect.objects.latest("created_at").since_on is None


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Choose how much it got in the way."),
        ({"how_tiredness": "a lot"}, "Select a valid choice"),
        ({"how_other": "a little"}, "Type what it is."),
        ({"how_rash": "a little", "note_rash": "x" * 501}, "room for 500"),
        ({"how_rash": "a little", "urgent": "a cold"}, "Select a valid choice"),
        ({"quick": "other"}, "Choose how much it got in the way."),
        ({"how_rash": "a little", "since_rash_month": "9", "since_rash_year": "2026"}, "has not come yet"),
        ({"since_rash_month": "3", "since_rash_year": "2026"}, "Choose how much it got in the way."),
        ({"private_rash": "on"}, "Choose how much it got in the way."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    alices: Client, to: Addresses, answers: dict[str, str], said: str
) -> None:
    before = everything_stored()
    answer = save(alices, to, note_worry="kept words", **answers)
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert "Error:" in answer.content.decode().split("</title>")[0]
    assert 'value="kept words"' in answer.content.decode()
    assert everything_stored() == before


def test_an_empty_check_in_is_asked_for_one_answer(alices: Client, to: Addresses) -> None:
    before = everything_stored()
    answer = save(alices, to)
    assert answer.status_code == 422
    assert "Choose one answer at least" in words_of(answer)
    assert everything_stored() == before


def test_since_when_can_be_said_at_once(alices: Client, to: Addresses) -> None:
    assert save(alices, to, how_rash="a little", since_rash_month="3", since_rash_year="2026").status_code == 302
    row = SideEffect.objects.get()
    assert (str(row.since_on), row.since_precision) == ("2026-03-01", "month")
    assert "since March 2026" in words_of(alices.get(to("side_effects")))


def test_something_else_that_is_not_there_needs_no_name(alices: Client, to: Addresses) -> None:
    assert save(alices, to, how_other="not at all").status_code == 302


@pytest.mark.parametrize("sign", UrgentSign)
def test_an_urgent_sign_shows_where_help_is(alices: Client, to: Addresses, sign: UrgentSign) -> None:
    answer = alices.post(to("check_in"), {"idempotency_key": str(uuid4()), "urgent": sign.value}, follow=True)
    words = words_of(answer)
    assert URGENT in words
    assert "Call your local emergency number" in words
    assert "Nobody watches this record live." in words


@pytest.mark.parametrize(("degree", "urgent"), [("not at all", False), ("a little", True)])
def test_breathlessness_counts_as_an_urgent_sign(alices: Client, to: Addresses, degree: str, urgent: bool) -> None:
    answer = alices.post(to("check_in"), {"idempotency_key": str(uuid4()), "how_breathlessness": degree}, follow=True)
    assert (URGENT in words_of(answer)) is urgent


def test_the_card_goes_with_the_day_and_the_sign_stays_written(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    check_in(alices_record, months_ago(1), urgent=("fainting",))
    words = words_of(alices.get(to("side_effects")))
    assert URGENT not in words
    assert "Urgent signs you ticked: Fainting" in words


def test_mood_is_asked_after_a_stop_only(alices: Client, to: Addresses, alices_record: Patient) -> None:
    question = "How have you been feeling in yourself?"
    treat(alices_record, months_ago(60))
    assert question not in words_of(alices.get(to("check_in")))
    treat(alices_record, months_ago(30), months_ago(2), medicine="nilotinib")
    assert question in words_of(alices.get(to("check_in")))
    assert save(alices, to, mood="low", mood_private="on").status_code == 302
    row = CheckIn.objects.get()
    assert (row.mood, row.is_private) == ("low", True)
    assert "In yourself: Low (private)" in words_of(alices.get(to("side_effects")))


def test_posted_twice_is_one_check_in(alices: Client, to: Addresses) -> None:
    """R5."""
    form = {"idempotency_key": str(uuid4()), "how_rash": "a little", "how_worry": "a little"}
    assert [alices.post(to("check_in"), form).status_code for _ in range(2)] == [302, 302]
    assert (CheckIn.objects.count(), SideEffect.objects.count()) == (1, 2)
    assert (audited("check_in_recorded"), audited("side_effect_recorded")) == (1, 2)


def test_a_check_in_is_whole_or_not_there(alices_record: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    break_audit(monkeypatch, "side_effect_recorded")
    with pytest.raises(AuditUnavailableError):
        check_in(alices_record, rash="a little")
    assert not CheckIn.objects.exists()


def test_two_corrections_at_once_lose_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R6."""
    check_in(alices_record, months_ago(1), rash="a little")
    row = SideEffect.objects.get()
    address = to("side_effect_change", row_id=row.pk)
    first, second = form_on(alices.get(address)), form_on(alices.get(address))
    assert alices.post(address, {**first, "interference": "very much"}).status_code == 302
    answer = alices.post(address, {**second, "note": "the second note"})
    assert answer.status_code == 409
    assert "This was changed in the meantime" in words_of(answer)
    assert "the second note" in answer.content.decode()
    row.refresh_from_db()
    assert (row.interference, row.note, row.version, row.history.count()) == ("very much", "", 2, 2)


def test_a_date_to_come_is_refused(alices: Client, to: Addresses, alices_record: Patient) -> None:
    check_in(alices_record, rash="a little")
    address = to("side_effect_change", row_id=SideEffect.objects.get().pk)
    answer = alices.post(address, {**form_on(alices.get(address)), **dated("since", months_ago(-1))})
    assert answer.status_code == 422
    assert "has not come yet" in words_of(answer)


def test_a_mistake_counts_no_more_until_it_is_taken_back(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = check_in(alices_record, urgent=("fainting",), rash="a little")
    effect = SideEffect.objects.get()
    alices.post(to("side_effect_withdraw", row_id=effect.pk), {"version": "1"})
    assert "Rash: a little" not in words_of(alices.get(to("check_in")))
    alices.post(to("check_in_withdraw", row_id=row.pk), {"version": "1"})
    words = words_of(alices.get(to("side_effects")))
    assert "Entered by mistake" in words
    assert URGENT not in words
    assert alices.get(to("side_effect_change", row_id=effect.pk)).status_code == 404
    alices.post(to("check_in_withdraw", row_id=row.pk), {"version": "2", "undo": "1"})
    alices.post(to("side_effect_withdraw", row_id=effect.pk), {"version": "2", "undo": "1"})
    words = words_of(alices.get(to("side_effects")))
    assert URGENT in words
    assert "Last time 23 August 2026 Rash: a little" in words


def test_what_is_of_another_record_is_not_found(alices: Client, to: Addresses) -> None:
    assert alices.get(to("side_effect_change", row_id=uuid4())).status_code == 404


def test_a_long_course_goes_on_on_further_pages(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for month in range(21):
        check_in(alices_record, months_ago(month), worry="a little")
    page = alices.get(to("side_effects"))
    assert "Page 1 of 2" in words_of(page)
    assert "23 December 2024" in words_of(alices.get(to("side_effects") + "?page=2"))


def test_the_record_page_leads_to_every_part(alices: Client, to: Addresses) -> None:
    page = alices.get(to("record")).content.decode()
    for name in ("treatment", "side_effects"):
        assert f'href="{to(name)}"' in page
    assert f'href="{to("record")}"' in alices.get(to("home")).content.decode()


# --- What is private --------------------------------------------------------------------------------------------------


def test_a_check_in_that_is_all_private_is_not_there_for_others(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, charlies: Client
) -> None:
    """S17: that there is something would be told too, and that nothing got in the way would be wrong."""
    share(alices_record, charlie)
    check_in(alices_record, months_ago(2), tiredness="a little")
    check_in(alices_record, months_ago(1), worry="very much", mood="low", private=("worry", "mood"))
    assert "23 July 2026" in words_of(alices.get(to("side_effects")))
    for page in ("side_effects", "timeline"):
        words = words_of(charlies.get(to(page)))
        assert "Tiredness: a little" in words
        assert "23 July 2026" not in words
        assert "Nothing got in the way" not in words
    assert "1 entry" in words_of(charlies.get(to("timeline")))


@pytest.mark.parametrize("mood", ["", "low"], ids=["no mood", "a mood"])
def test_nobody_reads_that_nothing_was_in_the_way_where_a_part_is_private(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, charlies: Client, mood: str
) -> None:
    """H31: neither on a page nor on the paper that goes to the visit."""
    share(alices_record, charlie)
    check_in(alices_record, tiredness="not at all", worry="very much", private=("worry",), mood=mood)
    for page in ("side_effects", "timeline"):
        words = words_of(charlies.get(to(page)))
        assert "23 August 2026" in words
        assert "Nothing got in the way" not in words
        assert "Worry" not in words
    for client in (alices, charlies):
        said = words_of(client.get(to("guide_print"), {"part": "side-effects", "paper": "a4"}))
        assert "Side effects that get in the way" in said
        assert "Nothing got in the way" not in said


def test_the_worklist_says_of_the_latest_check_in_that_a_team_sees(
    alices_record: Patient, make_user: Callable[..., User]
) -> None:
    bob = make_user("bob@example.org")
    share_with_team(alices_record, make_team(bob), by=bob)
    check_in(alices_record, months_ago(1), rash="very much")
    check_in(alices_record, TODAY, worry="a little", private=("worry",))
    assert WorklistEntry.objects.get(patient=alices_record).very_much_on == months_ago(1)
