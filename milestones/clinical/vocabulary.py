"""The words that laboratory reports use, and what each says. A word that is not here is never passed over in silence.

Sources: phrases seen in laboratory catalogues, FHIR examples and patient forums (clinical rules, sections 1, 3 and 8).
"""

from __future__ import annotations

import re
from typing import Final

_I = re.IGNORECASE | re.ASCII

# A previous-study line of a laboratory export: "(2025.12.12)-EDTA WB : 0.0554 / MMR".
STUDY_PREFIX: Final = re.compile(r"\A\s*\([\dY]{4}[.\-][\dM]{2}[.\-][\dD]{2}\)[^:0-9]{0,30}:\s*", re.ASCII)

# Gene and transcript names hold digits that are no part of the result.
NAMES: Final = re.compile(
    r"\bBCR\s*(?:::|[-/:])?\s*ABL\s*1?(?:\s*/\s*(?:ABL1?|GUSB?|BCR))?(?![\w])"
    r"|\b(?:ABL1|GUSB|ABL|BCR)\b|\b(?:e13a2|e14a2|b2a2|b3a2|p210)\b|\bt\(9;22\)",
    _I,
)

NOT_IS: Final = re.compile(
    r"\bnon[\s-]*IS\b|\bnot\s+(?:reported\s+)?(?:on\s+)?(?:the\s+)?(?:IS\b|international\s+scale)"
    r"|\bnot\s+standardi[sz]ed\b|\bnot\s+IS\b",
    _I,
)
# The verb "is" is not the scale: only capitals, brackets or a percent sign make it one, and in a report that is all
# capitals not where it reads as the verb ("RESULT IS 0.05 %", "TRANSCRIPT IS NOT DETECTED").
_VERB_AFTER = "".join(
    rf"(?<!\b{noun}\s)" for noun in ("IT", "THIS", "THAT", "RESULT", "VALUE", "LEVEL", "RATIO", "SAMPLE", "TRANSCRIPT")
)
_VERB_BEFORE = (
    r"(?!\s+(?:NOT|UN\w+|DETECTED|NEGATIVE|POSITIVE|BELOW|UNDER|LESS|LOWER|ABOVE|OVER|MORE|GREATER|HIGHER|AT)\b)"
)
ON_IS: Final = re.compile(
    rf"{_VERB_AFTER}\bIS\b{_VERB_BEFORE}|\(\s*[Ii][Ss]\s*\)|(?<=%)\s*[Ii][Ss]\b|\b[Ii]nternational\s+[Ss]cale\b",
    re.ASCII,
)

PERCENT: Final = re.compile(r"%|\bper\s?cent\b", _I)
RATIO: Final = re.compile(r"\bratio\b", _I)
COPIES: Final = re.compile(r"\bcop(?:y|ies)\b", _I)

NO_RESULT: Final = re.compile(
    r"\binvalid\b|\binsufficient\b|\binadequate\b|\bcancel(?:l?ed)?\b|\bnot\s+(?:performed|done|tested|reported)\b"
    r"|\bno\s+result\b|\bunsuitable\b|\brejected\b|\btest\s+failed\b|\bfailed\b|\bpending\b|\bnot\s+evaluable\b",
    _I,
)
_DETECT = r"(?:detect(?:ed|able)?)"
NOT_DETECTED: Final = re.compile(
    rf"\b(?:not|non|none|never)[\s-]*{_DETECT}\b|\bun-?detect(?:ed|able)?\b|\bno\s+(?:\w+\s+){{0,3}}?{_DETECT}\b"
    r"|\bnegative\b|\bneg\b|\bpcru\b|\btarget\s+not\s+found\b",
    _I,
)
BELOW_DETECTION: Final = re.compile(
    r"\b(?:below|under)\s+(?:the\s+)?(?:assay\s+|lower\s+)?(?:limit\s+of\s+detection|detection\s+limit|lod)\b", _I
)
BELOW_QUANTIFICATION: Final = re.compile(
    r"\b(?:below|under)\s+(?:the\s+)?(?:lower\s+)?"
    r"(?:limit\s+of\s+quanti(?:tation|fication)|quanti(?:tation|fication)\s+limit|l?loq)\b"
    r"|\bnot\s+quantifiable\b|\bunquantifiable\b",
    _I,
)
ABOVE_RANGE: Final = re.compile(
    r"\babove\s+(?:the\s+)?(?:upper\s+)?(?:loq|uloq|limit\s+of\s+quanti(?:tation|fication)|(?:reportable\s+)?range)\b",
    _I,
)
DETECTED: Final = re.compile(r"\b(?:weak(?:ly)?\s+|low(?:-level)?\s+)?positive\b|\bdetected\b|\bweak\b", _I)

