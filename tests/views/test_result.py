"""The page of one result: its four parts, the rule it was held against, and its versions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from accounts.models import Patient
from milestones.clinical.observation import ControlGene, Scale, Specimen, Transcript
from tests.cast import NORTH, SOUTH, months_ago, record, record_all, set_up, treat, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db

PARTS = ["Your result", "What it means", "Is it a change?", "What happens next"]


def part(words: str, name: str) -> str:
    """Return the words of one of the four parts."""
    following = [*PARTS, "Where you are now"][PARTS.index(name) + 1]
    return words.split(name, 1)[1].split(following, 1)[0]


def test_four_parts_in_their_order(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record)
    words = words_of(alices.get(to("result", result_id=row.pk)))
    places = [words.index(name) for name in PARTS]
    assert places == sorted(places)


def test_what_a_result_means(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(12))
    set_up(alices_record, baseline_text="62 %", baseline_scale="IS", baseline_laboratory=NORTH)
    record(alices_record, "0.5 %", months_ago(3))
    row = record(alices_record, "0.05 %")
    words = words_of(alices.get(to("result", result_id=row.pk)))
    assert "Result of 23 August 2026" in words
    assert "0.05% International Scale" in part(words, "Your result")
    assert "At the goal for this time" in part(words, "Your result")
    means = part(words, "What it means")
    assert "MMR" in means
    assert "2,000 times lower than the standard starting point (100%)" in means
    assert "1,200 times lower than your own level at diagnosis" in means
    assert "The goal for this time is 0.1% or lower (ELN 2020)" in means
    assert "The goals are those of ELN 2020." in means
    assert "Going down" in part(words, "Is it a change?")
    assert "0.5% (23 May 2026)" in part(words, "Is it a change?")
    assert "Next test:" in part(words, "What happens next")
    assert "Nobody watches this record live" in part(words, "What happens next")


def test_own_level_is_not_named_when_it_is_not_known_or_not_comparable(
    alices: Client, to: Addresses, alices_record: Patient
) -> None:
    row = record(alices_record, "0.05 %")
    page = to("result", result_id=row.pk)
    assert "your own level at diagnosis" not in words_of(alices.get(page))
    set_up(alices_record, baseline_text="62 %", baseline_scale="not IS", baseline_laboratory=SOUTH)
    assert "your own level at diagnosis" not in words_of(alices.get(page))


@pytest.mark.parametrize(
    ("copies", "level"),
    [
        (9_999, None),
        (10_000, "MR4"),
        (31_999, "MR4"),
        (32_000, "MR4.5"),
        (99_999, "MR4.5"),
        (100_000, "MR5"),
        (None, None),
    ],
)
def test_not_detected_is_as_deep_as_its_sample(
    alices: Client, to: Addresses, alices_record: Patient, copies: int | None, level: str | None
) -> None:
    """H8: nothing found gives a level only with a sample that could have shown it."""
    row = record(alices_record, "not detected", copies=copies, gene=ControlGene.ABL1)
    words = words_of(alices.get(to("result", result_id=row.pk)))
    if level is None:
        assert "The sample was deep enough" not in words
        assert not re.search(r"\bMR[45]", part(words, "What it means").split(".")[0])
    else:
        assert f"The sample was deep enough to show {level}." in words
    assert "not detected" in words.lower()
    assert not re.search(r"\b(cured|negative)\b", words, re.IGNORECASE)


@pytest.mark.parametrize(
    "around",
    [
        {"scale": Scale.NOT_IS},
        {"scale": Scale.UNKNOWN},
        {"transcript": Transcript.OTHER},
        {"specimen": Specimen.OTHER},
    ],
    ids=str,
)
def test_no_level_of_the_scale_where_it_does_not_hold(
    alices: Client, to: Addresses, alices_record: Patient, around: dict[str, Any]
) -> None:
    """H6, H27."""
    treat(alices_record, months_ago(12))
    row = record(alices_record, "0.05 %", **around)
    words = words_of(alices.get(to("result", result_id=row.pk)))
    assert "At the goal" not in words
    if "specimen" not in around:
        assert "times lower than the standard" not in words


@pytest.mark.parametrize(("text", "is_mmr"), [("0.1 %", True), ("0.1000000001 %", False), ("0.1004 %", False)])
def test_rounding_moves_nothing_across_a_line(
    alices: Client, to: Addresses, alices_record: Patient, text: str, is_mmr: bool
) -> None:
    """H13: what stands on the page has the digits that decide."""
    row = record(alices_record, text)
    words = words_of(alices.get(to("result", result_id=row.pk)))
    assert text.replace(" ", "") in words
    assert ("MMR" in part(words, "What it means").split(".")[0]) == is_mmr


def test_rule_set_of_the_person_is_named(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H15."""
    set_up(alices_record, rule_set="nccn_2024")
    treat(alices_record, months_ago(12))
    row = record(alices_record, "0.05 %")
    assert "The goals are those of NCCN 2024" in words_of(alices.get(to("result", result_id=row.pk)))


