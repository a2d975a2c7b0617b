"""What the tables say arrives as it was written, and what was read otherwise is told."""

import json

import pytest

from simulation.region.tables.model import (
    AcceptanceRow,
    AgeGroup,
    ContactRate,
    HouseholdSize,
    MerchantRate,
    ParentTotal,
)
from simulation.region.tables.sectors import shipped_map
from tests.region_tables.folders import Folder, says

MINIMAL = "settlement_id,name,lat,lon,population\n007,Alone,45.2,7.3,1000\n"
AGES = "age_min,age_max,population\n0,14,200\n15,,800\n"


@pytest.fixture
def minimal(empty) -> Folder:
    empty.write("settlements.csv", MINIMAL)
    empty.write("age_structure.csv", AGES)
    return empty


def test_the_district_arrives_whole(district):
    tables = district.read()
    assert (len(tables.settlements), sum(place.population for place in tables.settlements)) == (60, 30_000)
    assert sum(group.population for group in tables.age_structure) == 30_000
    assert (len(tables.merchants), len(tables.access_points), len(tables.candidate_sites)) == (40, 18, 25)
    assert (tables.name, tables.title_en, tables.title_zh) == ("district", "Invented district", "虚构县")
    assert (tables.currency, tables.currency_per_yuan, tables.detour) == ("CNY", 1.0, 1.6)
    assert tables.mean_household_size == pytest.approx(30_000 / 11_300)


def test_first_rows_arrive_as_written(district):
    tables = district.read()
    place, trip = tables.settlements[0], tables.travel[0]
    assert (place.settlement_id, place.name, place.area, place.population) == ("001", "Alderford", "urban", 9000)
    assert (trip.to_id, trip.fare) == ("001", 8.0)
    assert tables.age_structure[0] == AgeGroup(0, 4, 249, "urban", "female")
    assert tables.household_size[0] == HouseholdSize(1, 1, 0.24, "urban")
    assert {place.area for place in tables.settlements} == {"urban", "town", "remote"}


def test_two_tables_are_enough_and_every_other_has_its_fallback(minimal):
    tables = minimal.read()
    assert (tables.name, tables.currency, tables.currency_per_yuan) == ("region", "CNY", 1.0)
    assert (tables.settlements[0].settlement_id, tables.settlements[0].area) == ("007", None)
    absent = [note.params["file"] for note in tables.notes if note.code == "tables.absent"]
    assert sorted(absent) == [
        "acceptance.csv", "access_points.csv", "adoption_history.csv", "candidate_sites.csv", "contact_matrix.csv",
        "household_size.csv", "income.csv", "merchant_sector_rates.csv", "merchants.csv", "network_quality.csv",
        "region.json", "survey.csv", "travel.csv",
    ]  # fmt: skip
    assert "income.csv is absent: thirds of households." in minimal.notes()
    assert "没有 income.csv：按住户三等份。" in minimal.notes("zh")
    assert "the area of 1 of the settlements is not given" in minimal.notes()


def test_an_open_band_ends_with_the_oldest(minimal):
    assert minimal.read().age_structure[-1] == AgeGroup(15, 130, 800)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_chinese_names_are_read_from_utf_8_and_gb18030(minimal, encoding, newline):
    rows = "settlement_id,name,lat,lon,population\n01,碧湖镇,28.45,119.8,600\n02,垟下村,28.46,119.81,400\n"
    minimal.write("settlements.csv", rows.replace("\n", newline).encode(encoding))
    assert [place.name for place in minimal.read().settlements] == ["碧湖镇", "垟下村"]
    assert ("settlements.csv is saved in GB18030" in minimal.notes()) == encoding.startswith("gb")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Pithorâgarh"),
        ("latin-1", "Bâgeshwar, Jääskö"),
        ("cp1251", "Москва на реке"),
        ("big5", "臺灣縣瑞穗鄉鶴岡村"),
    ],
)
def test_other_encodings_are_refused_and_not_taken_for_chinese(minimal, encoding, name):
    minimal.write("settlements.csv", MINIMAL.replace("Alone", f'"{name}"').encode(encoding))
    assert says(minimal.refusal(), "settlements.csv, line 2: a letter here is not in UTF-8")


