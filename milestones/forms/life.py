"""What the timeline shows."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.selectors.life import KIND_NAMES, LifeKind


class LifeFilterForm(forms.Form):
    """Which kinds of entries are shown; all of them where none is chosen."""

    show = forms.MultipleChoiceField(
        label=_("What is shown"),
        required=False,
        choices=[(kind.value, name) for kind, name in KIND_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def chosen(self) -> frozenset[LifeKind]:
        """Return the kinds that were ticked; what is none of them is not looked at."""
        named = self.data.getlist("show") if hasattr(self.data, "getlist") else []
        found = frozenset(kind for kind in LifeKind if kind.value in named)
        return found or frozenset(LifeKind)
