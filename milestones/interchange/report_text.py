"""The text of a laboratory report: what is found in it, each beside the line it came from. Nothing is decided here.

A finding is offered and never saved unseen. Of several dates only the one of the sample is used. Values are not read
here: what is found is the very text, and the one parser reads it. English first; common German, French, Spanish and
Italian words too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from milestones.clinical import vocabulary as words
from milestones.clinical.notation import Refusal, parse_copies
from milestones.clinical.observation import ControlGene, Reading, ReadingKind, Scale
from milestones.clinical.parsing import parse_reading
from milestones.interchange.file_dates import MONTHS, FoundDate, order_of, read_date

MOST_CHARACTERS = 20_000
_MOST_RESULTS = 20
_LONGEST_LINE = 400
_I = re.IGNORECASE


class Found(StrEnum):
    """What a piece of the text is."""

    RESULT = "result"
    COLLECTED = "collected"
    RECEIVED = "received"
    REPORTED = "reported"
    BORN = "born"
    OTHER_DATE = "other date"
    SCALE = "scale"
    CONTROL_GENE = "control gene"
    COPIES = "copies"
    LEVEL = "level"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of the text: its line, and where in it the piece stands. ``value`` is what it means, in plain form."""

    kind: Found
    line: int
    text: str
    start: int
    end: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class ReportResult:
    """One result with what belongs to it; None where the text does not say it, or says it twice."""

    result: Finding
    date: FoundDate | None
    reading: Reading | None
    others: tuple[Finding, ...]

    def value_of(self, kind: Found) -> str:
        """Return what was found of a kind, "" where nothing was."""
        return next((one.value for one in self.others if one.kind is kind), "")


