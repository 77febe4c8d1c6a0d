"""The rows of an import, held against the record and against each other."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from milestones.clinical.observation import Observation, ReadingKind, Scale, Transcript, effective_scale
from milestones.clinical.plausibility import Question, ask_about
from milestones.interchange.draft import DiagnosisDraft, ResultDraft, TreatmentDraft
from milestones.interchange.incoming import Incoming, IncomingStatus
from milestones.selectors.timelines import Timeline

_SAME_SAMPLE_DAYS = timedelta(days=3)
_MOST_OF_A_DAY = 3


#: A question, and the other result that it is about with whether its day is known.
Asked = tuple[Question, tuple[Observation, bool] | None]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A result of the record that the same source brought in under the same name, as it stands now."""

    id: UUID
    version: int
    observation: Observation
    day_is_known: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A row as it was understood: what it seems to repeat, and what a person is asked to look at.

    ``is_known`` says that the record has this line of treatment, or a month of diagnosis. ``earlier`` is the result
    that the source has corrected or taken back with this row.
    """

    row: Incoming
    repeats: tuple[Observation, bool] | None = None
    repeats_row: str = ""
    asked: tuple[Asked, ...] = ()
    earlier: Earlier | None = None
    is_known: bool = False

    @property
    def is_repeat(self) -> bool:
        """Whether it seems to be of the same sample as another, or the same line of treatment."""
        return self.earlier is None and (self.repeats is not None or self.is_known)

    @property
    def is_change(self) -> bool:
        """Whether it changes a result that is there, or takes one back."""
        return self.earlier is not None

    def is_taken(self, ticked: frozenset[str]) -> bool:
        """Whether it is brought in: it could be read, and it is no repeat or was ticked all the same."""
        if self.row.status is IncomingStatus.ENTERED_IN_ERROR:
            return self.is_change
        return self.row.draft is not None and (not self.is_repeat or self.row.place in ticked)


@dataclass(slots=True)
class _Known:
    """A result of the record or of the file, in order of collection."""

    observation: Observation
    day_is_known: bool
    place: int | None


def judge_rows(
    rows: Sequence[Incoming], timeline: Timeline, earlier: Mapping[str, Earlier] = MappingProxyType({})
) -> list[Judged]:
    """Return every row with what it repeats and what is asked about it, in the order of the file.

    ``earlier`` are the results of the record by the names that their source gave them: what it has corrected or taken
    back changes them, where this person may correct them.

    A result is held against the record and against the file itself, in order of collection. So it takes about as long
    for each row, however many there are.
    """
    own = Transcript(timeline.profile.transcript)
    known = [_Known(row.observation, row.day_is_known, None) for row in timeline.rows]
    for place, row in enumerate(rows):
        if isinstance(row.draft, ResultDraft):
            observation = row.draft.observation
            if observation.transcript is Transcript.P210:
                observation = replace(observation, transcript=own)
            known.append(_Known(observation, row.draft.day_is_known, place))
    repeats = _repeats(known)
    asked = _questions(known, timeline.profile.diagnosed_on, set(repeats))
    begun = {(line.medicine, line.started_on) for line in timeline.treatments if line.counts}
    judged = []
    for place, row in enumerate(rows):
        changes = earlier.get(row.external_id) if row.status is not IncomingStatus.FINAL else None
        if changes is not None:
            judged.append(Judged(row, earlier=changes))
            continue
        draft = row.draft
        is_known = (isinstance(draft, TreatmentDraft) and (draft.medicine, draft.started_on) in begun) or (
            isinstance(draft, DiagnosisDraft) and timeline.profile.diagnosed_on is not None
        )
        other = repeats.get(place)
        shown = (other.observation, other.day_is_known) if other is not None else None
        of_row = rows[other.place].place if other is not None and other.place is not None else ""
        judged.append(Judged(row, shown, of_row, asked.get(place, ()), None, is_known))
    return judged


def _repeats(known: Sequence[_Known]) -> dict[int, _Known]:
    """Return the rows that say the same as another result within three days: the record's, or one above in the file."""
    seen: dict[tuple[Any, ...], list[tuple[date, int]]] = defaultdict(list)
    found: dict[int, _Known] = {}
    for number, one in enumerate(known):
        reading, day = one.observation.reading, one.observation.collected_on
        days = seen[reading.kind, reading.value, reading.comparator, reading.detected, reading.log_reduction]
        if one.place is not None:
            start = bisect_left(days, (day - _SAME_SAMPLE_DAYS, -1))
            if start < len(days) and days[start][0] <= day + _SAME_SAMPLE_DAYS:
                found[one.place] = known[days[start][1]]
                continue
        insort(days, (day, number))
    return found


def _questions(known: Sequence[_Known], diagnosed_on: date | None, repeats: set[int]) -> dict[int, tuple[Asked, ...]]:
    """Return what is asked about each row that is no repeat, held against its day's others and the last measured."""
    asked: dict[int, tuple[Asked, ...]] = {}
    last: dict[Scale | None, _Known] = {}
    of_day: list[_Known] = []
    for one in sorted(known, key=lambda item: (item.observation.collected_on, item.place is not None)):
        observation = one.observation
        if of_day and of_day[-1].observation.collected_on != observation.collected_on:
            of_day.clear()
        scale = effective_scale(observation)
        if one.place is not None and one.place not in repeats:
            before = last.get(scale)
            is_of_another_day = before is not None and before.observation.collected_on != observation.collected_on
            earlier = ([before] if before is not None and is_of_another_day else []) + of_day[-_MOST_OF_A_DAY:]
            asked[one.place] = tuple(
                (
                    question.question,
                    None
                    if question.earlier is None
                    else (earlier[question.earlier].observation, earlier[question.earlier].day_is_known),
                )
                for question in ask_about(
                    observation, [item.observation for item in earlier], diagnosed_on=diagnosed_on
                )
            )
        if one.place is None or one.place not in repeats:
            of_day.append(one)
            if observation.reading.kind is ReadingKind.NUMBER:
                last[scale] = one
    return {place: questions for place, questions in asked.items() if questions}


def rows_to_take(judged: Sequence[Judged], ticked: frozenset[str]) -> list[Judged]:
    """Return the rows that are brought in."""
    return [one for one in judged if one.is_taken(ticked)]


def digest_of(judged: Sequence[Judged]) -> str:
    """Return a proof of what is to be brought in: it changes with any row, and with what is asked about it."""
    said = hashlib.sha256()
    for one in judged:
        draft = one.row.draft
        text = draft.observation.reading.text if isinstance(draft, ResultDraft) else ""
        changes = f"{one.earlier.id} {one.earlier.version}" if one.earlier else ""
        asked = [question.value for question, _other in one.asked]
        said.update(f"{one.row.place} {changes} {draft!r} {text!r} {asked}".encode())
    return said.hexdigest()
