"""The English texts. Every sentence that a finding is explained with stands in this folder, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from milestones.explanations.catalogue import Text
from milestones.explanations.en.changes import CHANGES, FLAGS_OF_COURSE
from milestones.explanations.en.counts import CHROMOSOMES, COUNT_QUESTIONS, COUNTS, MUTATIONS
from milestones.explanations.en.goals import CONDITION_STATES, CONDITIONS, DUE_REASONS, STANDINGS, TIME_POINTS, YEAR_ONE
from milestones.explanations.en.levels import FLAGS_OF_LEVEL, LEVELS, REASONS
from milestones.explanations.en.own_goals import PROGRESS, TOPICS
from milestones.explanations.en.questions import NOTES, QUESTIONS, REFUSALS
from milestones.explanations.en.treatment import LINE_QUESTIONS


def _by_name(*tables: Iterable[tuple[StrEnum, Text]]) -> dict[tuple[str, str], Text]:
    # Members of two vocabularies can share their words, so that they are told apart by the vocabulary's name too.
    return {(type(member).__name__, member.name): text for table in tables for member, text in table}


TEXTS: dict[tuple[str, str], Text] = _by_name(
    LEVELS.items(),
    REASONS.items(),
    FLAGS_OF_LEVEL.items(),
    CHANGES.items(),
    FLAGS_OF_COURSE.items(),
    STANDINGS.items(),
    TIME_POINTS.items(),
    YEAR_ONE.items(),
    DUE_REASONS.items(),
    CONDITIONS.items(),
    CONDITION_STATES.items(),
    REFUSALS.items(),
    NOTES.items(),
    QUESTIONS.items(),
    PROGRESS.items(),
    TOPICS.items(),
    COUNTS.items(),
    CHROMOSOMES.items(),
    MUTATIONS.items(),
    COUNT_QUESTIONS.items(),
    LINE_QUESTIONS.items(),
)
