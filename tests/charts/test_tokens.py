"""The tokens are the only place of colours, sizes of type, corners and times; and they hold for colour-blind eyes."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from tests.charts.test_tokens_contrast import tokens

SOURCES = Path(__file__).parents[2] / "static" / "css" / "src"
FILES = sorted(path for path in SOURCES.rglob("*.scss") if path.name != "_tokens.scss")
LITERALS = {
    "colour": re.compile(r"#[0-9a-fA-F]{3,8}\b(?!\{)|\brgba?\(|\bhsla?\("),
    "size of type": re.compile(r"font-size: *[\d.]+(?:rem|em|px|pt)"),
    "corner": re.compile(r"border-radius: *[\d.]+(?:rem|em|px)"),
    "time": re.compile(r"transition[^;]*\b[\d.]+m?s\b"),
}
# Letters inside a drawing are sized in the drawing's own units; paper is white, its ink black, its letters in points.
ALLOWED = {
    ("_chart.scss", "size of type"),
    ("_report_help.scss", "size of type"),
    ("_print.scss", "colour"),
    ("_print.scss", "size of type"),
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_a_token_names_is_not_written_again(path: Path) -> None:
    text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
    for what, literal in LITERALS.items():
        if (path.name, what) not in ALLOWED:
            found = literal.search(text)
            assert not found, f"{what}: {found}"


# Machado, Oliveira, Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1.0, in linear RGB.
BLIND = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "full sight": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
}
# About four times what can just be told apart side by side; shape and word say the same as the colour anyway.
LEAST_DIFFERENCE = 16.0
_WHITE = (0.95047, 1.0, 1.08883)


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """Return CIE L*a*b* (D65) of a colour as it is seen."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    red, green, blue = (
        min(1.0, max(0.0, sum(factor * part for factor, part in zip(row, linear, strict=True)))) for row in BLIND[sight]
    )
    xyz = (
        0.4124564 * red + 0.3575761 * green + 0.1804375 * blue,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        0.0193339 * red + 0.1191920 * green + 0.9503041 * blue,
    )
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (value / white for value, white in zip(xyz, _WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, other: str, sight: str) -> float:
    """Return CIE76 delta E of two colours as they are seen."""
    first, second = lab(one, sight), lab(other, sight)
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)


def test_the_measure_is_right() -> None:
    assert difference("#000000", "#ffffff", "full sight") == pytest.approx(100, abs=0.1)
    assert difference("#ff0000", "#00ff00", "deuteranopia") < difference("#ff0000", "#00ff00", "full sight") / 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sight", sorted(BLIND))
@pytest.mark.parametrize(("one", "other"), list(combinations(("brand", "talk", "soon"), 2)))
def test_goal_talk_and_soon_stay_apart_for_every_eye(scheme: str, sight: str, one: str, other: str) -> None:
    colours = tokens(scheme)
    assert difference(colours[one], colours[other], sight) >= LEAST_DIFFERENCE
