"""What was found in the text of a report, beside the lines that it came from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.explanations import phrases
from milestones.interchange.report_text import Finding, Found, Report, ReportResult

_NAMES: dict[Found, str | Promise] = {
    Found.RESULT: gettext_lazy("The result"),
    Found.COLLECTED: gettext_lazy("Blood taken"),
    Found.RECEIVED: gettext_lazy("Received by the laboratory: not used"),
    Found.REPORTED: gettext_lazy("Date of the report: not used"),
    Found.BORN: gettext_lazy("Date of birth: not used"),
    Found.OTHER_DATE: gettext_lazy("Another date: not used"),
    Found.SCALE: gettext_lazy("The scale"),
    Found.CONTROL_GENE: gettext_lazy("Control gene"),
    Found.COPIES: gettext_lazy("Copies of the control gene"),
    Found.LEVEL: gettext_lazy("Level printed"),
    Found.LIMIT: gettext_lazy("Lowest level the test could see"),
}


#: What it is, and its line with what was found marked.
FoundLine = tuple[str, SafeString]


@dataclass(frozen=True, slots=True)
class FoundResult:
    """One result of a text as its page shows it."""

    title: str
    lines: tuple[FoundLine, ...]
    asks: tuple[str, ...]


def result_in_words(report: Report, found: ReportResult) -> FoundResult:
    """Return a result with every finding that belongs to it, and what the form will ask."""
    title = found.result.text
    if found.date is not None:
        day = phrases.long_date(found.date.day, day_is_known=found.date.day_is_known)
        title = _("%(result)s on %(date)s") % {"result": title, "date": day}
    asks = []
    if found.date is None:
        asks.append(_("When was the blood taken?"))
    if found.reading is None and found.result.value != "not detected":
        asks.append(_("What does the report say?"))
    if not found.value_of(Found.SCALE):
        asks.append(_("Is it on the International Scale?"))
    lines = tuple(_line(report, one) for one in (found.result, *found.others))
    return FoundResult(title, lines, tuple(asks))


def other_dates(report: Report) -> tuple[FoundLine, ...]:
    """Return the dates that are not used, so that it can be seen why."""
    return tuple(_line(report, one) for one in report.dates if one.kind is not Found.COLLECTED)


def _line(report: Report, one: Finding) -> FoundLine:
    line = report.lines[one.line]
    marked = format_html("{}<mark>{}</mark>{}", line[: one.start], line[one.start : one.end], line[one.end :])
    return str(_NAMES[one.kind]), marked