@dataclass(frozen=True, slots=True)
class Report:
    """A text in lines, and every result that was found in it."""

    lines: tuple[str, ...]
    results: tuple[ReportResult, ...]
    dates: tuple[Finding, ...]


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"(?<![\d.,])(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.] ?\d{{1,2}}[-/.] ?\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[-. ]{{1,2}}(?:de )?(?:{_MONTH}|février|août|märz|décembre)[a-zéû]*\.?[-, ]{{1,2}}"
    rf"(?:de )?\d{{4}}|(?:{_MONTH})[a-z]*\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})(?!\d)",
    _I,
)
# The order counts: a line that says both "collected" and "report" is asked for the nearest word before its date.
_DATE_WORDS = (
    (
        Found.BORN,
        re.compile(r"\bbirth|\bborn\b|\bd\.?o\.?b\b|\bgeb(?:oren|\.|urts)|\bn[ée]e?\b|naissance|nacim|nascit", _I),
    ),
    (
        Found.COLLECTED,
        re.compile(
            r"collect|\bdrawn\b|\btaken\b|sampl(?:e|ing) date|date of sample|specimen date|entnahme|abnahme|probendatum"
            r"|pr[ée]l[èe]v|extracci[óo]n|\btoma\b|fecha de (?:la )?muestra|prelievo",
            _I,
        ),
    ),
    (
        Found.RECEIVED,
        re.compile(r"receiv|receipt|arriv|eingang|eingegangen|re[çc]u|r[ée]ception|recib|recepci|ricevut", _I),
    ),
    (
        Found.REPORTED,
        re.compile(
            r"report|print|issued|validat|authori[sz]|signed|released|befund|ausgang|gedruckt|[ée]dit[ée]|compte rendu"
            r"|informe|emisi[óo]n|referto|stampa",
            _I,
        ),
    ),
)
_NOT_THE_RESULT = re.compile(
    r"\breference|\bnormal\b|\brange\b|cut-?off|correspond|defin|equivalen|threshold|guideline|\bELN\b|\bgoal|\btarget\b"
    r"|baseline|\bmilestone|previous|\bprior\b|\bearlier\b|\blast\s+(?:result|test|sample)|\bhistor|reproducib|"
    r"precision|literature|sensitiv|limit of(?!\s+quanti)|detection limit|\bLOD\b|\bLOQ\b|referenz|normwert|vorbefund"
    r"|vorwert|entspricht|nachweisgrenze|r[ée]f[ée]rence|ant[ée]rieur|limite d|seuil|referencia|anterior|l[íi]mite"
    r"|riferimento|precedente",
    _I,
)
_ASSAY = re.compile(r"bcr|abl|\btranscri|\bt\(9;22\)|p210|e1[34]a2|b[23]a2|\bMRD\b|molecular|fusion", _I)
_LABEL = re.compile(
    r"\b(?:result|ratio|value|level|measure|quantif|ergebnis|messwert|wert|r[ée]sultat|resultado|valor|valeur|risultato"
    r"|valore|esito|IS)\b",
    _I,
)
_NUMBER = (
    r"(?:\d{1,3}(?:[.,·]\d{1,12})?|[.,·]\d{1,12})"
    r"(?:\s?(?:x|×)\s?10\s?(?:\^\s?)?[-−]?\d+|[eE][-+]?\d+|\s?[x×]\s?10[⁻⁺]?[⁰-⁹¹²³]+)?"
)
_SIGN = r"(?:(?:detected,?\s+|positive,?\s+)?(?:[<>≤≥]=?|less than|below|greater than|more than)\s*)?"
_PERCENT = re.compile(
    rf"{_SIGN}(?<![\d.,A-Za-z]){_NUMBER}\s*%(?:\s*\(?\s*(?:IS|I\.S\.)\s*\)?)?(?:\s+not\s+IS\b)?", re.IGNORECASE
)
_BARE = re.compile(rf"[:=\t]\s*({_SIGN}{_NUMBER})\s*(?:\(?IS\)?)?\s*\Z", _I)
_NONE_FOUND = re.compile(
    r"\bnot\s+detect(?:ed|able)\b|\bundetect(?:ed|able)\b|\bno\s+(?:\S+\s+){0,4}?detected\b|\bnicht\s+nachweisbar\b"
    r"|\bnicht\s+nachgewiesen\b|\bnon\s+d[ée]tect(?:é|e|able)e?s?\b|\bind[ée]tectables?\b|\bno\s+detect(?:ado|able)\b"
    r"|\bindetectable\b|\bnon\s+rileva(?:to|bile)\b|\bnegative?\b|\bnegativo\b|\bn[ée]gatif\b|\bnegativ\b",
    _I,
)
_RANGE = re.compile(r"\d\s*%?(?:\s*\(?(?:IS|MR)?[\d.]*\)?)\s*(?:[-–]|\bto\b|\bbis\b)\s*\d[\d.,]*\s*%", _I)
# The nearest words before a number that may turn it into a bound, in the languages above.
_BOUND_BEFORE = re.compile(
    r"(?:\bless\b|\bbelow\b|\bunder\b|\blower\b|\bat most\b|\bup to\b|\bmore\b|\bgreater\b|\bhigher\b|\babove\b"
    r"|\bover\b|\bat least\b|\babout\b|\bapprox|[~≈<>≤≥≦≧⩽⩾]|\bunter\b|\bkleiner\b|\bweniger\b|\büber\b|\bgrößer\b"
    r"|\bmehr\b|\binf[ée]rieur"
    r"|\bmoins\b|\bsup[ée]rieur|\bplus\b|\bmenor|\bmenos\b|\bmayor|\binferior|\bsuperior|\bm[áa]s\b|\bmeno\b|\bminore\b"
    r"|\bmaggiore\b|\bca\.|\bzirka\b|\bnegative?\b|\bpositive?\b|\bdetected\b)[^\d%:;]{0,40}\Z",
    _I,
)
_ON_IS = re.compile(
    r"\(IS\)|%\s*IS\b|\bIS\s*%|\bIS\b(?=\s*[:)=])|\binternational\s+scale\b|internationale[nr]?\s+s(?:k|c)ala"
    r"|[ée]chelle\s+internationale|escala\s+internacional|scala\s+internazionale",
    _I,
)
_NOT_IS = re.compile(
    r"\bnot\s+(?:\S+\s+){0,4}?(?:IS\b|international\s+scale|standardi[sz]ed)|\bnon[- ]IS\b"
    r"|nicht\s+(?:\S+\s+){0,4}?standardisiert",
    _I,
)
_COPIES = re.compile(
    r"(?:(?P<gene>ABL1?|GUSB?|BCR)|control|kontroll\w*|contr[ôo]le|controllo|reference|referenz\w*)\b[^\d\n%]{0,40}?"
    r"(?P<number>\d{1,3}(?:[., '\u00a0\u202f]\d{3})+|\d{3,9})(?![\d.,]*\s*%)(?!\d)",
    _I,
)
_COPIES_WORD = re.compile(r"\bcop(?:y|ies)\b|\bkopien\b|\bcopias\b|\bcopie\b", _I)
_FUSION = re.compile(r"BCR\s*(?:::|[-/]| )\s*ABL\s*1?", _I)
_GENE = re.compile(
    r"(?:control|reference|housekeeping|kontroll|referenz)[- ]?gene?n?\b[^A-Za-z\n]{0,6}(?:is\s+)?(ABL1?|GUSB?|BCR)\b"
    r"|BCR\s*(?:::|[-/]| )\s*ABL\s*1?\s*/\s*(ABL1?|GUSB?|BCR)\b"
    r"|g[eè]ne?\s+(?:de\s+)?contr[ôo]le?\W{0,4}(ABL1?|GUSB?|BCR)\b",
    _I,
)
_LEVEL = re.compile(r"\bMR\s?\^?\d(?:[.,]\d)?(?![\w.,]*\d)|\bMMR\b|\bmajor molecular response\b(?!\s*\()", re.ASCII)
_LIMIT = re.compile(
    r"(?:limit of detection|detection limit|\bLOD\b|sensitivity|nachweisgrenze|sensitivit[äa]t|limite de d[ée]tection"
    r"|sensibilit[ée]|l[íi]mite de detecci[óo]n|sensibilidad|limite di rilevazione)[^\d\n%]{0,24}"
    r"(?P<number>(?:\d{1,2}(?:[.,]\d{1,8})?|[.,]\d{1,8}))\s*%",
    _I,
)


