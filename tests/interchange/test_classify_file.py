"""The batch command's file: rows in their order, bounded parts, and one clear error for what cannot be read."""

import csv
import io
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest
from django.core.management import CommandError, call_command

from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.interchange import classify_file as module
from milestones.interchange.classify_file import UnreadableFileError, classify_file
from milestones.interchange.classify_rows import classify_patient

RULE_SETS = list(load_rule_sets().values())
HEAD = "patient,collected_on,reported,scale"


def classify(path: Path) -> list[list[str]]:
    out = io.StringIO(newline="")
    count = classify_file(path, out, RULE_SETS)
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert count == len(rows) - 1
    return rows


def columns(rows: Sequence[Sequence[str]], *names: str) -> list[tuple[str, ...]]:
    places = [rows[0].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in rows[1:]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file in which the rows of two people are mixed, and not in order of their days."""
    path = tmp_path / "results.csv"
    lines = [
        HEAD,
        "b,2024-04-10,0.5 %,IS",
        "a,2024-01-10,0.05 %,IS",
        "b,2024-01-10,0.05 %,IS",
        "a,2024-04-10,0.05 %,IS",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_rows_keep_their_order_wherever_those_of_a_patient_stand(source: Path) -> None:
    rows = classify(source)
    assert columns(rows, "patient", "collected_on", "change") == [
        ("b", "2024-04-10", "clear rise"),
        ("a", "2024-01-10", "first result"),
        ("b", "2024-01-10", "first result"),
        ("a", "2024-04-10", "steady"),
    ]


@pytest.fixture(params=[1, 40, 4_000_000])
def _parts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PART_BYTES", request.param)


@pytest.mark.usefixtures("_parts")
def test_any_number_of_parts_gives_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    lines = [
        f"{number % 17},2024-{1 + number % 12:02d}-{1 + number % 28:02d},0.0{1 + number % 9} %,IS"
        for number in range(300)
    ]
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    rows = classify(path)
    assert [",".join(row[:4]) for row in rows[1:]] == lines
    assert sum(change == "first result" for (change,) in columns(rows, "change")) == 17


def test_spaces_around_a_patient_part_no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "results.csv"
    names = ["{}", " {}", "{} ", "  {}  "]
    lines = [f"{names[number % 4].format(number // 4)},2024-{1 + number % 4:02d}-10,0.05 %,IS" for number in range(200)]
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    one_part = classify(path)
    monkeypatch.setattr(module, "_PART_BYTES", 100)
    assert classify(path) == one_part
    assert sum(change == "first result" for (change,) in columns(one_part, "change")) == 50


def test_rows_without_a_patient_are_nobodys_history_and_fill_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PART_BYTES", 2_000)
    asked: Counter[int] = Counter()
    parts: list[int] = []
    classify_part = module._classify_part

    def count(rows: Sequence[Sequence[str]], *arguments: object) -> list[tuple[str, ...]]:
        asked[len(rows)] += 1
        return classify_patient(rows, *arguments)  # type: ignore[arg-type]  # handed on as they came

    def measure(folder: Path, part: int, *arguments: object) -> None:
        parts.append((folder / f"{part}.in").stat().st_size)
        classify_part(folder, part, *arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(module, "classify_patient", count)
    monkeypatch.setattr(module, "_classify_part", measure)
    path = tmp_path / "results.csv"
    lines = ["2024-01-10,0.05 %,IS, "] * 400 + ["short"] * 100
    path.write_text("\n".join(["collected_on,reported,scale,patient", *lines]), encoding="utf-8")
    rows = classify(path)
    assert Counter(columns(rows, "level_reason")) == {
        ("not read: patient is empty",): 400,
        ("not read: 1 cells where the header has 4",): 100,
    }
    assert asked == {1: 500}
    assert len(parts) > 4
    assert max(parts) < 2 * min(parts)


def test_a_part_never_holds_more_files_than_may_be_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PART_BYTES", 1)
    opened: list[int] = []
    spread = module._spread

    def count(*arguments: object) -> int:
        opened.append(int(str(arguments[5])))
        return spread(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(module, "_spread", count)
    path = tmp_path / "results.csv"
    path.write_text(HEAD + "\na,2024-01-10,0.05 %,IS" * 500, encoding="utf-8")
    classify(path)
    assert opened == [module._MOST_PARTS]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        # Semicolons, a byte order mark, quoted cells, other line ends, no line end at the end.
        (b"patient;collected_on;reported;scale\na;2024-01-10;0,05 %;IS\n", ";"),
        (b"\xef\xbb\xbfpatient,collected_on,reported,scale\na,2024-01-10,0.05 %,IS\n", ","),
        (b'"patient","collected_on","reported","scale"\n"a","2024-01-10","0.05 %","IS"\n', ","),
        (b"patient,collected_on,reported,scale\r\na,2024-01-10,0.05 %,IS\r\n", ","),
        (b"patient,collected_on,reported,scale\n\na,2024-01-10,0.05 %,IS\n\n", ","),
        (b" patient , collected_on,reported,scale\na,2024-01-10,0.05 %,IS", ","),
        (b'patient,collected_on,reported,scale\na,2024-01-10,"0,05 %",IS', ","),
        # As spreadsheets save them: blank cells and names behind the last, blank lines before the header.
        (b"patient,collected_on,reported,scale\na,2024-01-10,0.05 %,IS,, ,\n", ","),
        (b"patient;collected_on;reported;scale;; \na;2024-01-10;0,05 %;IS;;\n", ";"),
        (b"patient,collected_on,reported,scale,,\na,2024-01-10,0.05 %,IS\n", ","),
        (b"\n \r\n;;;\npatient;collected_on;reported;scale\na;2024-01-10;0,05 %;IS\n", ";"),
        (b"\xef\xbb\xbf\n,,,\npatient,collected_on,reported,scale\na,2024-01-10,0.05 %,IS\n", ","),
    ],
)
def test_files_as_they_come(tmp_path: Path, content: bytes, delimiter: str) -> None:
    path = tmp_path / "results.csv"
    path.write_bytes(content)
    out = io.StringIO(newline="")
    assert classify_file(path, out, RULE_SETS) == 1
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter))
    assert rows[0][:5] == ["patient", "collected_on", "reported", "scale", "level"]
    assert columns(rows, "level", "percent_is") == [("MMR", "0.05")]


def test_other_columns_pass_through_and_every_row_is_as_wide_as_the_header(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    lines = [
        "note,patient,collected_on,reported,scale",
        '"two\nlines, ""quoted""",a,2024-01-10,0.05 %,IS',
        "short,a",
        "long,a,2024-01-10,0.05 %,IS,more,and more",
        "ü ≤ 家,a,2024-01-11,0.05 %,IS",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    rows = classify(path)
    assert {len(row) for row in rows} == {len(rows[0])}
    assert [row[0] for row in rows[1:]] == ['two\nlines, "quoted"', "short", "long", "ü ≤ 家"]
    assert columns(rows, "level") == [("MMR",), ("not evaluable",), ("not evaluable",), ("MMR",)]
    assert [reason for (reason,) in columns(rows, "level_reason")][1:3] == [
        "not read: 2 cells where the header has 5",
        "not read: 7 cells where the header has 5",
    ]


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_name_of_the_header_may_be_broken_into_lines(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "results.csv"
    header = ['"two\nlines, or; three"', "patient", '"collected_on\n"', "reported", "scale"]
    path.write_text(mark.join(header) + "\n" + mark.join(["x", "a", "2024-01-10", "0.05 %", "IS"]), encoding="utf-8")
    out = io.StringIO(newline="")
    assert classify_file(path, out, RULE_SETS) == 1
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=mark))
    assert rows[0][:3] == ["two\nlines, or; three", "patient", "collected_on"]
    assert columns(rows, "level") == [("MMR",)]


