"""Correcting a result: the form comes filled in, the check is the same, and nobody's change is written over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient, User
from milestones.clinical.observation import Scale, Specimen
from milestones.clinical.units import Unit
from milestones.models import LabResult
from milestones.selectors.result_rows import observation_of
from milestones.services.results import withdraw_result
from tests.cast import (
    SOUTH,
    audited,
    everything_stored,
    form_on,
    months_ago,
    owner,
    record,
    share,
    typed,
    words_of,
)
from tests.views.conftest import Addresses
from tests.views.test_result_add import sign_in

pytestmark = pytest.mark.django_db


def checked(client: Client, address: str, **changes: str) -> Any:
    """Open the form, change some boxes, and continue to the check page."""
    return client.post(address, {**form_on(client.get(address)), **changes, "step": "check"})


def save(client: Client, address: str, page: Any) -> Any:
    return client.post(address, {**form_on(page), "step": "save"})


def test_it_is_checked_saved_and_the_old_version_shown(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.5 %", months_ago(1))
    address = to("result_correct", result_id=row.pk)
    page = checked(alices, address, reported="0.05 %")
    assert "Is this right?" in words_of(page)
    assert LabResult.objects.get().version == 1

    saved = save(alices, address, page)
    assert saved.status_code == 302
    stored = LabResult.objects.get()
    assert (stored.pk, stored.version, stored.reported_text, stored.status) == (row.pk, 2, "0.05 %", "corrected")
    assert audited("result_corrected", request_id=saved["X-Request-ID"]) == 1
    words = words_of(alices.get(saved["Location"]))
    assert "Earlier versions" in words
    assert "0.5%" in words.split("Earlier versions")[1]


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("UTC", "corrected, 23 August 2026, 12:00"),
        ("Asia/Tokyo", "corrected, 23 August 2026, 21:00"),
        ("Pacific/Kiritimati", "corrected, 24 August 2026, 02:00"),
    ],
)
def test_when_a_version_was_written_is_told_in_the_zone_of_the_record(
    alices: Client, to: Addresses, alices_record: Patient, zone: str, told: str
) -> None:
    Patient.objects.filter(pk=alices_record.pk).update(time_zone=zone)
    row = record(alices_record, "0.5 %", months_ago(1))
    address = to("result_correct", result_id=row.pk)
    saved = save(alices, address, checked(alices, address, reported="0.05 %"))
    assert told in words_of(alices.get(saved["Location"]))
    alices.post(to("result_withdraw", result_id=row.pk), {"version": "2"})
    assert told in words_of(alices.get(to("result", result_id=row.pk)))


def test_its_own_old_version_is_no_earlier_result(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H19, H20: a correction is not asked about as its own duplicate or slip."""
    row = record(alices_record, "5 %", months_ago(1))
    page = checked(alices, to("result_correct", result_id=row.pk), reported="0.05 %")
    assert "Save this result" in words_of(page)
    assert "already holds" not in words_of(page)


STORED: list[dict[str, Any]] = [
    {"text": "5.10 %"},
    {"text": "0,0032 % IS"},
    {"text": "<0.0032 %", "laboratory": SOUTH, "copies": 32_000},
    {"text": "≤ 0.01 %"},
    {"text": "0.001", "unit": Unit.RATIO},
    {"text": "12", "unit": Unit.PERCENT},
    {"text": "not detected", "limit": "0.0020"},
    {"text": "undetectable"},
    {"text": "0.000 %"},
    {"text": "MR4.5"},
    {"text": "3-log reduction"},
    {"text": "0.0032 % MR4.5"},
    {"text": ">55 %"},
    {"text": "detected"},
    {"text": "3.2E-3 %"},
    {"text": "0.080 %", "scale": Scale.NOT_IS, "factor": "1.10"},
    {"text": "0.08 %", "scale": Scale.UNKNOWN, "specimen": Specimen.BONE_MARROW},
]