DETECTION_LIMIT: Final = re.compile(
    r"(?:\b(?:lod|limit\s+of\s+detection|detection\s+limit|sensitivity)\s*(?:is|was|of|at|:|=)?)\s*(?:<=|<)?\s*"
    r"(?P<number>\d+(?:[.,·]\d+)?(?:[eE][+-]?\d+)?|[.,·]\d+)\s*(?P<unit>%)",
    _I,
)
# A number beside this word is what the test can do, not what it found.
LIMIT: Final = re.compile(r"\blimit\b", _I)
MR_NUMBER: Final = re.compile(r"\bMR\s*[-:=]?\s*\^?(?P<mr>\d(?:[.,·]\d{1,3})?)(?![\w])", _I)
LOG_NUMBER: Final = re.compile(
    r"\blog(?:10)?[\s-]*(?:reduction|red\.?)\s*(?:of|:|=|is)?\s*(?P<after>\d(?:[.,·]\d{1,4})?)(?![\w%])"
    r"|(?<![\w.,·])(?P<before>\d(?:[.,·]\d{1,4})?)[\s-]*log(?:s|10)?(?:[\s-]*(?:reduction|red\.?))?(?![\w])",
    _I,
)
COMPLETE_RESPONSE: Final = re.compile(r"\bCMR\b|\bcomplete(?:\s+molecular\s+response)?(?![\w])", _I)
NOT_MAJOR: Final = re.compile(
    r"\b(?:no|not|not\s+in|loss\s+of|without)\s+(?:MMR\b|major\s+molecular\s+response(?![\w]))", _I
)
MAJOR_RESPONSE: Final = re.compile(r"\bMMR\b|\bmajor(?:\s+molecular\s+response)?(?![\w])", _I)
DEEP_RESPONSE: Final = re.compile(r"\bDMR\b|\bdeep\s+molecular\s+response(?![\w])", _I)

# Bounds in words, and the sign that each is written as; "less than or equal to" before "less than".
BOUND_WORDS: Final = (
    (re.compile(r"\b(?:at\s+most|less\s+than\s+or\s+equal\s+to)\s*(?=[\d.,·])", _I), "<="),
    (re.compile(r"\b(?:less\s+than|lower\s+than|below|under)\s*(?=[\d.,·])", _I), "<"),
    (re.compile(r"\b(?:more\s+than|greater\s+than|higher\s+than|above|over)\s*(?=[\d.,·])", _I), ">"),
)

# Words that say nothing about the result.
HARMLESS: Final = frozenset(
    """
    a abl1 an and assay at blood bone by control deep detection edta expression for from fusion gene high in
    international is it level limit low major measured method minor molecular mrd of on patient pcr
    peripheral point qpcr quantification quantitation quantitative real reported response result results rq
    rq-pcr rt rtpcr sample scale sensitivity test the this time to too total transcript transcripts value
    was wb whole with
    """.split()  # noqa: SIM905 - a list of fifty words reads best as a text
)
# A remark in brackets is passed over when it has no digit and none of these, which would turn the meaning.
TURNING: Final = re.compile(
    r"\b(?:previous|prior|last|earlier|old|reference|normal|range|cut-?off|error|wrong|not|no|never|baseline|diagnosis)\b",
    _I,
)
REMARK: Final = re.compile(r"[(\[]([^()\[\]0-9<>%]*)[)\]]", re.ASCII)
