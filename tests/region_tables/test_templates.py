"""The example one starts from is complete, readable, and described by the specs that the checks use."""

import pytest

from simulation.region.tables import read_region_tables
from simulation.region.tables.columns import CONTACT_MATRIX, TABLES
from simulation.region.tables.templates import README, write_templates


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_example_reads_as_it_stands(tmp_path, lang):
    written = write_templates(tmp_path / "mine", lang)
    tables = read_region_tables(tmp_path / "mine")
    names = {path.name for path in written}
    assert names == {spec.file for spec in TABLES if spec is not CONTACT_MATRIX} | {"region.json", README}
    assert tables.title_en == "Example region (invented)"
    assert all(place.population_source == "invented" for place in tables.settlements)
    assert [note.code for note in tables.notes if note.code == "tables.not_read"] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_readme_describes_every_column_of_every_table(tmp_path, lang):
    write_templates(tmp_path, lang)
    text = (tmp_path / README).read_text(encoding="utf-8")
    sections = {section.split("\n", 1)[0]: section for section in text.split("\n## ")}
    for spec in TABLES:
        assert all(f"| `{column.name}` (" in sections[spec.file] for column in spec.columns)
    assert "currency_per_yuan" in sections["region.json"]


def test_the_readme_tells_required_from_optional_and_the_fallback(tmp_path):
    write_templates(tmp_path, "en")
    text = (tmp_path / README).read_text(encoding="utf-8")
    assert "## settlements.csv\n\n*required*" in text
    assert "## income.csv\n\n*optional* Households by income." in text
    assert "Without it: thirds of households." in text


def test_nothing_is_written_where_something_is(tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(FileExistsError):
        write_templates(tmp_path, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_nothing_is_written_in_place_of_a_file(tmp_path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(FileExistsError):
        write_templates(tmp_path / "file", "en")


def test_example_tables_that_stay_are_called_invented_and_one_that_was_edited_is_not(tmp_path):
    write_templates(tmp_path / "mine", "en")
    survey = tmp_path / "mine" / "survey.csv"
    assert "survey.csv" in read_region_tables(tmp_path / "mine").invented
    survey.write_text(survey.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    tables = read_region_tables(tmp_path / "mine")
    assert "survey.csv" not in tables.invented
    assert "settlements.csv" in tables.invented