@pytest.mark.parametrize("stored", STORED, ids=lambda stored: str(stored["text"]))
def test_correcting_only_the_date_keeps_everything_else(
    alices: Client, to: Addresses, alices_record: Patient, stored: dict[str, Any]
) -> None:
    """H3, H7, H8: the filled-in form says what was stored, so that nothing changes that was not changed."""
    row = record(alices_record, stored["text"], date(2026, 8, 6), **{k: v for k, v in stored.items() if k != "text"})
    before = observation_of(LabResult.objects.get())
    address = to("result_correct", result_id=row.pk)
    page = checked(alices, address, collected_day="7")
    assert page.status_code == 200, words_of(page)
    assert save(alices, address, page).status_code == 302
    after = observation_of(LabResult.objects.get())
    assert after.collected_on == date(2026, 8, 7)
    assert (after.reading, after.reading.text) == (before.reading, before.reading.text)
    assert (after.scale, after.laboratory, after.specimen) == (before.scale, before.laboratory, before.specimen)
    assert (after.control_gene_copies, after.conversion_factor) == (
        before.control_gene_copies,
        before.conversion_factor,
    )


def test_unknown_day_stays_unknown(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.05 %", date(2026, 5, 15), day_is_known=False)
    address = to("result_correct", result_id=row.pk)
    save(alices, address, checked(alices, address, reported="0.06 %"))
    assert LabResult.objects.get().collected_precision == "month"


def test_two_edits_at_once_show_both_versions_and_lose_nothing(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """R6, H33: the second editor gets 409 with their own text and the newer version, and nothing is written."""
    row = record(alices_record, "0.5 %", months_ago(1))
    address = to("result_correct", result_id=row.pk)
    first = checked(alices, address, reported="0.05 %")
    second = checked(alices, address, reported="0.07 %", laboratory="Typed in the other window")
    assert save(alices, address, first).status_code == 302

    before = everything_stored()
    conflict = save(alices, address, second)
    assert conflict.status_code == 409
    words = words_of(conflict)
    assert "Nothing was saved" in words
    for said in ("0.05%", "0.07 %", "Typed in the other window"):
        assert said in words
    assert everything_stored() == before
    assert audited("result_corrected") == 1

    # Knowing both, one's own can still be saved, as the next version.
    assert save(alices, address, conflict).status_code == 302
    stored = LabResult.objects.get()
    assert (stored.version, stored.reported_text) == (3, "0.07 %")
    texts = LabResult.history.order_by("version").values_list("reported_text", flat=True)
    assert list(texts) == ["0.5 %", "0.05 %", "0.07 %"]


def test_same_correction_posted_twice_is_answered_once(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R5."""
    row = record(alices_record, "0.5 %", months_ago(1))
    address = to("result_correct", result_id=row.pk)
    page = checked(alices, address, reported="0.05 %")
    assert [save(alices, address, page).status_code for _ in range(2)] == [302, 302]
    assert LabResult.objects.get().version == 2
    assert audited("result_corrected") == 1


def test_a_withdrawn_result_is_not_corrected(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.5 %")
    address = to("result_correct", result_id=row.pk)
    page = checked(alices, address, reported="0.05 %")
    withdraw_result(patient=alices_record, result_id=row.pk, version=1, by=owner(alices_record))
    before = everything_stored()
    assert alices.get(address).status_code == 404
    assert save(alices, address, page).status_code == 404
    assert everything_stored() == before


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "99", "9" * 30, "1.5"])
def test_a_version_that_was_never_drawn_changes_nothing(
    alices: Client, to: Addresses, alices_record: Patient, version: str
) -> None:
    row = record(alices_record, "0.5 %")
    address = to("result_correct", result_id=row.pk)
    page = checked(alices, address, reported="0.05 %")
    before = everything_stored()
    answer = alices.post(address, {**form_on(page), "version": version, "step": "save"})
    assert answer.status_code in (409, 422)
    assert everything_stored() == before


def test_errors_keep_what_was_typed(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.5 %")
    page = checked(alices, to("result_correct", result_id=row.pk), reported="about 5", collected_year="")
    assert page.status_code == 422
    assert form_on(page)["reported"] == ["about 5"]
    assert form_on(page)["version"] == ["1"]
    assert "Correct a result" in words_of(page)


def test_what_was_typed_survives_the_end_of_the_session(
    alices: Client, alice: User, to: Addresses, alices_record: Patient
) -> None:
    """S8."""
    row = record(alices_record, "0.5 %")
    address = to("result_correct", result_id=row.pk)
    form = form_on(checked(alices, address, reported="0,0317 %"))
    alices.session.flush()
    assert alices.post(address, {**form, "step": "save"}).status_code == 302
    page = alices.get(sign_in(alices, address)["Location"])
    assert form_on(page)["reported"] == ["0,0317 %"]
    assert save(alices, address, alices.post(address, {**form_on(page), "step": "check"})).status_code == 302
    assert LabResult.objects.get().version == 2


def test_stranger_changes_nothing(charlies: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.5 %")
    before = everything_stored()
    answer = charlies.post(to("result_correct", result_id=row.pk), {**typed("0.05 %"), "version": "1", "step": "save"})
    assert answer.status_code == 404
    assert everything_stored() == before


def test_an_earlier_version_is_used_again_as_the_newest(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record, "0.5 %", months_ago(1), laboratory=SOUTH)
    address = to("result_correct", result_id=row.pk)
    save(alices, address, checked(alices, address, reported="0.05 %", laboratory="Laboratory North"))
    page = alices.get(to("result", result_id=row.pk))
    assert words_of(page).count("Use this version again") == 1, "not for the one that stands there"
    assert f"{address}?as=1" in page.content.decode()

    form = alices.get(address, {"as": "1"})
    assert "This is the version of" in words_of(form)
    assert (form_on(form)["reported"], form_on(form)["laboratory"]) == (["0.5 %"], [SOUTH])
    assert LabResult.objects.get().version == 2, "nothing is written before it was checked"
    check = alices.post(address, {**form_on(form), "step": "check"})
    assert save(alices, address, check).status_code == 302
    stored = LabResult.objects.get()
    assert (stored.version, stored.reported_text, stored.laboratory) == (3, "0.5 %", SOUTH)
    assert LabResult.history.count() == 3


@pytest.mark.parametrize("number", ["2", "0", "7", "one", ""])
def test_only_an_earlier_version_of_another_text_is_used(
    alices: Client, to: Addresses, alices_record: Patient, number: str
) -> None:
    row = record(alices_record, "0.5 %", months_ago(1))
    address = to("result_correct", result_id=row.pk)
    save(alices, address, checked(alices, address, reported="0.05 %"))
    form = alices.get(address, {"as": number})
    assert "This is the version of" not in words_of(form)
    assert form_on(form)["reported"] == ["0.05 %"]


def test_whoever_may_not_correct_gets_no_way_to_an_earlier_version(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, sign_in_as: Any
) -> None:
    row = record(alices_record, "0.5 %", months_ago(1))
    address = to("result_correct", result_id=row.pk)
    save(alices, address, checked(alices, address, reported="0.05 %"))
    share(alices_record, charlie, "add")
    page = words_of(sign_in_as(charlie).get(to("result", result_id=row.pk)))
    assert "Earlier versions" in page
    assert "Use this version again" not in page


def test_who_else_corrected_it_is_named(
    alices: Client, to: Addresses, alices_record: Patient, charlie: User, sign_in_as: Any
) -> None:
    row = record(alices_record, "0.5 %", months_ago(1))
    share(alices_record, charlie, "manage", name="Charlie")
    LabResult.objects.filter(pk=row.pk).update(entered_by=charlie)  # a carer corrects what they added
    address = to("result_correct", result_id=row.pk)
    charlies = sign_in_as(charlie)
    save(charlies, address, checked(charlies, address, reported="0.05 %"))
    versions = words_of(alices.get(to("result", result_id=row.pk))).split("Earlier versions")[1]
    assert "corrected, 23 August 2026, 12:00, by Charlie" in versions
    assert versions.count(", by ") == 1, "the person themselves is not"
