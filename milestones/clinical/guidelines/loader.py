"""Loads the rule sets. A malformed file is refused with its name and the reason; adding one needs no code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
DEFAULT_RULE_SET = "eln_2020"


class Standing(StrEnum):
    """Where a result stands to the goal: the one scale that every rule set's own words are mapped to."""

    AT_GOAL = "at goal"
    NOT_YET = "not yet"
    ABOVE_GOAL = "above goal"
    NONE = "none"


class TimePoint(StrEnum):
    """Where in treatment a sample was taken, in the words of the batch command's ``time_point`` column."""

    BASELINE = "baseline"
    MONTH_3 = "3 months"
    MONTH_6 = "6 months"
    MONTH_12 = "12 months"
    AFTER = "after"
    NONE = "none"
    OFF_TREATMENT = "off treatment"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule set's word on one result; ``words`` are the rule set's own, or ``none``."""

    rule_set: str
    version: int
    words: str
    standing: Standing
    time_point: TimePoint
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A range of %IS at one time point: above the band below it, up to and including ``up_to`` (None: no end)."""

    up_to: Decimal | None
    verdict: Verdict
    confirmed_verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One edition of one guideline. ``bands`` maps a judged time point to its bands, lowest first."""

    id: str
    name: str
    short_name: str
    edition: str
    version: int
    citation: str
    source: str
    status: str
    checked_by: str
    checked_on: date | None
    review_due: date
    bands: dict[TimePoint, tuple[Band, ...]]
    no_verdict: Verdict
    resistance: Verdict | None = None
    treatment_free_goal: Decimal | None = None


class MalformedRuleSetError(ValueError):
    """A rule-set file that cannot be trusted; the message names the file and what is wrong."""


_JUDGED = (TimePoint.MONTH_3, TimePoint.MONTH_6, TimePoint.MONTH_12, TimePoint.AFTER)
_TEXT_KEYS = ("id", "name", "short_name", "edition", "citation", "source", "status", "checked_by")
_KEYS = {*_TEXT_KEYS, "version", "checked_on", "review_due", "time_point", "resistance", "treatment_free_goal"}
_BAND_KEYS = {"up_to", "verdict", "standing", "confirmed_verdict"}


def load_rule_set(path: Path) -> RuleSet:
    """Return the rule set that the TOML file at ``path`` holds.

    Raises:
        MalformedRuleSetError: the file cannot be read, a key is missing, unknown or of the wrong kind, a limit is not
            a printed decimal above 0, limits do not rise, or a time point is unknown or stands twice.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MalformedRuleSetError(f"{path.name}: {error}") from error
    try:
        return _rule_set(data)
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedRuleSetError(f"{path.name}: {error}") from error


@lru_cache(maxsize=1)
def load_rule_sets() -> dict[str, RuleSet]:
    """Return every rule set of this folder by its id, the default first, then in the order of their ids.

    Raises:
        MalformedRuleSetError: one of the files is malformed.
    """
    return load_folder(_HERE)


def load_folder(folder: Path) -> dict[str, RuleSet]:
    """Return every rule set of ``folder`` by its id; see ``load_rule_sets``."""
    loaded = {}
    for path in sorted(folder.glob("*.toml")):
        rule_set = load_rule_set(path)
        if rule_set.id != path.stem:
            raise MalformedRuleSetError(f"{path.name}: its id is {rule_set.id!r}, not the file's name")
        loaded[rule_set.id] = rule_set
    return dict(sorted(loaded.items(), key=lambda item: (item[0] != DEFAULT_RULE_SET, item[0])))


def _rule_set(data: dict[str, Any]) -> RuleSet:
    unknown = set(data) - _KEYS
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
    for key in _TEXT_KEYS:
        if not isinstance(data[key], str):
            raise ValueError(f"{key} is not a text")
    version, review_due = data["version"], data["review_due"]
    if type(version) is not int or version < 1:
        raise ValueError("version is not a whole number of 1 or more")
    if type(review_due) is not date:
        raise ValueError("review_due is not a date")
    checked_on = data["checked_on"] or None
    if checked_on is not None and type(checked_on) is not date:
        raise ValueError("checked_on is neither a date nor empty")
    if bool(data["checked_by"]) != (checked_on is not None):
        raise ValueError("checked_by and checked_on go together")
    identity = (data["id"], version)
    bands = _time_points(identity, data["time_point"])
    resistance = data.get("resistance")
    goal = data.get("treatment_free_goal")
    return RuleSet(
        **{key: data[key] for key in _TEXT_KEYS},
        version=version,
        checked_on=checked_on,
        review_due=review_due,
        bands=bands,
        no_verdict=Verdict(*identity, "none", Standing.NONE, TimePoint.NONE),
        resistance=None if resistance is None else _verdict(identity, resistance, TimePoint.NONE),
        treatment_free_goal=None if goal is None else _limit(goal["up_to"]),
    )


def _time_points(identity: tuple[str, int], tables: list[dict[str, Any]]) -> dict[TimePoint, tuple[Band, ...]]:
    bands: dict[TimePoint, tuple[Band, ...]] = {}
    for table in tables:
        if set(table) != {"name", "bands"}:
            raise ValueError("a time point has a name and bands, and nothing else")
        point = TimePoint(table["name"])
        if point not in _JUDGED:
            raise ValueError(f"{point.value!r} is not judged")
        if point in bands:
            raise ValueError(f"{point.value!r} stands twice")
        bands[point] = _bands(identity, point, table["bands"])
    if not bands:
        raise ValueError("no time point")
    return bands


def _bands(identity: tuple[str, int], point: TimePoint, rows: list[dict[str, Any]]) -> tuple[Band, ...]:
    bands = []
    below = Decimal(0)
    for index, row in enumerate(rows):
        unknown = set(row) - _BAND_KEYS
        if unknown:
            raise ValueError(f"unknown key {sorted(unknown)[0]!r} in a band of {point.value!r}")
        is_last = index == len(rows) - 1
        if is_last == ("up_to" in row):
            raise ValueError(f"each band of {point.value!r} but the last has up_to")
        up_to = None if is_last else _limit(row["up_to"])
        if up_to is not None:
            if up_to <= below:
                raise ValueError(f"the limits of {point.value!r} do not rise")
            below = up_to
        confirmed = None
        if "confirmed_verdict" in row:
            confirmed = Verdict(*identity, row["confirmed_verdict"], Standing.ABOVE_GOAL, point, confirmed=True)
        bands.append(Band(up_to, _verdict(identity, row, point), confirmed))
    if not bands:
        raise ValueError(f"{point.value!r} has no bands")
    return tuple(bands)


def _verdict(identity: tuple[str, int], row: dict[str, Any], point: TimePoint) -> Verdict:
    if not isinstance(row["verdict"], str) or not row["verdict"]:
        raise ValueError("a verdict has words")
    return Verdict(*identity, row["verdict"], Standing(row["standing"]), point)


def _limit(text: object) -> Decimal:
    """Return a limit in %IS; it is written as text, so that no binary float stands between paper and product."""
    if not isinstance(text, str):
        raise ValueError(f"the limit {text!r} is not written as text")
    try:
        limit = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"the limit {text!r} is not a number") from error
    if not limit.is_finite() or limit <= 0:
        raise ValueError(f"the limit {text!r} is not above 0")
    return limit
