"""The columns of a table of results, defined once: the exports write them, the import finds them, the docs list them.

A column of a file from elsewhere is found by the words in its heading; what it means is never told by its cells.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from milestones.clinical.observation import ControlGene, Scale, Specimen, Transcript
from milestones.clinical.units import Unit


class Key(StrEnum):
    """The name of a column, as the exports head it."""

    COLLECTED_ON = "collected_on"
    DAY_IS_KNOWN = "day_is_known"
    REPORTED = "reported"
    VALUE_PERCENT = "value_percent"
    COMPARATOR = "comparator"
    DETECTED = "detected"
    UNIT = "unit"
    LIMIT_OF_DETECTION = "limit_of_detection_percent"
    PRINTED_LEVEL = "printed_level"
    SCALE = "scale"
    PERCENT_IS = "percent_is"
    LABORATORY = "laboratory"
    CONTROL_GENE = "control_gene"
    COPIES = "control_gene_copies"
    CONVERSION_FACTOR = "conversion_factor"
    SPECIMEN = "specimen"
    TRANSCRIPT = "transcript"
    LEVEL = "level"
    LEVEL_REASON = "level_reason"
    TIMES_BELOW_STANDARD = "times_below_standard"
    TIME_POINT = "time_point"
    RULE_SET = "rule_set"
    VERDICT = "verdict"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``takes`` and ``example`` are for people; ``words`` are headings that name it, beside its key."""

    key: Key
    title: str
    takes: str
    example: str
    words: tuple[str, ...] = ()
    is_required: bool = False
    is_read: bool = True


