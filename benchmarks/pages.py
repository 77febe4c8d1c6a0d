"""Which pages are measured. The two limits come first: everything else is a share of them."""

from uuid import UUID

from django.urls import NoReverseMatch, reverse

from benchmarks.load import Page

RECORD_PAGES = ("home", "results")


def get_pages(patient_id: UUID) -> list[Page]:
    """Return the limits, and the pages of a record."""
    own = {"patient_id": patient_id}
    limit = reverse("limit", kwargs=own)
    pages = [Page("limit page", limit), Page("limit POST", limit, fields={}, expect=302)]
    for name in RECORD_PAGES:
        try:
            pages.append(Page(name, reverse(f"milestones:{name}", kwargs=own)))
        except NoReverseMatch:
            print(f"{name}: there is no such page")
    return pages
