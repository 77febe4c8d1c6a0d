"""The discussion guide: what is ticked is on it and nothing else, on two sides at most, in tags, without a colour."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Patient, User
from milestones.reports import pdf as pdf_module
from milestones.reports.pdf import PdfUnavailableError, make_pdf
from milestones.selectors.guide import SECTION_NAMES, GuideSection
from tests.cast import (
    TODAY,
    also_takes,
    answer_question,
    ask_question,
    audited,
    check_in,
    make_team,
    miss_doses,
    months_ago,
    plan_test,
    record,
    record_visit,
    set_goal,
    share,
    share_with_team,
    treat,
    words_of,
)
from tests.views.conftest import Addresses

pytestmark = pytest.mark.django_db
EVERYTHING = {"part": [section.value for section in GuideSection], "paper": "a4"}


def printed(client: Client, to: Addresses, **chosen: Any) -> str:
    return words_of(client.get(to("guide_print"), chosen or EVERYTHING))


def made(client: Client, to: Addresses, tmp_path: Path, **chosen: Any) -> Path:
    response = client.get(to("guide_pdf"), chosen or EVERYTHING)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="guide.pdf"'
    path = tmp_path / "guide.pdf"
    path.write_bytes(response.content)
    return path


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def told(path: Path) -> dict[str, str]:
    lines = (line.partition(":") for line in run("pdfinfo", str(path)).splitlines())
    return {name: value.strip() for name, _mark, value in lines}


def live(record_of: Patient) -> None:
    """Fill every part with something."""
    treat(record_of, months_ago(8))
    for months, text in ((8, "40 % IS"), (5, "5 % IS"), (2, "0.4 % IS")):
        record(record_of, text, months_ago(months))
    ask_question(record_of, "May I travel for three weeks?", place=1)
    ask_question(record_of, "Is a cold dangerous?")
    record_visit(record_of, months_ago(3), whom="Dr. North")
    check_in(record_of, tiredness="quite a bit")
    also_takes(record_of, "Paracetamol")
    miss_doses(record_of)
    set_goal(record_of, "To see my daughter finish school")


def test_the_usual_choice_leaves_missed_doses_out(alices: Client, to: Addresses) -> None:
    page = alices.get(to("guide")).content.decode()
    boxes = dict(re.findall(r'name="part" value="([^"]+)" id="[^"]+"( checked)?', page))
    assert boxes == {one.value: "" if one is GuideSection.MISSED_DOSES else " checked" for one in GuideSection}
    assert re.findall(r'name="paper" value="([^"]+)" id="[^"]+"( checked)?', page) == [
        ("a4", " checked"),
        ("letter", ""),
    ]


def test_ones_own_record_is_no_part(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    assert "This is a part" not in printed(alices, to, part=["results"], paper="a4")


def test_each_part_is_there_when_it_is_ticked(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    said = {
        GuideSection.QUESTIONS: "May I travel for three weeks?",
        GuideSection.CHANGES: "Since the visit on",
        GuideSection.RESULTS: "The last six results",
        GuideSection.SIDE_EFFECTS: "Quite a bit",
        GuideSection.MEDICINES: "Paracetamol",
        GuideSection.MISSED_DOSES: "In the 4 weeks before",
        GuideSection.GOALS: "To see my daughter finish school",
        GuideSection.ANSWERS: "Next test:",
    }
    assert set(said) == set(SECTION_NAMES) == set(GuideSection)
    for section, words in said.items():
        alone = printed(alices, to, part=[section.value], paper="a4")
        rest = printed(alices, to, part=[one.value for one in GuideSection if one is not section], paper="a4")
        assert words in alone
        assert words not in rest


def test_order_is_that_of_the_paper(alices: Client, to: Addresses, alices_record: Patient) -> None:
    live(alices_record)
    page = alices.get(to("guide_print"), EVERYTHING).content.decode()
    heads = re.findall(r"<h2>([^<]+)</h2>", page)
    assert heads == [
        "My top three questions",
        "What changed",
        "BCR::ABL1 results",
        "Side effects that get in the way",
        "Medicines",
        "Missed doses",
        "What matters most to me",
        "Answers, and what comes next",
    ]


def test_the_pdf_says_what_the_preview_says(
    alices: Client, to: Addresses, alices_record: Patient, tmp_path: Path
) -> None:
    live(alices_record)
    path = made(alices, to, tmp_path)
    text = " ".join(run("pdftotext", "-layout", str(path), "-").split())
    for words in ("May I travel for three weeks?", "0.4%", "Quite a bit", "Paracetamol", "Printed on", "2/2"):
        assert words in text
    about = told(path)
    assert about["Title"] == "Discussion guide"
    assert about["Tagged"] == "yes"
    assert 'pdfuaid:part="1"' in run("pdfinfo", "-meta", str(path))


@pytest.mark.parametrize(("paper", "size"), [("a4", "A4"), ("letter", "letter")])
def test_two_sides_whatever_is_in_the_record(
    alices: Client, to: Addresses, alices_record: Patient, tmp_path: Path, paper: str, size: str
) -> None:
    """The longest words that the forms take, and more rows than there is room for."""
    treat(alices_record, months_ago(60), dose="d" * 20)
    for number in range(40):
        record(alices_record, "0.0451 % IS", months_ago(50 - number), laboratory="L" * 40, copies=32_000)
    record_visit(alices_record, months_ago(45), whom="w" * 80)
    for number in range(9):
        ask_question(alices_record, f"{number} " + "w" * 298, place=number + 1 if number < 3 else None)
    for number in range(8):
        also_takes(alices_record, f"{number}" + "m" * 70, how_taken="h" * 70)
        set_goal(alices_record, f"{number}" + "g" * 190)
    for _number in range(3):
        check_in(alices_record, tiredness="very much", rash="very much", nausea="quite a bit", diarrhoea="a little")
    miss_doses(alices_record)
    plan_test(alices_record, booked_on=TODAY)
    path = made(alices, to, tmp_path, part=EVERYTHING["part"], paper=paper)
    assert told(path)["Pages"] in {"1", "2"}
    assert size in told(path)["Page size"]


def test_an_empty_record_has_room_to_write(alices: Client, to: Addresses, tmp_path: Path) -> None:
    said = printed(alices, to)
    for words in ("None is chosen yet", "No result is written down yet", "No check-in is written down yet"):
        assert words in said
    assert told(made(alices, to, tmp_path))["Pages"] in {"1", "2"}


def test_it_is_drawn_in_grey(alices: Client, to: Addresses, alices_record: Patient, tmp_path: Path) -> None:
    """Every point of the picture is grey, and there is ink on it: the chart's lines, not a black field."""
    live(alices_record)
    path = made(alices, to, tmp_path, part=["results"], paper="a4")
    run("pdftoppm", "-r", "50", "-png", str(path), str(tmp_path / "side"))
    assert [one.name for one in tmp_path.glob("side*.png")]
    run("pdftoppm", "-r", "50", "-singlefile", str(path), str(tmp_path / "side"))
    head, pixels = _pixels(tmp_path / "side.ppm")
    assert all(max(pixel) - min(pixel) <= 8 for pixel in pixels)
    dark = sum(pixel[0] < 100 for pixel in pixels) / len(pixels)
    assert 0.002 < dark < 0.08, head


