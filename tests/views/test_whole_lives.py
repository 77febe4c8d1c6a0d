"""Whole lives: on treatment, a stop, and then staying in remission, or a molecular relapse and a restart.

The pages are asked on the day of each event: what they say then is what a person would have read. People 1 and 4 of the
published series lose the response after the stop, 5 and 6 keep it; a made-up pair does the same where it is absent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from tests.cast import check_in, stop, treat, words_of
from tests.published import ANCHOR, MADE_UP_LIVES, PUBLISHED, Sample, record_samples, samples_in, stop_of

pytestmark = pytest.mark.django_db

CONTACT = "Above 0.1% after stopping: contact your team now"
MMR_LINE = 0.1


def lives(*names: str, made_up: str) -> list[Any]:
    """Return each life as a parameter; the published ones are skipped where the series is not here."""
    absent = pytest.mark.skipif(PUBLISHED is None, reason="the published series does not lie beside this project")
    published = [pytest.param(PUBLISHED, name, id=f"published {name}", marks=absent) for name in names]
    return [*published, pytest.param(MADE_UP_LIVES, made_up, id=f"made up, {made_up}")]


class Life:
    """One person's pages on any day of their life."""

    def __init__(self, client: Client, patient: Patient, samples: list[Sample]) -> None:
        self.client, self.patient, self.samples = client, patient, samples
        self.stopped_on = stop_of(samples)

    def read(self, name: str, on: date, **query: str) -> str:
        """Return the words of a page as it stands on a day."""
        with time_machine.travel(datetime(on.year, on.month, on.day, 12, tzinfo=UTC)):
            self.client.force_login(self.patient.user)  # type: ignore[arg-type]  # the session is of that day too
            address = reverse(f"milestones:{name}", kwargs={"patient_id": self.patient.pk})
            return words_of(self.client.get(address, query))

    def record_until(self, last: date, first: date = date.min) -> None:
        """Record the samples of these days, both inclusive."""
        record_samples(self.patient, [sample for sample in self.samples if first <= sample.on <= last])


@pytest.fixture
def live(alice: User, alices_record: Patient) -> Callable[[Path, str], Life]:
    def begin(path: Path, name: str) -> Life:
        return Life(Client(), alices_record, samples_in(path)[name])

    return begin


def first_above(samples: list[Sample]) -> Sample:
    return next(
        sample
        for sample in samples
        if sample.is_after_stop and not sample.is_not_detected and float(sample.percent) > MMR_LINE
    )


@pytest.mark.parametrize(("path", "name"), lives("1", "4", made_up="rises"))
def test_a_life_with_a_stop_a_relapse_and_a_restart(live: Callable[[Path, str], Life], path: Path, name: str) -> None:
    life = live(path, name)
    patient, day_before = life.patient, life.stopped_on - timedelta(days=1)
    line = treat(patient, ANCHOR)
    life.record_until(day_before)
    assert "months on imatinib" in life.read("home", day_before)
    assert "No stop is written down" in life.read("stopping", day_before)

    stop(line, life.stopped_on)
    day_after = life.stopped_on + timedelta(days=1)
    check_in(patient, day_after, muscles="quite a bit")
    home = life.read("home", day_after)
    assert "since stopping treatment" in home
    assert CONTACT not in home
    assert "Still to come" in life.read("stopping", day_after)

    above = first_above(life.samples)
    life.record_until(above.on, day_after)
    for page in ("home", "stopping"):
        said = life.read(page, above.on)
        assert CONTACT in said, page
    listed = life.read("timeline", above.on)
    assert "Last dose of imatinib" in listed
    assert "Muscle aches or cramps: quite a bit" in listed

    restart = above.on + timedelta(days=14)
    treat(patient, restart)
    home = life.read("home", restart + timedelta(days=1))
    assert CONTACT not in home
    assert "above 0.1% after stopping. What happens now" not in home
    assert "In your first month on imatinib" in home
    assert "No stop is written down" in life.read("stopping", restart)
    assert life.read("timeline", restart).count("Imatinib begun") == 2
    assert "Four tests are planned in the first year on imatinib" in life.read("first_year", restart)


@pytest.mark.parametrize(("path", "name"), lives("5", "6", made_up="stays"))
def test_a_life_that_stays_in_remission(live: Callable[[Path, str], Life], path: Path, name: str) -> None:
    life = live(path, name)
    treat(life.patient, ANCHOR, life.stopped_on)
    for sample in life.samples:
        life.record_until(sample.on, sample.on)
        if sample.is_after_stop:
            assert CONTACT not in life.read("home", sample.on), sample
    last = life.samples[-1].on
    home = life.read("home", last)
    assert "At or below 0.1%, the line after stopping" in home
    assert "since stopping treatment" in home
    page = life.read("stopping", last)
    assert "Small values below 0.1% are common after a stop." in page
    assert CONTACT not in page
    pictured = life.read("timeline", last, **{"as": "picture"})
    assert "Results stand on top" in pictured
