"""One thing is wrong with a file of the district: the sentence says where, what, why and what to do."""

import pytest

from tests.region_tables.folders import Folder, says

GEOJSON = '{{"type": "FeatureCollection", "features": [{}]}}'
POINT = '{{"type": "Feature", "properties": {}, "geometry": {{"type": "Point", "coordinates": {}}}}}'


def latin1(folder: Folder) -> None:
    folder.write("settlements.csv", folder.text("settlements.csv").replace("Birchford", "Birchfôrd").encode("latin-1"))


def collection(properties: str, coordinates: str) -> str:
    return GEOJSON.format(POINT.format(properties, coordinates))


CASES = {
    # files
    "no settlements": (lambda f: f.remove("settlements.csv"), "settlements.csv is missing; a region needs it"),
    "no ages": (lambda f: f.remove("age_structure.csv"), "age_structure.csv is missing"),
    "misspelt file": (
        lambda f: (f.write("settlement.csv", f.text("settlements.csv")), f.remove("settlements.csv")),
        "settlements.csv is missing; .* settlement.csv looks like it: rename it settlements.csv",
    ),
    "a folder for a file": (
        lambda f: (f.remove("travel.csv"), (f.path / "travel.csv").mkdir()),
        "travel.csv is a folder; a file is wanted",
    ),
    "both forms": (
        lambda f: f.write("merchants.geojson", collection("{}", "[7.3, 45.2]")),
        "merchants.csv and merchants.geojson are both there. Keep one",
    ),
    "a link to nowhere": (
        lambda f: (f.remove("travel.csv"), (f.path / "travel.csv").symlink_to("gone.csv")),
        "travel.csv cannot be opened. Close it in other programs",
    ),
    "a workbook beside": (
        lambda f: (f.remove("income.csv"), f.write("income.xlsx", b"PK\x03\x04")),
        'income.xlsx is a spreadsheet. Open it and save it as "CSV UTF-8',
    ),
    "a workbook called csv": (lambda f: f.write("income.csv", b"PK\x03\x04\0\0"), "income.csv is a spreadsheet"),
    "a PDF called csv": (lambda f: f.write("income.csv", b"%PDF-1.7 text"), "income.csv is a PDF document"),
    "empty file": (lambda f: f.write("income.csv", "\ufeff\n"), "income.csv is empty. Write a first line"),
    "header only": (lambda f: f.write("travel.csv", "from_id,to_id,km\n\n,,\n"), "travel.csv has no rows below"),
    "UTF-16": (
        lambda f: f.write("settlements.csv", f.text("settlements.csv").encode("utf-16")),
        'settlements.csv is saved as UTF-16 \\("Unicode text"\\). Save it as "CSV UTF-8',
    ),
    "Latin-1": (latin1, "settlements.csv, line 3: a letter here is not in UTF-8 .* Save the file as UTF-8"),
    "zero bytes": (lambda f: f.write("travel.csv", b"from_id,to_id,km\n001,002,\0\n"), "travel.csv holds zero bytes"),
    "too many rows": (lambda f: f.write("travel.csv", "from_id,to_id,km\n" + "001,002,1\n" * 200_001), "200,000 rows"),
    "semicolons": (
        lambda f: f.write("settlements.csv", f.text("settlements.csv").replace(".", ",").replace(",", ";")),
        "settlements.csv, line 1: columns are separated by semicolons; .*29.75, not 29,75",
    ),
    "tabs": (
        lambda f: f.write("income.csv", f.text("income.csv").replace(",", "\t")),
        "income.csv, line 1: columns are separated by tabs; commas are wanted",
    ),
    "full-width commas": (
        lambda f: f.write("income.csv", f.text("income.csv").replace(",", "，")),
        "income.csv, line 1: columns are separated by full-width commas",
    ),
    "open quotation mark": (
        lambda f: f.replace("settlements.csv", "Cedarford", '"Cedarford'),
        "settlements.csv, line 4: a quotation mark that opens here is not closed",
    ),
    "too few cells": (
        lambda f: f.line("travel.csv", 3, "001,002"),
        "travel.csv, line 3: the row has 2 cells, the first line 5",
    ),
    "too many cells": (
        lambda f: f.line("settlements.csv", 5, "004,Dove, the old,village,rural,Middle,45.2,7.3,300"),
        "settlements.csv, line 5: the row has 9 cells, the first line 8. Put text with commas in quotation marks",
    ),
    # columns
    "column missing": (
        lambda f: f.drop("settlements.csv", "population"),
        "settlements.csv, line 1: the column population is missing \\(people who live there",
    ),
    "column misspelt": (
        lambda f: f.replace("settlements.csv", "population", "populaton"),
        "column population is missing .* populaton looks like it: rename it population",
    ),
    "column twice": (
        lambda f: f.replace("settlements.csv", "block", "Area"),
        "settlements.csv, line 1: the column area stands there twice",
    ),
    # cells
    "decimal comma": (
        lambda f: f.cell("settlements.csv", 4, "lat", "45,125"),
        'settlements.csv, line 4, lat "45,125": .*write 45.125',
    ),
    "unit": (lambda f: f.cell("travel.csv", 2, "km", "12.5 km"), 'line 2, km "12.5 km": .*write 12.5'),
    "percent sign": (
        lambda f: f.cell("household_size.csv", 2, "percent_of_households", "24%"),
        'household_size.csv, line 2, percent_of_households "24%": .*write 24',
    ),
    "full-width digits": (lambda f: f.cell("settlements.csv", 4, "population", "１２０４"), "１２０４.*write 1204"),
    "Devanagari digits": (lambda f: f.cell("settlements.csv", 4, "population", "१२०४"), "write 1204"),
    "blanks between thousands": (lambda f: f.cell("settlements.csv", 4, "population", "1 204"), "write 1204"),
    "not a number": (
        lambda f: f.cell("merchants.csv", 2, "monthly_sales", "NaN"),
        'merchants.csv, line 2, monthly_sales "NaN": leave the cell empty where the number is unknown',
    ),
    "infinite": (lambda f: f.cell("travel.csv", 2, "km", "inf"), 'travel.csv, line 2, km "inf": a number is wanted'),
    "words for a number": (
        lambda f: f.cell("age_structure.csv", 2, "population", "many"),
        'line 2, population "many": a number is wanted, for example 1204',
    ),
    "negative people": (
        lambda f: f.cell("settlements.csv", 4, "population", "-5"),
        'settlements.csv, line 4, population "-5": allowed is 1 to 100,000,000',
    ),
    "part of a person": (
        lambda f: f.cell("settlements.csv", 4, "population", "12.6"),
        'population "12.6": a whole number is wanted; write 13, if that is meant',
    ),
    "very long number": (lambda f: f.cell("settlements.csv", 4, "population", "9" * 5000), 'line 4, population "9{40}'),
    "minutes and seconds": (
        lambda f: f.cell("settlements.csv", 4, "lat", "45°12'36\"N"),
        "decimal degrees are wanted, for example 45.21",
    ),
    "west as a letter": (lambda f: f.cell("settlements.csv", 4, "lon", "7.3 W"), "wanted, for example -7.3"),
    "latitude past the pole": (
        lambda f: f.line("settlements.csv", 4, "003,Cedarford,village,rural,South,119.9,28.4,100"),
        'line 4, lat "119.9": a latitude lies between -90 and 90; swapped\\? Did you mean lat 28.4, lon 119.9',
    ),
    "empty name": (lambda f: f.cell("settlements.csv", 4, "name", " "), "line 4: name is empty; .* in every row"),
    "long text": (lambda f: f.cell("settlements.csv", 4, "name", "x" * 201), "longer than 200 characters"),
    "unknown access type": (
        lambda f: f.cell("access_points.csv", 2, "type", "banc"),
        'access_points.csv, line 2, type "banc": allowed are bank, post_office, .* Did you mean bank\\?',
    ),
    "yes for a flag": (
        lambda f: f.cell("merchants.csv", 2, "accepts_electronic", "yes"),
        'line 2, accepts_electronic "yes": write 1 for yes, 0 for no',
    ),
    # GeoJSON
    "broken GeoJSON": (
        lambda f: (f.remove("merchants.csv"), f.write("merchants.geojson", '{"features": [\n{]}')),
        "merchants.geojson, line 2: this is not JSON",
    ),
    "GeoJSON without features": (
        lambda f: (f.remove("merchants.csv"), f.write("merchants.geojson", '{"type": "Point"}')),
        "merchants.geojson is not a collection of features with points",
    ),
    "GeoJSON in metres": (
        lambda f: (
            f.remove("merchants.csv"),
            f.write("merchants.geojson", '{"crs": {"name": "EPSG:3857"}, "features": [{}]}'),
        ),
        "merchants.geojson: the coordinate system is .*3857.*; degrees of WGS84",
    ),
    "GeoJSON without coordinates": (
        lambda f: (f.remove("merchants.csv"), f.write("merchants.geojson", collection("{}", '["7", "45"]'))),
        "merchants.geojson, feature 1: the point has no coordinates",
    ),
    "GeoJSON with lists": (
        lambda f: (f.remove("merchants.csv"), f.write("merchants.geojson", collection('{"sector": []}', "[7, 45]"))),
        "merchants.geojson, feature 1: sector is a list or an object",
    ),
    # region.json
    "region.json is a list": (lambda f: f.write("region.json", "[]"), "region.json must be one object"),
    "region.json with a comma too many": (
        lambda f: f.replace("region.json", "]\n}", "],\n}"),
        "region.json, line 14: this is not JSON",
    ),
    "detour below 1": (
        lambda f: f.replace("region.json", '"detour": 1.6', '"detour": 0.6'),
        'region.json, line 9, detour "0.6": allowed is 1 to 10',
    ),
    "text for a year": (
        lambda f: f.replace("region.json", "2020", '"2020"'),
        'region.json, line 5, reference_year "2020": allowed is 1900 to 2100',
    ),
    "a number for a name": (
        lambda f: f.replace("region.json", '"Invented district"', "7"),
        "region.json, line 3, name: text in quotation marks is wanted, at most 200 characters; this is 7",
    ),
    "unknown currency": (
        lambda f: f.replace("region.json", "CNY", "XYZ"),
        'region.json, line 8: no rate is known for the currency XYZ. Add .*"currency_per_yuan": 11.7',
    ),
    "name of a currency": (
        lambda f: f.replace("region.json", "CNY", "yuan"),
        'currency "yuan": the code of a currency',
    ),
    "a yuan of two yuan": (
        lambda f: f.replace("region.json", '"currency": "CNY"', '"currency": "CNY", "currency_per_yuan": 2'),
        "currency_per_yuan is 2, but the currency is CNY",
    ),
    "more households than people": (
        lambda f: f.replace("region.json", "11300", "40000"),
        "region.json, line 7: population / households is 0.75; allowed is 1 to 20",
    ),
    "identifier with a slash": (
        lambda f: f.replace("region.json", '"district"', '"a/b"'),
        'region.json, line 2, id "a/b": an identifier has no slashes',
    ),
    "another coordinate system": (
        lambda f: f.replace("region.json", '"id"', '"crs_input": "EPSG:32644", "id"'),
        "region.json, line 2: the coordinate system is EPSG:32644",
    ),
    "sources are a number": (
        lambda f: f.replace("region.json", '"sources"', '"sources": 5, "other"'),
        "region.json, line \\d+, sources: a list of texts is wanted",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_said(district, case):
    spoil, message = CASES[case]
    spoil(district)
    english = district.refusal()
    assert says(english, message), english


@pytest.mark.parametrize("case", CASES)
def test_one_mistake_makes_few_messages_as_many_in_either_language(district, case):
    spoil, _ = CASES[case]
    spoil(district)
    english, chinese = district.refusal().splitlines(), district.refusal("zh").splitlines()
    assert len(english) == len(chinese) <= 6, english


@pytest.mark.parametrize("size", [21_000_000])
def test_a_file_of_more_than_20_megabytes_is_not_read(district, size):
    with (district.path / "travel.csv").open("wb") as file:
        file.truncate(size)
    assert district.refusal() == (
        "travel.csv is larger than 20 MB. Keep only the rows of the region and the columns that are used."
    )


def test_beyond_20_problems_only_their_number_is_told(district):
    district.write("settlements.csv", district.text("settlements.csv").replace("rural", "wild"))
    lines = district.refusal().splitlines()
    n_rural = 46
    assert lines[-1] == f"... and {n_rural - 20} more problems."
    assert len(lines) == 21


def test_problems_of_several_files_are_told_together_in_the_order_of_the_tables(district):
    district.cell("travel.csv", 2, "km", "far")
    district.cell("settlements.csv", 5, "population", "x")
    district.cell("settlements.csv", 3, "population", "x")
    assert [line.split(":")[0] for line in district.refusal().splitlines()] == [
        'settlements.csv, line 3, population "x"',
        'settlements.csv, line 5, population "x"',
        'travel.csv, line 2, km "far"',
    ]


def test_a_broken_row_is_not_told_again_as_a_wrong_total(district):
    district.cell("settlements.csv", 2, "population", "9000 people")
    assert len(district.refusal().splitlines()) == 1


def test_what_refers_to_a_row_that_cannot_be_read_is_not_told_again(district):
    district.line("settlements.csv", 2, "001,Alderford")  # the town, which merchants, sites and trips name
    assert len(district.refusal().splitlines()) == 1


def test_a_folder_that_is_not_there_or_a_file(tmp_path):
    missing, file = Folder(tmp_path), tmp_path / "table.csv"
    missing.path = tmp_path / "nowhere"
    assert says(missing.refusal(), "nowhere: there is no such folder. .*`epay new --region FOLDER`")
    file.write_text("a")
    missing.path = tmp_path / ("long" * 1000)
    assert says(missing.refusal(), "cannot be opened. Check that it exists")
    missing.path = file
    assert says(missing.refusal(), "table.csv is a file. Give the folder that holds it")
