"""The page for the team: who may read it, what it says beside the patient's own pages, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import CareTeam, Patient, TeamRole, User
from accounts.services.grants import end_all_grants
from milestones.clinical.course import CourseFlag
from milestones.clinical.observation import ControlGene, Scale
from milestones.explanations.catalogue import Audience, title_of
from milestones.models import WorklistEntry
from tests.cast import (
    TODAY,
    audited,
    change_dose,
    check_in,
    everything_stored,
    form_on,
    join,
    look_for_mutation,
    make_team,
    months_ago,
    owner,
    record,
    record_all,
    record_many,
    record_visit,
    set_up,
    share,
    share_with_team,
    stop,
    treat,
    words_of,
)
from tests.selectors.test_queries import count
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
MOST_QUERIES = 16  # 15 of its own, and the one for the second factor that who is in a team needs


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    """Return Bob, who leads a team."""
    return make_user("bob@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def shared(alices_record: Patient, team: CareTeam, bob: User) -> Patient:
    """Return Alice's record with a course, shared with Bob's team."""
    line = treat(alices_record, months_ago(24), dose="400 mg a day")
    change_dose(line, months_ago(6), "300 mg a day")
    record_all(alices_record, "24 60 %, 21 8 %, 18 1.5 %, 12 0.5 %, 9 0.09 %, 6 0.04 %", copies=45_000)
    share_with_team(alices_record, team, "manage", by=bob)
    return alices_record


@pytest.fixture
def bobs(bob: User, sign_in_as: SignIn) -> Client:
    return sign_in_as(bob)


def part_of(page: object, title: str) -> str:
    """Return the words of one card of the page, up to the next one of the cards that always stand there."""
    words = words_of(page)
    assert title in words, words
    after = words.split(title, 1)[1]
    return re.split(r"Course |On one axis|Rule sets side|Kinetics and|Compare two|Published conditions", after)[0]


# --- Who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [TeamRole.LEAD, TeamRole.MEMBER, TeamRole.VIEWER])
def test_everybody_in_the_team_reads_it_and_a_viewer_reads_only(
    shared: Patient, team: CareTeam, bob: User, make_user: Callable[..., User], sign_in_as: SignIn,
    to: Addresses, role: TeamRole,
) -> None:  # fmt: skip
    nurse = make_user("nurse@example.org")
    join(team, nurse, role=role, by=bob)
    page = sign_in_as(nurse).get(to("care"))
    assert page.status_code == 200
    assert audited("care_view", outcome="allowed", actor_id=nurse.pk) == 1
    assert ("Mark as seen" in words_of(page)) is (role is not TeamRole.VIEWER)


def test_nobody_else(
    shared: Patient, alice: User, charlie: User, make_user: Callable[..., User], sign_in_as: SignIn, to: Addresses
) -> None:
    erin = make_user("erin@example.org")
    share(shared, erin, "manage")
    before = everything_stored()
    assert sign_in_as(erin).get(to("care")).status_code == 403
    assert sign_in_as(charlie).get(to("care")).status_code == 404
    assert sign_in_as(alice).get(to("care")).status_code == 403
    assert Client().get(to("care")).status_code == 302
    assert everything_stored() == before
    assert audited("care_view", outcome="refused") == 3


def test_a_grant_that_has_ended_has_ended(shared: Patient, bobs: Client, to: Addresses) -> None:
    assert bobs.get(to("care")).status_code == 200
    end_all_grants(patient=shared, by=owner(shared))
    assert bobs.get(to("care")).status_code == 404


# --- The patient's own words ------------------------------------------------------------------------------------------


def test_the_words_of_the_patient_are_those_of_their_own_pages(
    shared: Patient, bobs: Client, alices: Client, to: Addresses
) -> None:
    row = record(shared, "0.31 %", months_ago(1))
    home, result = words_of(alices.get(to("home"))), words_of(alices.get(to("result", result_id=row.pk)))
    page = bobs.get(to("care")).content.decode()
    card = page.split("What the patient reads</h2>")[1].split("</section>")[0]
    said = [" ".join(unescape(text).split()) for text in re.split(r"<[^>]*>", card)]
    own = [text for text in said if text and text not in ("On home", "On the page of the result, as well", "Open home")]
    assert len(own) > 12
    assert not [text for text in own if text not in home and text not in result]
    assert "Not yet at the goal: talk this through" in own


@pytest.mark.parametrize("rule_set", ["eln_2020", "nccn_2024"])
def test_no_other_rule_set_speaks_in_the_words_of_the_patient(
    alices_record: Patient, team: CareTeam, bob: User, bobs: Client, alices: Client, to: Addresses, rule_set: str
) -> None:
    """ELN has a word for a second result above 10% at 3 months; NCCN has none, and so its reader sees none."""
    set_up(alices_record, rule_set=rule_set)
    treat(alices_record, months_ago(5))
    record(alices_record, "30 %", months_ago(2))
    row = record(alices_record, "28 %", months_ago(0, days=24))
    share_with_team(alices_record, team, by=bob)
    own = part_of(bobs.get(to("care")), "What the patient reads")
    theirs = words_of(alices.get(to("result", result_id=row.pk)))
    flag = title_of(CourseFlag.CONFIRMED_BY_SECOND)
    assert (flag in own, flag in theirs) == (rule_set == "eln_2020",) * 2
    assert title_of(CourseFlag.CONFIRMED_BY_SECOND, Audience.TEAM) in words_of(bobs.get(to("care")))


def test_a_site_without_verdicts_shows_none_to_the_patient_and_all_to_the_team(
    shared: Patient, bobs: Client, to: Addresses, settings: object
) -> None:
    settings.PATIENT_VERDICTS = False  # type: ignore[attr-defined]  # pytest-django's
    page = bobs.get(to("care"))
    assert "At the goal for this time" not in part_of(page, "What the patient reads")
    assert "ELN 2020: optimal" in words_of(page)


# --- Seen by the team -------------------------------------------------------------------------------------------------


def test_marked_as_seen_and_taken_back(shared: Patient, bobs: Client, team: CareTeam, to: Addresses) -> None:
    page = bobs.get(to("care"))
    assert "Last seen: not yet" in words_of(page)
    form = {key: value[0] for key, value in form_on(page).items()}
    seen = reverse("teams:review", args=[team.pk, shared.pk])
    answer = bobs.post(seen, form, follow=True)
    assert answer.redirect_chain[-1][0] == to("care")
    assert "Marked as seen" in words_of(answer)
    assert "Last seen: 23 Aug 2026 by Bob" in words_of(answer)
    answer = bobs.post(seen, {**form, "undo": "1"}, follow=True)
    assert "Last seen: not yet" in words_of(answer)


@pytest.mark.parametrize("page", ["care", "worklist"])
def test_what_came_since_the_page_was_drawn_is_not_marked(
    shared: Patient, bobs: Client, team: CareTeam, to: Addresses, page: str
) -> None:
    """Neither the team nor the patient is told that somebody has seen what nobody saw."""
    address = to("care") if page == "care" else reverse("teams:worklist", args=[team.pk])
    drawn = bobs.get(address)
    newest = re.findall(r'name="newest" value="([^"]*)"', drawn.content.decode())
    record(shared, "5 %", TODAY)
    seen = reverse("teams:review", args=[team.pk, shared.pk])
    the_list = f"/teams/{team.pk}/"
    refused = bobs.post(seen, {"newest": newest[0], "back": the_list})
    assert refused["Location"] == the_list, "the top of the list, where it is said, and not the row"
    for told in (*newest, "", "none", "2026-08-23T12:00:00"):
        answer = bobs.post(seen, {"newest": told, "back": address}, follow=True)
        assert "Something came in since this page was drawn." in words_of(answer)
        assert WorklistEntry.objects.get(team=team, patient=shared).reviewed_at is None
    [newest] = re.findall(r'name="newest" value="([^"]*)"', bobs.get(address).content.decode())
    assert "Marked as seen" in words_of(bobs.post(seen, {"newest": newest, "back": address}, follow=True))


def test_only_teams_of_the_reader_that_have_the_record_now(
    shared: Patient, bob: User, bobs: Client, make_user: Callable[..., User], to: Addresses
) -> None:
    dana = make_user("dana@example.org")
    make_team(bob, "Another of Bob's")
    share_with_team(shared, make_team(dana, "Dana's clinic"), by=dana)
    words = words_of(bobs.get(to("care")))
    assert WorklistEntry.objects.filter(patient=shared).count() == 2
    assert "Last seen" in words
    assert words.count("Last seen") == 1
    assert "Dana's clinic" not in words


# --- What it says -----------------------------------------------------------------------------------------------------


def test_it_begins_with_treatment_and_the_latest_result(shared: Patient, bobs: Client, to: Addresses) -> None:
    words = words_of(bobs.get(to("care")))
    assert "24 months on imatinib, 300 mg a day" in words.replace("Imatinib", "imatinib")
    assert "0.04%" in words
    assert "ELN 2020: optimal" in words
    assert "\N{MINUS SIGN}0.35 log" in words


def test_rule_sets_stand_side_by_side_and_say_where_they_differ(shared: Patient, bobs: Client, to: Addresses) -> None:
    words = part_of(bobs.get(to("care")), "Rule sets side by side")
    assert "ELN 2020 ELN 2025 NCCN" in words
    assert "12 months month 12 They differ: see below. 23 Aug 2025 0.5% MR2 warning warning sensitive" in words
    assert "12 months. The goal reaches up to 0.1% in ELN 2020 and ELN 2025, up to 1% in NCCN" in words
    assert "The most serious word begins above 1% in ELN 2020 and ELN 2025, above 10% in NCCN" in words
    assert "After 12 months. NCCN" in words
    assert "no verdict for this time" in words


def test_the_rule_set_of_the_person_stands_first(shared: Patient, bobs: Client, to: Addresses) -> None:
    set_up(shared, rule_set="nccn_2024")
    page = bobs.get(to("care"))
    assert re.search(r"Result NCCN.{0,8} ELN 2020 ELN 2025 ", part_of(page, "Rule sets side by side"))
    assert "sensitive; for a treatment-free goal not yet warning warning" in words_of(page)


def test_kinetics_and_depth(shared: Patient, bobs: Client, to: Addresses) -> None:
    record(shared, "<0.0032 %", months_ago(3), copies=8_000, gene=ControlGene.ABL1, limit="0.002")
    record(shared, "0.08 %", months_ago(1))
    words = part_of(bobs.get(to("care")), "Kinetics and depth")
    # 0.09 % to 0.04 % in 92 days: 92 ln 2 / ln(0.09 / 0.04) = 78.6.
    assert "0.04% MMR" in words
    assert "halves in 79 days over 92 days" in words
    assert "Limit of detection 0.002%" in words
    assert "ABL1: 8,000 copies" in words
    # Beside a bound there is no halving and no doubling.
    for value in ("0.08%", "Below 0.0032%"):
        row = words.split(value, 1)[1].split(" 2026 ", 1)[0]
        assert "halves" not in row
        assert "doubles" not in row


def test_a_course_that_rises_doubles(shared: Patient, bobs: Client, to: Addresses) -> None:
    record(shared, "0.4 %", months_ago(3))
    row = part_of(bobs.get(to("care")), "Kinetics and depth").split("0.4%", 1)[1].split(" 2026 ", 1)[0]
    # 0.04 % to 0.4 % in 89 days: 89 ln 2 / ln(0.4 / 0.04) = 26.8.
    assert "doubles in 27 days over 89 days" in row
    assert "halves" not in row


def test_conditions_are_shown_on_treatment_as_of_today(shared: Patient, bobs: Client, to: Addresses) -> None:
    words = words_of(bobs.get(to("care")))
    assert "As the record shows them on 23 August 2026" in words
    assert "Treatment for at least 3 years (NCCN) Not met" in words
    assert "No resistance Not recorded" in words
    assert "eligible" not in words.lower()
    look_for_mutation(shared, months_ago(2), found=True, mutation="T315I")
    assert "No resistance Not met" in words_of(bobs.get(to("care")))


def test_conditions_after_a_stop_are_those_of_its_day(alices_record: Patient, team: CareTeam, bob: User, bobs: Client,
                                                      to: Addresses) -> None:  # fmt: skip
    stop(treat(alices_record, months_ago(60)), months_ago(2))
    share_with_team(alices_record, team, by=bob)
    words = words_of(bobs.get(to("care")))
    assert "Off treatment for 2 months" in words
    assert "As the record shows them on 23 June 2026" in words
    assert "Treatment for at least 3 years (NCCN) Met" in words


def test_two_periods(shared: Patient, bobs: Client, to: Addresses) -> None:
    chosen = {"first_from": "2024-08", "first_to": "2025-03", "second_from": "2025-08", "second_to": "2026-08"}
    words = part_of(bobs.get(to("care"), chosen), "Compare two periods")
    assert "Aug 2024 to Mar 2025 Aug 2025 to Aug 2026" in words
    assert "Results 3: 3 measured on the IS, 0 not detected 3: 3 measured on the IS, 0 not detected" in words
    assert "First result 60%, 23 Aug 2024 0.5%, 23 Aug 2025" in words
    assert "Median of the measured values 8% 0.09%" in words
    assert "Change, first to last measured \N{MINUS SIGN}1.60 log \N{MINUS SIGN}1.10 log" in words
    assert "Tests on time 2 of 2 2 of 3" in words


def test_the_periods_at_first_can_be_chosen(alices_record: Patient, team: CareTeam, bob: User, bobs: Client,
                                             to: Addresses) -> None:  # fmt: skip
    """The boxes and the table say the same months, also in a record that is younger than they are; sums add up."""
    record_all(alices_record, "5 <0.01 %, 3 0.02 %, 1 nd")
    share_with_team(alices_record, team, by=bob)
    page = bobs.get(to("care"))
    words = part_of(page, "Compare two periods")
    assert "Sep 2024 to Aug 2025 Sep 2025 to Aug 2026" in words
    assert "Results 0 3: 1 measured on the IS, 1 not detected, 1 others" in words
    boxes = re.findall(r'<option value="([^"]+)"[^>]* selected', page.content.decode())
    assert boxes == ["2024-09", "2025-08", "2025-09", "2026-08"]


def test_a_test_without_a_place_on_the_scale_stands_on_the_axis_too(
    alices_record: Patient, team: CareTeam, bob: User, bobs: Client, to: Addresses
) -> None:
    record(alices_record, "0.5 %", months_ago(6))
    share_with_team(alices_record, team, by=bob)
    assert "No place on the scale" not in bobs.get(to("care")).content.decode()
    record(alices_record, "not detected", months_ago(3))
    assert "No place on the scale" in bobs.get(to("care")).content.decode()


def test_off_the_scale_no_mmr_stands_on_the_axis(
    alices_record: Patient, team: CareTeam, bob: User, bobs: Client, to: Addresses
) -> None:
    treat(alices_record, months_ago(12))
    record_all(alices_record, "13 60 %, 3 0.05 %", scale=Scale.NOT_IS)
    share_with_team(alices_record, team, by=bob)
    assert ">0.1% MMR<" not in bobs.get(to("care")).content.decode()
    record(alices_record, "0.05 %")
    assert ">0.1% MMR<" in bobs.get(to("care")).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"first_from": "2025-03", "first_to": "2024-08"}, {"first_from": "1999-01"}, {"second_to": "<b>"}]
)
def test_periods_that_cannot_be(shared: Patient, bobs: Client, to: Addresses, wrong: dict[str, str]) -> None:
    chosen = {"first_from": "2024-08", "first_to": "2025-03", "second_from": "2025-08", "second_to": "2026-08"}
    page = bobs.get(to("care"), {**chosen, **wrong})
    assert page.status_code == 200
    assert "There is a problem" in words_of(page)
    assert "In this time" not in words_of(page)
    assert b"<b>" not in page.content.split(b"There is a problem")[1].split(b"</ul>")[0]


def test_a_record_with_nothing_in_it(alices_record: Patient, team: CareTeam, bob: User, bobs: Client,
                                     to: Addresses) -> None:  # fmt: skip
    share_with_team(alices_record, team, by=bob)
    words = words_of(bobs.get(to("care")))
    assert "No treatment recorded" in words
    assert "No results yet" in words
    assert "Compare two periods" not in words


# --- What is left out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["side_effects", "visits"])
def test_what_is_not_shared_is_not_there(alices_record: Patient, team: CareTeam, bob: User, bobs: Client,
                                         to: Addresses, part: str) -> None:  # fmt: skip
    record(alices_record, "0.5 %", months_ago(3))
    check_in(alices_record, months_ago(2), rash="very much", private=("rash",))
    check_in(alices_record, months_ago(1), headache="very much", note="CANARY-note")
    record_visit(alices_record, months_ago(1), whom="CANARY-visit")
    given: dict[str, Any] = {part: False}
    share_with_team(alices_record, team, by=bob, **given)
    text = bobs.get(to("care")).content.decode()
    assert "Part of the record is not shared with you." in text
    assert ("Headache" in text) is (part != "side_effects")
    assert ("CANARY-visit" in text) is (part != "visits")
    assert "Rash" not in text  # private


def test_what_is_typed_is_inert(shared: Patient, bobs: Client, to: Addresses) -> None:
    record_visit(shared, months_ago(1), whom="<script>x</script>")
    assert "<script>x" not in bobs.get(to("care")).content.decode()


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_as_many_queries_for_twelve_as_for_five_hundred(
    alice: User, charlie: User, team: CareTeam, bob: User, sign_in_as: SignIn
) -> None:
    costs = {}
    for size, person in ((12, alice), (500, charlie)):
        patient = person.patient
        record_many(patient, size)
        treat(patient, months_ago(30))
        for number in range(size // 10):
            check_in(patient, TODAY - timedelta(days=number), tiredness="a little")
            record_visit(patient, months_ago(number))
        share_with_team(patient, team, by=bob)
        address = reverse("milestones:care", kwargs={"patient_id": patient.pk})
        client = sign_in_as(bob)
        client.get(address)  # the first page of a session writes that it was used
        costs[size] = count(partial(client.get, address))
    assert costs[12] == costs[500] <= MOST_QUERIES, costs


def test_many_results_go_on_on_the_next_page(shared: Patient, bobs: Client, to: Addresses) -> None:
    record_many(shared, 30)
    first, second = (words_of(bobs.get(to("care"), {"page": number})) for number in ("1", "2"))
    assert "Page 1 of 5" in first
    assert "Page 2 of 5" in second
    assert len(bobs.get(to("care")).content) < 250_000
