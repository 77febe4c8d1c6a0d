"""The ladder as HTML: one bar a step, each shorter than the one above; no axis to decode."""

from __future__ import annotations

from html import escape

from milestones.charts.spec import LadderSpec, LadderStep, StepState

_WIDTHS = 9
_HERE = frozenset({StepState.HERE, StepState.HERE_NOT_DETECTED})


def render_ladder(spec: LadderSpec) -> str:
    """Return the ladder as its sentences and an ordered list, the starting point first."""
    if not spec.steps:
        return ""
    stood = [place for place, step in enumerate(spec.steps) if step.earlier or step.state in _HERE]
    first, last = (stood[0], stood[-1]) if stood else (0, -1)
    rows = "".join(
        [_step(step, place + 1, _trail(place, first, last), spec.was_here) for place, step in enumerate(spec.steps)]
    )
    says = f'<p class="ladder-says">{escape(spec.sentences)}</p>' if spec.sentences else ""
    note = f'<p class="chart-help">{escape(spec.help_line)}</p>' if spec.help_line else ""
    return f'{says}<ol class="ladder" aria-label="{escape(spec.label)}">{rows}</ol>{note}'


def _trail(place: int, first: int, last: int) -> str:
    """Return where a step lies on the way from the earliest place to the newest: the line beside the steps."""
    if first == last or not first <= place <= last:
        return ""
    return {first: "from", last: "to"}.get(place, "on")


def _step(step: LadderStep, place: int, trail: str, was_here: str) -> str:
    classes = [] if step.state is StepState.PLAIN else [step.state.value]
    if step.state is StepState.HERE_NOT_DETECTED:
        classes = ["here", "unseen"]
    css = f' class="{" ".join(classes)}"' if classes else ""
    here = ' aria-current="step"' if step.state in _HERE else ""
    words = f" <span>{escape(step.words)}</span>" if step.words else ""
    words += f' <span class="more">{escape(step.more)}</span>' if step.more else ""
    bar = f'<span class="step step-{min(place, _WIDTHS)}"><b>{escape(step.label)}</b>{words}</span>'
    return f"<li{css}{here}>{bar}{_side(step, trail, was_here)}</li>"


def _side(step: LadderStep, trail: str, was_here: str) -> str:
    """Return what stands beside a step: its own words, and a small ring for each month in which one stood there."""
    said = f"<b>{escape(step.side)}</b>" if step.side else ""
    heard = f'<span class="visually-hidden">{escape(was_here)} </span>'
    said += "".join([f"<span>{heard}{escape(month)}</span>" for month in step.earlier])
    css = f"side trail-{trail}" if trail else "side"
    return f' <span class="{css}">{said}</span>' if said or trail else ""
