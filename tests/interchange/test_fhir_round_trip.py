"""What leaves as FHIR comes back as it was (H29, H30, S42), and is FHIR by a library that others made."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fhir.resources.R4B.bundle import Bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from milestones.clinical.treatment import Medicine
from milestones.interchange.draft import ResultDraft, TreatmentDraft
from milestones.interchange.fhir_incoming import IncomingStatus
from milestones.interchange.fhir_read import read_fhir
from milestones.interchange.fhir_write import WrittenRecord, WrittenTreatment, write_bundle
from tests.interchange.fhir_samples import PATIENT, drafts, loads, result, text_of

_STATUS = {
    "final": IncomingStatus.FINAL,
    "corrected": IncomingStatus.CORRECTED,
    "entered-in-error": IncomingStatus.ENTERED_IN_ERROR,
}


@given(st.lists(st.tuples(drafts(), st.sampled_from(sorted(_STATUS))), max_size=4))
@settings(max_examples=300, deadline=None)
def test_results_come_back_as_they_left(rows: list[tuple[ResultDraft, str]]) -> None:
    written = [result(number, draft, status=status) for number, (draft, status) in enumerate(rows, start=1)]
    text = text_of(*written)
    Bundle.model_validate(loads(text))
    items = read_fhir(text.encode()).items
    assert [item.draft for item in items] == [draft for draft, _ in rows], items
    # The text has no part in the comparison of two readings, and two decimals are equal with other digits.
    for item, (draft, status) in zip(items, rows, strict=True):
        assert isinstance(item.draft, ResultDraft)
        assert item.draft.observation.reading.text == draft.observation.reading.text
        assert str(item.draft.observation.reading.value) == str(draft.observation.reading.value)
        assert str(item.draft.observation.conversion_factor) == str(draft.observation.conversion_factor)
        assert item.status is _STATUS[status]
        assert (item.problems, item.remarks) == ((), ())
    assert len({item.external_id for item in items}) == len(items)


@given(
    st.sampled_from(Medicine),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.none() | st.integers(0, 4_000),
    st.sampled_from(["", "400 mg a day", "½ tablet"]),
    st.booleans(),
)
def test_treatments_come_back_as_they_left(
    medicine: Medicine, start: date, days: int | None, dose: str, is_known: bool
) -> None:
    start = start if is_known else start.replace(day=1)
    stop = None if days is None else date.fromordinal(start.toordinal() + days)
    draft = TreatmentDraft(medicine.value, start, dose, is_known, stop)
    record = WrittenRecord(PATIENT, treatments=[WrittenTreatment(PATIENT, 3, "final", draft)], today=date(2045, 1, 1))
    text = "".join(write_bundle(record))
    Bundle.model_validate(loads(text))
    [item] = read_fhir(text.encode()).items
    assert (item.draft, item.problems, item.remarks) == (draft, (), ())


def test_no_digit_is_lost_or_added_on_the_way() -> None:
    text = text_of(result())
    assert '"value":5.10,' in text
    assert loads(text)["entry"][1]["resource"]["valueQuantity"]["value"].as_tuple() == Decimal("5.10").as_tuple()
