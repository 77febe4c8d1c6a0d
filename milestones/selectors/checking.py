"""What the check page says before a result is saved: what was understood, in words, and what to look at again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Patient
from milestones.clinical.observation import Observation, ReadingKind, Scale, Transcript
from milestones.clinical.plausibility import Asked, Question, ask_about
from milestones.clinical.quantity import plain
from milestones.clinical.response import classify_level
from milestones.clinical.units import Unit
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain
from milestones.interchange.draft import ResultDraft
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.timelines import Timeline, get_timeline

_SAME = frozenset({Question.SAME_SAMPLE, Question.SAME_DAY})
_SALT = "milestones.result-checked"
_CHECK_HOLDS_SECONDS = 86_400
_SCALE_WORDS = {
    Scale.IS: gettext_lazy("on the International Scale"),
    Scale.NOT_IS: gettext_lazy("not on the International Scale"),
    Scale.UNKNOWN: gettext_lazy("not known, so it gives no level"),
}


@dataclass(frozen=True, slots=True)
class AskedInWords:
    """One question to answer before saving."""

    words: Explanation


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What was understood, line by line, the questions, and the proof that these words were shown."""

    facts: tuple[tuple[str, str], ...]
    questions: tuple[AskedInWords, ...]
    level: Explanation | None
    notes: tuple[Explanation, ...]
    checked: str
    may_be_the_same: bool


def check_result(patient: Patient, draft: ResultDraft, *, replacing: UUID | None = None) -> CheckPage:
    """Return what the check page shows.

    Args:
        patient: whose record it is for.
        draft: the result as it was understood.
        replacing: the result that it corrects, which is then no earlier result.
    """
    timeline = get_timeline(patient)
    rows = [row for row in timeline.rows if row.id != replacing]
    # The person's own transcript decides what the result can be held against.
    observation = replace(draft.observation, transcript=Transcript(timeline.profile.transcript))
    asked = ask_about(observation, [row.observation for row in rows], diagnosed_on=timeline.profile.diagnosed_on)
    finding = classify_level(observation, timeline.profile.baseline)
    key = finding.level if finding.is_evaluable else finding.reason
    return CheckPage(
        facts=understood(draft),
        questions=tuple(_in_words(one, draft, rows, timeline) for one in asked),
        level=explain(key),
        notes=tuple(explain(note) for note in sorted(draft.observation.reading.notes)),
        checked=signing.dumps([_digest(draft, patient.pk), [one.question.value for one in asked]], salt=_SALT),
        may_be_the_same=any(one.question in _SAME for one in asked),
    )


def questions_confirmed(draft: ResultDraft, proof: str, patient_id: UUID) -> tuple[str, ...] | None:
    """Return the questions that the check page asked about exactly this result of this person, within the last day.

    None if it was not shown. The proof says what was asked, so that nothing else can be claimed to be confirmed.
    """
    try:
        digest, asked = signing.loads(proof, salt=_SALT, max_age=_CHECK_HOLDS_SECONDS)
    except signing.BadSignature:
        return None
    return tuple(asked) if digest == _digest(draft, patient_id) else None


def _digest(draft: ResultDraft, patient_id: UUID) -> str:
    # A repr of frozen dataclasses names every field, so that any change of what was typed asks for a new check.
    said = f"{patient_id} {draft.observation!r} {draft.observation.reading.text!r} {draft.day_is_known}"
    return hashlib.sha256(said.encode()).hexdigest()


def _in_words(asked: Asked, draft: ResultDraft, rows: list[ResultRow], timeline: Timeline) -> AskedInWords:
    row = rows[asked.earlier] if asked.earlier is not None else None
    earlier = (row.observation, row.day_is_known) if row is not None else None
    return AskedInWords(question_in_words(asked.question, draft, earlier, timeline.profile.diagnosed_on))


def question_in_words(
    question: Question, draft: ResultDraft, earlier: tuple[Observation, bool] | None, diagnosed_on: date | None
) -> Explanation:
    """Return a question about a result; ``earlier`` is the result it is held against, and whether its day is known."""
    before = before_date = ""
    if earlier is not None:
        observation, day_is_known = earlier
        before = phrases.in_sentence(phrases.result(observation))
        before_date = phrases.long_date(observation.collected_on, day_is_known=day_is_known)
    return explain(
        question,
        now=phrases.in_sentence(phrases.result(draft.observation)),
        now_date=phrases.long_date(draft.observation.collected_on, day_is_known=draft.day_is_known),
        before=before,
        before_date=before_date,
        diagnosed=phrases.long_date(diagnosed_on, day_is_known=False) if diagnosed_on else "",
    )


def understood(draft: ResultDraft) -> tuple[tuple[str, str], ...]:
    """Return what was understood as term and text: date with its month as a word, value in digits and in words."""
    observation = draft.observation
    reading = observation.reading
    facts = [
        (_("Blood taken"), phrases.long_date(observation.collected_on, day_is_known=draft.day_is_known)),
        (_("The report says"), reading.text),
        (_("We understand"), _value_words(draft)),
        (_("Scale"), str(_SCALE_WORDS[observation.scale])),
        (_("Laboratory"), observation.laboratory),
        (_("Control gene"), observation.control_gene.value),
    ]
    if observation.control_gene_copies is not None:
        facts.append((_("Copies of the control gene"), f"{observation.control_gene_copies:,}"))
    if reading.limit_of_detection is not None:
        facts.append((_("The test could see down to"), phrases.percent(reading.limit_of_detection)))
    if reading.log_reduction is not None and reading.kind is not ReadingKind.LEVEL_ONLY:
        facts.append((_("Level printed"), f"MR{plain(reading.log_reduction)}"))
    if observation.specimen.value != "blood":
        facts.append((_("Sample"), observation.specimen.value))
    if observation.conversion_factor is not None:
        facts.append((_("Conversion factor"), plain(observation.conversion_factor)))
    return tuple((term, text) for term, text in facts if text)


def _value_words(draft: ResultDraft) -> str:
    reading = draft.observation.reading
    text = phrases.result(draft.observation)
    if reading.kind is ReadingKind.NOT_DETECTED:
        return _("Not detected: the test found none")
    if reading.kind is not ReadingKind.NUMBER:
        return text
    text = phrases.in_sentence(text)
    if reading.unit is Unit.RATIO:
        text += " (the ratio, as a percentage)"
    return text
