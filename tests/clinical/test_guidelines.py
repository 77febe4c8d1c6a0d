"""The rule sets: each malformed file is refused by name, and a new one needs no code. Hazard H15."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from milestones.clinical.guidelines import loader
from milestones.clinical.guidelines.loader import (
    MalformedRuleSetError,
    Standing,
    TimePoint,
    Verdict,
    load_folder,
    load_rule_set,
    load_rule_sets,
)
from milestones.clinical.milestones import judge, place_results
from tests.clinical.samples import ON_TREATMENT, found, series

WHOLE = """\
id = "made_up"
name = "Made-up Society"
short_name = "MUS 2030"
edition = "2030"
version = 2
citation = "Nobody A. Nothing. 2030."
source = "https://example.org/made-up"
status = "Made up for a test."
checked_by = "A. Clinician"
checked_on = 2030-01-02
review_due = 2031-05-31

[[time_point]]
name = "6 months"
bands = [
  { up_to = "0.5", verdict = "fine", standing = "at goal" },
  { up_to = "5", verdict = "hm", standing = "not yet" },
  { verdict = "oh", standing = "above goal", confirmed_verdict = "oh no" },
]

[resistance]
verdict = "oh"
standing = "above goal"

[treatment_free_goal]
up_to = "0.01"
"""
SECOND_TIME = '[[time_point]]\nname = "6 months"\nbands = [{ verdict = "a", standing = "none" }]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "made_up.toml").write_text(WHOLE, encoding="utf-8")
    return tmp_path


def test_adding_a_rule_set_needs_no_code(folder: Path) -> None:
    rule_set = load_folder(folder)["made_up"]
    observations = series((182, "0.5 %"), (700, "5 %"))
    days = [one.collected_on for one in observations]
    findings = found(*observations)
    verdicts = judge(findings, place_results(observations, findings, ON_TREATMENT), days, rule_set)
    assert [verdict.words for verdict in verdicts] == ["fine", "none"]
    over = series((182, "5.1 %"), (220, "6 %"))
    findings = found(*over)
    verdicts = judge(
        findings, place_results(over, findings, ON_TREATMENT), [one.collected_on for one in over], rule_set
    )
    assert [verdict.words for verdict in verdicts] == ["oh no", "oh"]


def test_what_a_file_holds(folder: Path) -> None:
    rule_set = load_rule_set(folder / "made_up.toml")
    six = TimePoint.MONTH_6
    assert (rule_set.id, rule_set.version, rule_set.short_name) == ("made_up", 2, "MUS 2030")
    assert (rule_set.checked_by, rule_set.checked_on) == ("A. Clinician", date(2030, 1, 2))
    assert rule_set.review_due == date(2031, 5, 31)
    assert list(rule_set.bands) == [six]
    assert [band.up_to for band in rule_set.bands[six]] == [Decimal("0.5"), Decimal(5), None]
    assert rule_set.bands[six][2].verdict == Verdict("made_up", 2, "oh", Standing.ABOVE_GOAL, six)
    assert rule_set.bands[six][2].confirmed_verdict == Verdict(
        "made_up", 2, "oh no", Standing.ABOVE_GOAL, six, confirmed=True
    )
    assert rule_set.no_verdict == Verdict("made_up", 2, "none", Standing.NONE, TimePoint.NONE)
    assert rule_set.resistance == Verdict("made_up", 2, "oh", Standing.ABOVE_GOAL, TimePoint.NONE)
    assert rule_set.treatment_free_goal == Decimal("0.01")


def test_what_a_file_may_leave_out(folder: Path) -> None:
    text = WHOLE.split("[resistance]", maxsplit=1)[0]
    path = folder / "made_up.toml"
    path.write_text(text.replace("2030-01-02", '""').replace("A. Clinician", ""), encoding="utf-8")
    rule_set = load_rule_set(path)
    assert (rule_set.resistance, rule_set.treatment_free_goal, rule_set.checked_on) == (None, None, None)


@pytest.mark.parametrize(
    ("printed", "replacement", "reason"),
    [
        # Identity.
        ('id = "made_up"\n', "", "'id'"),
        ('id = "made_up"', "id = 5", "id is not a text"),
        ('citation = "Nobody A. Nothing. 2030."', "citation = 2030", "citation is not a text"),
        ("version = 2", "version = 0", "version is not a whole number of 1 or more"),
        ("version = 2", 'version = "2"', "version is not a whole number"),
        ("version = 2", "version = true", "version is not a whole number"),
        ("version = 2\n", "", "'version'"),
        ("review_due = 2031-05-31", 'review_due = "2031-05-31"', "review_due is not a date"),
        ("review_due = 2031-05-31", "review_due = 2031-05-31T00:00:00", "review_due is not a date"),
        ("review_due = 2031-05-31\n", "", "'review_due'"),
        ("checked_on = 2030-01-02", 'checked_on = "yes"', "checked_on is neither a date nor empty"),
        ("checked_on = 2030-01-02", 'checked_on = ""', "checked_by and checked_on go together"),
        ('checked_by = "A. Clinician"', 'checked_by = ""', "checked_by and checked_on go together"),
        ("version = 2", "version = 2\nlimits = 5", "unknown key 'limits'"),
        # Time points.
        ("6 months", "7 months", "7 months"),
        ("6 months", "baseline", "'baseline' is not judged"),
        ("6 months", "off treatment", "'off treatment' is not judged"),
        ('name = "6 months"', 'label = "6 months"', "a time point has a name and bands"),
        ('name = "6 months"', 'name = "6 months"\nmore = 5', "a time point has a name and bands"),
        ("[resistance]", SECOND_TIME + "[resistance]", "'6 months' stands twice"),
        # Bands.
        ('"0.5"', '"5"', "the limits of '6 months' do not rise"),
        ('"0.5"', '"6"', "the limits of '6 months' do not rise"),
        ('"0.5"', "0.5", "the limit 0.5 is not written as text"),
        ('"0.5"', '"half"', "the limit 'half' is not a number"),
        ('"0.5"', '"0"', "the limit '0' is not above 0"),
        ('"0.5"', '"-1"', "the limit '-1' is not above 0"),
        ('"0.5"', '"NaN"', "the limit 'NaN' is not above 0"),
        ('"0.5"', '"Infinity"', "the limit 'Infinity' is not above 0"),
        ('{ up_to = "0.5", verdict', "{ verdict", "each band of '6 months' but the last has up_to"),
        ('{ verdict = "oh"', '{ up_to = "50", verdict = "oh"', "each band of '6 months' but the last has up_to"),
        ('verdict = "fine"', 'verdict = ""', "a verdict has words"),
        ('verdict = "fine"', "verdict = 5", "a verdict has words"),
        ('verdict = "fine", ', "", "'verdict'"),
        ('"at goal"', '"good"', "'good' is not a valid Standing"),
        ('"at goal" }', '"at goal", colour = "green" }', "unknown key 'colour' in a band of '6 months'"),
        ('[treatment_free_goal]\nup_to = "0.01"', '[treatment_free_goal]\nbelow = "0.01"', "'up_to'"),
        ('[treatment_free_goal]\nup_to = "0.01"', "[treatment_free_goal]\nup_to = 0.01", "not written as text"),
        ('[resistance]\nverdict = "oh"', "[resistance]", "'verdict'"),
        # Not TOML at all.
        ('id = "made_up"', "id = made_up", "Invalid value"),
    ],
)
def test_h15_a_malformed_file_is_refused(folder: Path, printed: str, replacement: str, reason: str) -> None:
    path = folder / "made_up.toml"
    assert WHOLE.count(printed) >= 1
    path.write_text(WHOLE.replace(printed, replacement, 1), encoding="utf-8")
    with pytest.raises(MalformedRuleSetError, match=r"^made_up\.toml: ") as refused:
        load_folder(folder)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    "points", ["time_point = []", "", "time_point = 5", '[[time_point]]\nname = "6 months"\nbands = []']
)
def test_h15_a_file_without_bands_is_refused(folder: Path, points: str) -> None:
    head = WHOLE.split("[[time_point]]", maxsplit=1)[0]
    (folder / "made_up.toml").write_text(head + points, encoding="utf-8")
    with pytest.raises(MalformedRuleSetError, match="made_up"):
        load_folder(folder)


def test_a_file_that_cannot_be_read_is_refused(folder: Path) -> None:
    (folder / "made_up.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(MalformedRuleSetError, match="made_up"):
        load_folder(folder)
    with pytest.raises(MalformedRuleSetError, match="absent"):
        load_rule_set(folder / "absent.toml")


def test_a_file_is_named_by_its_id(folder: Path) -> None:
    (folder / "made_up.toml").rename(folder / "other.toml")
    with pytest.raises(MalformedRuleSetError, match="its id is 'made_up', not the file's name"):
        load_folder(folder)


def test_the_default_comes_first() -> None:
    assert list(load_rule_sets()) == ["eln_2020", "eln_2025", "nccn_2024"]
    assert loader.DEFAULT_RULE_SET == "eln_2020"


def test_h15_each_rule_set_says_where_it_comes_from_and_who_has_checked_it() -> None:
    for rule_set in load_rule_sets().values():
        assert rule_set.citation
        assert rule_set.source
        assert rule_set.status
        assert bool(rule_set.checked_by) == (rule_set.checked_on is not None)
    assert load_rule_sets()["eln_2025"].status == "Limits to be confirmed against the paper."


def test_h15_the_files_hold_the_published_limits() -> None:
    """Limits as clinical rules, section 4, prints them; a change of a file is a change of this table."""
    held = {
        rule_set.id: {point.value: [str(band.up_to) for band in bands] for point, bands in rule_set.bands.items()}
        for rule_set in load_rule_sets().values()
    }
    eln = {
        "3 months": ["10", "None"],
        "6 months": ["1", "10", "None"],
        "12 months": ["0.1", "1", "None"],
        "after": ["0.1", "1", "None"],
    }
    nccn = {"3 months": ["10", "None"], "6 months": ["10", "None"], "12 months": ["0.1", "1", "10", "None"]}
    assert held == {"eln_2020": eln, "eln_2025": eln, "nccn_2024": nccn}
    goals = [rule_set.treatment_free_goal for rule_set in load_rule_sets().values()]
    assert goals == [Decimal("0.01"), Decimal("0.01"), None]
