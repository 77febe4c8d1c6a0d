"""Searching FHIR resources in memory: by code, date and id, in order, a page at a time; and the answers to it.

Only what the CapabilityStatement names is understood; anything else is refused, so that nobody takes a list that was
not narrowed for one that was. Source: FHIR R4 (4.0.1), Search.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

MOST_ON_A_PAGE = 200
USUAL_ON_A_PAGE = 50

Resource = dict[str, Any]
_DATE = re.compile(r"(eq|ne|lt|le|gt|ge|sa|eb)?(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T[\d:.Z+\- ]{1,30})?\Z", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}\Z", re.ASCII)
_MOST_DATES = 4

#: What each kind of resource can be searched by, with FHIR's type of the parameter.
PARAMETERS: dict[str, dict[str, str]] = {
    "Patient": {"_id": "token"},
    "Observation": {
        "patient": "reference", "subject": "reference", "_id": "token", "code": "token", "category": "token",
        "date": "date",
    },
    "MedicationStatement": {"patient": "reference", "subject": "reference", "_id": "token", "status": "token",
                            "effective": "date"},
}  # fmt: skip
_FOR_ALL = frozenset({"_count", "_sort", "_format", "page"})
_TOKENS = frozenset({"code", "category", "status"})
_DATES = {"Observation": "date", "MedicationStatement": "effective"}


class SearchError(ValueError):
    """A search that is not understood; the message says which part of it."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search asks for; ``patient`` is an id, not looked at."""

    kind: str
    patient: str = ""
    ids: frozenset[str] | None = None
    tokens: Mapping[str, frozenset[str]] | None = None
    dates: tuple[tuple[str, date, date], ...] = ()
    newest_first: bool = False
    count: int = USUAL_ON_A_PAGE
    page: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of what was found, and how many there are in all."""

    resources: Sequence[Resource]
    total: int
    number: int
    has_next: bool


def read_search(kind: str, parameters: Iterable[tuple[str, Sequence[str]]]) -> Search:
    """Return what the parameters of an address ask for.

    Raises:
        SearchError: a parameter is not known, comes twice, or is not understood.
    """
    allowed = PARAMETERS[kind]
    found: dict[str, str] = {}
    dates: list[tuple[str, date, date]] = []
    for name, values in parameters:
        if name not in allowed and name not in _FOR_ALL:
            raise SearchError("This parameter is not known here. Look at the CapabilityStatement.")
        if name == _DATES.get(kind):
            if len(values) > _MOST_DATES:
                raise SearchError("There are too many dates.")
            dates += [_date(value) for value in values]
        elif len(values) != 1:
            raise SearchError(f"The parameter {name} comes more than once.")
        else:
            found[name] = values[0]
    tokens = {name: _tokens(text) for name, text in found.items() if name in _TOKENS}
    return Search(
        kind,
        _patient(found),
        frozenset(found["_id"].split(",")) if "_id" in found else None,
        tokens,
        tuple(dates),
        _newest_first(found.get("_sort", ""), kind),
        min(_number(found.get("_count", str(USUAL_ON_A_PAGE)), "_count"), MOST_ON_A_PAGE),
        max(1, _number(found.get("page", "1"), "page")),
    )


def _patient(found: dict[str, str]) -> str:
    given = {found[name].removeprefix("Patient/") for name in ("patient", "subject") if name in found}
    if len(given) > 1:
        raise SearchError("The parameters patient and subject name two people.")
    return given.pop() if given else ""


def _number(text: str, name: str) -> int:
    if not _NUMBER.match(text):
        raise SearchError(f"The parameter {name} is not a number.")
    return int(text)


def _newest_first(text: str, kind: str) -> bool:
    name = _DATES.get(kind, "")
    if text not in ("", name, f"-{name}"):
        raise SearchError("Results can be sorted by date alone.")
    return bool(text) and text.startswith("-")


def _tokens(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


def _date(text: str) -> tuple[str, date, date]:
    """Return the comparison, and the first and last day that a date names."""
    match = _DATE.match(text)
    if match is None:
        raise SearchError("A date is not understood. Write it like ge2024-03-05.")
    prefix, year, month, day = match.groups()
    try:
        first, last = _days(int(year), int(month or 0), int(day or 0))
    except ValueError:
        raise SearchError("A date is not one of the calendar.") from None
    return prefix or "eq", first, last


def _days(year: int, month: int, day: int) -> tuple[date, date]:
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def find(search: Search, resources: Iterable[Resource]) -> Page:
    """Return one page of the resources that a search asks for, in the order of their dates and then of their ids."""
    found = [resource for resource in resources if _is_asked(search, resource)]
    found.sort(key=lambda one: (_span(one)[0], one["id"]), reverse=search.newest_first)
    start = (search.page - 1) * search.count
    shown = found[start : start + search.count]
    return Page(shown, len(found), search.page, bool(search.count) and start + search.count < len(found))


def _is_asked(search: Search, resource: Resource) -> bool:
    if search.ids is not None and resource["id"] not in search.ids:
        return False
    if any(not wanted & _tokens_of(resource, name) for name, wanted in (search.tokens or {}).items()):
        return False
    first, last = _span(resource)
    return all(_COMPARE[prefix](first, last, start, end) for prefix, start, end in search.dates)


def _tokens_of(resource: Resource, name: str) -> set[str]:
    if name == "status":
        return {resource["status"]}
    concepts = resource["category"] if name == "category" else [resource["code"]]
    codings = [coding for concept in concepts for coding in concept["coding"]]
    return {text for one in codings for text in (one["code"], f"{one['system']}|{one['code']}", f"{one['system']}|")}


def _span(resource: Resource) -> tuple[date, date]:
    """Return the first and last day that a resource is about; a month is all of its days."""
    if "effectiveDateTime" in resource:
        return _date(resource["effectiveDateTime"])[1:]
    period = resource.get("effectivePeriod", {})
    first = _date(period["start"])[1] if "start" in period else date.min
    return first, _date(period["end"])[2] if "end" in period else date.max


_COMPARE: dict[str, Callable[[date, date, date, date], bool]] = {
    "eq": lambda first, last, start, end: start <= first and last <= end,
    "ne": lambda first, last, start, end: not (start <= first and last <= end),
    "lt": lambda first, _last, start, _end: first < start,
    "le": lambda first, _last, _start, end: first <= end,
    "gt": lambda _first, last, _start, end: last > end,
    "ge": lambda _first, last, start, _end: last >= start,
    "sa": lambda first, _last, _start, end: first > end,
    "eb": lambda _first, last, start, _end: last < start,
}


def searchset(page: Page, base: str, kind: str, parameters: Sequence[tuple[str, str]]) -> Resource:
    """Return a page as a Bundle, with the ways to the other pages.

    Args:
        page: what was found.
        base: the address of the service, without a slash at its end.
        kind: the kind of resource that was searched.
        parameters: those of the search; the page's number among them counts not.
    """

    def address(number: int) -> str:
        pairs = [pair for pair in parameters if pair[0] != "page"] + ([("page", str(number))] if number > 1 else [])
        return f"{base}/{kind}" + (f"?{urlencode(pairs)}" if pairs else "")

    numbers = {"self": page.number, "first": 1}
    if page.number > 1:
        numbers["previous"] = page.number - 1
    if page.has_next:
        numbers["next"] = page.number + 1
    bundle: Resource = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": page.total,
        "link": [{"relation": relation, "url": address(number)} for relation, number in numbers.items()],
    }
    if page.resources:
        bundle["entry"] = [
            {"fullUrl": f"{base}/{kind}/{one['id']}", "resource": one, "search": {"mode": "match"}}
            for one in page.resources
        ]
    return bundle


#: FHIR's codes for what went wrong, by the status of the answer.
_ISSUES = {
    400: ("invalid", "The request is not understood."),
    401: ("login", "A key of a care team is needed in the Authorization header."),
    403: ("forbidden", "This key may not read this."),
    404: ("not-found", "There is nothing of that name here, or not for this key."),
    405: ("not-supported", "Here things can only be read."),
    406: ("not-supported", "Answers are JSON."),
    413: ("too-long", "The request is too large."),
    429: ("throttled", "There were too many requests. Wait, and ask again."),
    503: ("transient", "It cannot be answered now. Wait, and ask again."),
}
_OTHER_ISSUE = ("exception", "Something went wrong here.")


def operation_outcome(status: int, text: str = "") -> Resource:
    """Return what an answer that shows nothing says of itself."""
    code, words = _ISSUES.get(status, _OTHER_ISSUE)
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "diagnostics": text or words}],
    }


def capability_statement(base: str, *, since: str) -> Resource:
    """Return what the service can do.

    Args:
        base: the address of the service.
        since: the day of this description.
    """
    resources = [
        {
            "type": kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "versioning": "no-version",
            "searchParam": [{"name": name, "type": type_} for name, type_ in parameters.items()],
        }
        for kind, parameters in PARAMETERS.items()
    ]
    security = {
        "cors": False,
        "description": "A key of a care team as a bearer token. A lead of the team issues it and can end it.",
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": since,
        "kind": "instance",
        "implementation": {"description": "What patients share with a care team", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [{"mode": "server", "security": security, "resource": resources}],
    }