def test_geojson_says_the_same_as_csv(district):
    csv_tables = district.read()
    features = [
        {
            "type": "Feature",
            "properties": {
                "site_id": site.site_id, "name": site.name, "type": site.type, "settlement_id": site.settlement_id,
                "monthly_cost": site.monthly_cost,
            },
            "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
        }
        for site in csv_tables.candidate_sites
    ]  # fmt: skip
    district.remove("candidate_sites.csv")
    district.write("candidate_sites.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    tables = district.read()
    assert tables.candidate_sites == csv_tables.candidate_sites
    assert tables.digest != csv_tables.digest


def test_the_digest_follows_the_bytes_alone(district, tmp_path):
    (tmp_path / "other").mkdir()
    other = Folder(tmp_path / "other")
    assert district.read().digest == other.read().digest
    other.replace("settlements.csv", "Cedarford", "Cedarfort")
    assert district.read().digest != other.read().digest


def test_parents_hold_totals_and_no_people(minimal):
    minimal.write(
        "settlements.csv",
        "settlement_id,name,lat,lon,population,parent_id\n1,A,45.2,7.3,,C\n2,B,45.21,7.31,300,C\nC,County,,,1000,\n",
    )
    tables = minimal.read()
    assert tables.parents == (ParentTotal("C", "County", 1000),)
    assert [(place.settlement_id, place.population) for place in tables.settlements] == [("1", None), ("2", 300)]


def test_a_total_that_differs_from_its_places_is_told(minimal):
    minimal.write(
        "settlements.csv",
        "settlement_id,name,lat,lon,population,parent_id\n1,A,45.2,7.3,700,C\n2,B,45.21,7.31,300,C\nC,County,,,1200,\n",
    )
    assert (
        "settlements.csv, line 4: the total is 1200, its places have 1000 together. The places are used."
        in minimal.notes()
    )


@pytest.mark.parametrize(
    ("aged", "code"),
    [
        (1000, None),
        (960, "tables.ages_scaled"),
        (1040, "tables.ages_scaled"),
        (900, "tables.ages_differ"),
        (500, "tables.ages_differ"),
    ],
)
def test_totals_within_a_factor_of_two_are_scaled_and_told(minimal, aged, code):
    minimal.write("age_structure.csv", f"age_min,age_max,population\n0,,{aged}\n")
    codes = {note.code for note in minimal.read().notes} & {"tables.ages_scaled", "tables.ages_differ"}
    assert codes == ({code} if code else set())
    if code:
        assert f"the ages sum to {aged}, the settlements to 1000 ({aged / 10:.1f}%)" in minimal.notes()


@pytest.mark.parametrize("aged", [499, 2001])
def test_totals_beyond_a_factor_of_two_are_refused(minimal, aged):
    minimal.write("age_structure.csv", f"age_min,age_max,population\n0,,{aged}\n")
    assert says(minimal.refusal(), "A factor of ten, or a sample")


def test_rows_of_the_total_beside_rows_by_area_are_not_used(district):
    size = "area,size_min,size_max,percent_of_households\n"
    district.write("household_size.csv", size + "total,1,9,100\nurban,1,9,100\nrural,1,9,100\n")
    assert {row.area for row in district.read().household_size} == {"urban", "town"}
    assert (
        "household_size.csv: rows of the whole region stand beside rows by area and are not used." in district.notes()
    )


def test_rows_of_the_total_stand_in_for_an_area_without_rows(district):
    district.write("household_size.csv", "area,size_min,size_max,percent_of_households\nall,1,9,100\nurban,1,9,100\n")
    assert {row.area for row in district.read().household_size} == {None}
    assert "household_size.csv has no rows for remote, rural: the rows of the whole region" in district.notes()


def test_rates_of_words_for_one_sector_are_added_up(minimal):
    minimal.write(
        "merchant_sector_rates.csv",
        "sector,urban_per_1000,rural_per_1000,remote_per_1000\ngrocery,9,6,4\nPharmacy,1.5,0.5,0.25\nzoo,1,1,1\n",
    )
    assert minimal.read().merchant_rates == (
        MerchantRate("retail", 10.5, 6.5, 4.25),
        MerchantRate("other_services", 1.0, 1.0, 1.0),
    )
    assert "not known, with how often: zoo (1). They count as other_services" in minimal.notes()
    assert "grocery = retail, pharmacy = retail" in minimal.notes()


def test_the_users_own_sector_map_precedes(minimal):
    minimal.write("sector_map.csv", "word,sector\nGrocery,market\n茶馆,public\n")
    minimal.write("acceptance.csv", "sector,area,percent\ngrocery,rural,40\n茶馆,,20\n餐饮,all,30\n")
    assert minimal.read().acceptance == (
        AcceptanceRow("market", "town", 0.4),
        AcceptanceRow("public", None, 0.2),
        AcceptanceRow("catering", None, 0.3),
    )


def test_each_shipped_sector_word_belongs_to_one_sector():
    from simulation.region.tables.sectors import WORDS

    words = [word for group in WORDS.values() for word in group.split()]
    assert sorted(words) == sorted(set(words))
    assert set(shipped_map().values()) == {"public", "transport", "retail", "market", "catering", "other_services"}


def test_a_full_survey_of_cells_is_read(district):
    cells = [f"{age},{area},{income},20,90,60,31" for age in ("15-29", "30–44", "45-59", "60-74", "75+")
             for area in ("urban", "rural", "remote") for income in ("low", "middle", "high")]  # fmt: skip
    district.write("survey.csv", "age,area,income,uses,aware,has_access,sample_size\n" + "\n".join(cells))
    rows = district.read().survey
    assert len(rows) == 45
    assert (rows[9].age, rows[3].area, rows[0].uses, rows[0].sample_size) == ("30-44", "town", 0.2, 31)


def test_a_square_contact_matrix_is_read_area_by_area(minimal):
    pairs = [("0-14", "0-14", 3), ("0-14", "15+", 2), ("15+", "0-14", 1), ("15+", "15+", 8)]
    rows = [f"all,{a},{b},{n}" for a, b, n in pairs]
    minimal.write("contact_matrix.csv", "\n".join(["area,age_individual,age_contact,mean_contacts_per_day", *rows]))
    assert minimal.read().contacts[1] == ContactRate((0, 14), (15, 130), 2.0, None)


def test_a_currency_without_a_rate_takes_one_from_memory_and_says_so(district):
    district.replace("region.json", "CNY", "INR")
    tables = district.read()
    assert (tables.currency, tables.currency_per_yuan) == ("INR", 11.7)
    assert "One yuan is taken to be 11.7 INR (market rate, recalled, 2024)." in district.notes()


def test_a_rate_that_is_given_is_taken(district):
    district.replace("region.json", '"CNY"', '"XYZ", "currency_per_yuan": 3')
    assert (district.read().currency, district.read().currency_per_yuan) == ("XYZ", 3.0)


def test_what_is_not_read_is_told_with_what_was_perhaps_meant(district):
    district.write("merchant.csv", "x\n")
    district.remove("merchants.csv")
    district.write("roads.geojson", "{}")
    district.replace("access_points.csv", "capacity_per_day", "capacity_per_dya")
    notes = district.notes()
    assert "none of the tables: merchant.csv (did you mean merchants.csv?), roads.geojson." in notes
    assert "access_points.csv: columns that are not used: capacity_per_dya (did you mean capacity_per_day?)." in notes


def test_what_region_json_says_in_vain_is_told(district):
    district.write("region.json", '{"area_km2": 900, "files": ["settlements.csv", "roads.csv"]}')
    notes = district.notes()
    assert "region.json: keys that are not used: area_km2." in notes
    assert "region.json names files that are not in the folder: roads.csv." in notes
    assert "region.json gives no detour: travel km are 1.8 x straight line" in notes


def test_both_sexes_beside_each_sex_are_counted_once(minimal):
    rows = "all,0,,1000\nmale,0,,490\nfemale,0,,510\n"
    minimal.write("age_structure.csv", "sex,age_min,age_max,population\n" + rows)
    assert [(group.sex, group.population) for group in minimal.read().age_structure] == [("male", 490), ("female", 510)]
    assert "rows of both sexes together stand beside rows by sex and are not used" in minimal.notes()


def test_people_stated_in_region_json_are_compared(district):
    district.replace("region.json", "30000", "33000")
    assert "region.json gives 33,000 people, the settlements have 30,000. The settlements are used." in district.notes()


def test_a_far_settlement_within_100_km_is_a_warning(district):
    district.cell("settlements.csv", 61, "lat", "46.0")  # 89 km north; the median of the distances is under 14 km
    assert says(
        district.notes(),
        "Settlements far from the others \\(\\d\\d km or more from the centre\\), 1 in all: Thornfield",
    )


def test_rows_and_columns_that_a_spreadsheet_appends_are_passed_over(district):
    lines = [line + ",,," for line in district.text("income.csv").splitlines()]
    district.write("income.csv", "\n".join([*lines, ",,,,,,", "", ""]))
    assert len(district.read().income) == 6


def test_history_of_parts_is_not_added_to_the_whole(district):
    district.write(
        "adoption_history.csv", "quarter,registered_users,area\n2021Q4,10,all\n2021Q4,6,urban\n2022-q4,20,\n"
    )
    assert [(point.period, point.adopters) for point in district.read().adoption_history] == [
        ("2021Q4", 10),
        ("2022-Q4", 20),
    ]
    assert "only those of the whole region (1 left out)" in district.notes()


def test_names_of_files_are_read_in_any_case(district):
    district.write("Travel.CSV", district.text("travel.csv"))
    district.remove("travel.csv")
    assert len(district.read().travel) > 0


def test_a_region_at_the_pole_is_asked_whether_its_columns_are_swapped(minimal):
    minimal.write("settlements.csv", MINIMAL.replace("45.2,7.3", "80.2,29.5"))
    assert says(minimal.notes(), r"latitude 80\.2, in polar regions\. .* lat and lon are swapped")