def read_report(text: str) -> Report:
    """Return what is found in the text of a report.

    Args:
        text: as it was pasted; what is beyond 20,000 characters is not looked at.
    """
    lines = tuple(line[:_LONGEST_LINE].strip() for line in text[:MOST_CHARACTERS].splitlines())
    dates = tuple(_dates(lines))
    told, _example = order_of(one.text for one in dates)
    found = [one for number, line in enumerate(lines) for one in _results_in(number, line)][:_MOST_RESULTS]
    around = [one for number, line in enumerate(lines) for one in _around_in(number, line)]
    results = []
    for place, result in enumerate(found):
        first = found[place - 1].line + 1 if place else 0
        after = found[place + 1].line if place + 1 < len(found) else len(lines)
        # What stands on its line, or above it as far as the result before, or below; what is said once holds for all.
        others = [one for kind in _AROUND if (one := _nearest(around, kind, result.line, first, after)) is not None]
        collected = _collected(dates, result.line)
        date = read_date(collected.text, told) if collected is not None else None
        reading = parse_reading(result.text)
        results.append(
            ReportResult(
                result,
                date if isinstance(date, FoundDate) else None,
                reading if isinstance(reading, Reading) else None,
                (*([collected] if collected is not None else []), *others),
            )
        )
    return Report(lines, tuple(results), dates)


_AROUND = (Found.SCALE, Found.CONTROL_GENE, Found.COPIES, Found.LEVEL, Found.LIMIT)


def _nearest(around: Sequence[Finding], kind: Found, line: int, first: int, after: int) -> Finding | None:
    """Return what was found of a kind for the result in this line; None where different ones are as near."""
    of_kind = [one for one in around if one.kind is kind]
    for chosen in (
        [one for one in of_kind if one.line == line],
        [one for one in of_kind if first <= one.line <= line],
        [one for one in of_kind if line <= one.line < after],
        of_kind,
    ):
        if chosen:
            return chosen[0] if len({one.value for one in chosen}) == 1 else None
    return None


def _collected(dates: Sequence[Finding], line: int) -> Finding | None:
    """Return the day of the sample: the last one at or above the result, or the only one of the text."""
    of_sample = [one for one in dates if one.kind is Found.COLLECTED]
    above = [one for one in of_sample if one.line <= line]
    if above:
        return above[-1]
    return of_sample[0] if len({one.text for one in of_sample}) == 1 else None


def _dates(lines: Sequence[str]) -> Iterator[Finding]:
    """Yield every date with what it is, told by the nearest word before it on its line, or on the line above."""
    for number, line in enumerate(lines):
        end_before = 0
        for match in _DATE.finditer(line):
            before = line[end_before : match.start()]
            if not before.strip(" :\t|-") and number and not _DATE.search(lines[number - 1]):
                before = lines[number - 1]
            yield Finding(_kind_of_date(before), number, match.group(), match.start(), match.end(), match.group())
            end_before = match.end()


