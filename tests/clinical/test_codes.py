"""LOINC and UCUM codes: hazard H29."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.codes import (
    CodeMeaning,
    CodeRefusal,
    LoincCode,
    UnitMeaning,
    check_digit,
    read_loinc,
    read_ucum,
)
from milestones.clinical.observation import Scale, Transcript
from milestones.clinical.units import Unit


@pytest.mark.parametrize(
    ("number", "digit"),
    [
        # The codes of section 8.
        ("69380", 4),
        ("55147", 3),
        ("46434", 7),
        ("50195", 7),
        ("52132", 8),
        # Codes of other tests, as LOINC publishes them: leucocytes, haemoglobin, platelets.
        ("6690", 2),
        ("718", 7),
        ("777", 3),
        # The sum is a multiple of 10 already.
        ("0", 0),
        ("5", 9),
    ],
)
def test_check_digit(number: str, digit: int) -> None:
    assert check_digit(number) == digit


@given(st.integers(0, 9_999_999), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: int, position: int, shift: int) -> None:
    digits = f"{number:07d}"
    wrong = digits[:position] + str((int(digits[position]) + shift) % 10) + digits[position + 1 :]
    assert check_digit(wrong) != check_digit(digits)


@pytest.mark.parametrize(
    ("text", "scale", "transcript", "unit"),
    [
        ("69380-4", Scale.IS, Transcript.P210, None),
        (" 69380-4 ", Scale.IS, Transcript.P210, None),
        ("55147-3", Scale.NOT_IS, Transcript.P210, None),
        ("46434-7", Scale.UNKNOWN, Transcript.UNKNOWN, None),
        ("50195-7", Scale.UNKNOWN, Transcript.UNKNOWN, Unit.LOG_REDUCTION),
        ("52132-8", Scale.NOT_IS, Transcript.OTHER, None),
    ],
)
def test_read_loinc(text: str, scale: Scale, transcript: Transcript, unit: Unit | None) -> None:
    assert read_loinc(text) == CodeMeaning(LoincCode(text.strip()), scale, transcript, unit)


def test_only_one_code_may_be_taken_as_is() -> None:
    said = {code: read_loinc(code) for code in LoincCode}
    on_is = [code for code, meaning in said.items() if isinstance(meaning, CodeMeaning) and meaning.scale is Scale.IS]
    assert on_is == [LoincCode.RATIO_ON_IS]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("69380-5", CodeRefusal.WRONG_CHECK_DIGIT),
        ("69830-4", CodeRefusal.WRONG_CHECK_DIGIT),  # two digits in the wrong order
        ("718-7", CodeRefusal.NOT_LISTED),
        ("", CodeRefusal.MALFORMED),
        ("69380", CodeRefusal.MALFORMED),
        ("693804", CodeRefusal.MALFORMED),
        ("69380-", CodeRefusal.MALFORMED),
        ("-4", CodeRefusal.MALFORMED),
        ("69380-44", CodeRefusal.MALFORMED),
        ("69380--4", CodeRefusal.MALFORMED),
        ("６９３８０-4", CodeRefusal.MALFORMED),
        ("12345678-4", CodeRefusal.MALFORMED),
        ("LP69380-4", CodeRefusal.MALFORMED),
    ],
)
def test_h29_a_code_that_is_not_right_is_refused(text: str, refusal: CodeRefusal) -> None:
    assert read_loinc(text) is refusal


@given(st.text(max_size=20))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(read_loinc(text), CodeMeaning | CodeRefusal)
    assert isinstance(read_ucum(text), UnitMeaning | None)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("%", UnitMeaning(Unit.PERCENT)),
        ("{ratio}", UnitMeaning(Unit.RATIO)),
        ("1", UnitMeaning(Unit.RATIO)),
        ("% (IS)", UnitMeaning(Unit.PERCENT, Scale.IS)),
        (" %  (IS) ", UnitMeaning(Unit.PERCENT, Scale.IS)),
        # Never guessed at.
        ("", None),
        ("%{IS}", None),
        ("[iU]/mL", None),
        ("{Ratio}", None),
        ("10", None),
        ("ratio", None),
        ("% (is)", None),
    ],
)
def test_h29_units_are_listed(text: str, meaning: UnitMeaning | None) -> None:
    assert read_ucum(text) == meaning
