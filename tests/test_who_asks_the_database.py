"""Rows are asked for behind the door alone (S16), and what somebody may do is kept nowhere but in the database (S27).

A page, a form, a tag or a chart gets what a selector returns and hands over to a service: one that asked for a row by
itself could forget whose it is. A linter for this reads the source as Python does.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.test_architecture import CODE, TEMPLATES, name

#: Where rows are asked for: `accounts/selectors/`, `milestones/services/` and so on. A command has no visitor.
_BEHIND_THE_DOOR = {"selectors", "services", "models", "migrations", "management"}
OUTSIDE = [path for path in CODE if not _BEHIND_THE_DOOR & set(path.parts)]

#: What opens an account and what is sent: rows of no record, which the parts around allauth ask for. And a filter of
#: templates is put into a register.
_OF_NO_RECORD = {"Authenticator", "EmailAddress", "Session", "User", "WaitingMail", "register"}
_MANAGERS = {"objects", "_default_manager", "_base_manager"}
_SHORT_CUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
_QUERIES = {"filter", "exclude", "values_list", "select_related", "prefetch_related", "annotate", "aggregate",
            "in_bulk", "select_for_update", "get_queryset", "cursor"}  # fmt: skip
_BY_NAME = {"get_model", "get_models", "get_app_config"}
#: Whether the database answers, the mails that wait, and the statements that selectors have put together.
_MAY_QUERY = {"config/health.py", "accounts/outbox.py", "accounts/prepared.py"}


def asked(source: str) -> list[str]:
    """Return how a source asks for rows of a record by itself, with the line of each."""
    found = ((node, _asked_at(node)) for node in ast.walk(ast.parse(source)))
    return [f"{said} in line {getattr(node, 'lineno', 0)}" for node, said in found if said]


def _asked_at(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in _MANAGERS | _QUERIES | _BY_NAME | _SHORT_CUTS:
        return "" if _root_of(node) in _OF_NO_RECORD else f".{node.attr}"
    if isinstance(node, ast.Name | ast.alias):
        called = node.id if isinstance(node, ast.Name) else node.name
        return called if called in _SHORT_CUTS else ""
    if isinstance(node, ast.Constant) and node.value in _MANAGERS:
        return repr(node.value)
    return ""


def _root_of(node: ast.expr) -> str:
    """Return the name that a chain of attributes and calls begins with: User, of User.objects.filter(pk=1).first."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return ""
    return node.id


@pytest.mark.parametrize("path", OUTSIDE, ids=name)
def test_rows_are_asked_for_behind_the_door(path: Path) -> None:
    left_alone = {f".{query}" for query in _QUERIES} if name(path) in _MAY_QUERY else set()
    assert [said for said in asked(path.read_text(encoding="utf-8")) if said.partition(" ")[0] not in left_alone] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_asks_for_rows(path: Path) -> None:
    assert not _ROWS_IN_A_TEMPLATE.search(path.read_text(encoding="utf-8"))


_ROWS_IN_A_TEMPLATE = re.compile(r"{[{%][^}]*(?:\.objects\b|_set\.|\.all\b)")


@pytest.mark.parametrize(
    "source",
    [
        "row = Result.objects.get(pk=result_id)", "rows = LabResult._default_manager.all()",
        "Patient._base_manager.first()", "manager = Grant.objects", "row = models.LabResult.objects.get(pk=1)",
        "from django.shortcuts import get_object_or_404", "row = shortcuts.get_object_or_404(LabResult, pk=1)",
        "row = get_object_or_404(LabResult, pk=1)", "rows = patient.grants.filter(state='confirmed')",
        "rows = patient.results.values_list('value')", "model = apps.get_model('milestones', 'LabResult')",
        "rows = getattr(LabResult, 'objects').all()", "with connection.cursor() as cursor:\n    pass",
        "rows = user.grants.select_related('patient')", "rows = found[0].objects.all()",
    ],
)  # fmt: skip
def test_who_asks_is_found(source: str) -> None:
    assert asked(source)


