"""What a report says, typed by a person. The one parser reads it; nothing is inferred, what is open is asked.

Source: ux rules, forms; checks H1 to H11 and H17.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from milestones.clinical.notation import DecimalMark, Refusal, parse_copies, parse_factor
from milestones.clinical.observation import (
    ControlGene,
    Observation,
    Reading,
    ReadingKind,
    Scale,
    Specimen,
    Transcript,
)
from milestones.clinical.parsing import MAX_LENGTH, parse_reading
from milestones.clinical.quantity import plain
from milestones.clinical.units import Unit
from milestones.explanations.catalogue import explain
from milestones.forms.choices import FixedChoices
from milestones.forms.dates import DateBoxesMixin, date_initial, day_box, month_box, year_box
from milestones.interchange.draft import ResultDraft
from milestones.services.results import LONGEST_HOLD

NUMBER, LESS_THAN, NOT_DETECTED, WORDS = "number", "less", "none", "words"
# What "Not detected" is stored as. Other words for it, a printed 0 among them, are kept as the report has them.
_NOT_DETECTED_TEXT = "not detected"
_ANSWERS = FixedChoices(
    (NUMBER, _("A number")),
    (LESS_THAN, _("Less than a number")),
    (NOT_DETECTED, _("Not detected")),
    (WORDS, _("Something else")),
)
_UNITS = FixedChoices((Unit.PERCENT.value, _("Percent (%)")), (Unit.RATIO.value, _("A ratio, with no % sign")))
_SCALES = FixedChoices(
    (Scale.IS.value, _("Yes")), (Scale.NOT_IS.value, _("No")), (Scale.UNKNOWN.value, _("I do not know"))
)
_MARKS = FixedChoices(
    (".", _("The point, as in 1.5")),
    (",", _("The comma, as in 1,5")),
)
_GENES = FixedChoices(
    (ControlGene.UNKNOWN.value, _("I do not know")),
    (ControlGene.ABL1.value, "ABL1"),
    (ControlGene.GUSB.value, "GUSB"),
    (ControlGene.BCR.value, "BCR"),
    (ControlGene.OTHER.value, _("another gene")),
)
_SPECIMENS = FixedChoices(
    (Specimen.BLOOD.value, _("Blood")),
    (Specimen.BONE_MARROW.value, _("Bone marrow")),
    (Specimen.OTHER.value, _("Something else")),
)
_TWO_WAYS = re.compile(r"(\d{1,3})([.,])(\d{3})", re.ASCII)
_FUTURE_DAYS = 1
_DECIMAL = {"inputmode": "decimal", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class LabResultForm(DateBoxesMixin, forms.Form):
    """One page for those who know; every answer that may be missing may be missing."""

    collected_day = day_box()
    collected_month = month_box()
    collected_year = year_box()
    answer = forms.ChoiceField(
        label=_("What does the report say?"),
        choices=_ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the report says.")},
    )
    reported = forms.CharField(
        label=_("Type it as it is printed"),
        required=False,
        max_length=MAX_LENGTH,
        strip=False,
        help_text=_("For example 0.042 % or 0,0032. A comma and a point are both fine."),
        widget=forms.TextInput(attrs=_DECIMAL),
    )
    unit = forms.ChoiceField(
        label=_("Is the number a percentage?"),
        required=False,
        choices=_UNITS,
        widget=forms.RadioSelect,
        help_text=_("Look for a % sign beside the number. We ask because 0.001 as a ratio is 0.1%."),
    )
    decimal_mark = forms.ChoiceField(
        label=_("What does this number mean?"), required=False, choices=_MARKS, widget=forms.RadioSelect
    )
    scale = forms.ChoiceField(
        label=_("Does it say “International Scale” or “IS”?"),
        choices=_SCALES,
        widget=forms.RadioSelect,
        help_text=_("The goals hold only on this scale. Without it we show the value, and no level."),
        error_messages={"required": _("Say yes, no, or that you do not know.")},
    )
    laboratory = forms.CharField(
        label=_("Laboratory"),
        required=False,
        max_length=80,
        help_text=_("Results of two laboratories differ a little."),
    )
    control_gene = forms.ChoiceField(label=_("Control gene"), required=False, choices=_GENES)
    control_gene_copies = forms.CharField(
        label=_("Copies of the control gene"),
        required=False,
        max_length=20,
        help_text=_("A large number, such as 32,000. It tells how deep the sample was."),
        widget=forms.TextInput(attrs={**_DECIMAL, "inputmode": "numeric"}),
    )
    limit_of_detection = forms.CharField(
        label=_("Lowest level the test could see, in percent"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs=_DECIMAL),
    )
    printed_level = forms.CharField(
        label=_("Level that the report prints"), required=False, max_length=20, help_text=_("For example MMR or MR4.5.")
    )
    specimen = forms.ChoiceField(label=_("Sample"), required=False, choices=_SPECIMENS)
    conversion_factor = forms.CharField(
        label=_("The laboratory's conversion factor to the International Scale"),
        required=False,
        max_length=20,
        help_text=_("Only if your team has told you one. The value as printed is kept too."),
        widget=forms.TextInput(attrs=_DECIMAL),
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for field in ("unit", "decimal_mark", "reported", "control_gene", "specimen"):
            self.fields[field].hide_optional = True  # type: ignore[attr-defined]  # read by our field template

    @property
    def asks_decimal_mark(self) -> bool:
        """Whether the number typed can be read in two ways, so that the page has to ask."""
        return "decimal_mark" in self.errors or bool(self.data.get("decimal_mark"))

    @property
    def opens_more(self) -> bool:
        """Whether the optional part holds something, so that it has to stand open."""
        return any(self[name].value() or name in self.errors for name in OPTIONAL_PART if name not in _CHOICES)

    def clean(self) -> dict[str, Any]:
        """Read the date, the text and what stands around it into one draft."""
        cleaned = super().clean() or {}
        collected = self.clean_date("collected", latest=self.today + timedelta(days=_FUTURE_DAYS))
        reading = self._clean_reading(cleaned)
        copies = self._clean_part(cleaned, "control_gene_copies", parse_copies)
        factor = self._clean_part(cleaned, "conversion_factor", parse_factor)
        if self.errors or collected is None or reading is None:
            return cleaned
        observation = Observation(
            collected.day,
            reading,
            Scale(cleaned["scale"]),
            Transcript.P210,  # the person's own transcript stands in the profile, and holds for each result
            Specimen(cleaned["specimen"] or Specimen.BLOOD.value),
            cleaned["laboratory"],
            "",
            ControlGene(cleaned["control_gene"]),
            copies,
            factor,
        )
        cleaned["draft"] = ResultDraft(observation, collected.day_is_known)
        return cleaned

    def to_draft(self) -> ResultDraft:
        """Return the result as it was understood; only after ``is_valid``."""
        draft: ResultDraft = self.cleaned_data["draft"]
        return draft

    def _clean_reading(self, cleaned: dict[str, Any]) -> Reading | None:
        answer, text = cleaned.get("answer"), cleaned.get("reported") or ""
        if answer is None:
            return None
        if answer == NOT_DETECTED:
            if not _says_not_detected(text):
                self.add_error(
                    "reported", _("You chose “Not detected”, and typed something else. Clear one of the two.")
                )
                return None
            reading: Reading | Refusal = parse_reading(_NOT_DETECTED_TEXT)
        elif not text.strip():
            self.add_error("reported", _("Type what the report says."))
            return None
        else:
            reading = self._parse(answer, text, cleaned)
        if isinstance(reading, Refusal):
            self._refuse(reading, text)
            return None
        if answer in (NUMBER, LESS_THAN) and reading.kind not in (ReadingKind.NUMBER, ReadingKind.NOT_DETECTED):
            self.add_error("reported", _("There is no number in it. Choose “Something else” for words."))
            return None
        return self._add_what_stands_around(reading, cleaned)

    def _parse(self, answer: str, text: str, cleaned: dict[str, Any]) -> Reading | Refusal:
        """Read the text, kept to the letter, with the answers beside it; a chosen bound stands before it."""
        says_bound = any(sign in text for sign in "<≤＜") or "less" in text.lower() or "&lt" in text
        to_read = f"<{text}" if answer == LESS_THAN and not says_bound else text
        unit = Unit(cleaned["unit"]) if cleaned.get("unit") else None
        mark: DecimalMark | None = "." if cleaned.get("decimal_mark") == "." else None
        if cleaned.get("decimal_mark") == ",":
            mark = ","
        reading = parse_reading(to_read, unit=unit, decimal_mark=mark)
        return reading if isinstance(reading, Refusal) else replace(reading, text=to_read.strip())

    def _refuse(self, refusal: Refusal, text: str) -> None:
        """Put the question that a refusal asks on the field that can answer it."""
        field = {
            Refusal.UNIT_UNKNOWN: "unit",
            Refusal.UNIT_CONFLICT: "unit",
            Refusal.THOUSANDS_OR_DECIMAL: "decimal_mark",
        }.get(refusal, "reported")
        if refusal is Refusal.THOUSANDS_OR_DECIMAL:
            self._offer_both_readings(text)
        self.add_error(field, explain(refusal, text=text.strip()).body)

    def _offer_both_readings(self, text: str) -> None:
        """Say what each answer would mean for the very number that was typed."""
        found = _TWO_WAYS.search(text)
        field = self.fields["decimal_mark"]
        if found is None or not isinstance(field, forms.ChoiceField):
            return
        whole, mark, rest = found.groups()
        other = "," if mark == "." else "."
        facts = {"number": found.group(), "whole": whole, "rest": rest}
        field.choices = [
            (mark, _("%(number)s is a little more than %(whole)s") % facts),
            (other, _("%(number)s means %(whole)s thousand %(rest)s") % facts),
        ]

    def _add_what_stands_around(self, reading: Reading, cleaned: dict[str, Any]) -> Reading | None:
        """Return the reading with the level and the limit of detection that the report prints beside it."""
        level_text, limit_text = cleaned.get("printed_level") or "", cleaned.get("limit_of_detection") or ""
        if level_text:
            level = parse_reading(level_text)
            if isinstance(level, Refusal) or level.kind is not ReadingKind.LEVEL_ONLY:
                self.add_error("printed_level", _("Type a level such as MMR, MR4 or MR4.5."))
                return None
            reading = replace(reading, log_reduction=level.log_reduction)
        if limit_text:
            limit = parse_reading(limit_text.lstrip("<≤ "), unit=Unit.PERCENT, decimal_mark=_mark_of(limit_text))
            if isinstance(limit, Refusal):
                self.add_error("limit_of_detection", explain(limit, text=limit_text).body)
                return None
            if limit.value is None:
                self.add_error("limit_of_detection", _("Type a number above 0, such as 0.002."))
                return None
            reading = replace(reading, limit_of_detection=limit.value)
        return reading

    def _clean_part(self, cleaned: dict[str, Any], name: str, parse: Any) -> Any:
        text = (cleaned.get(name) or "").strip()
        if not text:
            return None
        found = parse(text)
        if isinstance(found, Refusal):
            self.add_error(name, explain(found, text=text).body)
            return None
        return found


class TeamResultForm(LabResultForm):
    """The same, typed by a care team, which may want to talk about a result before it is seen."""

    held_day = day_box()
    held_month = month_box()
    held_year = year_box()

    def clean(self) -> dict[str, Any]:
        """Read until when the result is held; it may be shown at once, and is at most two weeks."""
        cleaned = super().clean()
        found = self.clean_date("held", latest=None, required=False)
        if found is None:
            return cleaned
        if not found.day_is_known:
            self.add_error("held_day", _("Type the day too."))
        elif not self.today < found.day <= self.today + timedelta(days=LONGEST_HOLD):
            self.add_error("held_day", _("Choose a day within the next 14 days, or leave it empty."))
        else:
            cleaned["held_until"] = found.day
        return cleaned


def _says_not_detected(text: str) -> bool:
    """Whether the text beside the answer "not detected" is blank, or says the same."""
    reading = parse_reading(text) if text.strip() else None
    return reading is None or (isinstance(reading, Reading) and reading.kind is ReadingKind.NOT_DETECTED)


OPTIONAL_PART = (
    "laboratory",
    "control_gene",
    "control_gene_copies",
    "limit_of_detection",
    "printed_level",
    "specimen",
    "conversion_factor",
)
_CHOICES = ("specimen",)


def new_key() -> str:
    """Return a fresh key for a form that is shown for the first time."""
    return str(uuid.uuid4())


def result_initial(
    observation: Observation | None, *, day_is_known: bool = True, version: int | None = None
) -> dict[str, Any]:
    """Return what the form shows: an empty page with a fresh key, or a result that is to be corrected."""
    initial: dict[str, Any] = {"idempotency_key": new_key()}
    if observation is None:
        return initial
    reading = observation.reading
    return {
        **initial,
        **date_initial("collected", observation.collected_on, day_is_known=day_is_known),
        "version": version,
        "answer": _answer_of(reading),
        "reported": "" if _answer_of(reading) == NOT_DETECTED else reading.text,
        "unit": reading.unit.value if reading.unit in (Unit.PERCENT, Unit.RATIO) else "",
        "scale": observation.scale.value,
        "laboratory": observation.laboratory,
        "control_gene": observation.control_gene.value,
        "control_gene_copies": observation.control_gene_copies or "",
        "limit_of_detection": _digits(reading.limit_of_detection),
        "printed_level": f"MR{plain(reading.log_reduction)}" if reading.log_reduction is not None else "",
        "specimen": observation.specimen.value,
        "conversion_factor": _digits(observation.conversion_factor),
    }


def next_result_initial(last: Observation | None) -> dict[str, Any]:
    """Return what the form for a new result shows: what the report before said of itself, and no value or date.

    Unit, laboratory and control gene are shown as answers that can be changed; the first form has none. The scale is
    asked each time, as another laboratory may report on another one (H6).
    """
    if last is None:
        return result_initial(None)
    kept = ("unit", "laboratory", "control_gene")
    before = result_initial(last)
    return {"idempotency_key": new_key(), **{name: before[name] for name in kept}}


def report_initial(recorded: Observation, *, version: int) -> dict[str, Any]:
    """Return what the form shows to somebody who types a report to hold a result against.

    What the report says of the blood is not told beforehand. What else stands in the record is, as answers that can be
    changed, so that nothing of it is lost where the result is corrected to the report.
    """
    before = result_initial(recorded, version=version)
    return {name: before[name] for name in ("idempotency_key", "version", *OPTIONAL_PART)}


def _mark_of(text: str) -> DecimalMark:
    """Return the decimal mark of a limit of detection, which is always below a thousand percent."""
    return "," if "," in text else "."


def _digits(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _answer_of(reading: Reading) -> str:
    if reading.kind is ReadingKind.NOT_DETECTED and reading.text in ("", _NOT_DETECTED_TEXT):
        return NOT_DETECTED
    if reading.kind is ReadingKind.NUMBER:
        return LESS_THAN if reading.comparator.is_upper_bound else NUMBER
    return WORDS
