"""The chart as SVG, written by hand: it stands in the page first, and it is what prints.

Colours and letter sizes come from classes in the style sheet; there is no inline style. One
drawing is for narrow places and one for wide ones; the style sheet shows the one that fits.
"""

from __future__ import annotations

from html import escape

from milestones.charts.drawing import RIBBON, SMALL_MARK, Bar, Cell, Drawing, px
from milestones.charts.geometry import NARROW, WIDE, Layout, ground_of
from milestones.charts.spec import BarKind, ChartSpec
from milestones.charts.words import Label

_STYLED = frozenset("bgnt")
_ANCHORS = {"s": "", "m": ' text-anchor="middle"', "e": ' text-anchor="end"'}


def render_chart(spec: ChartSpec, *, element_id: str = "chart") -> str:
    """Return both drawings; the style sheet shows the one that fits its place."""
    if not spec.points:
        return ""
    ground = ground_of(spec)
    drawings = [Drawing(ground, NARROW, with_words=False), Drawing(ground, WIDE, with_words=True)]
    return "".join([_composed(drawing, element_id) for drawing in drawings])


def render_chart_svg(
    spec: ChartSpec, *, layout: Layout = WIDE, element_id: str = "chart", with_words: bool = True, style: str = ""
) -> str:
    """Return one drawing of the chart, or nothing where there is nothing to draw.

    ``with_words`` puts each result's sentence in the drawing as a tooltip. ``style`` is a style sheet to take along,
    for a place where that of the page does not reach into a drawing.
    """
    if not spec.points:
        return ""
    return _composed(Drawing(ground_of(spec), layout, with_words=with_words), element_id, style)


def _composed(drawing: Drawing, element_id: str, style: str = "") -> str:
    drawing.compose()
    return _svg(drawing, escape(element_id), style)


def _svg(drawing: Drawing, element_id: str, style: str) -> str:
    spec, layout = drawing.spec, drawing.layout
    bars = "".join([_bar(box, layout, with_words=drawing.with_words) for box in drawing.boxes])
    cells = _cells(drawing.cells)
    leaders = "".join([f"M{px(x0)} {px(y0)}L{px(x1)} {px(y1)}" for x0, y0, x1, y1 in drawing.leaders])
    leaders = f'<path class="c-lead" d="{leaders}"/>' if leaders else ""
    words = "".join([_text(label) for label in drawing.labels])
    own_style = f"<style>{style}</style>" if style else ""
    title, story = f"{element_id}-{layout.name}-title", f"{element_id}-{layout.name}-story"
    many = " chart-many" if drawing.size < SMALL_MARK else ""
    return (
        f'<svg class="chart-svg chart-{layout.name}{many}" viewBox="0 0 {layout.width} {drawing.height}" '
        f'role="img" aria-labelledby="{title} {story}"><title id="{title}">{escape(spec.title)}</title>'
        f'<desc id="{story}">{escape(spec.story)}</desc>{own_style}{bars}{cells}'
        f"{''.join(drawing.parts)}{leaders}{words}</svg>"
    )


def _bar(box: Bar, layout: Layout, *, with_words: bool) -> str:
    css = "c-break" if box.treatment.kind is BarKind.BREAK else "c-bar"
    title = f"<title>{escape(box.treatment.label)}</title>" if with_words else ""
    return (
        f'<rect class="{css}" x="{px(box.x)}" y="{px(box.y)}" width="{px(box.width)}" '
        f'height="{layout.bar}" rx="5">{title}</rect>'
    )


def _cells(cells: list[Cell]) -> str:
    """Return the months of the first year: one path for those that are open, one for those that are filled."""
    paths = []
    for is_filled, css in ((False, "c-month"), (True, "c-month c-held")):
        path = "".join(
            [
                f"M{px(cell.x)} {px(cell.y)}h{px(cell.width)}v{RIBBON}h-{px(cell.width)}z"
                for cell in cells
                if cell.is_filled is is_filled
            ]
        )
        if path:
            paths.append(f'<path class="{css}" d="{path}"/>')
    return "".join(paths)


def _text(label: Label) -> str:
    css = label.css.split(" ")[0]
    name = f' class="{css}"' if css in _STYLED else ""
    x, y = px(label.x), px(label.y)
    return f'<text x="{x}" y="{y}"{_ANCHORS[label.anchor]}{name}>{escape(label.words)}</text>'
