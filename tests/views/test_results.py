"""The results page: steps, chart and table of the same results, by time and laboratory."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Patient
from tests.cast import NORTH, SOUTH, months_ago, record, record_all, record_many, treat, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

BAD_WORDS = ("failure", "failed", "alarm", "abnormal", "bad result")


def dates_in(html: str) -> list[str]:
    """Return the dates of the table's rows."""
    return re.findall(r'class="nowrap" href="[^"]*">([^<]*)<', html)


def test_empty_page_says_what_will_be_there(alices: Client, to: Addresses) -> None:
    words = words_of(alices.get(to("results")))
    assert "No results yet" in words


def test_table_is_newest_first_and_each_row_leads_on(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(24))
    rows = record_all(alices_record, "9 0.46 %, 3 nd, 6 0.19 %")
    html = alices.get(to("results")).content.decode()
    assert dates_in(html) == ["23 May 2026", "23 Feb 2026", "23 Nov 2025"]
    for row in rows:
        assert to("result", result_id=row.pk) in html
    assert "<svg" in html
    assert "3 results of BCR::ABL1" in words_of(alices.get(to("results")))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("period=1", 2),
        ("period=2", 3),
        ("period=5", 4),
        ("period=", 4),
        ("period=9", 4),
        ("period=x", 4),
        (f"laboratory={quote(SOUTH)}", 1),
        (f"laboratory={quote(SOUTH)}&period=1", 0),
        ("laboratory=Nobody", 0),
        ("laboratory=", 4),
        ("laboratory=%00", 0),
        ("period=1&period=5", 4),
    ],
)
def test_filters_show_the_same_everywhere(
    alices: Client, to: Addresses, alices_record: Patient, query: str, shown: int
) -> None:
    record_all(alices_record, "50 9 %, 9 0.46 %, 3 0.19 %", laboratory=NORTH)
    record(alices_record, "0.3 %", months_ago(20), laboratory=SOUTH)
    page = alices.get(f"{to('results')}?{query}")
    assert page.status_code == 200
    assert len(dates_in(page.content.decode())) == shown
    figure = alices.get(f"{to('figure')}?{query}").json()
    marks = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert sum(len(trace["x"]) for trace in marks) == shown
    lines = b"".join(alices.get(f"{to('results_csv')}?{query}").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == shown + 1


def test_filter_is_carried_to_the_chart_and_the_file(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "0.3 %", laboratory='A&B "Lab" <x>')
    html = alices.get(to("results"), {"laboratory": 'A&B "Lab" <x>'}).content.decode()
    assert '"Lab" <x>' not in html
    query = "laboratory=A%26B+%22Lab%22+%3Cx%3E"
    assert f'data-figure-url="{to("figure")}?{query}"' in html
    assert f'href="{to("results_csv")}?{query}"' in html
    assert len(dates_in(html)) == 1


def test_not_detected_is_never_a_zero(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """ux: not detected is an open mark at the limit, and its words say how deep the test could see."""
    record_all(alices_record, "9 0.01 %, 6 0.005 %")
    record(alices_record, "not detected", limit="0.002", copies=50_000)
    page = alices.get(to("results"))
    words = words_of(page)
    assert "Not detected" in words
    assert "It could have seen down to 0.002%" in words
    assert not re.search(r"\b0\s?%(?!\w)", words)


def test_one_result_without_a_place_is_in_the_table(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "not detected")
    words = words_of(alices.get(to("results")))
    assert "None of these results has a place on the scale" in words
    assert "Not detected" in words


def test_words_for_patients_only(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """The guideline's own words for a verdict are never read by a patient."""
    treat(alices_record, months_ago(21))
    record_all(alices_record, "18 24 %, 15 17 %, 12 12 %, 9 6.1 %, 3 3 %")
    for name in ("home", "results", "goals"):
        words = words_of(alices.get(to(name))).lower()
        assert not [bad for bad in BAD_WORDS if bad in words], name
    assert "above the goal" in words_of(alices.get(to("results"))).lower()


def test_no_verdict_where_the_site_shows_none(
    alices: Client, to: Addresses, alices_record: Patient, settings: Settings
) -> None:
    settings.PATIENT_VERDICTS = False
    treat(alices_record, months_ago(21))
    record_all(alices_record, "18 24 %, 12 12 %, 3 0.05 %")
    words = words_of(alices.get(to("results"))).lower()
    for verdict in ("above the goal", "not yet at the goal", "at the goal"):
        assert verdict not in words


def test_laboratory_is_inert(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """S48: what was typed is text, in the page, the drawing and the figure."""
    bad = "<img src=x onerror=alert(1)></script><b>"
    record(alices_record, "0.3 %", months_ago(2), laboratory=bad)
    record(alices_record, "0.2 %", laboratory=bad)
    for name in ("results", "home"):
        html = alices.get(to(name)).content.decode()
        assert "<img" not in html
        assert "</script><b>" not in html
    answer = alices.get(to("figure"))
    assert answer["Content-Type"] == "application/json"
    assert "<img" not in str([trace.get("text") for trace in answer.json()["data"]])


# --- A long list ------------------------------------------------------------------------------------------------------


def test_a_long_list_goes_on_on_the_next_page(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """100 rows a page, the newest first; the filter stays, and the chart shows all of it."""
    record_many(alices_record, 130)
    first = alices.get(to("results"), {"period": "5"})
    assert first.content.count(b'<tr><th scope="row"') == 100
    assert first.context["pagination"] == {
        "number": 1,
        "of": 2,
        "previous": "",
        "next": "?period=5&page=2#all-results",
    }
    second = alices.get(to("results"), {"period": "5", "page": "2"})
    assert second.content.count(b'<tr><th scope="row"') == 30
    assert second.context["pagination"]["previous"] == "?period=5&page=1#all-results"
    assert first.context["page"].chart == second.context["page"].chart


@pytest.mark.parametrize("number", ["0", "9999", "-1", "x", "٣", "99999999999999999999"])
def test_a_page_that_there_is_not_is_the_nearest_one(
    alices: Client, to: Addresses, alices_record: Patient, number: str
) -> None:
    record_many(alices_record, 101)
    answer = alices.get(to("results"), {"page": number})
    assert answer.context["pagination"]["number"] == (2 if number == "9999" else 1)


def test_one_page_has_no_way_to_others(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record_many(alices_record, 100)
    assert alices.get(to("results")).context["pagination"] is None


def test_a_part_of_the_results_has_no_story_of_the_whole(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record_all(alices_record, "9 0.5 %, 6 0.6 %")
    record(alices_record, "0.33 %", months_ago(1), laboratory=SOUTH)
    said = words_of(alices.get(to("results") + f"?laboratory={NORTH}"))
    assert "2 of your 3 results are shown here, as you chose." in said
    assert "The steps show all your results." in said
    assert "The latest test says" not in said
    assert "The latest test says 0.33%." in words_of(alices.get(to("results")))
