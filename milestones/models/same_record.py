"""A row that names another row of a record belongs to the same record: the database itself refuses anything else.

docs/decisions/0017-second-wall.md
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.utils.translation import gettext_lazy as _

from milestones.models.composite_key import CompositeKey, fields_of


class SameRecord(CompositeKey):
    """A foreign key over (patient, parent), beside the one over the parent that Django makes."""

    default_violation_error_message = _("This belongs to another record.")

    def __init__(self, *, parent: str, name: str, **messages: Any) -> None:
        super().__init__(field=parent, name=name, **messages)
        self.parent = parent

    def pairs(self) -> Sequence[tuple[str, str]]:
        """Return patient and parent, with the patient and the id of the parent."""
        return (("patient", "patient"), (self.parent, "id"))

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Refuse a row whose parent is of another record, for a form or ``full_clean``.

        Raises:
            ValidationError: it is.
        """
        field = fields_of(model).get_field(self.parent)
        parent_id = getattr(instance, field.attname)
        if parent_id is None or {"patient", self.parent} & set(exclude or ()):
            return
        parents = field.related_model._default_manager.using(using)  # noqa: SLF001 - Django's documented way to a model's manager
        if not parents.filter(pk=parent_id, patient_id=getattr(instance, "patient_id", None)).exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def deconstruct(self) -> Any:
        """Return how to make it again, for a migration."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "parent": self.parent}
