"""How long somebody has been on a medicine, or off it, in the few words of a team's pages."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from milestones.clinical.calendar import whole_months
from milestones.explanations import phrases
from milestones.models import MedicineChoice


def on_treatment(medicine: str, started_on: date | None, stopped_on: date | None, today: date) -> str:
    """Return "17 months on imatinib", "off treatment for 4 months" or "no treatment recorded"."""
    if stopped_on:
        return _("off treatment for %(months)s") % {"months": phrases.months(whole_months(stopped_on, today))}
    if not started_on:
        return _("no treatment recorded")
    facts = {
        "months": phrases.months(whole_months(started_on, today)),
        "medicine": str(MedicineChoice(medicine).label),
    }
    return _("%(months)s on %(medicine)s") % facts
