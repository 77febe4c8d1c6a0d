"""Looking at resources of FHIR: is one valid, what does it name, what does it call itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

from milestones.interchange import fhir_names as names
from milestones.interchange.fhir_incoming import Problem, ProblemKind

Resource = dict[str, Any]

_KIND = re.compile(r"[A-Z][A-Za-z]{1,60}\Z", re.ASCII)
_MOST_SHOWN = 200
#: No honest resource holds so many values; one that does would cost the library time and memory.
_MOST_NODES = 5_000


@lru_cache(maxsize=256)
def _model(kind: str) -> Any:
    """Return the library's model of a kind of resource, or None; it is loaded when the first of the kind comes."""
    if not _KIND.match(kind):
        return None
    try:
        module = import_module(f"fhir.resources.R4B.{kind.lower()}")
    except ImportError:
        return None
    found = getattr(module, kind, None)
    is_resource = found is not None and hasattr(found, "get_resource_type") and found.get_resource_type() == kind
    return found if is_resource else None


def validate(resource: Resource) -> Problem | None:
    """Return what makes a resource invalid, or None. Its number and text are not looked at: the one parser does."""
    kind = resource["resourceType"]
    model = _model(kind)
    if model is None:
        return Problem(ProblemKind.KIND_NOT_TAKEN, "resourceType", kind[:_MOST_SHOWN])
    if _room_left(resource, _MOST_NODES) < 0:
        return Problem(ProblemKind.INVALID, kind, "too large for one resource")
    try:
        model.model_validate(resource)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, ArithmeticError) as error:
        errors = error.errors() if hasattr(error, "errors") else []
        first = errors[0] if errors else {"loc": (), "msg": "not valid"}
        where = ".".join(str(part) for part in (kind, *first["loc"]))
        return Problem(ProblemKind.INVALID, where[:_MOST_SHOWN], str(first["msg"])[:_MOST_SHOWN])
    return None


def _room_left(value: Any, room: int) -> int:
    """Return how much of the room a value leaves; below 0, and at once, where it holds more."""
    room -= 1
    for part in value.values() if isinstance(value, dict) else as_list(value):
        if room < 0:
            break
        room = _room_left(part, room)
    return room


class Resources:
    """What a file holds, to be found by what names it."""

    def __init__(self, found: Iterable[tuple[str, Resource]]) -> None:
        self._all: list[Resource] = []
        self._by_name: dict[str, Resource] = {}
        self._ids: Counter[str] = Counter()
        self._contained: dict[int, dict[str, Resource]] = {}
        for full_url, resource in found:
            self._all.append(resource)
            identity = resource.get("id")
            if isinstance(identity, str):
                name = f"{resource['resourceType']}/{identity}"
                self._by_name.setdefault(name, resource)
                self._by_name.setdefault(f"urn:uuid:{identity}", resource)
                self._ids[name] += 1
            if full_url:
                self._by_name.setdefault(full_url, resource)

    def of_kind(self, kind: str) -> Iterator[Resource]:
        """Yield every resource of one kind."""
        return (resource for resource in self._all if resource["resourceType"] == kind)

    def find(self, reference: Any, inside: Resource) -> Resource | None:
        """Return what a reference names: in the file, or contained in the resource that it stands in."""
        text = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(text, str):
            return None
        if text.startswith("#"):
            return self._contained_in(inside).get(text[1:])
        if text in self._by_name:
            return self._by_name[text]
        # An address of the portal: its last two parts are the kind and the id.
        parts = text.split("?")[0].split("/_history")[0].rsplit("/", 2)
        return self._by_name.get("/".join(parts[-2:]))

    def _contained_in(self, resource: Resource) -> dict[str, Resource]:
        if id(resource) not in self._contained:
            contained = [one for one in as_list(resource.get("contained")) if isinstance(one, dict)]
            self._contained[id(resource)] = {str(one.get("id")): one for one in contained}
        return self._contained[id(resource)]

    def patients(self) -> list[str]:
        """Return the ids of the people that the file is about, in order of their names."""
        found = {str(one["id"]) for one in self.of_kind("Patient") if isinstance(one.get("id"), str)}
        for resource in self._all:
            for name in ("subject", "patient"):
                reference = resource.get(name)
                text = reference.get("reference") if isinstance(reference, dict) else None
                if isinstance(text, str):
                    person = self.find(reference, resource)
                    found.add(str(person["id"]) if person and isinstance(person.get("id"), str) else _last_part(text))
        return sorted(found)

    def has_repeated_ids(self) -> bool:
        """Whether two resources of one kind have the same id."""
        return any(count > 1 for count in self._ids.values())


def _last_part(reference: str) -> str:
    return reference.removeprefix("urn:uuid:").rsplit("/", 1)[-1][:_MOST_SHOWN]


def external_id(resource: Resource) -> str:
    """Return what the source calls a resource: its first identifier, or its kind and id; "" where it has none."""
    for identifier in as_list(resource.get("identifier")):
        if isinstance(identifier, dict) and isinstance(identifier.get("value"), str):
            system = identifier.get("system")
            return f"{system if isinstance(system, str) else ''}|{identifier['value']}"[:_MOST_SHOWN]
    identity = resource.get("id")
    return f"{resource['resourceType']}/{identity}"[:_MOST_SHOWN] if isinstance(identity, str) else ""


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, and nothing for anything else."""
    return value if isinstance(value, list) else []


def codings(concept: Any) -> list[Resource]:
    """Return the codings of a CodeableConcept."""
    found = as_list(concept.get("coding")) if isinstance(concept, dict) else []
    return [coding for coding in found if isinstance(coding, dict)]


def texts_of(concept: Any) -> list[str]:
    """Return what a CodeableConcept says in words: its text, then the words of its codes."""
    if not isinstance(concept, dict):
        return []
    found = [concept.get("text")]
    for coding in codings(concept):
        display = coding.get("display")
        if display is None and coding.get("system") == names.SNOMED:
            display = names.SNOMED_WORDS.get(str(coding.get("code")))
        found.append(display)
    return [text for text in found if isinstance(text, str) and text.strip()]


def source_words(concept: Any) -> str:
    """Return a CodeableConcept as it is listed: its words and its codes."""
    words = next(iter(texts_of(concept)), "")
    codes = [str(coding["code"]) for coding in codings(concept) if isinstance(coding.get("code"), str)]
    return " ".join(part for part in (words, f"({', '.join(codes)})" if codes else "") if part)[:_MOST_SHOWN]


def part_codes(concept: Any) -> set[str]:
    """Return the codes of our own system in a CodeableConcept."""
    return {str(coding.get("code")) for coding in codings(concept) if coding.get("system") == names.PARTS}
