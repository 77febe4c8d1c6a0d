"""Blood counts, chromosomes and mutations: units chosen and never guessed, one post for one report, words that calm."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client

from accounts.models import Patient
from milestones.clinical.counts import Analyte, CountUnit
from milestones.models import OtherResult
from milestones.selectors.other_results import ROWS_ON_A_PAGE
from milestones.selectors.timelines import get_timeline
from milestones.services.other_results import record_counts
from tests.cast import (
    TODAY,
    audited,
    count_blood,
    dated,
    everything_stored,
    form_on,
    look_for_mutation,
    months_ago,
    owner,
    record,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

G, UL, DL, L = "10^9/L", "/uL", "g/dL", "g/L"
REPORT = {
    **dated("collected", months_ago(1)),
    "white_cells": "7,4",
    "white_cells_unit": G,
    "platelets": "212",
    "platelets_unit": G,
    "basophils": "0.5",
    "basophils_unit": "%",
    "laboratory": "Laboratory North",
}


def fill_in(client: Client, address: str, **answers: str) -> Any:
    return client.post(address, {**form_on(client.get(address)), **answers})


def add(client: Client, to: Addresses, what: str = "counts", **answers: str) -> Any:
    return fill_in(client, to("other_result_add", what=what), **answers)


def test_one_report_is_one_post_and_a_row_a_count(alices: Client, to: Addresses) -> None:
    assert "No other results yet" in words_of(alices.get(to("other_results")))
    answer = add(alices, to, **REPORT)
    assert answer["Location"] == to("other_results")
    rows = OtherResult.objects.order_by("analyte").values_list("analyte", "reported_text", "value", "unit")
    assert list(rows) == [
        ("basophils", "0.5", Decimal("0.5"), "%"),
        ("platelets", "212", Decimal(212), G),
        ("white cells", "7,4", Decimal("7.4"), G),
    ]
    assert audited("other_result_recorded", request_id=answer["X-Request-ID"]) == 3
    words = words_of(alices.get(to("other_results")))
    for said in ("7,4 × 10⁹/L", "0.5%", "23 Jul 2026", "Laboratory North", "Counts in the CHR range", "not the whole"):
        assert said in words
    # Within a day in the order of a report.
    assert words.rindex("White cells") < words.rindex("Platelets") < words.rindex("Basophils")


def test_a_form_posted_twice_writes_each_row_once(alices: Client, to: Addresses) -> None:
    """R5."""
    address = to("other_result_add", what="counts")
    form = {**form_on(alices.get(address)), **REPORT}
    assert [alices.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert OtherResult.objects.count() == audited("other_result_recorded") == 3


def test_all_rows_of_a_report_are_saved_or_none(alices_record: Patient) -> None:
    row = {"collected_on": TODAY, "reported_text": "5", "value": Decimal(5), "unit": G}
    counts = {Analyte.WHITE_CELLS: row, Analyte.PLATELETS: {**row, "unit": ""}}
    with pytest.raises(IntegrityError):
        record_counts(patient=alices_record, counts=counts, by=owner(alices_record), idempotency_key=uuid4())
    assert not OtherResult.objects.exists()
    assert not audited("other_result_recorded")


def test_a_number_without_a_unit_is_asked_about(alices: Client, to: Addresses) -> None:
    """H34: the size of a number says nothing of its unit."""
    for number in ("7.4", "7400"):
        answer = add(alices, to, **{**REPORT, "white_cells": number, "white_cells_unit": ""})
        assert answer.status_code == 422
        assert "Choose the unit that the report prints. We never guess it." in words_of(answer)
        assert form_on(answer)["white_cells"] == [number]
    assert not OtherResult.objects.exists()


def test_the_unit_starts_as_a_question_and_then_as_the_one_used_last(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    address = to("other_result_add", what="counts")
    assert form_on(alices.get(address))["white_cells_unit"] == [""]
    count_blood(alices_record, "7400", CountUnit.PER_MICROLITRE, months_ago(2))
    kept = form_on(alices.get(address))
    assert (kept["white_cells_unit"], kept["platelets_unit"], kept["white_cells"]) == ([UL], [""], [""])


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"white_cells": "7.4", "white_cells_unit": "g/dL"}, "Select a valid choice"),
        ({"white_cells": "7.400", "white_cells_unit": UL}, "Is 7.400 more than a thousand"),
        ({"white_cells": "7.4 x 10^9", "white_cells_unit": G}, "Type only the number"),
        ({"white_cells": "<1", "white_cells_unit": G}, "Type only the number"),
        ({"white_cells": "-7", "white_cells_unit": G}, "minus sign"),
        ({"white_cells": "", "platelets": "", "basophils": ""}, "Type at least one count."),
        ({"collected_day": ""}, "Type the day too"),
        (dated("collected", months_ago(-1)), "has not come yet"),
        ({"white_cells": "7\0"}, "Null characters are not allowed"),
        ({"laboratory": "x" * 81}, "at most 80 characters"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    alices: Client, to: Addresses, answers: dict[str, str], said: str
) -> None:
    before = everything_stored()
    answer = add(alices, to, **{**REPORT, **answers})
    assert answer.status_code == 422
    assert said in words_of(answer)
    kept = form_on(answer)
    for name, text in {**REPORT, **answers}.items():
        if "\0" not in text and text != "g/dL":
            assert kept[name] == [text], name
    assert everything_stored() == before


def test_the_decimal_mark_is_asked_once_for_the_report(alices: Client, to: Addresses) -> None:
    """H2."""
    answer = add(alices, to, **{**REPORT, "platelets": "212.000", "platelets_unit": UL})
    assert answer.status_code == 422
    assert "Which is the decimal mark of this report?" in words_of(answer)
    again = {**form_on(answer), "decimal_mark": ","}
    assert alices.post(to("other_result_add", what="counts"), again).status_code == 302
    assert OtherResult.objects.get(analyte="platelets").value == 212_000


def test_a_slip_of_the_unit_is_asked_about_and_never_refused(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    count_blood(alices_record, "13.9", CountUnit.GRAM_PER_DECILITRE, months_ago(3), analyte=Analyte.HAEMOGLOBIN)
    typed = {**dated("collected", months_ago(1)), "haemoglobin": "139", "haemoglobin_unit": DL}
    asked = add(alices, to, **typed)
    assert asked.status_code == 200
    assert "Your last count was 13.9 g/dL (23 May 2026). You typed Haemoglobin 139 g/dL." in words_of(asked)
    assert OtherResult.objects.count() == 1
    form, address = form_on(asked), to("other_result_add", what="counts")
    # Another number is another question: the answer does not count for it.
    assert alices.post(address, {**form, "haemoglobin": "140", "step": "confirm"}).status_code == 200
    assert OtherResult.objects.count() == 1
    # In the right unit there is nothing to ask.
    assert alices.post(address, {**form, "haemoglobin_unit": L}).status_code == 302
    assert OtherResult.objects.count() == 2


def test_what_is_hard_to_believe_is_saved_when_it_is_right(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    count_blood(alices_record, "7", CountUnit.GIGA_PER_LITRE, months_ago(3))
    typed = {**dated("collected", months_ago(1)), "white_cells": "88", "white_cells_unit": G}
    asked = form_on(add(alices, to, **typed))
    address = to("other_result_add", what="counts")
    assert alices.post(address, {**asked, "step": "confirm"}).status_code == 302
    assert OtherResult.objects.count() == 2


def test_charts_are_in_the_unit_of_the_newest_value_and_say_so(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """H34: converted exactly, and the table still shows what was printed."""
    count_blood(alices_record, "139", CountUnit.GRAM_PER_LITRE, months_ago(3), analyte=Analyte.HAEMOGLOBIN)
    count_blood(alices_record, "12.5", CountUnit.GRAM_PER_DECILITRE, months_ago(1), analyte=Analyte.HAEMOGLOBIN)
    page = alices.get(to("other_results"))
    words = words_of(page)
    assert "Values in g/L are drawn in g/dL here." in words
    assert "12.5 g/dL on 23 July 2026" in words
    assert "139 g/L" in words
    assert "Haemoglobin: 2 values from 23 May 2026 to 23 July 2026. The last is 12.5 g/dL." in page.content.decode()


def test_counts_out_of_the_range_say_so_calmly(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for analyte, text, unit in (
        (Analyte.WHITE_CELLS, "10", CountUnit.GIGA_PER_LITRE),
        (Analyte.PLATELETS, "212", CountUnit.GIGA_PER_LITRE),
        (Analyte.BASOPHILS, "0.5", CountUnit.PERCENT),
    ):
        count_blood(alices_record, text, unit, months_ago(1), analyte=analyte)
    words = words_of(alices.get(to("other_results")))
    assert "Counts not all in the CHR range" in words
    assert "of 23 July 2026" in words


def test_a_chromosome_test_has_its_percentage_and_its_cells(alices: Client, to: Addresses) -> None:
    answers = {**dated("collected", months_ago(1)), "percent": "0 %", "metaphases": "20"}
    assert add(alices, to, "chromosomes", **answers).status_code == 302
    row = OtherResult.objects.get()
    assert (row.analyte, row.reported_text, row.value, row.unit, row.metaphases) == (
        "Ph+ metaphases",
        "0",
        Decimal(0),
        "%",
        20,
    )
    words = words_of(alices.get(to("other_results")))
    assert "No cell with the Ph chromosome (CCyR)" in words
    assert "0% of 20 cells" in words


@pytest.mark.parametrize("cells", ["0", "1001", "1_0", "-1", "x", "²"])
def test_cells_are_a_whole_number(alices: Client, to: Addresses, cells: str) -> None:
    answers = {**dated("collected", months_ago(1)), "percent": "5", "metaphases": cells}
    assert add(alices, to, "chromosomes", **answers).status_code == 422
    assert not OtherResult.objects.exists()


def test_more_than_all_cells_is_asked_about(alices: Client, to: Addresses) -> None:
    answers = {**dated("collected", months_ago(1)), "percent": "200"}
    answer = add(alices, to, "chromosomes", **answers)
    assert answer.status_code == 200
    assert "A share of cells is 100% at most." in words_of(answer)


def test_a_mutation_leads_to_the_team_and_changes_no_verdict(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """Clinical rules, section 4: only what a team enters is failure."""
    treat(alices_record, months_ago(14))
    record(alices_record, "0.05 %", months_ago(1))
    before = get_timeline(alices_record, today=TODAY).course
    answers = {**dated("collected", months_ago(1)), "answer": "found", "mutation": "T315I"}
    assert add(alices, to, "mutation", **answers).status_code == 302
    words = words_of(alices.get(to("other_results")))
    assert "A mutation was found" in words
    assert "Talk with your team" in words
    assert "Found: T315I" in words
    assert get_timeline(alices_record, today=TODAY).course == before


def test_no_mutation_found_and_none_named(alices: Client, to: Addresses, alices_record: Patient) -> None:
    answers = {**dated("collected", months_ago(1)), "answer": "none", "mutation": "T315I"}
    answer = add(alices, to, "mutation", **answers)
    assert answer.status_code == 422
    assert "Clear one of the two." in words_of(answer)
    assert add(alices, to, "mutation", **{**answers, "mutation": ""}).status_code == 302
    look_for_mutation(alices_record, months_ago(5), found=True)
    assert "No mutation found" in words_of(alices.get(to("other_results")))


def test_two_changes_at_once_lose_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """R6."""
    row = count_blood(alices_record, "7.4", CountUnit.GIGA_PER_LITRE, months_ago(1))
    address = to("other_result_change", row_id=row.pk)
    form = form_on(alices.get(address))
    assert (form["white_cells"], form["white_cells_unit"]) == (["7.4"], [G])
    assert alices.post(address, {**form, "white_cells": "7.5"}).status_code == 302
    answer = alices.post(address, {**form, "white_cells": "7.6"})
    assert answer.status_code == 409
    assert form_on(answer)["white_cells"] == ["7.6"]
    row.refresh_from_db()
    assert (row.value, row.version, row.status, row.history.count()) == (Decimal("7.5"), 2, "corrected", 2)


@pytest.mark.parametrize("what", ["chromosomes", "mutation"])
def test_the_other_tests_are_corrected_too(alices: Client, to: Addresses, what: str) -> None:
    first = {"percent": "5"} if what == "chromosomes" else {"answer": "none"}
    add(alices, to, what, **dated("collected", months_ago(1)), **first)
    row = OtherResult.objects.get()
    more = {"percent": "0"} if what == "chromosomes" else {"answer": "found", "mutation": "F359V"}
    assert fill_in(alices, to("other_result_change", row_id=row.pk), **more).status_code == 302
    assert ("Found: F359V" if what == "mutation" else "CCyR") in words_of(alices.get(to("other_results")))


def test_what_was_a_mistake_counts_no_more_until_it_is_taken_back(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    row = count_blood(alices_record, "88", CountUnit.GIGA_PER_LITRE, months_ago(1))
    address = to("other_result_withdraw", row_id=row.pk)
    assert alices.post(address, {"version": "1"}).status_code == 302
    page = alices.get(to("other_results"))
    assert "Entered by mistake" in words_of(page)
    assert b'<svg class="chart-svg"' not in page.content
    assert alices.get(to("other_result_change", row_id=row.pk)).status_code == 404
    assert alices.post(address, form_on(page)).status_code == 302
    assert b'<svg class="chart-svg"' in alices.get(to("other_results")).content


def test_a_long_table_is_paged_newest_first(alices: Client, to: Addresses, alices_record: Patient) -> None:
    for number in range(ROWS_ON_A_PAGE + 1):
        count_blood(alices_record, str(100 + number), CountUnit.GIGA_PER_LITRE, months_ago(60 - number))
    first, second = (words_of(alices.get(to("other_results") + query)) for query in ("", "?page=2"))
    assert "Page 1 of 2" in first
    assert "150 × 10⁹/L" in first
    assert "100 × 10⁹/L" not in first
    assert "100 × 10⁹/L" in second
    assert words_of(alices.get(to("other_results") + "?page=99")) == second


@pytest.mark.parametrize("what", ["spleen", "count"])
def test_only_three_kinds_can_be_added(alices: Client, to: Addresses, what: str) -> None:
    assert alices.get(to("other_result_add", what=what)).status_code == 404


@pytest.mark.parametrize("payload", ["<b>x</b>", '" onmouseover="x', "{{ 7*7 }}"])
def test_what_is_typed_is_inert(alices: Client, to: Addresses, alices_record: Patient, payload: str) -> None:
    """S48."""
    look_for_mutation(alices_record, found=True, mutation=payload)
    count_blood(alices_record, "5", CountUnit.GIGA_PER_LITRE, laboratory=payload)
    html = alices.get(to("other_results")).content.decode()
    assert "<b>x" not in html
    assert 'onmouseover="x' not in html
