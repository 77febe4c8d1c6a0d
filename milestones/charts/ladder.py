"""The ladder as HTML: one bar a step, each shorter than the one above; no axis to decode."""

from __future__ import annotations

from html import escape

from milestones.charts.spec import LadderSpec, LadderStep, StepState

_WIDTHS = 9
_HERE = frozenset({StepState.HERE, StepState.HERE_NOT_DETECTED})
_STOOD = frozenset({*_HERE, StepState.WAS})


def render_ladder(spec: LadderSpec) -> str:
    """Return the ladder as its sentences and an ordered list, the starting point first."""
    if not spec.steps:
        return ""
    stood = [place for place, step in enumerate(spec.steps) if step.state in _STOOD]
    first, last = (stood[0], stood[-1]) if stood else (0, -1)
    rows, bars = "", 0
    for place, step in enumerate(spec.steps):
        trail = _trail(place, first, last)
        if step.state is StepState.WAS:
            rows += _was(step, trail, spec.was_here)
        else:
            bars += 1
            rows += _step(step, bars, trail)
    says = f'<p class="ladder-says">{escape(spec.sentences)}</p>' if spec.sentences else ""
    note = f'<p class="chart-help">{escape(spec.help_line)}</p>' if spec.help_line else ""
    return f'{says}<ol class="ladder" aria-label="{escape(spec.label)}">{rows}</ol>{note}'


def _trail(place: int, first: int, last: int) -> str:
    """Return where a step lies on the way from the earliest place to the newest: the line beside the steps."""
    if first == last or not first <= place <= last:
        return ""
    return {first: "from", last: "to"}.get(place, "on")


def _step(step: LadderStep, place: int, trail: str) -> str:
    classes = [] if step.state is StepState.PLAIN else [step.state.value]
    if step.state is StepState.HERE_NOT_DETECTED:
        classes = ["here", "unseen"]
    css = f' class="{" ".join(classes)}"' if classes else ""
    here = ' aria-current="step"' if step.state in _HERE else ""
    words = f" <span>{escape(step.words)}</span>" if step.words else ""
    words += f' <span class="more">{escape(step.more)}</span>' if step.more else ""
    bar = f'<span class="step step-{min(place, _WIDTHS)}"><b>{escape(step.label)}</b>{words}</span>'
    said = f"<b>{escape(step.side)}</b>" if step.side else ""
    return f"<li{css}{here}>{bar}{_side(said, trail)}</li>"


def _was(step: LadderStep, trail: str, was_here: str) -> str:
    """Return a place where one stood before: a ring on the way, its month and its value."""
    heard = f'<span class="visually-hidden">{escape(was_here)} </span>'
    said = f"<span>{heard}{escape(step.side)}</span> <span>{escape(step.label)}</span>"
    return f'<li class="was">{_side(said, trail)}</li>'


def _side(said: str, trail: str) -> str:
    """Return what stands beside a step, and its part of the way."""
    css = f"side trail-{trail}" if trail else "side"
    return f' <span class="{css}">{said}</span>' if said or trail else ""
