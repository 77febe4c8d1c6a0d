"""A column for exact decimals: text in every database, as SQLite would keep a number as a binary float."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from milestones.clinical.quantity import plain

if TYPE_CHECKING:
    _Text = models.CharField[Decimal | None, Decimal | None]
else:  # at run time Django's fields take no types
    _Text = models.CharField


class ExactDecimalField(_Text):
    """A decimal kept digit by digit as it was printed: 5.10 stays 5.10."""

    description = "An exact decimal"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Decimal | None:
        """Return the decimal that the column holds."""
        return None if value is None else Decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        """Return a decimal; a float is refused, as its digits are not the printed ones."""
        if value is None or isinstance(value, Decimal):
            return value
        if isinstance(value, float):
            raise TypeError("a laboratory value is never a float")
        return Decimal(value)

    def run_validators(self, value: Any) -> None:
        """Look at the digits, as they are what has a length."""
        super().run_validators(plain(value) if isinstance(value, Decimal) else value)

    def get_prep_value(self, value: Any) -> str | None:
        """Return the digits for the column."""
        number = self.to_python(value)
        return None if number is None else plain(number)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the digits for a serializer."""
        number = self.value_from_object(obj)
        return "" if number is None else plain(number)
