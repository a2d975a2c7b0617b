"""The examples that the format's description promises, each in English and in Chinese."""

import pytest

from tests.region_tables.folders import says

HEADER = "settlement_id,name,lat,lon,population,area"
GOOD = [f"G{k},Good {k},29.{80 + k},80.{20 + k},500,{'rural' if k else 'urban'}" for k in range(10)]
BAD = [
    "H1,Naini,80.21,29.58,300,rural",
    "H2,Bans,29.75,79.99,0,rural",
    "H3,Bera,29°45'N,80.21,120,rural",
    'H4,Dola,29.71,80.22,"1,204",rural',
    "H5,Pali,29.72,80.23,1.2e3,rural",
    "H6,Suni,29.73,80.24,80, Remote ",
    "H7,Toli,29.74,80.25,80,乡村",
    "H2,Bans,29.76,80.01,90,rural",
]
EXPECTED = [
    (
        "settlements.csv, line 2: lat 80.21 and lon 29.58 lie 6,000 km from the other 16 places; swapped\\? "
        "Did you mean lat 29.58, lon 80.21\\?",
        "settlements.csv 第 2 行：lat 80.21、lon 29.58 距其余 16 个地点 6,000 公里；是否写反？是否应为 lat 29.58",
    ),
    (
        "settlements.csv, line 3, population 0: an unknown population must be left empty; a place without people must",
        "settlements.csv 第 3 行，population 为 0：人口未知须留空；无人居住的地点须删除",
    ),
    (
        'settlements.csv, line 4, lat "29°45\'N": decimal degrees are wanted, for example 29.75',
        "settlements.csv 第 4 行，lat 的值“29°45'N”：应为十进制度数，例如 29.75",
    ),
    ('line 5, population "1,204": .*write 1204$', "第 5 行，population 的值“1,204”：.*请写 1204$"),
    ('line 6, population "1.2e3": .*write 1200$', "第 6 行，population 的值“1.2e3”：.*请写 1200$"),
    (
        'line 8, area "乡村": allowed are urban, rural, remote. Did you mean rural\\?',
        "第 8 行，area 的值“乡村”：允许的值为 urban、rural、remote。是否应为 rural？",
    ),
    ("line 9: settlement_id H2 is already used in line 3", "第 9 行：settlement_id H2 已在第 3 行使用"),
]


@pytest.fixture
def himalaya(empty):
    empty.write("settlements.csv", "\n".join([HEADER, *BAD, *GOOD]))
    empty.write("age_structure.csv", "age_min,age_max,population\n0,,5000\n")
    return empty


@pytest.mark.parametrize(("english", "chinese"), EXPECTED)
def test_every_bad_row_of_settlements_is_told_at_once(himalaya, english, chinese):
    assert says(himalaya.refusal("en"), english)
    assert says(himalaya.refusal("zh"), chinese)


def test_nothing_else_is_told_of_these_rows(himalaya):
    assert len(himalaya.refusal().splitlines()) == len(EXPECTED)


def test_the_region_reads_once_the_bad_rows_are_gone(himalaya):
    himalaya.write("settlements.csv", "\n".join([HEADER, BAD[5], *GOOD]))
    tables = himalaya.read()
    assert (tables.settlements[0].area, len(tables.settlements)) == ("remote", 11)


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("en", "age_structure.csv, line 3: 0-4 and 4-9 overlap at age 4 \\(urban, male\\)"),
        ("zh", "age_structure.csv 第 3 行：0-4 与 4-9 在年龄 4 处重叠（城区、男）"),
    ],
)
def test_overlapping_ages(empty, lang, message):
    empty.write("settlements.csv", "\n".join([HEADER, GOOD[0]]))
    rows = "urban,male,0,4,100\nurban,male,4,9,100\nurban,male,10,,50\nurban,female,0,,250\n"
    empty.write("age_structure.csv", "area,sex,age_min,age_max,population\n" + rows)
    assert says(empty.refusal(lang), message)


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        (
            "en",
            "age_structure.csv: the ages sum to 3000, the settlements to 30,000: age_structure has 10.0% of the "
            "settlement total. A factor of ten, or a sample\\? .* fix the total",
        ),
        (
            "zh",
            "各年龄合计 3000 人，居民点合计 30,000 人：age_structure 只相当于居民点总数的 10.0%。是差了十倍，",
        ),
    ],
)
def test_ages_of_a_tenth_of_the_people(district, lang, message):
    district.write("age_structure.csv", "age_min,age_max,population\n0,14,500\n15,,2500\n")
    assert says(district.refusal(lang), message)


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("en", "settlements.csv: read latitude as lat, longitude as lon, pop as population."),
        ("zh", "settlements.csv：读取 latitude 作为 lat、longitude 作为 lon、pop 作为 population。"),
    ],
)
def test_other_names_of_columns_are_accepted_and_told_once(district, lang, message):
    district.replace("settlements.csv", "lat,lon,population", "latitude,longitude,pop")
    assert [line for line in district.notes(lang).splitlines() if line.startswith("settlements.csv")] == [message]
    assert district.read().settlements[0].lat == 45.2


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("en", "merchants.csv, line 17: 95 km from the nearest settlement \\(limit 10 km\\)"),
        ("zh", "merchants.csv 第 17 行：距最近居民点 95 公里（上限 10 公里）"),
    ],
)
def test_a_merchant_95_km_away(empty, lang, message):
    empty.write("settlements.csv", "\n".join([HEADER, GOOD[0]]))
    empty.write("age_structure.csv", "age_min,age_max,population\n0,,500\n")
    north = 29.80 + 95 / 111.19  # a degree of latitude has 111.19 km on a sphere of 6,371 km
    rows = [f"M{k},retail,29.8,80.2" for k in range(15)] + [f"M99,retail,{north:.5f},80.2"]
    empty.write("merchants.csv", "\n".join(["merchant_id,sector,lat,lon", *rows]))
    assert says(empty.refusal(lang), message)


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        (
            "en",
            "settlements.geojson, feature 1: the geometry is Polygon; a Point is wanted. Give representative points",
        ),
        ("zh", "settlements.geojson 第 1 个要素：几何类型为 Polygon，应为 Point。请给出代表点"),
    ],
)
def test_a_polygon_for_a_point(district, lang, message):
    district.remove("settlements.csv")
    ring = "[[[7.2, 45.1], [7.3, 45.1], [7.3, 45.2], [7.2, 45.1]]]"
    feature = f'{{"type": "Feature", "properties": {{}}, "geometry": {{"type": "Polygon", "coordinates": {ring}}}}}'
    district.write("settlements.geojson", f'{{"type": "FeatureCollection", "features": [{feature}]}}')
    assert says(district.refusal(lang), message)
