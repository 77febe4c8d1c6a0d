"""Picks the words for a finding. The texts stand in one file a language; this file holds none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from milestones.clinical.counts import ChromosomeFinding, CountQuestion, CountsFinding, MutationFinding
from milestones.clinical.course import CourseFlag
from milestones.clinical.goals import GoalProgress
from milestones.clinical.guidelines.loader import Standing, TimePoint
from milestones.clinical.levels import LevelFlag, LevelReason, ResponseLevel
from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.notation import Refusal
from milestones.clinical.observation import ReadingNote
from milestones.clinical.plausibility import Question
from milestones.clinical.remission import Condition, ConditionState
from milestones.clinical.schedule import DueReason
from milestones.clinical.treatment import LineQuestion
from milestones.clinical.trends import ChangeKind
from milestones.clinical.visit_topics import VisitTopic

# Every vocabulary of the clinical core that a person can come to read: each member has a text in each language.
FINDINGS: tuple[type[StrEnum], ...] = (
    ResponseLevel,
    LevelReason,
    LevelFlag,
    ChangeKind,
    Standing,
    TimePoint,
    YearOneStatus,
    DueReason,
    CourseFlag,
    Refusal,
    ReadingNote,
    Question,
    Condition,
    ConditionState,
    GoalProgress,
    VisitTopic,
    CountsFinding,
    ChromosomeFinding,
    MutationFinding,
    CountQuestion,
    LineQuestion,
)


class Audience(StrEnum):
    """Who reads: the person themselves, or the care team."""

    PATIENT = "patient"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Text:
    """What is said of one finding: a title of a few words and a sentence or two, in both voices.

    ``ask`` holds questions for the visit, for findings that give rise to one.
    """

    title: str
    body: str
    team_title: str
    team_body: str
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The words for one finding, ready to be shown."""

    title: str
    body: str
    ask: tuple[str, ...] = ()


def explain(
    finding: StrEnum, audience: Audience = Audience.PATIENT, language: str = "en", **facts: object
) -> Explanation:
    """Return the words for a finding.

    Args:
        finding: a member of one of ``FINDINGS``.
        audience: whose voice.
        language: a language of the catalogue.
        facts: what the text may name, such as ``value`` or ``month``; already in words, never a bare number.

    Raises:
        KeyError: the finding has no text, or its text names a fact that was not given. Tests see to both.
    """
    words, is_fixed = _words(type(finding).__name__, finding.name, audience, language)
    if is_fixed:
        return words
    return Explanation(words.title.format(**facts), words.body.format(**facts), words.ask)


@lru_cache(maxsize=1_024)
def _words(vocabulary: str, name: str, audience: Audience, language: str) -> tuple[Explanation, bool]:
    """Return the text in one voice, and whether it names no fact."""
    text = texts_in(language)[(vocabulary, name)]
    title, body = (text.team_title, text.team_body) if audience is Audience.TEAM else (text.title, text.body)
    return Explanation(title, body, text.ask), "{" not in title + body


def title_of(finding: StrEnum, audience: Audience = Audience.PATIENT, language: str = "en") -> str:
    """Return the title of a finding whose title names no fact; raises as ``explain`` does."""
    return _words(type(finding).__name__, finding.name, audience, language)[0].title


def questions_about(finding: StrEnum, language: str = "en") -> tuple[str, ...]:
    """Return the questions for the visit that a finding gives rise to; raises as ``explain`` does."""
    return texts_in(language)[(type(finding).__name__, finding.name)].ask


def texts_in(language: str) -> dict[tuple[str, str], Text]:
    """Return the catalogue of a language, by the names of vocabulary and member.

    Raises:
        KeyError: there is no such language.
    """
    from milestones.explanations.en import TEXTS as ENGLISH  # noqa: PLC0415 - a language is loaded when it is read

    return {"en": ENGLISH}[language]
