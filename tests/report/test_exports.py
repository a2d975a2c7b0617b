"""Workbook, CSV and Parquet files hold the same numbers as the run, as numbers, with units in words."""

import datetime
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from simulation.outcomes import indicators
from simulation.report import exports
from simulation.report.export_tables import export_tables
from simulation.report.exports import MissingPackageError, write_csv_files, write_excel, write_parquet_files
from simulation.scenario.schema import Title

NAMES = ["targets", "outcomes", "coverage", "spending", "monitor", "parameters", "origin"]
WIDEST_SENSIBLE = 70


@pytest.fixture(scope="module")
def tables(programme, baseline):
    return {content.name: content for content in export_tables(programme, baseline, "en")}


@pytest.fixture(scope="module", params=["en", "zh"])
def book(request, tmp_path_factory, programme, baseline):
    path = write_excel(tmp_path_factory.mktemp("book") / "results.xlsx", programme, baseline, request.param)
    return openpyxl.load_workbook(path)


def row_of(frame, **where):
    for name, value in where.items():
        frame = frame[frame[name] == value]
    (row,) = frame.to_dict("records")
    return row


def test_coverage_is_that_of_the_run(tables, programme, baseline):
    row = row_of(tables["coverage"].frame, age="75+", area="remote", week=60)
    after, before = (
        float(indicators.coverage(r.dataset, ("age", "area")).sel(age="75+", area="remote").isel(week=59).mean())
        for r in (programme, baseline)
    )
    assert row["programme_share"] == pytest.approx(after)
    assert row["added_share"] == pytest.approx(after - before)
    assert row["programme_low_share"] <= row["programme_share"] <= row["programme_high_share"]


def test_residents_of_all_cells_add_up(tables):
    frame = tables["coverage"].frame.query("week == 60")
    cells = frame.query("age != 'all' and area != 'all'").residents.sum()
    assert cells == pytest.approx(row_of(frame, age="all", area="all")["residents"])


def test_spending_adds_up_to_the_runs_spending(tables, programme):
    frame = tables["spending"].frame
    assert frame.spending_yuan.sum() == pytest.approx(float(indicators.spending(programme.dataset).mean()))
    # 17,000 yuan a week of the first lever, 5,000 of them for incentives (see the made-up run)
    row = row_of(frame, lever="coupon", line="incentives", payer="public", quarter=1)
    assert row["spending_yuan"] == pytest.approx(13 * 5000)
    assert set(frame.payer) == {"public", "private"}


def test_a_quarter_that_is_not_whole_ends_with_the_run(tables):
    frame = tables["spending"].frame
    assert frame.quarter.max() == 5 and set(frame[frame.quarter == 5].date) == {datetime.date(2026, 3, 1)}


def test_targets_say_what_is_wanted_reached_and_missing(tables):
    row = row_of(tables["targets"].frame, target="everyone")
    assert (row["code"], row["wanted_share"]) == ("T1", 0.8)
    assert row["distance_share"] == pytest.approx(row["reached_share"] - 0.8)


def test_every_parameter_has_unit_range_grade_and_source(tables, programme):
    frame = tables["parameters"].frame
    assert not frame[["unit", "grade", "source", "low", "high", "value"]].isna().any().any()
    assert row_of(frame, parameter="behaviour.weight_peers")["value"] == programme.scenario.behaviour.weight_peers
    assert row_of(frame, parameter="levers.coupon.first_use_yuan")["unit"].startswith("yuan")


def test_the_monitor_has_every_figure_of_every_quarter(tables, programme):
    from simulation.scenario.adjustment import MONITOR_INDICATORS

    frame = tables["monitor"].frame
    assert len(frame) == programme.dataset.sizes["quarter"] * len(MONITOR_INDICATORS)
    assert set(frame.source) == {"register", "survey"}


def test_without_a_baseline_nothing_is_said_about_what_was_added(programme):
    found = {content.name: content for content in export_tables(programme, None, "en")}
    assert not [c for c in found["coverage"].frame if c.startswith(("baseline", "added"))]
    assert "difference" not in found["outcomes"].frame


def test_a_run_of_four_weeks_has_tables_too(short_run, tmp_path):
    assert write_excel(tmp_path / "short.xlsx", short_run, None, "zh").is_file()


def test_every_sheet_has_frozen_headings_and_sensible_widths(book):
    assert len(book.worksheets) == len(NAMES)
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "B3" and sheet.auto_filter.ref.startswith("A2:")
        assert all(cell.value for cell in sheet[2])
        assert all(5 < column.width < WIDEST_SENSIBLE for column in sheet.column_dimensions.values())


def test_numbers_are_numbers_with_the_format_of_their_unit(book, tables):
    sheet = book.worksheets[NAMES.index("coverage")]
    columns = [column.name for column in tables["coverage"].columns]
    share, added, people = (columns.index(n) for n in ("programme_share", "added_share", "residents"))
    first = sheet[3]
    assert first[share].value == pytest.approx(tables["coverage"].frame.programme_share[0])
    assert [first[k].number_format for k in (share, added, people)] == ["0.0%", "+0.0%;-0.0%;0.0%", "#,##0"]
    assert first[columns.index("date")].is_date


def test_the_label_of_an_illustrative_baseline_is_on_every_sheet(book):
    for sheet in book.worksheets:
        assert "ILLUSTRATIVE" in sheet["A1"].value or "示意性基线" in sheet["A1"].value


def test_text_that_looks_like_a_formula_stays_text(programme, tmp_path):
    scenario = programme.scenario.model_copy(update={"title": Title(en="=1+1", zh="=1+1")})
    path = write_excel(tmp_path / "x.xlsx", replace(programme, scenario=scenario), None, "en")
    for sheet in openpyxl.load_workbook(path).worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_csv_and_parquet_hold_the_same_tables(programme, baseline, tables, tmp_path):
    csv = write_csv_files(tmp_path / "csv", programme, baseline, "en")
    parquet = write_parquet_files(tmp_path / "parquet", programme, baseline, "en")
    assert [path.stem for path in csv] == [path.stem for path in parquet] == NAMES
    for one, other in zip(csv, parquet, strict=True):
        read, kept = pd.read_csv(one), pd.read_parquet(other)
        assert list(read) == list(kept) == [column.name for column in tables[one.stem].columns]
        for column in tables[one.stem].columns:
            if column.kind not in ("text", "date"):
                pd.testing.assert_series_equal(read[column.name], kept[column.name], check_dtype=False)


def test_codes_are_the_same_in_any_language_and_words_are_not(programme, baseline, tables):
    chinese = {content.name: content for content in export_tables(programme, baseline, "zh")}
    pd.testing.assert_frame_equal(chinese["spending"].frame, tables["spending"].frame)
    assert chinese["spending"].words["payer"]["public"] != tables["spending"].words["payer"]["public"]


@pytest.mark.parametrize(("package", "write"), [("openpyxl", write_excel), ("pyarrow", write_parquet_files)])
def test_a_missing_package_is_said_with_the_extra_that_brings_it(monkeypatch, programme, tmp_path, package, write):
    def refuse(name):
        raise ImportError(name)

    monkeypatch.setattr(exports, "import_module", refuse)
    with pytest.raises(
        MissingPackageError, match=rf"{package} is not installed.*pip install 'epay-adoption\[export\]'"
    ):
        write(tmp_path / "x", programme, None, "en")
    assert not (tmp_path / "x").exists()


def test_neither_package_is_loaded_by_the_report():
    import subprocess
    import sys

    code = "import sys, simulation.report.exports; print(sorted({'openpyxl', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("[]", "['pyarrow']")  # pandas may load pyarrow itself
