"""The time after a recorded stop: the schedule, the line, what is usual, and the published conditions for the team."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from milestones.clinical.calendar import add_months
from milestones.clinical.remission import PlannedAfterStop, plan_after_stopping
from milestones.clinical.schedule import GRACE_DAYS
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation
from milestones.selectors.conditions import ConditionRow, condition_rows
from milestones.selectors.parts import ChartPart, NextTestCard, chart_part, contact_now, next_test_card
from milestones.selectors.pictures import chart_of, result_href_base
from milestones.selectors.presenting import Badge, badge_of, headline
from milestones.selectors.timelines import Timeline

_ROWS_IN_SIGHT = 9
_MONTHS_BEFORE = 6


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """One planned test after the stop, and what came of it."""

    month: str
    date_text: str
    result: str
    href: str
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class StoppingPage:
    """The page after a stop; ``rows`` newest first, ``earlier`` those that are folded."""

    stopped_text: str
    contact_now: Explanation | None
    next_test: NextTestCard
    columns: tuple[str, str, str]
    rows: tuple[ScheduleRow, ...]
    earlier: tuple[ScheduleRow, ...]
    chart: ChartPart | None
    conditions: tuple[ConditionRow, ...]


def stopping_page(timeline: Timeline, *, resistance: bool | None = None) -> StoppingPage | None:
    """Return the page, or None where no stop is recorded; ``resistance`` as ``resistance_on_record`` gives it."""
    remission = timeline.course.remission
    if remission is None:
        return None
    dates = [row.observation.collected_on for row in timeline.rows]
    plan = plan_after_stopping(remission.stopped_on, dates, timeline.today)
    rows = tuple(_row(timeline, planned) for planned in reversed(plan))
    window = (add_months(remission.stopped_on, -_MONTHS_BEFORE), timeline.today)
    return StoppingPage(
        stopped_text=_("Last dose on %(date)s, %(months)s ago.")
        % {"date": phrases.long_date(remission.stopped_on), "months": phrases.months(remission.months)},
        contact_now=contact_now(timeline),
        next_test=next_test_card(timeline),
        columns=(_("Month"), _("Planned for"), _("Result")),
        rows=rows[:_ROWS_IN_SIGHT],
        earlier=rows[_ROWS_IN_SIGHT:],
        chart=chart_part(chart_of(timeline, window=window), element_id="after"),
        conditions=condition_rows(timeline, remission.stopped_on, resistance=resistance),
    )


def _row(timeline: Timeline, planned: PlannedAfterStop) -> ScheduleRow:
    month, day = str(planned.month), phrases.long_date(planned.due_on)
    if planned.answered_by is not None:
        row, entry = timeline.rows[planned.answered_by], timeline.course.entries[planned.answered_by]
        taken = phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known)
        href = f"{result_href_base(timeline.patient_id)}{row.id}/"
        return ScheduleRow(month, day, f"{headline(entry)}, {taken}", href, badge_of(timeline, entry))
    if planned.due_on > timeline.today:
        return ScheduleRow(month, day, "", "", Badge("none", _("Still to come")))
    is_recent = (timeline.today - planned.due_on).days <= GRACE_DAYS
    return ScheduleRow(
        month, day, "", "", Badge("talk", _("Now is the time")) if is_recent else Badge("none", _("No result here"))
    )