def test_changed_rule_set_is_read_at_once(alices: Client, to: Addresses, alices_record: Patient) -> None:
    """H26: nothing is stored or kept that a change of the rules would leave behind."""
    treat(alices_record, months_ago(12))
    row = record(alices_record, "0.05 %")
    address = to("result", result_id=row.pk)
    assert "ELN 2020" in words_of(alices.get(address))
    alices.post(to("settings"), {"part": "goals", "rule_set": "eln_2025"})
    words = words_of(alices.get(address))
    assert "ELN 2025" in words
    assert "ELN 2020" not in words


def test_no_verdict_where_the_site_shows_none(
    alices: Client, to: Addresses, alices_record: Patient, settings: Settings
) -> None:
    """ux: value, level and published goal with its source, and no verdict."""
    treat(alices_record, months_ago(12))
    row = record(alices_record, "0.5 %")
    settings.PATIENT_VERDICTS = False
    words = words_of(alices.get(to("result", result_id=row.pk)))
    for verdict in ("Above the goal", "Not yet at the goal", "At the goal"):
        assert verdict not in words
    assert "0.5%" in words
    assert "ELN 2020" in words


@pytest.mark.parametrize(
    "bad", ["<svg onload=alert(1)>", '"><script>x</script>', "&lt;b&gt;", "{{ x }}", "javascript:x"]
)
def test_text_of_the_report_is_inert(alices: Client, to: Addresses, alices_record: Patient, bad: str) -> None:
    """S48."""
    row = record(alices_record, "0.05 %", laboratory=bad)
    html = alices.get(to("result", result_id=row.pk)).content.decode()
    assert f"<dd>{escape(bad)}</dd>" in html
    assert "<svg onload" not in html
    assert "<script>x" not in html


def test_one_answer_to_is_it_a_change_on_every_page(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(30))
    rows = record_all(alices_record, "12 0.05 %, 9 0.02 %, 6 0.03 %, 3 0.08 %, 0 0.31 %")
    pages = {name: words_of(alices.get(to(name))) for name in ("home", "results")}
    change = part(words_of(alices.get(to("result", result_id=rows[-1].pk))), "Is it a change?").strip()
    title = change.split(".")[0]
    assert title == "Two rises or more in a row"
    assert change in pages["home"]
    assert title in pages["results"]
    assert title in alices.get(to("figure")).content.decode()


def test_saying_that_it_is_saved_changes_nothing(alices: Client, to: Addresses, alices_record: Patient) -> None:
    row = record(alices_record)
    address = to("result", result_id=row.pk)
    assert "Your result is saved." in words_of(alices.get(f"{address}?saved=1"))
    assert "Your result is saved." not in words_of(alices.get(address))


def test_a_rise_says_first_when_to_contact_the_team(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(30))
    old, new = record_all(alices_record, "4 0.02 %, 1 0.4 %")

    assert "Contact your CML team if:" in words_of(alices.get(to("result", result_id=new.pk)))
    assert "Contact your CML team if:" not in words_of(alices.get(to("result", result_id=old.pk)))


def test_both_figures_stand_side_by_side_with_the_reason(alices: Client, to: Addresses, alices_record: Patient) -> None:
    treat(alices_record, months_ago(30))
    row = record(alices_record, "0.05 %", months_ago(1))
    alone = words_of(alices.get(to("result", result_id=row.pk)))
    set_up(alices_record, baseline_text="80 %", baseline_scale="IS")
    both = words_of(alices.get(to("result", result_id=row.pk)))

    assert "The two figures differ, as they start from different levels." not in alone
    for said in (
        "2,000 times lower than the standard",
        "1,600 times lower than your own",
        "start from different levels",
    ):
        assert said in both
    assert "doi.org/10.1038/s41375-020-0776-2" in both