def _pixels(path: Path) -> tuple[bytes, list[tuple[int, int, int]]]:
    head, size, depth, body = path.read_bytes().split(b"\n", 3)
    assert (head, depth) == (b"P6", b"255")
    return size, list(zip(body[::3], body[1::3], body[2::3], strict=True))


def test_what_is_private_is_not_on_it(alices: Client, to: Addresses, alices_record: Patient) -> None:
    check_in(alices_record, private=("rash",), rash="very much", tiredness="very much", note="only mine")
    said = printed(alices, to)
    assert "Tiredness" in said
    assert "Rash" not in said


def test_nothing_chosen_leads_back_with_what_to_do(alices: Client, to: Addresses) -> None:
    response = alices.get(to("guide_print"), {"paper": "letter"}, follow=True)
    assert response.status_code == 422
    assert "Choose at least one part" in words_of(response)
    assert alices.get(to("guide_pdf"), {"part": "nonsense", "paper": "a4"}).status_code == 302


def test_a_carer_prints_what_is_shared(charlies: Client, to: Addresses, alices_record: Patient, charlie: User) -> None:
    live(alices_record)
    share(alices_record, charlie, side_effects=False, visits=False, missed_doses=False)
    page = charlies.get(to("guide")).content.decode()
    assert 'value="results"' in page
    assert 'value="side-effects"' not in page
    response = charlies.get(to("guide_print"), EVERYTHING)
    assert response.status_code == 302  # what is not offered is no choice
    said = printed(charlies, to, part=["results", "changes"], paper="a4")
    assert "0.4%" in said
    assert "This is a part of the record" in said  # H31
    for words in ("May I travel", "Quite a bit", "my daughter", "In the 4 weeks before"):
        assert words not in said


def test_a_team_prints_the_same_as_a_visit_sheet(
    to: Addresses, alices_record: Patient, charlie: User, sign_in_as: Callable[[User], Client]
) -> None:
    live(alices_record)
    share_with_team(alices_record, make_team(charlie), by=charlie, visits=True)
    said = printed(sign_in_as(charlie), to, part=["questions", "results"], paper="a4")
    assert "Visit sheet" in said
    assert "The patient's top three questions" in said
    assert "May I travel for three weeks?" in said


def test_answered_questions_are_not_asked_again(alices: Client, to: Addresses, alices_record: Patient) -> None:
    answer_question(ask_question(alices_record, "May I swim?"), "Yes.")
    assert "May I swim?" not in printed(alices, to, part=["questions"], paper="a4")


def test_without_its_libraries_the_page_stands_in(
    alices: Client, to: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_html: str) -> bytes:
        raise PdfUnavailableError

    monkeypatch.setattr("milestones.views.guide.make_pdf", fail)
    response = alices.get(to("guide_pdf"), EVERYTHING)
    assert response.status_code == 503
    assert "cannot make a PDF at the moment" in words_of(response)


@pytest.mark.parametrize("address", ["https://example.org/a.css", "file:///etc/passwd", "/static/../manage.py"])
def test_a_printed_page_loads_nothing_else(address: str) -> None:
    with pytest.raises(ValueError, match="printed page"):
        pdf_module._static_file(address)


def test_a_pdf_needs_no_page_of_ours() -> None:
    assert make_pdf("<html lang=en><title>A</title><p>b").startswith(b"%PDF")


def test_colours_are_grey() -> None:
    """What the printer may print in black alone."""
    sheets = [Path(settings.BASE_DIR, "static/css", name).read_text() for name in ("guide-chart.css", "guide.css")]
    on_paper = sheets[0] + sheets[1].partition("@media screen")[0]
    for colour in re.findall(r"#([0-9a-f]{3,6})\b", on_paper):
        assert len(set(colour)) == 1, colour


def test_each_opening_is_written_down(alices: Client, to: Addresses, tmp_path: Path) -> None:
    before = audited("record_view")
    printed(alices, to)
    made(alices, to, tmp_path)
    assert audited("record_view") == before + 2
