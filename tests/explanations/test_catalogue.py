"""Every finding has its words, in both voices, and the words keep the rules."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import pytest
import textstat

from milestones.clinical.counts import CountQuestion
from milestones.clinical.course import CourseFlag
from milestones.clinical.guidelines.loader import Standing, TimePoint
from milestones.clinical.levels import LevelReason, ResponseLevel
from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.notation import Refusal
from milestones.clinical.plausibility import Question
from milestones.clinical.schedule import DueReason
from milestones.clinical.treatment import LineQuestion
from milestones.clinical.trends import ChangeKind
from milestones.explanations.catalogue import FINDINGS, Audience, Explanation, Text, explain, texts_in
from tests.explanations.wording import (
    ADVICE,
    BANNED,
    placeholders,
    sentences,
    what_is_advice,
    what_is_banned,
    what_is_missing,
    what_is_too_long,
    what_is_too_much,
)

TEXTS = texts_in("en")
MEMBERS = [member for vocabulary in FINDINGS for member in vocabulary]

# The facts that a page gives with each vocabulary, as it gives them.
FACTS: dict[str, dict[str, str]] = {
    "ChangeKind": {"before": "below 0.0032%", "before_date": "6 August 2026", "now": "0.05%"},
    "YearOneStatus": {
        "month": "9",
        "months_left": "3 months",
        "goal_date": "6 August 2026",
        "reached_date": "6 May 2026",
        "held": "it held",
    },
    "DueReason": {"interval": "3 months"},
    "Question": {
        "now": "5%",
        "now_date": "6 August 2026",
        "before": "0.05%",
        "before_date": "6 May 2026",
        "diagnosed": "May 2025",
    },
    "Refusal": {"text": "1.234"},
    "GoalProgress": {
        "level": "MR4 (0.01% or lower)",
        "by_date": "6 August 2026",
        "time_left": "3 months left",
        "reached_date": "6 May 2026",
        "last_date": "6 May 2026",
        "latest_date": "6 August 2026",
    },
    "LineQuestion": {"first": "imatinib", "second": "nilotinib", "days": "12 days"},
    "CountsFinding": {"day": "6 August 2026"},
    "CountQuestion": {"now": "140 g/dL", "before": "14 g/dL", "before_date": "6 May 2026"},
}
# The result before is not known for these, so a sentence about it would have a hole.
WITHOUT_BEFORE = (
    ChangeKind.FIRST,
    ChangeKind.STEADY,
    ChangeKind.CANNOT_COMPARE,
    ChangeKind.NOT_DEEP_ENOUGH,
    ChangeKind.NO_RESULT,
)
MOST_GRADE = 8.0
# A text of one or two sentences swings widely: "International Scale" and "laboratory" alone are worth three grades.
TOLERANCE_PER_TEXT = 2.0

OF_MEMBERS = pytest.mark.parametrize("member", MEMBERS, ids=lambda member: f"{type(member).__name__}.{member.name}")


def text_of(member: StrEnum) -> Text:
    """Return the text of a member."""
    return TEXTS[(type(member).__name__, member.name)]


def patient_words(text: Text) -> Iterator[str]:
    """Return everything that a patient can come to read of one text."""
    yield from (text.title, text.body, *text.ask)


def _in_words(member: StrEnum, audience: Audience = Audience.PATIENT, **others: str) -> Explanation:
    """Return the words for a member with the sample facts of its page."""
    facts: dict[str, object] = {**FACTS.get(type(member).__name__, {}), **others}
    return explain(member, audience, "en", **facts)


def test_every_member_has_a_text_in_both_voices() -> None:
    assert what_is_missing(FINDINGS, TEXTS) == []


def test_a_missing_text_is_noticed() -> None:
    planted = dict(TEXTS)
    del planted[("ChangeKind", "ONE_RISE")]
    assert what_is_missing(FINDINGS, planted) == ["ChangeKind.ONE_RISE"]


@pytest.mark.parametrize("empty", [Text("", "b", "c", "d"), Text("a", "", "c", "d"), Text("a", "b", "", "d")])
def test_an_empty_text_is_noticed(empty: Text) -> None:
    assert what_is_missing(FINDINGS, {**TEXTS, ("Standing", "NONE"): empty}) == ["Standing.NONE"]


def test_no_text_is_for_what_does_not_exist() -> None:
    assert what_is_too_much(FINDINGS, TEXTS) == []
    planted = {**TEXTS, ("ChangeKind", "GONE"): Text("a", "b", "c", "d")}
    assert what_is_too_much(FINDINGS, planted) == ["ChangeKind.GONE"]


def test_there_is_no_other_language_yet() -> None:
    with pytest.raises(KeyError):
        texts_in("xx")


@OF_MEMBERS
def test_a_text_asks_only_for_facts_that_its_page_gives(member: StrEnum) -> None:
    text = text_of(member)
    allowed = set(FACTS.get(type(member).__name__, {})) - ({"before", "before_date"} & _unknown(member))
    for words in (text.title, text.body, text.team_title, text.team_body):
        assert placeholders(words) <= allowed
    assert not any(placeholders(question) for question in text.ask)


def _unknown(member: StrEnum) -> set[str]:
    is_change = type(member) is ChangeKind and member in WITHOUT_BEFORE
    return {"before", "before_date"} if is_change else set()


@OF_MEMBERS
@pytest.mark.parametrize("audience", list(Audience))
def test_explain_gives_words_without_holes(member: StrEnum, audience: Audience) -> None:
    words = _in_words(member, audience)
    for part in (words.title, words.body):
        assert part
        assert part == part.strip()
        assert "{" not in part
        assert "  " not in part


@OF_MEMBERS
def test_titles_are_short_and_bodies_are_sentences(member: StrEnum) -> None:
    text = text_of(member)
    assert not text.title.endswith((".", ":"))
    assert len(text.title.split()) <= 10
    assert text.body.endswith((".", "?"))
    assert text.team_body.endswith((".", "?"))


@OF_MEMBERS
def test_sentences_and_paragraphs_are_short(member: StrEnum) -> None:
    text = text_of(member)
    for words in (text.body, text.team_body, *text.ask):
        assert what_is_too_long(words) == []


def test_what_is_too_long_is_noticed() -> None:
    assert what_is_too_long("word " * 21 + "end.")
    assert what_is_too_long("One. Two. Three. Four.")
    assert not what_is_too_long("It is 0.1% or lower. Two. Three.")


@OF_MEMBERS
def test_no_banned_word_reaches_a_patient(member: StrEnum) -> None:
    for words in patient_words(text_of(member)):
        assert what_is_banned(words) == []


@pytest.mark.parametrize(("pattern", "planted"), BANNED.items())
def test_each_banned_word_is_noticed(pattern: str, planted: str) -> None:
    assert pattern in what_is_banned(planted)


def test_an_exclamation_mark_is_noticed() -> None:
    assert what_is_banned("Well done!") == ["!"]


@OF_MEMBERS
def test_no_text_advises_on_a_medicine(member: StrEnum) -> None:
    text = text_of(member)
    for words in (*patient_words(text), text.team_title, text.team_body):
        assert what_is_advice(words) == []


@pytest.mark.parametrize(("verb", "planted"), ADVICE.items())
def test_each_advice_on_a_medicine_is_noticed(verb: str, planted: str) -> None:
    assert verb in what_is_advice(planted)


def test_the_patient_reads_at_grade_8_or_below() -> None:
    everything = " ".join(_readable(member) for member in MEMBERS)
    assert textstat.automated_readability_index(everything) <= MOST_GRADE
    assert textstat.coleman_liau_index(everything) <= MOST_GRADE


@OF_MEMBERS
def test_each_text_reads_at_grade_8_or_little_above(member: StrEnum) -> None:
    assert textstat.automated_readability_index(_readable(member)) <= MOST_GRADE + TOLERANCE_PER_TEXT


def test_hard_words_are_noticed() -> None:
    hard = "Quantitative transcriptional surveillance necessitates interlaboratory standardisation of methodologies."
    assert textstat.automated_readability_index(hard) > MOST_GRADE + TOLERANCE_PER_TEXT


def _readable(member: StrEnum) -> str:
    # A decimal mark is no end of a sentence, and would make a text look simpler than it is.
    body = _in_words(member).body
    return " ".join(sentence.replace(".", "") + "." for sentence in sentences(body.replace("?", ".")))


@OF_MEMBERS
def test_questions_for_the_visit_are_short_questions(member: StrEnum) -> None:
    ask = text_of(member).ask
    assert len(ask) <= 2
    for question in ask:
        assert question.endswith("?")
        assert len(question.split()) < 20


ASKED_ABOUT: tuple[StrEnum, ...] = (
    *(reason for reason in LevelReason if "BY_" not in reason.name and reason is not LevelReason.OWN_BASELINE),
    ChangeKind.ONE_RISE,
    ChangeKind.TWO_IN_A_ROW,
    ChangeKind.CLEAR_RISE,
    ChangeKind.JUST_ABOVE_LINE,
    Standing.NOT_YET,
    Standing.ABOVE_GOAL,
    CourseFlag.MMR_REACHED,
    CourseFlag.POSSIBLE_LOSS_OF_MMR,
    CourseFlag.CONFIRMED_LOSS_OF_MMR,
    CourseFlag.RESTART_TRIGGER,
)


@pytest.mark.parametrize("member", ASKED_ABOUT, ids=lambda member: f"{type(member).__name__}.{member.name}")
def test_what_gives_rise_to_a_question_has_one(member: StrEnum) -> None:
    if member is not LevelReason.STATED_BY_LABORATORY:
        assert text_of(member).ask


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_a_change_is_told_in_two_to_eight_words(kind: ChangeKind) -> None:
    assert 2 <= len(text_of(kind).title.split()) <= 8


def test_no_two_changes_share_their_words() -> None:
    assert len({text_of(kind).title for kind in ChangeKind}) == len(ChangeKind)


@pytest.mark.parametrize(
    ("standing", "patient", "team"),
    [
        (Standing.AT_GOAL, "At the goal for this time", "Optimal"),
        (Standing.NOT_YET, "Not yet at the goal: talk this through", "Warning"),
        (Standing.ABOVE_GOAL, "Above the goal: talk with your team soon", "Failure"),
        (Standing.NONE, "No goal for this time", "Not judged"),
    ],
)
def test_standings_are_mapped_once_and_exactly(standing: Standing, patient: str, team: str) -> None:
    assert explain(standing).title == patient
    assert explain(standing, Audience.TEAM).title == team


def test_after_stopping_the_words_are_exact() -> None:
    assert explain(CourseFlag.RESTART_TRIGGER).title == "Above 0.1% after stopping: contact your team now"


@pytest.mark.parametrize(
    "level", [ResponseLevel.OWN_BELOW_3_LOG, ResponseLevel.OWN_3_LOG, ResponseLevel.OWN_4_LOG, ResponseLevel.MR2]
)
def test_only_mmr_is_called_mmr(level: ResponseLevel) -> None:
    assert "MMR" not in text_of(level).title
    assert "major" not in text_of(level).title.lower()


@pytest.mark.parametrize("level", [ResponseLevel.OWN_3_LOG, ResponseLevel.OWN_4_LOG, ResponseLevel.OWN_BELOW_3_LOG])
def test_an_own_level_says_whose_starting_level_it_is(level: ResponseLevel) -> None:
    assert text_of(level).title.endswith("below your own starting level")


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_refusal_asks_or_instructs(refusal: Refusal) -> None:
    assert "?" in text_of(refusal).body or text_of(refusal).body.split()[0] in ("Type", "We")
    assert "ype" in text_of(refusal).body or "?" in text_of(refusal).body


def test_a_refusal_repeats_what_was_typed_and_nothing_else() -> None:
    body = explain(Refusal.SEVERAL_NUMBERS, text="{0.1} or {now}").body
    assert "{0.1} or {now}" in body


@pytest.mark.parametrize("question", [*Question, *CountQuestion, *LineQuestion])
def test_a_plausibility_question_ends_in_a_question(question: StrEnum) -> None:
    assert text_of(question).body.endswith("?")


def test_a_slip_of_a_digit_is_asked_about_with_both_numbers() -> None:
    words = _in_words(Question.MUCH_HIGHER)
    assert words.body == "Your last result was 0.05% (6 May 2026). You typed 5%. Is 5% right?"


@pytest.mark.parametrize("point", list(TimePoint))
def test_a_time_is_told_in_one_sentence(point: TimePoint) -> None:
    assert len(sentences(text_of(point).body)) == 1


@pytest.mark.parametrize("months_left", ["0 months", "1 month", "5 months"])
def test_the_first_year_counts_down_in_any_number(months_left: str) -> None:
    words = _in_words(YearOneStatus.WAITING, months_left=months_left)
    assert words.title == "Month 9 of 12"
    assert f"Time left: {months_left}." in words.body
    assert "0.1% or lower (MMR) by 6 August 2026" in words.body


@pytest.mark.parametrize("reason", list(DueReason))
def test_the_next_test_reads_well_for_one_month_and_three(reason: DueReason) -> None:
    assert "every 1 month" not in explain(reason, interval="1 month").body
