"""Check-ins and side effects: read once, and said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.prepared import PreparedRows
from milestones.charts.lanes import Lane, LaneMark, LanesSpec, render_lanes
from milestones.clinical.side_effects import Interference, Symptom, UrgentSign, needs_urgent_help
from milestones.explanations import phrases
from milestones.models import (
    CheckIn,
    DatePrecision,
    InterferenceChoice,
    MoodChoice,
    RecordStatus,
    SideEffect,
    SymptomChoice,
    UrgentSignChoice,
)
from milestones.selectors.markup import drawn
from milestones.selectors.pictures import treatment_bars
from milestones.selectors.timelines import Timeline

_check_ins = PreparedRows(
    lambda: CheckIn.objects.order_by("noted_on", "created_at").values_list(
        "id", "version", "status", "noted_on", "urgent", "mood", "is_private", "entered_by_id"
    )
)
_effects = PreparedRows(
    lambda: SideEffect.objects.order_by("created_at").values_list(
        "id",
        "version",
        "status",
        "check_in_id",
        "symptom",
        "other_name",
        "interference",
        "since_on",
        "since_precision",
        "note",
        "is_private",
    )
)
_ORDER = {symptom.value: place for place, symptom in enumerate(Symptom)}
_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class SideEffectRow:
    """One symptom of a check-in, as it is stored."""

    id: UUID
    version: int
    status: str
    check_in_id: UUID
    symptom: str
    other_name: str
    interference: str
    since_on: date | None
    since_day_is_known: bool
    note: str
    is_private: bool

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value

    @property
    def name(self) -> str:
        """What it is called: the person's own word where it is none of the list."""
        return self.other_name or str(SymptomChoice(self.symptom).label)

    @property
    def words(self) -> str:
        """Return "Tiredness: a little"."""
        return f"{self.name}: {str(InterferenceChoice(self.interference).label).lower()}"


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """One check-in with its side effects in the order of the list, as it is stored.

    ``holds_back`` says that something in it was private and is left out: it cannot tell that nothing was in the way.
    """

    id: UUID
    version: int
    status: str
    noted_on: date
    urgent: tuple[str, ...]
    mood: str
    mood_is_private: bool
    effects: tuple[SideEffectRow, ...]
    entered_by: UUID | None = None
    holds_back: bool = False

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value

    @property
    def counted(self) -> tuple[SideEffectRow, ...]:
        """The side effects that were not entered by mistake."""
        return tuple(effect for effect in self.effects if effect.counts)

    @property
    def in_the_way(self) -> tuple[SideEffectRow, ...]:
        """Those that got in the way at all, the most first."""
        found = [one for one in self.counted if one.interference != Interference.NOT_AT_ALL.value]
        return tuple(sorted(found, key=lambda one: -Interference(one.interference).rank))

    @property
    def needs_urgent_help(self) -> bool:
        """Whether an urgent sign was named."""
        symptoms = {Symptom(effect.symptom): Interference(effect.interference) for effect in self.counted}
        return needs_urgent_help([UrgentSign(sign) for sign in self.urgent], symptoms)


@dataclass(frozen=True, slots=True)
class CheckInWords:
    """One check-in as the list shows it."""

    row: CheckInRow
    date_text: str
    said: str
    mood: str
    urgent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideEffectsPage:
    """How somebody has been: urgent help where it is needed today, the picture, and the check-ins newest first."""

    urgent: tuple[str, ...]
    latest: CheckInWords | None
    picture: str
    story: str
    rows: tuple[CheckInWords, ...]
    number: int
    pages: int


def get_check_ins(patient: Patient) -> tuple[CheckInRow, ...]:
    """Return every check-in in order of its day, those entered in error included. Two queries.

    What is private is for the person alone, and all of it where side effects are not shared.
    """
    if not patient.viewing.shares.side_effects:
        return ()
    day = DatePrecision.DAY.value
    by_check_in: dict[UUID, list[SideEffectRow]] = {}
    for row in _effects(patient.pk):
        effect = SideEffectRow(*[*row[:8], row[8] == day, *row[9:]])
        by_check_in.setdefault(effect.check_in_id, []).append(effect)
    rows = tuple(
        CheckInRow(
            row[0],
            row[1],
            row[2],
            row[3],
            tuple(row[4].split(";")) if row[4] else (),
            row[5],
            row[6],
            tuple(sorted(by_check_in.get(row[0], ()), key=lambda one: _ORDER[one.symptom])),
            row[7],
        )
        for row in _check_ins(patient.pk)
    )
    return rows if patient.viewing.is_own else without_private(rows)


def without_private(rows: Sequence[CheckInRow]) -> tuple[CheckInRow, ...]:
    """Return check-ins without what is private; one that holds nothing else is not there at all."""
    shown = (_without_private(row) for row in rows)
    return tuple(row for row in shown if not row.holds_back or row.effects or row.mood or row.urgent)


def _without_private(row: CheckInRow) -> CheckInRow:
    effects = tuple(effect for effect in row.effects if not effect.is_private)
    mood = "" if row.mood_is_private else row.mood
    holds_back = row.holds_back or len(effects) < len(row.effects) or mood != row.mood
    return replace(row, effects=effects, mood=mood, holds_back=holds_back)


