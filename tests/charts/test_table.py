"""The table's rows: each cell under its name, each text inert."""

from milestones.charts.table import TableColumns, TableRow, render_rows

COLUMNS = TableColumns("Blood taken", "Result", "Level", 'What "it" says')
ROW = TableRow("/r/1/", "6 Aug 2026", "0.042%", "", "MMR", "At the goal.", "")


def test_every_cell_carries_the_name_of_its_column() -> None:
    """Below 34 rem the rows are cards, and the names are all that tells the cells apart."""
    html = render_rows([ROW, ROW], COLUMNS)

    for name in ("Blood taken", "Result", "Level", "What &quot;it&quot; says"):
        assert html.count(f'data-label="{name}"') == 2


def test_a_row_says_everything_once() -> None:
    html = render_rows([ROW._replace(detail="converted", mark="corrected")], COLUMNS)

    assert html.count("<tr>") == html.count("</tr>") == 1
    assert '<a class="nowrap" href="/r/1/">6 Aug 2026</a>' in html
    for said in ("0.042%", "MMR", "At the goal.", "<small>converted</small>", "<small>corrected</small>"):
        assert html.count(said) == 1


def test_no_empty_second_line() -> None:
    assert "<small>" not in render_rows([ROW], COLUMNS)


def test_every_text_is_inert() -> None:
    bad = '"><b>x'
    html = render_rows([TableRow(bad, bad, bad, bad, bad, bad, bad)], COLUMNS)

    assert "<b>x" not in html
    assert html.count("&quot;&gt;&lt;b&gt;x") == 7


def test_no_rows_no_markup() -> None:
    assert render_rows([], COLUMNS) == ""
