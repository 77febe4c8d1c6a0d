"""Choices that never change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.choices import BaseChoiceIterator


class FixedChoices(BaseChoiceIterator):
    """One list for every form: Django copies a field's list, label by label, each time that a form is made."""

    def __init__(self, *choices: tuple[Any, Any]) -> None:
        self._choices = choices

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self._choices)

    def __copy__(self) -> FixedChoices:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> FixedChoices:
        return self
