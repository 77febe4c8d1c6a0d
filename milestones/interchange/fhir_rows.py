"""What FHIR's reader understood, in the shape of every import, so that one preview shows it."""

from __future__ import annotations

from collections.abc import Iterable

from milestones.interchange import fhir_incoming
from milestones.interchange.fhir_incoming import Warned
from milestones.interchange.fhir_read import read_fhir
from milestones.interchange.incoming import Incoming, IncomingStatus, Problem


def looks_like_json(content: bytes) -> bool:
    """Whether a file begins as JSON does, and so is no table."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def read_fhir_rows(content: bytes) -> tuple[list[Incoming], tuple[Warned, ...]]:
    """Return what a file holds, and what is to be looked at in it as a whole.

    Raises:
        RefusedFileError: the whole file is refused; the message is a sentence for the person.
    """
    file = read_fhir(content)
    rows = [
        Incoming(
            one.place,
            one.source,
            one.draft,
            _problems(one.problems),
            one.external_id,
            IncomingStatus(one.status.value),
            _problems(one.remarks),
        )
        for one in file.items
    ]
    return rows, file.warnings


def _problems(found: Iterable[fhir_incoming.Problem]) -> tuple[Problem, ...]:
    return tuple(Problem(one.kind, one.element, one.text, one.refusal) for one in found)
