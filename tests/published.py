"""Courses of people who stopped treatment, published or made up in the same columns, recorded through the services.

The published series of 21 people (Hähnel 2020, doi:10.1158/0008-5472.CAN-19-2175) is not ours to pass on; where a
folder beside this project holds it, it is read, and a small made-up series is read anywhere.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from accounts.models import Patient
from milestones.selectors.timelines import Timeline, get_timeline
from tests.cast import record, treat

PROJECT = Path(__file__).resolve().parents[1]
PUBLISHED = next(iter(sorted(PROJECT.parent.glob("*/data/hahnel2020_tki_stop_21pts.csv"))), None)
MADE_UP = PROJECT / "tests" / "data" / "stopped.csv"
#: Made-up people by name: one stays in remission, one does not.
MADE_UP_LIVES = PROJECT / "tests" / "data" / "six_who_stopped.csv"
ANCHOR = date(2005, 3, 1)
DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Sample:
    """One row of a series."""

    on: date
    percent: str
    is_not_detected: bool
    is_after_stop: bool


def samples_in(path: Path, *, anchor: date = ANCHOR) -> dict[str, list[Sample]]:
    """Return each person's samples in order of time, the months of the series counted from ``anchor``."""
    people: dict[str, list[Sample]] = {}
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            day = anchor + timedelta(days=round(float(row["months"]) * DAYS_A_MONTH))
            sample = Sample(
                day, row["bcr_abl1_percent"], row["upper_limit_only"] == "1", row["phase"] == "after_TKI_stop"
            )
            people.setdefault(row["patient"], []).append(sample)
    return {name: sorted(samples, key=lambda sample: sample.on) for name, samples in people.items()}


def stop_of(samples: list[Sample]) -> date:
    """Return the day of the stop: between the last sample on treatment and the first after it."""
    last_on = max(sample.on for sample in samples if not sample.is_after_stop)
    first_off = min(sample.on for sample in samples if sample.is_after_stop)
    return last_on + (first_off - last_on) / 2


def record_samples(patient: Patient, samples: list[Sample]) -> None:
    """Record what the laboratory reported; a limit never becomes a value."""
    for sample in samples:
        if sample.is_not_detected:
            record(patient, "not detected", sample.on, limit=sample.percent)
        else:
            record(patient, f"{sample.percent} %", sample.on, decimal_mark=".")


def record_course(patient: Patient, samples: list[Sample]) -> Timeline:
    """Record treatment, its stop, and the samples."""
    treat(patient, ANCHOR, stop_of(samples))
    record_samples(patient, samples)
    return get_timeline(patient, today=samples[-1].on)
