"""Each result with its change, its kinetics and the depth of its sample: figures, and no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from milestones.clinical.course import CourseEntry
from milestones.clinical.kinetics import Kinetics, measure_kinetics
from milestones.clinical.levels import LevelReason
from milestones.clinical.observation import ControlGene
from milestones.clinical.quantity import significant
from milestones.explanations import phrases
from milestones.explanations.catalogue import Audience, explain, title_of
from milestones.selectors.care.standing import log_words
from milestones.selectors.pictures import result_href_base
from milestones.selectors.presenting import headline, short_level
from milestones.selectors.timelines import Timeline

_DIGITS = 2
_NOT_PLACED = frozenset({LevelReason.NOT_DEEP_ENOUGH, LevelReason.DEPTH_UNKNOWN, LevelReason.CAPPED_BY_COPIES})


@dataclass(frozen=True, slots=True)
class EachResultRow:
    """One result: what changed, in which time, and how deep its sample was."""

    href: str
    date_text: str
    value_text: str
    level: str
    change: str
    log_text: str
    kinetics: str
    days: str
    copies: str
    limit: str
    depth: str


def each_result(timeline: Timeline, shown: Sequence[int]) -> tuple[EachResultRow, ...]:
    """Return the rows of the results at these places, in their order."""
    entries = timeline.course.entries
    kinetics = measure_kinetics(
        [entry.observation for entry in entries],
        [entry.finding for entry in entries],
        [entry.change for entry in entries],
    )
    return tuple(_row(timeline, index, kinetics[index]) for index in shown)


def columns() -> tuple[str, ...]:
    """Return the names of the columns."""
    return (_("Blood taken"), _("Result"), _("Change"), _("Halving or doubling time"), _("Sample"))


def _row(timeline: Timeline, index: int, kinetics: Kinetics | None) -> EachResultRow:
    row, entry = timeline.rows[index], timeline.course.entries[index]
    return EachResultRow(
        href=f"{result_href_base(timeline.patient_id)}{row.id}/",
        date_text=phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known),
        value_text=headline(entry),
        level=short_level(entry),
        change=title_of(entry.change.kind, Audience.TEAM),
        log_text=log_words(entry.change),
        kinetics=_kinetics_words(kinetics),
        days=_("over %(days)s") % {"days": phrases.days(kinetics.days)} if kinetics else "",
        copies=_copies(entry),
        limit=_limit(entry),
        depth=_depth(entry),
    )


def _kinetics_words(kinetics: Kinetics | None) -> str:
    """Return "halves in 45 days", to two digits, or ""."""
    if kinetics is None:
        return ""
    if kinetics.halving_days is not None:
        return _("halves in %(days)s days") % {"days": _rounded(kinetics.halving_days)}
    if kinetics.doubling_days is not None:
        return _("doubles in %(days)s days") % {"days": _rounded(kinetics.doubling_days)}
    return _("the same level")


def _rounded(days: Decimal) -> str:
    whole = significant(days, _DIGITS)
    return f"{whole:,f}" if whole >= 1 else f"{whole:f}"


def _copies(entry: CourseEntry) -> str:
    observation = entry.observation
    if observation.control_gene_copies is None:
        return _("Copies not on record.")
    gene = observation.control_gene.value if observation.control_gene is not ControlGene.UNKNOWN else _("gene unknown")
    return _("%(gene)s: %(copies)s copies.") % {"gene": gene, "copies": f"{observation.control_gene_copies:,}"}


def _limit(entry: CourseEntry) -> str:
    limit = entry.observation.reading.limit_of_detection
    return _("Limit of detection %(limit)s.") % {"limit": phrases.percent(limit)} if limit is not None else ""


def _depth(entry: CourseEntry) -> str:
    """Return what the sample could have seen, or why nobody can say."""
    if entry.finding.reason in _NOT_PLACED:
        return explain(entry.finding.reason, Audience.TEAM).body
    if entry.finding.depth is not None:
        return _("Deep enough to show %(level)s.") % {"level": entry.finding.depth.value}
    return ""