COLUMNS = (
    Column(
        Key.COLLECTED_ON,
        "Date the blood was taken",
        "A date, best as year-month-day. A month alone is fine: 2026-08.",
        "2026-08-06",
        (
            *("date", "sample date", "date of sample", "collected", "collection date", "date collected", "date taken"),
            *("sample taken", "date of collection", "specimen date", "blood taken", "test date", "date of test"),
            *("datum", "probendatum", "abnahmedatum", "entnahmedatum", "entnahme", "abnahme", "datum der probe"),
            *("date de prelevement", "date du prelevement", "prelevement", "fecha", "fecha de la muestra"),
            *("fecha de extraccion", "data", "data prelievo", "data del prelievo", "data da coleta", "data coleta"),
        ),
        is_required=True,
    ),
    Column(
        Key.DAY_IS_KNOWN,
        "Whether the day is known",
        "yes or no. With no, only month and year count.",
        "yes",
        ("day known",),
    ),
    Column(
        Key.REPORTED,
        "What the report says",
        "The result as it is printed, with its sign and unit. Comma and point are both fine.",
        "<0.0032 %",
        (
            *("result", "results", "reported result", "what the report says", "value", "test result", "lab result"),
            *("pcr", "pcr result", "qpcr", "level measured", "transcript level", "ergebnis", "befund", "messwert"),
            *("wert", "resultat", "resultado", "resultados", "risultato", "esito", "valeur", "valor", "valore"),
        ),
        is_required=True,
    ),
    Column(
        Key.VALUE_PERCENT,
        "The value in percent",
        "A number, in percent of the control gene. It has to agree with what the report says.",
        "0.0032",
        ("value in percent",),
    ),
    Column(
        Key.COMPARATOR,
        "The bound",
        "<, <=, > or >= where the value is a bound.",
        "<",
        ("bound", "operator", "qualifier", "sign", "vorzeichen", "operateur", "operador", "operatore"),
    ),
    Column(
        Key.DETECTED,
        "Whether it was detected",
        "yes or no, where the report says so.",
        "no",
        ("detection", "nachgewiesen", "detecte", "detectado", "rilevato"),
    ),
    Column(
        Key.UNIT,
        "The unit of the number",
        "% or ratio. A ratio of 0.001 is 0.1 %.",
        "%",
        ("units", "einheit", "unite", "unidad", "unita"),
    ),
    Column(
        Key.LIMIT_OF_DETECTION,
        "Lowest level the test could see",
        "A number in percent.",
        "0.002",
        (
            *("limit of detection", "detection limit", "lod", "lod percent", "sensitivity", "nachweisgrenze"),
            *("sensitivitat", "limite de detection", "limite de deteccion", "limite di rilevazione"),
        ),
    ),
    Column(
        Key.PRINTED_LEVEL,
        "The level that the report prints",
        "MMR, MR4, MR4.5 or another MR number.",
        "MR4.5",
        ("mr", "mr level", "molecular response", "log reduction", "molekulares ansprechen", "reponse moleculaire"),
    ),
    Column(
        Key.SCALE,
        "The scale",
        "IS, not IS, or unknown. IS is the International Scale.",
        "IS",
        ("international scale", "on is", "is", "skala", "echelle", "escala", "scala"),
    ),
    Column(Key.PERCENT_IS, "The value on the International Scale", "Worked out by the site.", "0.0032", is_read=False),
    Column(
        Key.LABORATORY,
        "The laboratory",
        "Its name, at most 80 characters.",
        "Laboratory North",
        ("lab", "lab name", "laboratory name", "performed by", "labor", "laboratoire", "laboratorio"),
    ),
    Column(
        Key.CONTROL_GENE,
        "The control gene",
        "ABL1, GUSB, BCR or other.",
        "ABL1",
        ("reference gene", "housekeeping gene", "kontrollgen", "referenzgen", "gene de controle", "gen control"),
    ),
    Column(
        Key.COPIES,
        "Copies of the control gene",
        "A whole number. 32,000 and 32.000 are the same.",
        "32000",
        (
            *("copies", "abl copies", "abl1 copies", "gusb copies", "copies abl1", "copies abl", "control copies"),
            *("control gene copies", "copy number", "kopien", "abl kopien", "abl1 kopien", "copies du gene controle"),
            *("copias", "copie", "kontrollgenkopien"),
        ),
    ),
    Column(
        Key.CONVERSION_FACTOR,
        "The laboratory's conversion factor",
        "A number, usually near 1. Only if your team has told you one.",
        "0.85",
        ("conversion", "cf", "umrechnungsfaktor", "konversionsfaktor", "facteur de conversion", "factor de conversion"),
    ),
    Column(
        Key.SPECIMEN,
        "The sample",
        "blood, bone marrow or other.",
        "blood",
        ("sample", "sample type", "specimen type", "material", "probe", "probenmaterial", "echantillon", "muestra"),
    ),
    Column(
        Key.TRANSCRIPT,
        "The transcript",
        "p210 (also e13a2, e14a2, b2a2, b3a2), other, or unknown.",
        "p210",
        ("transcript type", "isoform", "fusion transcript", "transkript", "transcrit", "transcrito", "trascritto"),
    ),
    Column(Key.LEVEL, "The response level", "Worked out by the site.", "MR4.5", is_read=False),
    Column(Key.LEVEL_REASON, "Why that level", "Worked out by the site.", "by value", is_read=False),
    Column(
        Key.TIMES_BELOW_STANDARD,
        "How many times below the standard start",
        "Worked out by the site.",
        "31250",
        is_read=False,
    ),
    Column(Key.TIME_POINT, "The time point of treatment", "Worked out by the site.", "12 months", is_read=False),
    Column(Key.RULE_SET, "The guideline that was asked", "Worked out by the site.", "ELN 2020", is_read=False),
    Column(Key.VERDICT, "What that guideline says", "Worked out by the site.", "optimal", is_read=False),
    Column(Key.CHANGE, "The change from the result before", "Worked out by the site.", "steady", is_read=False),
)
BY_KEY = {column.key: column for column in COLUMNS}
#: What an import reads; the rest is worked out anew.
READ = tuple(column for column in COLUMNS if column.is_read)

YES = frozenset({"yes", "y", "true", "1", "ja", "j", "wahr", "oui", "o", "vrai", "si", "s", "sim", "vero"})
NO = frozenset({"no", "n", "false", "0", "nein", "falsch", "non", "faux", "nao"})
SCALES = {
    **dict.fromkeys(("is", "yes", "international scale", "on is", "ja", "oui", "si"), Scale.IS),
    **dict.fromkeys(("not is", "non is", "no", "nein", "non", "not on is"), Scale.NOT_IS),
    **dict.fromkeys(("unknown", "i do not know", "?", "unbekannt", "inconnu", "desconocido"), Scale.UNKNOWN),
}
UNITS = {
    **dict.fromkeys(("%", "percent", "% is", "is %", "prozent", "pourcent", "porcentaje", "percentuale"), Unit.PERCENT),
    **dict.fromkeys(("ratio", "{ratio}", "1", "quotient", "rapport", "razon", "rapporto"), Unit.RATIO),
    **dict.fromkeys(("log reduction", "log"), Unit.LOG_REDUCTION),
}
GENES = {
    **dict.fromkeys(("abl1", "abl"), ControlGene.ABL1),
    **dict.fromkeys(("gusb", "gus"), ControlGene.GUSB),
    "bcr": ControlGene.BCR,
    "other": ControlGene.OTHER,
}
SPECIMENS = {
    **dict.fromkeys(
        ("blood", "peripheral blood", "pb", "whole blood", "edta blood", "blut", "peripheres blut", "sang", "sangre"),
        Specimen.BLOOD,
    ),
    **dict.fromkeys(
        ("bone marrow", "marrow", "bm", "knochenmark", "moelle osseuse", "moelle", "medula osea"), Specimen.BONE_MARROW
    ),
    "other": Specimen.OTHER,
}
TRANSCRIPTS = {
    **dict.fromkeys(("p210", "e13a2", "e14a2", "b2a2", "b3a2", "e13a2 e14a2", "b2a2 b3a2"), Transcript.P210),
    **dict.fromkeys(("other", "p190", "p230", "e1a2", "e19a2"), Transcript.OTHER),
    **dict.fromkeys(("unknown", "?"), Transcript.UNKNOWN),
}

