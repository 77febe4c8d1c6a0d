"""Every rule set side by side: its own words for each judged result, and where they differ, by which limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from milestones.clinical.calendar import month_of_treatment
from milestones.clinical.course import CourseEntry
from milestones.clinical.differences import Limits, limits_at, standings_differ
from milestones.clinical.guidelines.loader import RuleSet, Standing, TimePoint, load_rule_sets
from milestones.explanations import phrases
from milestones.explanations.catalogue import Audience, title_of
from milestones.selectors.pictures import result_href_base
from milestones.selectors.presenting import headline, short_level
from milestones.selectors.timelines import Timeline


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """One result that a rule set judges; ``words`` in the order of the columns, each with its column's name."""

    time_point: str
    month: str
    href: str
    date_text: str
    value_text: str
    level: str
    words: tuple[tuple[str, str], ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Why rule sets differ at a time point, in sentences."""

    time_point: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleSetsPart:
    """The table of judged results, newest first, and what differs; the person's own rule set stands first."""

    columns: tuple[str, ...]
    rows: tuple[JudgedRow, ...]
    differences: tuple[Difference, ...]
    sources: tuple[RuleSet, ...]


def rule_sets_part(timeline: Timeline, shown: Sequence[int]) -> RuleSetsPart:
    """Return the judged results among those that are shown.

    Args:
        timeline: read with every rule set in ``also``, so that each entry has the verdicts of all.
        shown: places of the results, newest first.
    """
    places, rule_sets = _order(timeline)
    judged = [index for index in shown if _is_judged(timeline.course.entries[index])]
    points = {_point_of(timeline.course.entries[index]) for index in judged}
    return RuleSetsPart(
        columns=(_("Time point"), _("Blood taken"), _("Result"), *(rules.short_name for rules in rule_sets)),
        rows=tuple(_row(timeline, index, places, rule_sets) for index in judged),
        differences=tuple(_differences(points, rule_sets)),
        sources=rule_sets,
    )


def _order(timeline: Timeline) -> tuple[list[int], tuple[RuleSet, ...]]:
    """Return the places of the verdicts to show, each rule set once, and the rule sets in that order."""
    known = list(load_rule_sets().values())
    others = [(place, rules) for place, rules in enumerate(known, start=1) if rules.id != timeline.rule_set.id]
    return [0, *(place for place, _rules in others)], (timeline.rule_set, *(rules for _place, rules in others))


def _is_judged(entry: CourseEntry) -> bool:
    return entry.place.is_judged and any(verdict.standing is not Standing.NONE for verdict in entry.verdicts)


def _point_of(entry: CourseEntry) -> TimePoint:
    """Return the time point whose limits judged a result; between two of them that is the last one that passed."""
    points = [verdict.time_point for verdict in entry.verdicts if verdict.time_point is not TimePoint.NONE]
    return points[0] if points else entry.place.time_point


def _row(timeline: Timeline, index: int, places: Sequence[int], rule_sets: Sequence[RuleSet]) -> JudgedRow:
    row, entry = timeline.rows[index], timeline.course.entries[index]
    verdicts = [entry.verdicts[place] for place in places]
    day = entry.place.day
    return JudgedRow(
        time_point=title_of(entry.place.time_point, Audience.TEAM),
        month=_("month %(month)s") % {"month": month_of_treatment(day)} if day is not None and day >= 0 else "",
        href=f"{result_href_base(timeline.patient_id)}{row.id}/",
        date_text=phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known),
        value_text=headline(entry),
        level=short_level(entry),
        words=tuple(
            (rules.short_name, verdict.words if verdict.standing is not Standing.NONE else _("no verdict"))
            for rules, verdict in zip(rule_sets, verdicts, strict=True)
        ),
        differs=standings_differ(verdicts),
    )


def _differences(points: set[TimePoint], rule_sets: Sequence[RuleSet]) -> Iterable[Difference]:
    for point in TimePoint:
        if point in points:
            sentences = tuple(_sentences(point, rule_sets))
            if sentences:
                yield Difference(title_of(point, Audience.TEAM), sentences)


def _sentences(point: TimePoint, rule_sets: Sequence[RuleSet]) -> Iterable[str]:
    limits = {rules.short_name: limits_at(rules, point) for rules in rule_sets}
    judging = {name: one for name, one in limits.items() if one.is_judged}
    goals = _by_limit(judging, lambda one: one.goal)
    if len(goals) > 1:
        yield _("The goal reaches %(limits)s.") % {"limits": _listed(goals, _("up to"))}
    failures = _by_limit(judging, lambda one: one.failure)
    if len(failures) > 1:
        yield _("The most serious word begins %(limits)s.") % {"limits": _listed(failures, _("above"))}
    confirming = [rules.short_name for rules in rule_sets if _asks_for_a_second(rules, point)]
    if confirming and len(confirming) < len(judging):
        yield _("A second result that confirms the first changes the word in %(names)s only.") % {
            "names": _and(confirming)
        }
    silent = [name for name, one in limits.items() if not one.is_judged]
    if silent and judging:
        yield _("%(names)s: no verdict for this time.") % {"names": _and(silent)}


def _asks_for_a_second(rules: RuleSet, point: TimePoint) -> bool:
    return any(band.confirmed_verdict is not None for band in rules.bands.get(point, ()))


def _by_limit(limits: dict[str, Limits], of: Callable[[Limits], Decimal | None]) -> dict[Decimal | None, list[str]]:
    """Return the names of the rule sets by one of their limits."""
    found: dict[Decimal | None, list[str]] = {}
    for name, one in limits.items():
        found.setdefault(of(one), []).append(name)
    return found


def _listed(found: dict[Decimal | None, list[str]], word: str) -> str:
    """Return "up to 0.1% in ELN 2020 and ELN 2025, up to 1% in NCCN 2024"."""
    parts = []
    for limit, names in found.items():
        facts = {"word": word, "limit": phrases.percent(limit) if limit is not None else "", "names": _and(names)}
        said = _("%(word)s %(limit)s in %(names)s") if limit is not None else _("nowhere in %(names)s")
        parts.append(said % facts)
    return ", ".join(parts)


def _and(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
