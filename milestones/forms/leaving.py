"""A file that is brought back, and the word that is typed before everything is deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.interchange.record_file import MOST_BYTES, RecordFile, RefusedFile, read_record
from milestones.selectors.whole_record import columns_by_kind

WORD = "DELETE"
_WHY = {
    RefusedFile.TOO_LARGE: _("This file is larger than 5 MB. Choose the file that you downloaded here."),
    RefusedFile.NOT_JSON: _("This file cannot be read. Choose the file record.json that you downloaded here."),
    RefusedFile.NOT_OURS: _(
        "This is not a record of this site. Results from elsewhere come in under “Bring in results”."
    ),
    RefusedFile.OTHER_VERSION: _("This file was made by another version of this site, and cannot be read here."),
    RefusedFile.UNKNOWN_PART: _(
        "There is something in this file that this site does not know. Nothing was brought back."
    ),
    RefusedFile.TOO_MANY_ROWS: _("There is more in this file than a record can hold. Nothing was brought back."),
}


class RestoreForm(forms.Form):
    """The file of a whole record."""

    file = forms.FileField(
        label=_("The file of the record"),
        help_text=_("It is called record.json, and is at most 5 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> Any:
        """Read the file, and say why where it cannot be."""
        upload = self.cleaned_data["file"]
        found: RecordFile | RefusedFile = RefusedFile.TOO_LARGE
        if upload.size <= MOST_BYTES:
            found = read_record(upload.read(), columns_by_kind())
        if isinstance(found, RefusedFile):
            raise forms.ValidationError(_WHY[found])
        self.record = found
        return upload


class LeaveForm(forms.Form):
    """The word that says that it is meant."""

    word = forms.CharField(
        label=_("To delete everything, type the word DELETE"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Type the word DELETE.")},
    )

    def clean_word(self) -> str:
        """Accept the word in small letters too."""
        word = str(self.cleaned_data["word"]).strip().upper()
        if word != WORD:
            raise forms.ValidationError(_("Type the word DELETE. Nothing was deleted."))
        return word
