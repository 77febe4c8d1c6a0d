"""Every setting is explained, and no explained setting is gone."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""\b(?:env|self|settings\.env)\.(?:text|flag|number|choice|words)\(\s*"([A-Z_]+)\"""")


def test_settings_and_their_page_agree() -> None:
    files = (ROOT / "config" / "settings.py", ROOT / "config" / "env.py", ROOT / "gunicorn.conf.py")
    read = {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))} | {"ENV_FILE"}
    page = (ROOT / "docs" / "self-hosting" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([A-Z_]{4,})`", row.split("|")[1])}
    assert read == explained


def test_every_test_that_the_page_on_accessibility_names_is_there() -> None:
    page = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+\.py)`", page))
    assert len(named) >= 8
    assert named <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def test_every_hazard_has_a_control_and_a_test_that_is_there() -> None:
    """H1 to H34: a hazard without a test says that it is open, and only one may."""
    page = (ROOT / "docs" / "clinical-safety.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| H")
    ]
    assert [row[0] for row in rows] == [f"H{number}" for number in range(1, 35)]
    tests = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    is_open = set()
    for hazard, _what, _risk, control, checked in rows:
        assert control, hazard
        named = set(re.findall(r"`(test_\w+)`", checked))
        assert named <= tests, f"{hazard} names tests that there are not: {named - tests}"
        if not named:
            assert checked == "open", hazard
            is_open.add(hazard)
    assert is_open == {"H28"}