def test_surplus_cells_that_are_not_blank_make_a_row_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(f"{HEAD},\na,2024-01-10,0.05 %,IS,more\na,2024-01-10,0.05 %,IS,,more,", encoding="utf-8")
    assert columns(classify(path), "level_reason") == [
        ("not read: 5 cells where the header has 4",),
        ("not read: 6 cells where the header has 4",),
    ]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(HEAD + "\n", encoding="utf-8")
    assert len(classify(path)) == 1


UNREADABLE = [
    (b"", "results.csv is empty: it needs a header."),
    (b"\n", "results.csv is empty: it needs a header."),
    (b"patient,reported\n", "results.csv has no column collected_on."),
    (b"patient,collected_on,reported,scale,scale\n", "results.csv has the column scale twice."),
    (b"patient,collected_on,reported,level\n", "results.csv already has the column level, which would be added."),
    (
        b"patient,collected_on,reported,verdict_eln_2020\n",
        "results.csv already has the column verdict_eln_2020, which would be added.",
    ),
    (b"patient,collected_on,reported\na,2024-01-10,\xff\n", "results.csv is not a UTF-8 text file."),
    (b"\xff\xfep\x00a\x00", "results.csv is not a UTF-8 text file."),
    (
        b'patient,collected_on,reported\na,2024-01-10,"0.05 %',
        "results.csv is not a readable table: unexpected end of data.",
    ),
]