def counted_check_ins(rows: Sequence[CheckInRow]) -> list[CheckInRow]:
    """Return those that were not entered by mistake."""
    return [row for row in rows if row.counts]


def find_side_effect(rows: Sequence[CheckInRow], effect_id: UUID) -> SideEffectRow | None:
    """Return a side effect of the record that counts, or None: a mistake is taken back before it is changed."""
    return next((one for row in rows if row.counts for one in row.counted if one.id == effect_id), None)


def author_of_side_effect(rows: Sequence[CheckInRow], effect_id: UUID) -> UUID | None:
    """Return who wrote down a side effect that counts, or None where there is none: who wrote the check-in."""
    return next((row.entered_by for row in rows if find_side_effect([row], effect_id)), None)


def describe_check_in(row: CheckInRow) -> CheckInWords:
    """Return a check-in in words."""
    said = "; ".join(effect.words for effect in row.in_the_way)
    says_something_else = not row.effects and (row.mood or row.urgent)
    if not said and not row.holds_back and not says_something_else:
        said = _("Nothing got in the way.")
    return CheckInWords(
        row,
        phrases.long_date(row.noted_on),
        said,
        str(MoodChoice(row.mood).label) if row.mood else "",
        tuple(str(UrgentSignChoice(sign).label) for sign in row.urgent),
    )


def side_effects_page(timeline: Timeline, rows: Sequence[CheckInRow], *, number: int = 1) -> SideEffectsPage:
    """Return the page; ``number`` is the page of the list, the newest check-ins on the first."""
    counted = counted_check_ins(rows)
    latest = counted[-1] if counted else None
    pages = max(1, -(-len(rows) // _ON_A_PAGE))
    number = max(1, min(number, pages))
    newest = list(reversed(rows))[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
    return SideEffectsPage(
        urgent=_urgent_words(latest, timeline.today),
        latest=describe_check_in(latest) if latest else None,
        picture=drawn(render_lanes(side_effect_lanes(timeline, counted), element_id="effects")),
        story=_story(counted),
        rows=tuple(describe_check_in(row) for row in newest),
        number=number,
        pages=pages,
    )


def _urgent_words(latest: CheckInRow | None, today: date) -> tuple[str, ...]:
    """Return the urgent signs that were ticked today, or nothing; a check-in of another day has passed."""
    if latest is None or latest.noted_on != today or not latest.needs_urgent_help:
        return ()
    signs = [sign for sign in UrgentSign if sign.value in latest.urgent]
    if UrgentSign.BREATHLESSNESS not in signs and not signs:
        signs = [UrgentSign.BREATHLESSNESS]
    return tuple(str(UrgentSignChoice(sign.value).label) for sign in signs)


def urgent_sign_words() -> tuple[str, ...]:
    """Return every urgent sign, as the card names them."""
    return tuple(str(UrgentSignChoice(sign.value).label) for sign in UrgentSign)


def lanes_of_side_effects(counted: Sequence[CheckInRow]) -> tuple[Lane, ...]:
    """Return one lane a symptom that ever got in the way, in the order of the list."""
    marks: dict[tuple[int, str], list[LaneMark]] = {}
    for row in counted:
        for effect in row.counted:
            key = (_ORDER[effect.symptom], effect.name)
            words = f"{phrases.long_date(row.noted_on)}: {effect.words}"
            mark = LaneMark(row.noted_on, words, Interference(effect.interference).rank)
            marks.setdefault(key, []).append(mark)
    return tuple(Lane(key[1], tuple(marks[key])) for key in sorted(marks) if any(mark.rank for mark in marks[key]))


def side_effect_lanes(timeline: Timeline, counted: Sequence[CheckInRow]) -> LanesSpec:
    """Return each symptom's history above the doses and breaks, on one time axis."""
    return LanesSpec(
        title=_("How much each side effect got in the way"),
        story=_story(counted),
        today=timeline.today,
        lanes=lanes_of_side_effects(counted),
        treatments=treatment_bars(timeline),
        treatment_name=_("Treatment"),
    )


def _story(counted: Sequence[CheckInRow]) -> str:
    """Return the change since the check-in before, in a sentence; no score."""
    if not counted:
        return ""
    latest = counted[-1]
    now = {one.name: Interference(one.interference).rank for one in latest.counted}
    if len(counted) == 1:
        return ""
    before = {one.name: Interference(one.interference).rank for one in counted[-2].counted}
    more = [name for name, rank in now.items() if rank > before.get(name, 0)]
    less = [name for name, rank in before.items() if rank > now.get(name, 0)]
    when = {"date": phrases.long_date(counted[-2].noted_on)}
    said = []
    if more:
        said.append(_("More in the way than on %(date)s: %(names)s.") % {**when, "names": _listed(more)})
    if less:
        said.append(_("Less in the way than on %(date)s: %(names)s.") % {**when, "names": _listed(less)})
    return " ".join(said) or _("About the same as on %(date)s.") % when


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name[0].lower() + name[1:] for name in names)
