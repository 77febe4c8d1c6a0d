"""The page of all goals: as published, with their source, and no verdict on anybody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Patient
from milestones.clinical.guidelines.loader import load_rule_sets
from tests.cast import record, set_up, words_of
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rule_set", load_rule_sets())
def test_every_goal_stands_there_with_its_source(
    alices: Client, to: Addresses, alices_record: Patient, rule_set: str
) -> None:
    """H15: edition, citation and whether a clinician has checked it."""
    set_up(alices_record, rule_set=rule_set)
    rules = load_rule_sets()[rule_set]
    words = words_of(alices.get(to("goals")))
    for said in (rules.short_name, rules.citation, rules.source, rules.status):
        assert said in words
    limits = {band.up_to for bands in rules.bands.values() for band in bands if band.up_to is not None}
    assert Decimal("0.1") in limits
    for limit in limits:
        assert f"{limit}%" in words


def test_it_holds_nothing_of_the_person(alices: Client, to: Addresses, alices_record: Patient) -> None:
    record(alices_record, "0.0317731 %")
    assert "0317731" not in alices.get(to("goals")).content.decode()


def test_only_goals_where_the_site_shows_no_verdicts(alices: Client, to: Addresses, settings: Settings) -> None:
    settings.PATIENT_VERDICTS = False
    words = words_of(alices.get(to("goals")))
    assert "0.1% or lower" in words
    assert "Above the goal" not in words
    assert "Not yet at the goal" not in words