@pytest.mark.parametrize(("content", "message"), UNREADABLE)
def test_a_file_that_cannot_be_read_gets_one_clear_error(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "results.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as refused:
        classify(path)
    assert str(refused.value) == message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^absent.csv cannot be read: No such file or directory\.$"):
        classify(tmp_path / "absent.csv")


@pytest.mark.parametrize(("content", "message"), UNREADABLE)
def test_the_command_ends_with_exit_code_2_and_leaves_the_output_untouched(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path, output = tmp_path / "results.csv", tmp_path / "out.csv"
    path.write_bytes(content)
    output.write_text("from before", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("classify", str(path), output=output)
    assert (refused.value.returncode, str(refused.value)) == (2, message)
    assert output.read_text(encoding="utf-8") == "from before"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.csv", "results.csv"]


def test_the_command_writes_the_file(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out.csv"
    call_command("classify", str(source), output=output)
    with output.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    assert rows == classify(source)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith("4 rows classified.\n")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.csv", "results.csv"]


def test_the_command_writes_to_standard_output(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("classify", str(source))
    assert list(csv.reader(io.StringIO(capsys.readouterr().out))) == classify(source)


def test_a_place_that_cannot_be_written_is_an_error(source: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^out.csv cannot be written: ") as refused:
        call_command("classify", str(source), output=tmp_path / "absent" / "out.csv")
    assert refused.value.returncode == 2


def test_progress_is_told_up_to_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REPORT_EVERY", 100)
    path = tmp_path / "results.csv"
    path.write_text(HEAD + "\na,2024-01-10,0.05 %,IS" * 1_000, encoding="utf-8")
    told: list[tuple[int, int]] = []
    classify_file(path, io.StringIO(newline=""), RULE_SETS, lambda done, total: told.append((done, total)))
    assert len(told) == 11
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (2 * path.stat().st_size,) * 2


def refusal(source: Path, output: Path | None) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("classify", str(source), output=output)
    assert refused.value.returncode == 2
    return str(refused.value)


def test_the_input_is_a_regular_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    output = tmp_path / "out.csv"
    assert refusal(pipe, output) == "pipe.csv is not a regular file."
    assert refusal(Path(os.devnull), output) == "null is not a regular file."
    assert refusal(tmp_path, output) == f"{tmp_path.name} is not a regular file."
    assert not output.exists()


def test_the_output_is_not_the_input(source: Path, tmp_path: Path) -> None:
    before = source.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(source)
    assert refusal(source, source) == "results.csv is the input: choose another file."
    assert refusal(source, link) == "link.csv is the input: choose another file."
    assert refusal(link, source) == "results.csv is the input: choose another file."
    assert source.read_bytes() == before


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_is_followed_to_the_output(source: Path, tmp_path: Path, is_there: bool) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    output, link = folder / "real.csv", tmp_path / "out.csv"
    if is_there:
        output.write_text("from before", encoding="utf-8")
    link.symlink_to(output)
    call_command("classify", str(source), output=link)
    assert link.is_symlink()
    assert len(output.read_text(encoding="utf-8").splitlines()) == 5
    assert [one.name for one in folder.iterdir()] == ["real.csv"]


def test_an_output_that_is_no_regular_file_is_written_to(source: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    call_command("classify", str(source), output=pipe)
    reader.join(timeout=10)
    assert pipe.is_fifo()
    assert list(csv.reader(io.StringIO(read[0]))) == classify(source)


def test_places_that_cannot_be_written(source: Path, tmp_path: Path) -> None:
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    assert refusal(source, loop) == "loop.csv cannot be written: Too many levels of symbolic links."
    assert refusal(source, tmp_path) == f"{tmp_path.name} cannot be written: Is a directory."
    assert refusal(source, source / "out.csv") == "out.csv cannot be written: Not a directory."


FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")


@needs_full
def test_a_full_disk_is_not_the_fault_of_the_input(source: Path, tmp_path: Path) -> None:
    link = tmp_path / "out.csv"
    link.symlink_to(FULL)
    assert refusal(source, link) == "out.csv cannot be written: No space left on device."


def test_a_full_temporary_folder_is_not_the_fault_of_the_input(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_classify_part", fail)
    assert refusal(source, tmp_path / "out.csv") == "The temporary files cannot be written: No space left on device."


def run(source: Path, stdout: int | IO[bytes]) -> tuple[int, str]:
    """Run the command in a process of its own, whose standard output can be anything."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "classify", str(source)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONUNBUFFERED": "",  # as for its users: what is written may fail as late as at the end
        },
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@needs_full
def test_standard_output_that_cannot_be_written_is_an_error(source: Path) -> None:
    with FULL.open("wb") as full:
        assert run(source, full) == (2, "CommandError: The output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("rows", [1, 5_000])
def test_a_closed_pipe_ends_quietly(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "results.csv"
    path.write_text(HEAD + "\na,2024-01-10,0.05 %,IS" * rows, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert run(path, writer) == (0, "")
    finally:
        os.close(writer)