@pytest.mark.parametrize(
    "source",
    [
        "User.objects.filter(email=email).first()", "rows = list(filter(None, rows))", "row = get_result(patient, pk)",
        "verdict = rule_set.bands.get(point)", "texts = words.values()", "objects = 1",
        "@register.filter\ndef f(): ...",
    ],
)  # fmt: skip
def test_what_asks_for_nothing_is_left_alone(source: str) -> None:
    assert not asked(source)


@pytest.mark.parametrize(
    "text", ["{{ patient.grants.all }}", "{% for one in user.grant_set.all %}", "{{ row.objects }}"]
)
def test_a_template_that_asks_is_found(text: str) -> None:
    assert _ROWS_IN_A_TEMPLATE.search(text)


# --- What a browser or a cache keeps ----------------------------------------------------------------------------------

#: Every place that has something kept outside of the tables, and how. None of it says what somebody may do: a token's
#: hash, what was typed, times, the two words for a browser. What is signed says whose reminders end, or what was shown.
KEPT = {
    "accounts/drafts.py": ["session[...] ="],
    "accounts/forms/second_factor.py": ["session[...] ="],
    "accounts/known_browser.py": [".set_cookie", "signing.dumps"],
    "accounts/views/email.py": ["session[...] ="] * 3,
    "config/middleware/session_limits.py": [
        "session.setdefault",
        "session.setdefault",
        "session[...] =",
        "session[...] =",
    ],
    "milestones/selectors/checking.py": ["signing.dumps"],
    "milestones/services/dates_out.py": [".sign"],
    "milestones/views/people.py": ["session[...] ="],
}


def kept(source: str) -> list[str]:
    """Return how a source has something kept: in a session, a cookie, a signed text or the cache."""
    return sorted(said for node in ast.walk(ast.parse(source)) if (said := _kept_at(node)))


def _kept_at(node: ast.AST) -> str:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _name_of(node.value) == "session":
        return "session[...] ="
    if isinstance(node, ast.Attribute):
        of = _name_of(node.value)
        if node.attr in ("set_cookie", "set_signed_cookie", "sign", "sign_object"):
            return f".{node.attr}"
        if (of, node.attr) in (("session", "setdefault"), ("session", "update"), ("signing", "dumps")):
            return f"{of}.{node.attr}"
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.core.cache"):
        return "the cache"
    if isinstance(node, ast.alias) and node.name in ("cache_page", "cache_control", "never_cache", "django.core.cache"):
        return "the cache"
    if (
        isinstance(node, ast.FunctionDef)
        and _is_cached(node)
        and _ABOUT_SOMEBODY & {arg.arg for arg in _arguments(node)}
    ):
        return "a cache of the process"
    return ""


#: What a function is asked about that answers otherwise when a right changes; a ``Viewing`` is the right itself.
_ABOUT_SOMEBODY = {"request", "user", "user_id", "actor", "by", "patient", "patient_id", "team", "team_id", "grant"}


def _is_cached(node: ast.FunctionDef) -> bool:
    called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return any(_name_of(one) in ("cache", "lru_cache") for one in called)


def _arguments(node: ast.FunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_nothing_else_is_kept() -> None:
    """One that is new says in a review what it keeps, and that it says nothing of a right."""
    found = {name(path): kept(path.read_text(encoding="utf-8")) for path in CODE}
    assert {path: ways for path, ways in found.items() if ways} == KEPT


@pytest.mark.parametrize(
    "source",
    [
        "request.session['role'] = viewing.role", "session['level'] = grant.level", "request.session.update(role=1)",
        "request.session.setdefault('patient', patient.pk)", "response.set_cookie('consent', '1')",
        "response.set_signed_cookie('role', 'lead')", "text = signing.dumps({'role': 'lead'})",
        "text = Signer().sign(str(grant.pk))", "from django.core.cache import cache",
        "from django.views.decorators.cache import cache_page", "import django.core.cache",
        "@lru_cache(maxsize=9)\ndef find_viewing(*, actor, patient): ...", "@cache\ndef level_of(user): ...",
    ],
)  # fmt: skip
def test_what_is_kept_is_found(source: str) -> None:
    assert kept(source)
