"""The two step curves: where each step stands, what is said beneath them, and that nothing typed leaves its place."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.charts.incidence import HEIGHT, WIDTH, IncidenceChart, render_incidence
from milestones.clinical.incidence import Followed, Outcome
from milestones.selectors.quality import LEAST, Curve, _curve, _Line, _Told, _told_apart

MONTHS = ((0, 0), (3, 91), (6, 182), (9, 274), (12, 365))
HOSTILE = "</desc><script>alert(1)</script>\"'&"


def chart(*reached: tuple[int, float], competing: tuple[tuple[int, float], ...] = ()) -> IncidenceChart:
    return IncidenceChart(
        name="Imatinib",
        story="40% in MMR by month 12.",
        reached=reached,
        competing=competing,
        last_day=365,
        months=MONTHS,
        reached_text="MMR",
        competing_text="another medicine",
    )


def parts(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)


def curve_of(svg: str, css: str) -> list[tuple[str, float]]:
    """Return the moves of a curve: M, H and V, each with where it goes (of M, how high)."""
    [path] = [node for node in parts(svg) if node.tag == "path" and node.get("class") == css and node.get("fill")]
    assert path.get("fill") == "none"
    moves = re.findall(r"([MHV])([\d.]+)(?: ([\d.]+))?", str(path.get("d")))
    return [(kind, float(second or first)) for kind, first, second in moves]


def reached_of(svg: str) -> list[tuple[str, float]]:
    return curve_of(svg, "c-join")


def competing_of(svg: str) -> list[tuple[str, float]]:
    return curve_of(svg, "c-join c-dash")


def texts_of(svg: str) -> list[str]:
    return [str(node.text) for node in parts(svg).iter("text")]


def height_of(svg: str, percent: str) -> float:
    """Return how far down the line of a share lies; its words stand 4.5 lower."""
    [y] = [float(str(node.get("y"))) for node in parts(svg).iter("text") if node.text == percent]
    return y - 4.5


def place_of(svg: str, month: str) -> float:
    [x] = [float(str(node.get("x"))) for node in parts(svg).iter("text") if node.text == month]
    return x


# --- The picture ------------------------------------------------------------------------------------------------------


def test_it_is_a_picture_with_a_title_and_a_sentence() -> None:
    root = parts(render_incidence(chart((91, 0.4)), element_id="curve-5"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "curve-5-title curve-5-story")
    assert [(node.get("id"), node.text) for node in root if node.tag in ("title", "desc")] == [
        ("curve-5-title", "Imatinib"),
        ("curve-5-story", "40% in MMR by month 12."),
    ]


def test_the_axes_say_shares_and_months() -> None:
    svg = render_incidence(chart(), element_id="a")
    assert texts_of(svg)[:10] == ["0%", "25%", "50%", "75%", "100%", "0", "3", "6", "9", "12"]
    heights = [height_of(svg, percent) for percent in ("0%", "25%", "50%", "75%", "100%")]
    gaps = [low - high for low, high in pairwise(heights)]
    assert gaps == pytest.approx([gaps[0]] * 4, abs=0.11)
    assert gaps[0] > 0
    lines = re.findall(r"M46 ([\d.]+)H348", str(next(node for node in parts(svg) if node.tag == "path").get("d")))
    assert [float(y) for y in lines] == pytest.approx(heights, abs=0.11)
    assert [place_of(svg, month) for _days, month in ((0, "0"), (365, "12"))] == [46, 348]
    assert place_of(svg, "6") == pytest.approx(46 + 302 * 182 / 365, abs=0.06)


# --- Steps ------------------------------------------------------------------------------------------------------------


def test_each_step_goes_right_at_the_old_height_and_then_up() -> None:
    svg = render_incidence(chart((91, 0.25), (182, 0.5), (365, 0.75)), element_id="a")
    moves = reached_of(svg)
    assert [kind for kind, _to in moves] == ["M", "H", "V", "H", "V", "H", "V", "H"]
    assert moves[0][1] == pytest.approx(height_of(svg, "0%"), abs=0.11)
    across = [to for kind, to in moves if kind == "H"]
    assert across == pytest.approx([*(place_of(svg, month) for month in ("3", "6", "12")), 348], abs=0.11)
    up = [to for kind, to in moves if kind == "V"]
    assert up == pytest.approx([height_of(svg, percent) for percent in ("25%", "50%", "75%")], abs=0.11)


@pytest.mark.parametrize(
    ("day", "is_drawn"),
    [(0, True), (364, True), (365, True), (366, False), (800, False)],
)
def test_what_comes_after_the_last_day_is_neither_drawn_nor_said(day: int, is_drawn: bool) -> None:
    svg = render_incidence(chart((day, 0.4)), element_id="a")
    assert [kind for kind, _to in reached_of(svg)] == (["M", "H", "V", "H"] if is_drawn else ["M", "H"])
    assert ("MMR 40%" if is_drawn else "MMR 0%") in texts_of(svg)
    assert all(46 <= to <= 348 for kind, to in reached_of(svg) if kind == "H")


def test_nothing_reached_is_a_flat_line_at_0() -> None:
    svg = render_incidence(chart(), element_id="a")
    assert reached_of(svg) == competing_of(svg)
    assert reached_of(svg) == [("M", pytest.approx(height_of(svg, "0%"), abs=0.11)), ("H", 348)]
    assert texts_of(svg)[10:] == ["another medicine 0%", "MMR 0%"]


@given(
    st.lists(
        st.tuples(st.integers(0, 700), st.floats(0, 1)), max_size=12, unique_by=lambda step: step[0]
    ).map(lambda steps: tuple(zip(sorted(day for day, _ in steps), sorted(share for _, share in steps), strict=True)))
)  # fmt: skip
def test_whatever_the_steps_the_curve_only_goes_right_and_up_and_stays_inside(
    steps: tuple[tuple[int, float], ...],
) -> None:
    svg = render_incidence(chart(*steps), element_id="a")
    moves = reached_of(svg)
    across, up = [to for kind, to in moves if kind == "H"], [to for kind, to in moves if kind != "H"]
    assert across == sorted(across)
    assert up == sorted(up, reverse=True)
    assert all(0 <= to <= WIDTH for to in across)
    assert all(height_of(svg, "100%") - 0.11 <= to <= height_of(svg, "0%") + 0.11 for to in up)
    assert len(up) == 1 + sum(day <= 365 for day, _share in steps)


# --- What came before it ----------------------------------------------------------------------------------------------


def test_what_competes_has_a_dashed_curve_and_a_line_of_its_own() -> None:
    svg = render_incidence(chart((182, 0.5), competing=((91, 0.25),)), element_id="a")
    assert [to for kind, to in competing_of(svg) if kind == "V"] == pytest.approx([height_of(svg, "25%")], abs=0.11)
    assert [to for kind, to in reached_of(svg) if kind == "V"] == pytest.approx([height_of(svg, "50%")], abs=0.11)
    keys = {str(node.text): float(str(node.get("y"))) for node in list(parts(svg).iter("text"))[10:]}
    assert keys.keys() == {"MMR 50%", "another medicine 25%"}
    assert keys["MMR 50%"] + 20 < keys["another medicine 25%"] < HEIGHT
    assert keys["MMR 50%"] > height_of(svg, "0%") + 30, "beneath the months"
    strokes = {
        str(node.get("class")): float(str(node.get("d")).split()[1].removesuffix("h28"))
        for node in parts(svg)
        if node.tag == "path" and str(node.get("d")).endswith("h28")
    }
    assert strokes == {"c-join": keys["MMR 50%"] - 5, "c-join c-dash": keys["another medicine 25%"] - 5}


# --- What is typed ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["name", "story", "reached_text", "competing_text"])
def test_hostile_words_stay_words(part: str) -> None:
    changes = {part: HOSTILE}
    svg = render_incidence(replace(chart((91, 0.4)), **changes), element_id="a")  # type: ignore[arg-type]  # a text
    assert "<script" not in svg
    plain = render_incidence(chart((91, 0.4)), element_id="a")
    assert [node.tag for node in parts(svg).iter()] == [node.tag for node in parts(plain).iter()]
    assert any(HOSTILE in str(node.text) for node in parts(svg).iter())


def test_a_hostile_id_stays_in_its_attribute() -> None:
    root = parts(render_incidence(chart((91, 0.4)), element_id='"onload="alert(1)"><script>'))
    assert root.get("onload") is None
    assert [node for node in root.iter() if node.tag == "script"] == []
    assert str(root.get("aria-labelledby")).startswith('"onload="alert(1)"><script>-title ')


def test_no_style_and_no_colour_stands_in_it() -> None:
    svg = render_incidence(chart((91, 0.4), competing=((30, 0.1),)), element_id="a")
    assert not re.search(r"style|#[0-9a-fA-F]{3,6}|rgb|stroke=", svg)


# --- From lines of treatment to the picture ---------------------------------------------------------------------------

E, C, X = Outcome.EVENT, Outcome.CENSORED, Outcome.COMPETING


def lines_of(text: str) -> list[Followed]:
    """Return lines written as "91 E, 200 X, 400 C"."""
    return [Followed(int(one.split()[0]), {"E": E, "C": C, "X": X}[one.split()[1]]) for one in text.split(", ")]


def curve(text: str) -> Curve:
    lines = [_Line(person, 0, followed) for person, followed in enumerate(lines_of(text))]
    return _curve("imatinib", _Told.of(lines))


def test_the_curve_of_ten_lines_and_how_many_are_still_on_the_way() -> None:
    """At risk on a day is who is followed on it, whatever happens on it: 91 days are month 3, 365 month 12."""
    found = curve("91 E, 91 E, 182 E, 183 E, 300 E, 365 C, 365 C, 365 C, 365 C, 366 C")
    assert (found.count, found.by_month_12, found.switched) == (10, "50%", "0%")
    assert found.at_risk == ("10", "10", "8", "6", "5")
    assert [kind for kind, _to in reached_of(found.drawing)].count("V") == 1  # five are one step
    assert texts_of(found.drawing)[10:] == ["another medicine, or stopped 0%", "MMR 50%"]
    story = str(parts(found.drawing).findtext("desc"))
    assert story == "50% in MMR by month 12; 0% ended this medicine before."


def test_what_fewer_than_five_came_to_has_no_curve_and_no_share() -> None:
    few = "fewer than 5 lines"
    found = curve("91 E, 91 E, 182 E, 183 E, 365 C, 365 C, 365 C, 365 C, 366 C, 366 C")
    assert (found.count, found.by_month_12, found.switched) == (10, few, "0%")
    assert texts_of(found.drawing)[10:] == ["another medicine, or stopped 0%", f"MMR: {few}"]
    assert not re.search('class="c-join"', found.drawing)
    assert str(parts(found.drawing).findtext("desc")) == f"{few} in MMR by month 12; 0% ended this medicine before."
    found = curve("91 E, 91 E, 100 X, 182 E, 183 E, 365 C, 365 C, 365 C, 365 C, 366 C")
    assert (found.by_month_12, found.switched, found.drawing) == (few, few, "")


@pytest.mark.parametrize(
    ("text", "at_risk"),
    [
        # A day before the month, and on it.
        ("90 C, 365 C, 365 C, 365 C, 365 C", ("5", "under 5", "under 5", "under 5", "under 5")),
        ("91 C, 365 C, 365 C, 365 C, 365 C", ("5", "5", "under 5", "under 5", "under 5")),
        ("364 C, 365 C, 365 C, 365 C, 365 C", ("5", "5", "5", "5", "under 5")),
        ("365 C, 365 C, 365 C, 365 C, 365 C", ("5", "5", "5", "5", "5")),
    ],
)
def test_fewer_than_five_at_risk_are_not_counted_out(text: str, at_risk: tuple[str, ...]) -> None:
    assert curve(text).at_risk == at_risk


def test_month_12_is_day_365() -> None:
    for day, share in ((365, "20%"), (366, "0%")):
        found = curve(", ".join([f"{day} E"] * 5 + ["400 C"] * 20))
        assert found.by_month_12 == share
        assert f"MMR {share}" in texts_of(found.drawing)


def test_what_ends_a_line_early_takes_its_share_and_is_not_left_out() -> None:
    """A fifth stopped, the others got there: 80 %, and not all of those who went on."""
    found = curve(", ".join(["50 X"] * 5 + ["100 E"] * 20))
    assert (found.by_month_12, found.switched) == ("80%", "20%")


@pytest.mark.parametrize(
    ("counts", "everybody", "shown", "hidden"),
    [
        ({"imatinib": 4}, 0, [], ["imatinib"]),
        ({"imatinib": 5}, 5, ["imatinib"], []),
        ({"imatinib": 2, "dasatinib": 2}, 0, [], ["dasatinib", "imatinib"]),
        ({"imatinib": 3, "dasatinib": 2}, 5, [], ["imatinib", "dasatinib"]),
        # Four that are hidden could be told by subtraction; five could not.
        ({"imatinib": 9, "dasatinib": 6, "nilotinib": 4}, 19, ["imatinib"], ["dasatinib", "nilotinib"]),
        ({"imatinib": 9, "dasatinib": 6, "nilotinib": 4, "bosutinib": 1}, 20, ["imatinib", "dasatinib"],
         ["nilotinib", "bosutinib"]),
    ],
)  # fmt: skip
def test_too_few_have_no_curve(counts: dict[str, int], everybody: int, shown: list[str], hidden: list[str]) -> None:
    assert LEAST == 5
    medicines = [medicine for medicine, count in counts.items() for _ in range(count)]
    all_lines, *groups = _told_apart(
        [(medicine, _Line(person, 0, Followed(100, E))) for person, medicine in enumerate(medicines)]
    )
    assert len(all_lines) == everybody
    assert [[name for name, _group in each] for each in groups] == [shown, hidden]
