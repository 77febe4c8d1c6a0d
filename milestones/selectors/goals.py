"""The published goals of a rule set, as a table in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from milestones.clinical.guidelines.loader import RuleSet, Standing
from milestones.explanations import phrases
from milestones.explanations.catalogue import explain
from milestones.selectors.timelines import Timeline


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One band of one time point: the level, and where that stands."""

    time_point: str
    level: str
    standing: str


@dataclass(frozen=True, slots=True)
class GoalsPage:
    """All goals of one rule set, with its source."""

    name: str
    citation: str
    source: str
    status: str
    columns: tuple[str, str, str]
    rows: tuple[GoalRow, ...]


def goals_page(timeline: Timeline) -> GoalsPage:
    """Return the goals of the person's rule set."""
    rules = timeline.rule_set
    columns = (_("Time on treatment"), _("Level"), _("Where that stands"))
    name = f"{rules.short_name} ({rules.name})"
    return GoalsPage(name, rules.citation, rules.source, rules.status, columns, _rows(rules))


def _rows(rules: RuleSet) -> tuple[GoalRow, ...]:
    rows = []
    for point, bands in rules.bands.items():
        lower = ""
        for band in bands:
            if not settings.PATIENT_VERDICTS and band.verdict.standing is not Standing.AT_GOAL:
                continue
            upper = phrases.percent(band.up_to) if band.up_to is not None else ""
            level = _level(lower, upper)
            rows.append(GoalRow(explain(point).title, level, explain(band.verdict.standing).title))
            lower = upper
    return tuple(rows)


def _level(lower: str, upper: str) -> str:
    """Return a band in words, from its limits in words; "" where it has none on that side."""
    if not lower:
        return _("%(limit)s or lower") % {"limit": upper}
    if not upper:
        return _("above %(limit)s") % {"limit": lower}
    return _("above %(lower)s, up to %(upper)s") % {"lower": lower, "upper": upper}
