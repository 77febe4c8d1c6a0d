"""Which pages are measured. The two limits come first: everything else is a share of them."""

from django.urls import reverse

from benchmarks.load import Page
from benchmarks.person import Person

RECORD_PAGES = ("home", "results")
TYPED = {
    "collected_day": "6",
    "collected_month": "8",
    "collected_year": "2026",
    "answer": "number",
    "reported": "0.042 %",
    "scale": "IS",
    "laboratory": "Example laboratory",
    "step": "save",
}


def get_pages(reader: Person, writer: Person) -> list[Page]:
    """Return the limits, the pages of a record that stays as it is, and the form of one that grows."""
    own = {"patient_id": reader.patient_id}
    limit = reverse("limit", kwargs=own)
    add = reverse("milestones:result_add", kwargs={"patient_id": writer.patient_id})
    return [
        Page("limit page", limit, session_key=reader.session_key),
        Page("limit POST", limit, fields={}, expect=302, session_key=reader.session_key),
        *(
            Page(name, reverse(f"milestones:{name}", kwargs=own), session_key=reader.session_key)
            for name in RECORD_PAGES
        ),
        Page("add result", add, fields=TYPED, expect=302, check_first=True, session_key=writer.session_key),
    ]
