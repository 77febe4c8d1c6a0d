"""Questions before something is saved: asked about and never refused."""

from __future__ import annotations

from django import forms

#: What the button says that answers a question with yes.
CONFIRM = "confirm"


class AskingForm(forms.Form):
    """A form whose page can ask a question; "yes, this is right" counts for that very question and for no other."""

    asked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)

    def confirms(self, name: str) -> bool:
        """Whether the questions of this name, and exactly these, were answered with yes; only after ``is_valid``."""
        return self.data.get("step") == CONFIRM and self.cleaned_data["asked"] == name