def _kind_of_date(before: str) -> Found:
    places = [(max((one.end() for one in pattern.finditer(before)), default=-1), kind) for kind, pattern in _DATE_WORDS]
    place, kind = max(places, key=lambda pair: pair[0])
    return kind if place >= 0 else Found.OTHER_DATE


def _results_in(number: int, line: str) -> Iterator[Finding]:
    """Yield what a line says that may be a result: a percentage, a number after a label, or that none was found."""
    # What the test could see stands beside a result at times; it is none.
    masked = _LIMIT.sub(lambda limit: " " * len(limit.group()), line)
    if _NOT_THE_RESULT.search(masked) or _RANGE.search(masked):
        return
    is_named = bool(_ASSAY.search(line) or _LABEL.search(line))
    none_found = _NONE_FOUND.search(masked) if is_named else None
    spans = [_with_bound(masked, match) for match in _PERCENT.finditer(masked)]
    if none_found and spans:
        # "Not detected, <0.002 %" says both, and only both together say it.
        spans = [(min(none_found.start(), spans[0][0]), max(none_found.end(), spans[-1][1]))]
    for start, end in spans:
        yield _finding(Found.RESULT, number, line, start, end)
    if spans or not is_named:
        return
    if none_found:
        yield _finding(Found.RESULT, number, line, *none_found.span(), ReadingKind.NOT_DETECTED.value)
        return
    bare = _BARE.search(masked)
    if bare and not _COPIES_WORD.search(line) and not _DATE.search(line):
        yield _finding(Found.RESULT, number, line, *_with_bound(masked, bare))
        return
    failed = words.NO_RESULT.search(masked)
    if failed and _ASSAY.search(line):
        yield _finding(Found.RESULT, number, line, *failed.span())


def _with_bound(line: str, match: re.Match[str]) -> tuple[int, int]:
    """Return where a number stands, with the words before it that make it a bound: never a bound without them."""
    start, end = match.span(1 if match.re is _BARE else 0)
    bound = _BOUND_BEFORE.search(line[:start])
    return (bound.start() if bound else start), end


def _finding(kind: Found, number: int, line: str, start: int, end: int, value: str = "") -> Finding:
    text = line[start:end]
    start += len(text) - len(text.lstrip())
    return Finding(kind, number, text.strip(), start, start + len(text.strip()), value or text.strip())


def _around_in(number: int, line: str) -> Iterator[Finding]:
    """Yield what a line says around a result."""
    not_on_is, on_is = _NOT_IS.search(line), _ON_IS.search(line)
    if not_on_is:
        yield _finding(Found.SCALE, number, line, not_on_is.start(), not_on_is.end(), Scale.NOT_IS.value)
    elif on_is:
        yield _finding(Found.SCALE, number, line, on_is.start(), on_is.end(), Scale.IS.value)
    gene = _GENE.search(line)
    if gene:
        name = next(group for group in gene.groups() if group)
        place = gene.start() + gene.group().rfind(name)
        yield _finding(Found.CONTROL_GENE, number, line, place, place + len(name), _gene_of(name))
    limit = _LIMIT.search(line)
    if limit:
        yield _finding(Found.LIMIT, number, line, limit.start("number"), limit.end("number"))
    if _COPIES_WORD.search(line):
        yield from _copies_in(number, line)
    level = _LEVEL.search(line)
    if level and not _NOT_THE_RESULT.search(line):
        yield _finding(Found.LEVEL, number, line, level.start(), level.end())


def _copies_in(number: int, line: str) -> Iterator[Finding]:
    # Copies of the fusion itself stand beside its name, which holds that of a control gene: it is blanked out.
    masked = _FUSION.sub(lambda fusion: "-" * len(fusion.group()), line)
    for match in _COPIES.finditer(masked):
        if not isinstance(parse_copies(match["number"]), Refusal):
            yield _finding(Found.COPIES, number, line, match.start("number"), match.end("number"))


def _gene_of(name: str) -> str:
    upper = name.upper()
    if upper.startswith("ABL"):
        return ControlGene.ABL1.value
    return ControlGene.GUSB.value if upper.startswith("GUS") else ControlGene.BCR.value
