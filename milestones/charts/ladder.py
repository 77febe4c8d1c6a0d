"""The ladder as HTML: one bar a step, each shorter than the one above; no axis to decode."""

from __future__ import annotations

from html import escape

from milestones.charts.spec import LadderSpec, LadderStep, StepState

_WIDTHS = 9


def _step(step: LadderStep, place: int) -> str:
    css = "" if step.state is StepState.PLAIN else f' class="{step.state.value}"'
    if step.state is StepState.HERE_NOT_DETECTED:
        css = ' class="here unseen"'
    here = ' aria-current="step"' if step.state in {StepState.HERE, StepState.HERE_NOT_DETECTED} else ""
    words = " ".join(part for part in (step.name, step.words) if part)
    words = f" <span>{escape(words)}</span>" if words else ""
    side = "".join([f"<span>{escape(part)}</span>" for part in step.side])
    side = f' <span class="side">{side}</span>' if side else ""
    bar = f'<span class="step step-{min(place, _WIDTHS)}"><b>{escape(step.label)}</b>{words}</span>'
    return f"<li{css}{here}>{bar}{side}</li>"


def render_ladder(spec: LadderSpec) -> str:
    """Return the ladder as an ordered list, the standard starting point first."""
    if not spec.steps:
        return ""
    rows = "".join([_step(step, place) for place, step in enumerate(spec.steps, start=1)])
    note = f'<p class="chart-help">{escape(spec.help_line)}</p>' if spec.help_line else ""
    return f'<ol class="ladder" aria-label="{escape(spec.label)}">{rows}</ol>{note}'
