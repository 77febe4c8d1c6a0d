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
