"""What a form says in general, in the site's own plain words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

#: Of fields that are the sign-in library's: what they are called, and what is said when they are empty.
_ACCOUNT_FIELDS: dict[str, tuple[Any, Any]] = {
    "login": (_("E-mail address"), _("Type your e-mail address.")),
    "email": (_("E-mail address"), _("Type your e-mail address.")),
    "password": (_("Password"), _("Type your password.")),
    "oldpassword": (_("Your password now"), _("Type the password that you use now.")),
    "password1": (_("New password"), _("Type a new password.")),
    "password2": (_("The new password again"), _("Type the new password again.")),
}


def speak_plainly() -> None:
    """Let every form say in our words what is missing; Django has no setting for it, and its own words are a form's.

    A field that has words of its own keeps them.
    """
    words: dict[type[forms.Field], dict[str, Any]] = {
        forms.Field: {"required": _("This is still empty. Fill it in.")},
        forms.ChoiceField: {"required": _("Choose one.")},
        forms.MultipleChoiceField: {"required": _("Choose at least one.")},
        forms.BooleanField: {"required": _("Tick this box to go on.")},
        forms.FileField: {"required": _("Choose a file.")},
        forms.EmailField: {
            "required": _("Type an e-mail address."),
            "invalid": _("Type the whole address, like name@example.org."),
        },
    }
    for kind, said in words.items():
        kind.default_error_messages = {**kind.default_error_messages, **said}


class PlainWordsMixin:
    """A form of the sign-in library, with our names for its fields."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, empty) in _ACCOUNT_FIELDS.items():
            if name in self.fields:
                field = self.fields[name]
                field.label, field.error_messages["required"] = label, empty
                # It would say the label once more, and be gone with the first letter.
                field.widget.attrs.pop("placeholder", None)
