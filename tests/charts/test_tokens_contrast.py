"""Every pair of colours that carries words or meaning is far enough apart, in both schemes."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "static" / "css" / "src" / "_tokens.scss"
TEXT, GRAPHIC = 4.5, 3.0

PAPERS = ("paper", "surface", "sunken")
WORDS = [
    (ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in (*PAPERS, "brand-soft", "talk-soft", "soon-soft")
]
WORDS += [(ink, ground, TEXT) for ink in ("brand", "talk", "soon") for ground in (*PAPERS, f"{ink}-soft")]
WORDS += [("brand-deep", ground, TEXT) for ground in PAPERS]
WORDS += [
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-deep", TEXT),
    ("surface", "soon", TEXT),
    ("surface", "ink", TEXT),
]
WORDS += [("brand-deep", "brand-soft", TEXT)]
MARKS = [(line, ground, GRAPHIC) for line in ("control", "grid", "focus") for ground in ("paper", "surface")]
MARKS += [("focus", "sunken", GRAPHIC), ("focus", "soon-soft", GRAPHIC), ("grid", "brand-soft", GRAPHIC)]


def tokens(scheme: str) -> dict[str, str]:
    block = re.search(rf"\${scheme}: \((.*?)\);", TOKENS.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    return dict(re.findall(r"([\w-]+): (#[0-9a-f]{6}),", block[1]))


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_schemes_name_the_same_colours() -> None:
    assert tokens("light").keys() == tokens("dark").keys()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), [*WORDS, *MARKS])
def test_contrast(scheme: str, ink: str, ground: str, least: float) -> None:
    colours = tokens(scheme)
    assert contrast(colours[ink], colours[ground]) >= least
