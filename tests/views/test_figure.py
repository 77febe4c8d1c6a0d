"""The figure: the drawing's data, ready for the browser."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Patient
from milestones.clinical.observation import Scale
from tests.cast import SOUTH, months_ago, record, record_all, treat
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


def marks(answer: Any) -> dict[str, list[tuple[str, float]]]:
    """Return the points of each kind as day and percentage."""
    return {
        trace["meta"]["role"]: list(zip(trace["x"], trace["y"], strict=True))
        for trace in answer.json()["data"]
        if trace["mode"] == "markers"
    }


def test_points_are_where_the_results_are(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record_all(alices_record, "9 9.1 %, 6 0.46 %")
    record(alices_record, "<0.0032 %", months_ago(3), copies=50_000)
    record(alices_record, "not detected", months_ago(1), limit="0.002", copies=50_000)
    assert marks(alices.get(to("figure"))) == {
        "measured": [("2025-11-23", 9.1), ("2026-02-23", 0.46)],
        "below_bound": [("2026-05-23", 0.0032)],
        "not_detected": [("2026-07-23", 0.002)],
    }


def test_what_cannot_be_compared_is_a_hollow_square_off_the_line(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    """H6, H25."""
    record_all(alices_record, "9 9.1 %, 3 0.46 %, 1 0.4 %")
    record(alices_record, "0.7 %", months_ago(6), laboratory=SOUTH)
    record(alices_record, "0.6 %", months_ago(5), scale=Scale.NOT_IS)
    answer = alices.get(to("figure"))
    found = marks(answer)
    assert found["not_comparable"] == [("2026-02-23", 0.7), ("2026-03-23", 0.6)]
    [trace] = [trace for trace in answer.json()["data"] if trace["meta"]["role"] == "not_comparable"]
    assert trace["marker"]["symbol"] == "square"
    lines = [trace for trace in answer.json()["data"] if trace["mode"] == "lines"]
    joined = {day for trace in lines for day in trace["x"] if day}
    assert not joined & {"2026-02-23", "2026-03-23"}


def test_goal_zone_reaches_up_to_the_goal(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(24))
    record_all(alices_record, "9 9.1 %, 3 0.46 %")
    layout = alices.get(to("figure")).json()["layout"]
    assert layout["yaxis"]["type"] == "log"
    [zone] = [shape for shape in layout["shapes"] if shape["name"] == "zone"]
    assert zone["y1"] == 0.1
    assert 0 < zone["y0"] < zone["y1"]


def test_no_zero_and_no_nan(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H24: what has no place is a tick under the axis, never a zero."""
    record_all(alices_record, "9 9.1 %, 6 nd, 3 0.00001 %")
    record(alices_record, "0.000 %", months_ago(1))
    record(alices_record, "invalid")
    body = alices.get(to("figure")).content.decode()
    figure = json.loads(body, parse_float=Decimal, parse_constant=pytest.fail)
    values = [y for trace in figure["data"] for y in trace["y"] if y is not None]
    assert all(value > 0 for value in values)
    assert sum(shape["name"] == "tick" for shape in figure["layout"]["meta"]["views"]["wide"]["shapes"]) == 3


def test_empty_record_has_an_empty_figure(alices: Client, to: Addresses) -> None:
    assert alices.get(to("figure")).json()["data"] == []


def test_words_under_the_pointer_are_those_of_the_table(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H25: one sentence a result, the same in the figure and in the drawing."""
    record_all(alices_record, "9 9.1 %, 3 0.46 %, 1 0.9 %")
    figure = alices.get(to("figure")).json()
    words = [pair[0] for trace in figure["data"] if trace["mode"] == "markers" for pair in trace["customdata"]]
    html = alices.get(to("results")).content.decode()
    assert len(words) == 3
    for sentence in words:
        assert sentence in html
