"""The rules of the house that a linter does not know. See docs/decisions/ for the reasons."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CLINICAL = sorted((ROOT / "milestones" / "clinical").rglob("*.py"))
CODE = sorted(path for app in ("accounts", "config", "milestones") for path in (ROOT / app).rglob("*.py"))
VIEWS = sorted(path for app in ("accounts", "milestones") for path in (ROOT / app / "views").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WORDS = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))

CLOCK = {"today", "now", "utcnow", "time"}

# A guide for review, with room; what is far beyond it has to be split.
MOST_LINES = {"module": 600, "template": 160}
MOST_LINES_IN_A_FUNCTION = 70
MOST_LINES_IN_A_VIEW = 35


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", CLINICAL, ids=name)
def test_clinical_core_imports_the_standard_library_only(path: Path) -> None:
    foreign = {
        module
        for module in imports(path)
        if module.split(".")[0] not in sys.stdlib_module_names and not module.startswith("milestones.clinical")
    }
    assert not foreign


@pytest.mark.parametrize("path", CLINICAL, ids=name)
def test_clinical_core_has_no_float_and_no_clock(path: Path) -> None:
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(f"line {node.lineno}: {node.value}")
        if isinstance(node, ast.Name) and node.id == "float":
            found.append(f"line {node.lineno}: float")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK:
            found.append(f"line {node.lineno}: {node.func.attr}()")
    assert not found


@pytest.mark.parametrize("path", VIEWS, ids=name)
def test_views_write_nothing(path: Path) -> None:
    writes = {"save", "create", "bulk_create", "delete", "update_or_create", "get_or_create", "objects"}
    found = [
        f"line {node.lineno}: .{node.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in writes
    ]
    assert not found


@pytest.mark.parametrize("path", CODE, ids=name)
def test_sizes(path: Path) -> None:
    if "migrations" in path.parts:
        return
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES["module"]
    most = MOST_LINES_IN_A_VIEW if "views" in path.parts else MOST_LINES_IN_A_FUNCTION
    long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and (length := (node.end_lineno or 0) - node.lineno + 1) > most
    ]
    assert not long


@pytest.mark.parametrize("path", CODE, ids=name)
def test_no_signals_and_no_host_of_the_request(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "django.dispatch" not in text
    assert "django.db.models.signals" not in text
    assert not _HOST_OF_THE_REQUEST.search(text)


@pytest.mark.parametrize("path", WORDS, ids=name)
def test_no_page_or_mail_names_the_host_of_the_request(path: Path) -> None:
    assert not _HOST_OF_THE_REQUEST.search(path.read_text(encoding="utf-8"))


#: What says where a request went: each address begins with SITE_URL, whatever that was (S11).
_HOST_OF_THE_REQUEST = re.compile(
    r"build_absolute_uri|get_current_site|get_host\b|get_raw_host|get_port\b|HTTP_HOST|SERVER_NAME|SERVER_PORT|RAW_URI"
    r"|FORWARDED_(?:HOST|PORT)|headers(?:\[|\.get\()\W*host\b|django\.contrib\.sites|request\.site\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "line",
    [
        "link = request.build_absolute_uri('/')", "site = get_current_site(request)", "request.META['HTTP_HOST']",
        "request.get_host()", "{{ request.get_host }}", "request.get_port()", "request.META.get('SERVER_NAME')",
        'request.headers["Host"]', "request.headers.get('host', '')", "USE_X_FORWARDED_HOST = True",
        "INSTALLED_APPS += ['django.contrib.sites']", "{{ request.META.HTTP_HOST }}", "environ['RAW_URI']",
    ],
)  # fmt: skip
def test_the_host_of_the_request_is_found(line: str) -> None:
    assert _HOST_OF_THE_REQUEST.search(line)


#: A file to download, which is opened without the site: it brings its own policy, which lets nothing out.
STANDS_ALONE = {"templates/reports/chart.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_are_safe(path: Path) -> None:
    text = re.sub(r"{% comment.*?%}.*?{% endcomment %}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(text.splitlines()) <= MOST_LINES["template"]
    assert not re.search(r"\|\s*safe\b|{%\s*autoescape off", text), "escaping is off"
    if name(path) not in STANDS_ALONE:
        assert not re.search(r"<style\b|\sstyle\s*=", text, re.IGNORECASE), "an inline style"
        assert not re.search(r"<script(?![^>]*\bsrc=)", text, re.IGNORECASE), "an inline script"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text, re.IGNORECASE), "an inline handler"
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", _without_reading_links(text)), (
        "a foreign address"
    )


def _without_reading_links(text: str) -> str:
    """Leave out what a person may follow to read on: a link that names itself as external and sends no referrer."""
    return re.sub(r"""<a\b[^>]*\brel=["'][^"']*noreferrer[^>]*>""", "", text)


def test_every_dependency_is_explained() -> None:
    record = (ROOT / "docs" / "decisions" / "0001-stack-and-dependencies.md").read_text(encoding="utf-8").lower()
    lines = [
        line
        for file in ("base.in", "dev.in")
        for line in (ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
    ]
    names = [re.split(r"[\[<>=,]", line)[0].strip() for line in lines if line and line[0] not in "#-"]
    assert not [package for package in names if f"| {package} " not in record]


def test_locks_have_a_hash_for_everything_and_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z][^\n]*==", text, re.MULTILINE)
        assert pins
        assert len(re.findall(r"==[^\n]*\\\n    --hash=sha256:", text)) == len(pins)
        assert "://" not in text
