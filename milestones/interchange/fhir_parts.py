"""What a component, or a sibling in the same report, says beside a result: copies, gene, MR, limits.

A copy number of the fusion transcript itself is none of the control gene, and a log reduction from a laboratory's own
median is no MR number: both are named and not taken. Source: clinical rules, section 8; hazard H29.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from milestones.clinical.codes import LoincCode, read_ucum
from milestones.clinical.notation import Refusal, parse_copies, parse_factor
from milestones.clinical.observation import ControlGene, Reading
from milestones.clinical.parsing import parse_reading
from milestones.clinical.quantity import plain
from milestones.clinical.units import Unit
from milestones.interchange import fhir_names as names
from milestones.interchange.fhir_incoming import Problem, ProblemKind
from milestones.interchange.fhir_resources import Resource, codings, part_codes, source_words, texts_of

_I = re.IGNORECASE | re.ASCII
_FUSION = re.compile(r"\bBCR\s*(?:::|[-/:])?\s*ABL\s*1?|\bfusion\b|\btarget\b", _I)
_CONTROL = re.compile(r"\b(?:control|reference|housekeeping)\b", _I)
_COPIES = re.compile(r"\bcop(?:y|ies)\b", _I)
_MR = re.compile(r"\bMR\b|\bmolecular response\b", re.ASCII | re.IGNORECASE)
_LIMIT = re.compile(r"\blimit of detection\b|\bdetection limit\b|\bLOD\b", _I)
_FACTOR = re.compile(r"\bconversion factor\b", _I)
_NOT_TAKEN = re.compile(r"\bC[tq]\b|\bcycle threshold\b|\blog(?:10)?\s*reduction\b", _I)
_GENES = ((ControlGene.ABL1, re.compile(r"\bABL1?\b", _I)), (ControlGene.GUSB, re.compile(r"\bGUSB?\b", _I)))
_OURS = frozenset(names.PART_WORDS)
_OTHER = "other part"
_MOST_SHOWN = 200


def part_of(code: Any) -> str | None:
    """Return which part of a result a code names, ``"other part"`` for one that is not taken, or None for none."""
    ours = part_codes(code) & _OURS
    if ours:
        return ours.pop() if len(ours) == 1 else _OTHER
    if any(one.get("system") == names.LOINC and one.get("code") == LoincCode.LOG_REDUCTION for one in codings(code)):
        return _OTHER
    words = " ".join(texts_of(code))
    if not words:
        return None
    if _COPIES.search(words):
        is_control = _CONTROL.search(words) or (not _FUSION.search(words) and _gene_of(words))
        return names.COPIES if is_control else _OTHER
    for pattern, part in ((_LIMIT, names.DETECTION_LIMIT), (_FACTOR, names.FACTOR), (_NOT_TAKEN, _OTHER)):
        if pattern.search(words):
            return part
    if _CONTROL.search(words) and "gene" in words.lower():
        return names.CONTROL_GENE
    return names.PRINTED_MR if _MR.search(words) else None


@dataclass(slots=True)
class Parts:
    """What was found beside a result. What is given twice and differently is a problem, and counts as not given."""

    printed_text: str = ""
    scale: str = ""
    transcript: str = ""
    gene: ControlGene = ControlGene.UNKNOWN
    limit: Decimal | None = None
    copies: int | None = None
    log_reduction: Decimal | None = None
    factor: Decimal | None = None
    factor_since: date | None = None
    problems: list[Problem] = field(default_factory=list)


def read_parts(found: Iterable[tuple[str, Resource]]) -> Parts:
    """Return what components and siblings say.

    Args:
        found: each with where it stands.
    """
    parts, seen = Parts(), dict[str, Any]()
    for element, resource in found:
        name = part_of(resource.get("code")) or _OTHER
        value = None if name == _OTHER else _READERS[name](resource)
        if value is None:
            kind = ProblemKind.PART_NOT_TAKEN if name == _OTHER else ProblemKind.PART_REFUSED
            parts.problems.append(Problem(kind, element, _source(resource)))
        elif name in seen and seen[name] != value:
            parts.problems.append(Problem(ProblemKind.PART_REFUSED, element, _source(resource)))
            setattr(parts, _FIELDS[name], getattr(Parts(), _FIELDS[name]))
        elif name not in seen:
            seen[name] = value
            setattr(parts, _FIELDS[name], value)
            if name == names.COPIES and parts.gene is ControlGene.UNKNOWN:
                parts.gene = _gene_of(_FUSION.sub(" ", " ".join(texts_of(resource["code"])))) or ControlGene.UNKNOWN
    return parts


def _source(resource: Resource) -> str:
    value = _text(resource)
    return f"{source_words(resource.get('code'))}: {value}"[:_MOST_SHOWN]


def _gene_of(words: str) -> ControlGene | None:
    return next((gene for gene, pattern in _GENES if pattern.search(words)), None)


def number_text(value: Any) -> str:
    """Return the digits of a number from the file."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    return str(value) if isinstance(value, int) else ""