_GENE_WORDS = re.compile(r"\bbcr\s*abl\s*1?\b|\bt 9 22\b")
_UNIT_WORDS = re.compile(r"%|\bpercent\b|\bprozent\b|\bis\b|\binternational scale\b|\bratio\b|\bq?pcr\b|\bmrd\b")
_KEPT = re.compile(r"[^\w%?{}]+|_")


@lru_cache(maxsize=4_096)
def simple(text: str) -> str:
    """Return a heading or word without case, accents, marks and spare spaces, to be looked up."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text[:200]) if not unicodedata.combining(one))
    return " ".join(_KEPT.sub(" ", plain.casefold().replace("ß", "ss")).split())


def _known() -> dict[str, Key]:
    known: dict[str, Key] = {}
    for column in READ:
        for word in (column.key.value, *column.words):
            known.setdefault(simple(word), column.key)
    return known


_KNOWN = _known()
_NOT_READ = frozenset(simple(column.key) for column in COLUMNS if not column.is_read)


def key_of(heading: str) -> Key | None:
    """Return which column a heading names, or None; the name of the gene and its unit may stand beside it."""
    said = simple(heading)
    if said in _KNOWN:
        return _KNOWN[said]
    if said in _NOT_READ:
        return None
    without_gene = _GENE_WORDS.sub(" ", said)
    rest = " ".join(_UNIT_WORDS.sub(" ", without_gene).split())
    if rest:
        return _KNOWN.get(rest)
    return Key.REPORTED if without_gene != said or "%" in said else None


def match_columns(headings: Sequence[str]) -> dict[int, Key]:
    """Return which column stands at each place of a header; each is found once, at the first heading that names it."""
    found: dict[int, Key] = {}
    exact = {place: heading.strip() for place, heading in enumerate(headings)}
    for place, heading in exact.items():
        if heading in BY_KEY and BY_KEY[Key(heading)].is_read and Key(heading) not in found.values():
            found[place] = Key(heading)
    for place, heading in exact.items():
        key = key_of(heading) if place not in found else None
        if key is not None and key not in found.values():
            found[place] = key
    return dict(sorted(found.items()))


def said_by_heading(heading: str) -> tuple[Unit | None, Scale | None]:
    """Return the unit and the scale that a heading such as "BCR-ABL1 IS %" states for the numbers under it."""
    words = simple(heading).split()
    is_percent = any("%" in word for word in words) or bool({"percent", "prozent"} & set(words))
    unit = Unit.PERCENT if is_percent else Unit.RATIO if words == ["ratio"] else None
    on_is = "IS" in re.findall(r"\b\w+\b", heading) or "international scale" in " ".join(words)
    says_not = bool({"not", "non", "no"} & set(words))
    return unit, Scale.IS if on_is and not says_not else None


def headings() -> Iterable[str]:
    """Return the headings of an export, in their order."""
    return tuple(column.key.value for column in COLUMNS)


def cells_of_template() -> tuple[tuple[str, ...], ...]:
    """Return the rows of the template: the headings that an import reads, and one made-up result."""
    shown = {Key.COMPARATOR: "", Key.VALUE_PERCENT: "", Key.DETECTED: "", Key.PRINTED_LEVEL: "", Key.UNIT: "%"}
    columns = [column for column in READ if column.key not in (Key.VALUE_PERCENT, Key.COMPARATOR)]
    filled = {**shown, Key.LIMIT_OF_DETECTION: "", Key.CONVERSION_FACTOR: "", Key.REPORTED: "0.042 %"}
    return (
        tuple(column.key.value for column in columns),
        tuple(filled.get(column.key, column.example) for column in columns),
    )
