"""Rows of the district contradict each other: the sentence says where, what, why and what to do."""

import pytest

from tests.region_tables.folders import Folder, says

SURVEY = "age,area,income,uses,aware,has_access\n"
AGES = ("15-29", "30-44", "45-59", "60-74", "75+")


def survey(*rows: str) -> str:
    return SURVEY + "".join(f"{row}\n" for row in rows)


def places(folder: Folder, columns: str, *rows: str) -> None:
    """Replace the settlements, and take away what refers to them."""
    folder.write("settlements.csv", "\n".join([f"settlement_id,name,lat,lon,population,{columns}", *rows]))
    for file in ("merchants.csv", "access_points.csv", "candidate_sites.csv", "travel.csv"):
        folder.remove(file)


def matrix(rows) -> str:
    return "age_individual,age_contact,mean_contacts_per_day\n" + "".join(f"{a},{b},1\n" for a, b in rows)


CASES = {
    # settlements and identifiers
    "unknown population": (
        lambda f: f.cell("settlements.csv", 4, "population", ""),
        "settlements.csv, line 4: population is empty. Write the number of people, or name in parent_id",
    ),
    "no point": (lambda f: f.cell("settlements.csv", 4, "lat", ""), "line 4: lat or lon is empty"),
    "identifier twice": (
        lambda f: f.cell("candidate_sites.csv", 9, "site_id", "S01"),
        "candidate_sites.csv, line 9: site_id S01 is already used in line 2",
    ),
    "keyword for an identifier": (
        lambda f: f.add("settlements.csv", "all,Everywhere,village,rural,North,45.2,7.3,10"),
        "settlements.csv, line 62: all cannot be an identifier; scenarios use all, county_seats",
    ),
    "site called as a settlement": (
        lambda f: f.cell("candidate_sites.csv", 4, "site_id", "007"),
        "candidate_sites.csv, line 4: 007 is a settlement's identifier too",
    ),
    "leading zeros lost": (
        lambda f: f.cell("merchants.csv", 2, "settlement_id", "1"),
        'merchants.csv, line 2, settlement_id "1": there is no such identifier. Did you mean 001\\?',
    ),
    "trip to nowhere": (
        lambda f: f.cell("travel.csv", 2, "to_id", "X9"),
        'travel.csv, line 2, to_id "X9": there is no such identifier',
    ),
    "trip to itself": (lambda f: f.add("travel.csv", "001,001,3,,"), "the way leads from 001 to itself"),
    "trip to two things": (
        lambda f: f.cell("access_points.csv", 2, "access_id", "S01"),
        'travel.csv, line 3, to_id "S01": the identifier stands in two tables',
    ),
    "trip twice": (
        lambda f: f.add("travel.csv", f.text("travel.csv").splitlines()[1]),
        "travel.csv, line \\d+: from_id, to_id .* already used in line 2",
    ),
    "quality of nowhere": (
        lambda f: f.write("network_quality.csv", "settlement_id,reliability\n999,90\n"),
        'network_quality.csv, line 2, settlement_id "999": there is no such identifier',
    ),
    "unknown parent": (
        lambda f: places(f, "parent_id", "1,A,45,7,,C"),
        'line 2, parent_id "C": there is no such identifier',
    ),
    "parent without total": (
        lambda f: places(f, "parent_id", "1,A,45,7,,C", "C,County,,,,"),
        "line 3: others name this row as parent_id, but its population is empty",
    ),
    "parent with parent": (
        lambda f: places(f, "parent_id", "1,A,45,7,,C", "C,County,,,900,P", "P,Prefecture,,,900,"),
        "line 3: the row holds a total for others and has itself the parent P",
    ),
    "parents of each other": (
        lambda f: places(f, "parent_id", "1,A,45,7,5,2", "2,B,45,7,5,1"),
        "settlements.csv: every row is the parent of others",
    ),
    "parent smaller than its places": (
        lambda f: places(f, "parent_id", "1,A,45,7,800,C", "2,B,45,7,,C", "C,County,,,700,"),
        "line 4: population 700 is the total of its places, of which those with a population have 800 already",
    ),
    # ages, households, incomes
    "gap in the ages": (
        lambda f: f.cell("age_structure.csv", 3, "age_max", "8"),
        "age_structure.csv, line 4: age 9 lies between 5-8 and 10-14 in no band \\(urban, female\\)",
    ),
    "ages start late": (
        lambda f: f.write("age_structure.csv", "age_min,age_max,population\n15,,30000\n"),
        "line 2: the first band is 15\\+; it must start at age 0",
    ),
    "ages end early": (
        lambda f: f.write("age_structure.csv", "age_min,age_max,population\n0,14,6000\n15,69,24000\n"),
        "line 3: the last band ends at age 69; older people are missing",
    ),
    "band turned round": (
        lambda f: f.cell("age_structure.csv", 3, "age_max", "4"),
        "line 3: the band goes from 5 to 4",
    ),
    "one sex only": (
        lambda f: f.write("age_structure.csv", "sex,age_min,age_max,population\nmale,0,,30000\n"),
        "age_structure.csv: rows are missing \\(female\\)",
    ),
    "area without ages": (
        lambda f: f.write("age_structure.csv", "area,age_min,age_max,population\nurban,0,,30000\n"),
        "age_structure.csv: there are no rows for urban, remote|no rows for remote, rural",
    ),
    "ages of no area": (
        lambda f: (
            places(f, "area", "1,A,45.2,7.3,1000,rural"),
            f.write("age_structure.csv", "area,age_min,age_max,population\nrural,0,,900\nurban,0,,100\n"),
        ),
        "age_structure.csv: 100 people are urban, but no settlement is",
    ),
    "ages of one area a tenth": (
        lambda f: f.write("age_structure.csv", "area,age_min,age_max,population\nurban,0,,900\nrural,0,,21000\n"),
        "the ages sum to 900, the settlements to 9000 \\(urban\\): age_structure has 10.0%",
    ),
    "household sizes overlap": (
        lambda f: f.cell("household_size.csv", 3, "size_min", "1"),
        "household_size.csv, line 3: 1 and 1-2 overlap at size 1 \\(urban\\)",
    ),
    "percentages of 98": (
        lambda f: f.cell("household_size.csv", 2, "percent_of_households", "22"),
        "household_size.csv, line 2: percent_of_households sums to 98 \\(urban\\); it must sum to 100",
    ),
    "shares for percentages": (
        lambda f: f.write("household_size.csv", "size_min,size_max,percent_of_households\n1,1,0.3\n2,9,0.7\n"),
        "household_size.csv, line 2: percent_of_households sums to 1; percent are wanted, so multiply by 100",
    ),
    "levels fall": (
        lambda f: f.cell("income.csv", 3, "monthly_amount", "500"),
        "income.csv, line 3: monthly_amount 500 of middle is below that of the level before",
    ),
    "levels differ": (
        lambda f: f.cell("income.csv", 6, "level", "medium"),
        "income.csv, line 5: the levels \\(rural\\) differ from those of the first area",
    ),
    # contacts, survey, acceptance
    "matrix not square": (
        lambda f: f.write("contact_matrix.csv", matrix([("0-14", "0-14"), ("0-14", "15+"), ("15+", "15+")])),
        "contact_matrix.csv: pairs of bands are missing, 1 in all, first 15-130 with 0-14",
    ),
    "matrix of odd bands": (
        lambda f: f.write("contact_matrix.csv", matrix([("0-17", "0-17"), ("18+", "18+")])),
        "contact_matrix.csv: the band 0-17 does not start and end with a five-year band",
    ),
    "matrix with a gap": (
        lambda f: f.write("contact_matrix.csv", matrix([("0-9", "0-9"), ("15+", "15+")])),
        "contact_matrix.csv: the bands do not join up at 15-130",
    ),
    "band turned round in the matrix": (
        lambda f: f.write("contact_matrix.csv", matrix([("4-0", "0-4")])),
        'contact_matrix.csv, line 2, age_individual "4-0": a band of ages is wanted, for example 15-19',
    ),
    "band made a date": (
        lambda f: f.write("contact_matrix.csv", matrix([("9-May", "0-4")])),
        'contact_matrix.csv, line 2, age_individual "9-May": the spreadsheet made a date of an age band',
    ),
    "survey without the old": (
        lambda f: f.write("survey.csv", survey(*(f"{age},,,20,90,60" for age in AGES[:4]))),
        "survey.csv: there are no rows for every area and income of the ages 75\\+",
    ),
    "survey of some incomes": (
        lambda f: f.write("survey.csv", survey(*(f"{age},,{i},20,90,60" for age in AGES for i in ("low", "high")))),
        "no rows for every area and income of the ages 15-29, 30-44",
    ),
    "survey cell twice": (
        lambda f: f.write("survey.csv", survey(*(f"{age},,,20,90,60" for age in (*AGES, "75+")))),
        "survey.csv, line 7: age, area, income 75\\+, all, all is already used in line 6",
    ),
    "survey in shares": (
        lambda f: f.write("survey.csv", survey(*(f"{age},,,0.2,0.9,0.6" for age in AGES))),
        "survey.csv: no uses is above 0.2. Percent from 0 to 100 are wanted: write 45 for 45%, not 0.45",
    ),
    "more users than owners": (
        lambda f: f.write("survey.csv", survey(*(f"{age},,,61,90,60" for age in AGES))),
        "survey.csv, line 2: 61% use it, but has_access is 60%",
    ),
    "unknown age": (
        lambda f: f.write("survey.csv", survey("60+,,,24,78,56")),
        'survey.csv, line 2, age "60\\+": allowed are 15-29, 30-44, 45-59, 60-74, 75\\+, all',
    ),
    "percentage of 120": (
        lambda f: f.write("survey.csv", survey("75+,,,120,78,56")),
        'survey.csv, line 2, uses "120": allowed is 0 to 100%',
    ),
    "two words for one sector": (
        lambda f: f.write("acceptance.csv", "sector,area,percent\nretail,urban,50\ngrocery,urban,40\n"),
        "acceptance.csv, line 3: grocery belongs to retail, which line 2 gives for the same area \\(urban\\)",
    ),
    "unknown model sector": (
        lambda f: f.write("sector_map.csv", "word,sector\nfood_stall,catring\n"),
        'sector_map.csv, line 2, sector "catring": allowed are public, .* Did you mean catering\\?',
    ),
    "unreadable period": (
        lambda f: f.write("adoption_history.csv", "period,adopters\nDec 22,5\n"),
        'adoption_history.csv, line 2, period "Dec 22": write a quarter, month or year: 2022Q4',
    ),
    # geography
    "outlier": (
        lambda f: f.cell("settlements.csv", 4, "lat", "55.2"),
        "settlements.csv, line 4: lat 55.2 and lon 7.\\d+ lie 1,100 km from the other 59 places. Correct the point",
    ),
    "site swapped": (
        lambda f: f.line("candidate_sites.csv", 2, "S01,Hall,town_hall,001,7.3,45.2,"),
        "candidate_sites.csv, line 2: .* swapped\\? Did you mean lat 45.2, lon 7.3\\?",
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