def _text(resource: Resource) -> str:
    """Return a value as text; a number without its unit, and with its bound."""
    quantity = resource.get("valueQuantity")
    if isinstance(quantity, dict):
        return f"{quantity.get('comparator', '')}{number_text(quantity.get('value'))}"
    if "valueInteger" in resource:
        return number_text(resource["valueInteger"])
    string = resource.get("valueString")
    return string if isinstance(string, str) else next(iter(texts_of(resource.get("valueCodeableConcept"))), "")


def _printed(resource: Resource) -> str | None:
    return _text(resource) or None


def _limit(resource: Resource) -> Decimal | None:
    quantity = resource.get("valueQuantity")
    if isinstance(quantity, dict):
        unit = quantity.get("code") or quantity.get("unit")
        meaning = read_ucum(unit) if isinstance(unit, str) else None
        if meaning is None or quantity.get("comparator"):
            return None
        words = "%" if meaning.unit is Unit.PERCENT else "ratio"
        read = parse_reading(f"{number_text(quantity.get('value'))} {words}", decimal_mark=".")
    else:
        read = parse_reading(_text(resource))
    return read.value if isinstance(read, Reading) and not read.comparator else None


def _copies(resource: Resource) -> int | None:
    read = parse_copies(_text(resource))
    return None if isinstance(read, Refusal) else read


def _gene(resource: Resource) -> ControlGene | None:
    text = _text(resource)
    if text in {gene.value for gene in ControlGene if gene.value}:
        return ControlGene(text)
    return _gene_of(_FUSION.sub(" ", text))


def _log_reduction(resource: Resource) -> Decimal | None:
    text = _text(resource)
    for printed in (text, f"MR {text}"):
        read = parse_reading(printed)
        if isinstance(read, Reading) and read.log_reduction is not None and read.value is None:
            return read.log_reduction
    return None


def _factor(resource: Resource) -> Decimal | None:
    read = parse_factor(_text(resource))
    return None if isinstance(read, Refusal) else read


def _day(resource: Resource) -> date | None:
    try:
        return date.fromisoformat(str(resource.get("valueDateTime")))
    except ValueError:
        return None


_READERS = {
    names.PRINTED_TEXT: _printed,
    names.SCALE: _printed,
    names.TRANSCRIPT: _printed,
    names.DETECTION_LIMIT: _limit,
    names.CONTROL_GENE: _gene,
    names.COPIES: _copies,
    names.PRINTED_MR: _log_reduction,
    names.FACTOR: _factor,
    names.FACTOR_SINCE: _day,
}
_FIELDS = {
    names.PRINTED_TEXT: "printed_text",
    names.SCALE: "scale",
    names.TRANSCRIPT: "transcript",
    names.DETECTION_LIMIT: "limit",
    names.CONTROL_GENE: "gene",
    names.COPIES: "copies",
    names.PRINTED_MR: "log_reduction",
    names.FACTOR: "factor",
    names.FACTOR_SINCE: "factor_since",
}
