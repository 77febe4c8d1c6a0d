"""The rules for words, as functions: each returns what breaks the rule, and nothing where all is well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from string import Formatter

from milestones.explanations.catalogue import Text

MOST_WORDS_IN_A_SENTENCE = 20
MOST_SENTENCES_IN_A_PARAGRAPH = 3

# Each pattern with the sentence that a test plants for it.
BANNED: dict[str, str] = {
    r"fail(s|ed|ing|ures?)?": "Your treatment is a failure.",
    r"alarm\w*": "This is no cause for alarm.",
    r"abnormal\w*": "The test found abnormal cells.",
    r"bad(ly)?": "This is a bad result.",
    r"good": "That is a good result.",
    r"eas(y|ily)": "It is easy to see.",
    r"should": "You should call your team.",
    r"cure[ds]?": "You are cured.",
    r"negative": "The test was negative.",
    r"complete(ly)?": "You have a complete response.",
    r"relaps\w*": "This may be a relapse.",
    r"streaks?": "You are on a streak of four.",
    r"badges?": "You have won a badge.",
    r"drugs?": "Ask about your drug.",
    r"diseases?": "Your disease is stable.",
    r"prox(y|ies)": "Your proxy can read this.",
    r"patients?": "Most patients reach this.",
    r"guaranteed?": "This is guaranteed to fall.",
    r"promises?": "We promise that it falls.",
    r"1 cell in": "That is 1 cell in 1,000.",
    r"optimal": "Your response is optimal.",
    r"warning": "This is a warning.",
    r"unfavou?rable": "This is unfavourable.",
}
ADVICE: dict[str, str] = {
    "take": "Take your medicine every day.",
    "start": "Ask to start a new medicine.",
    "restart": "You need to restart treatment.",
    "stop": "You can stop the medicine now.",
    "pause": "Pause your tablets for a week.",
    "skip": "Do not skip a dose.",
    "change": "It is time to change your medicine.",
    "switch": "You can switch to another medicine.",
    "increase": "Your team may increase the dose.",
    "reduce": "Reduce the dose.",
    "double": "Double the dose.",
    "keep taking": "Keep taking imatinib.",
}
_MEDICINES = (
    r"(medicines?|medication|treatment|tablets?|doses?|imatinib|dasatinib|nilotinib|bosutinib|ponatinib|asciminib)"
)
_SENTENCE_END = re.compile(r"(?<=[.?!])[”)]?\s+")


def sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph; a point inside a number ends none."""
    return [part for part in _SENTENCE_END.split(paragraph.strip()) if part]


def placeholders(words: str) -> set[str]:
    """Return the names of the facts that a text asks for."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def what_is_missing(vocabularies: Iterable[type[StrEnum]], texts: Mapping[tuple[str, str], Text]) -> list[str]:
    """Return every member that has no text, or an empty one in either voice."""
    missing = []
    for vocabulary in vocabularies:
        for member in vocabulary:
            text = texts.get((vocabulary.__name__, member.name))
            if text is None or not all((text.title, text.body, text.team_title, text.team_body)):
                missing.append(f"{vocabulary.__name__}.{member.name}")
    return missing


def what_is_too_much(vocabularies: Iterable[type[StrEnum]], texts: Mapping[tuple[str, str], Text]) -> list[str]:
    """Return every text whose member does not exist."""
    known = {(vocabulary.__name__, member.name) for vocabulary in vocabularies for member in vocabulary}
    return [".".join(key) for key in texts if key not in known]


def what_is_too_long(paragraph: str) -> list[str]:
    """Return the sentences with more than 20 words, and the paragraph itself if it has more than 3 sentences."""
    found = sentences(paragraph)
    problems = [sentence for sentence in found if len(sentence.split()) > MOST_WORDS_IN_A_SENTENCE]
    return [*problems, paragraph] if len(found) > MOST_SENTENCES_IN_A_PARAGRAPH else problems


def what_is_banned(words: str) -> list[str]:
    """Return the banned words that a text for the patient holds."""
    hits = [pattern for pattern in BANNED if re.search(rf"\b({pattern})\b", words, re.IGNORECASE)]
    return [*hits, "!"] if "!" in words else hits


def what_is_advice(words: str) -> list[str]:
    """Return the phrases that tell somebody to take, start, stop or change a medicine."""
    return [
        verb for verb in ADVICE if re.search(rf"\b{verb}\b[^.?]{{0,40}}?\b{_MEDICINES}\b", words, flags=re.IGNORECASE)
    ]
