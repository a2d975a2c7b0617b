"""Whatever is wrong with a file, a planner reads a sentence: where, what, what is allowed, a correct example."""

from pathlib import Path

import pytest

from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario

PLACES = {"Bihu": ("gn1",), "碧湖": ("gn1",), "gn1": ("gn1",), "Sanxi": ("gn2", "gn3")}


def write(folder: Path, text: str | bytes, name: str = "plan.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(path: Path) -> ScenarioError:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, known_places=PLACES, known_regions=("lishui",))
    return caught.value


LEVER = "levers:\n  mine:\n    kind: {}\n    "
CASES = {
    "unknown key": ("wekks: 12\n", "line 1: wekks is not known. Did you mean weeks\\? Allowed here: extends, title"),
    "unknown key of a lever": (
        LEVER.format("coupon") + "first_use: 3\n",
        "line 4: levers.mine.first_use is not known. Did you mean first_use_yuan\\?",
    ),
    "unknown lever": (
        "levers:\n  mine: {kind: coupn}\n",
        "line 2: levers.mine has kind coupn.* Did you mean coupon\\?",
    ),
    "lever without kind": (
        "levers:\n  mine: {share: 1}\n",
        "line 2: levers.mine has no kind. Allowed: coupon, points",
    ),
    "50 for a share": (
        LEVER.format("fee_subsidy") + "fee_share: 50\n",
        "line 4: levers.mine.fee_share is 50; allowed: 0 to 1.*write 0.5 for 50%. For example: fee_share: 0.5",
    ),
    "percent sign": (
        LEVER.format("fee_subsidy") + "fee_share: 50%\n",
        "levers.mine.fee_share is 50%; write shares without a percent sign.*fee_share: 0.5",
    ),
    "negative budget": ("budget: {total_yuan: -5}\n", "line 1: budget.total_yuan is -5; allowed: 0 to .* \\(yuan\\)"),
    "missing budget": (
        "weeks: 10\nbudget:\n  lines: {trainers: 5}\n",
        "line 2: budget.total_yuan is missing. For example: total_yuan: 20000000",
    ),
    "unknown budget line": ("budget: {total_yuan: 5, lines: {trainer: 1}}\n", "trainer.*Did you mean trainers\\?"),
    "week past the horizon": (
        "weeks: 52\n" + LEVER.format("coupon") + "schedule: {end_week: 60}\n",
        "line 5: levers.mine.schedule.end_week leads to week 60, past the horizon of 52 weeks. Allowed: up to 52",
    ),
    "event past the horizon": (
        "weeks: 52\nevents:\n- {kind: cash_shortage, start_week: 40, end_week: 53}\n",
        "line 3: events\\[1\\].end_week leads to week 53, past the horizon of 52 weeks",
    ),
    "training past the horizon": (
        "weeks: 52\n" + LEVER.format("training_event") + "events: [{place: Bihu, start_week: 50, weeks: 4}]\n",
        "levers.mine.events\\[1\\].weeks leads to week 54",
    ),
    "kiosk past the horizon": (
        "weeks: 52\n" + LEVER.format("kiosk") + "sites: [{place: Bihu, opening_week: 54}]\n",
        "levers.mine.sites\\[1\\].opening_week leads to week 54",
    ),
    "lever without place": (
        "levers:\n  mine: {kind: kiosk}\n",
        "line 2: levers.mine is a kiosk without a place. Say where, for example: places: county_seats",
    ),
    "unknown place": (
        LEVER.format("kiosk") + "places: [碧湖, Bihuu]\n",
        "line 4: levers.mine.places\\[2\\] is Bihuu, which is no place of the region. Did you mean Bihu\\?",
    ),
    "ambiguous place": (LEVER.format("kiosk") + "places: Sanxi\n", "several places.*identifier.*gn2, gn3"),
    "unknown sector": (
        LEVER.format("fee_subsidy") + "eligibility: {sectors: [retale]}\n",
        "line 4: levers.mine.eligibility.sectors\\[1\\] is retale.* Did you mean retail\\?.*public, transport, retail",
    ),
    "unknown age": (
        LEVER.format("coupon") + "eligibility: {ages: [60+]}\n",
        "ages\\[1\\] is 60\\+, which is not known.*15-29, 30-44, 45-59, 60-74, 75\\+",
    ),
    "sectors for citizens": (
        LEVER.format("coupon") + "eligibility: {sectors: [retail]}\n",
        "a coupon, which cannot be limited by sectors. Allowed in its eligibility: ages, areas, incomes, places, share",
    ),
    "unknown region": ("region: lisui\n", "line 1: region is lisui.*Did you mean lishui\\?"),
    "duplicate keys": (
        "weeks: 1\nseed: 2\nweeks: 3\n",
        "line 3: weeks stands here a second time; it was given in line 1 already",
    ),
    "no for a boolean": (
        "same_world: no\n",
        "line 1: same_world is no, which in YAML 1.2 is a word.*true or false. For example: same_world: false",
    ),
    "1e-3 for a whole number": ("replicates: 1e-3\n", "line 1: replicates is 0.001; allowed: a whole number"),
    "text for a number": ('weeks: "156"\n', "line 1: weeks is 156; allowed: a whole number"),
    "fraction of a week": ("weeks: 1.5\n", "line 1: weeks is 1.5; allowed: a whole number 1 to 1040"),
    "infinite number": ("behaviour: {trial_rate: .inf}\n", "behaviour.trial_rate is inf; allowed: 0 or more"),
    "tab": ("levers:\n\tmine: {kind: coupon}\n", "line 2: the line is indented with a tab; YAML allows only spaces"),
    "not YAML": ("weeks: [1,\n", "this is not YAML"),
    "two colons": ("title: en: x\n", "line 1: this is not YAML"),
    "list at the top": ("- weeks: 5\n", "line 1: a scenario consists of lines `key: value`"),
    "two documents": ("weeks: 5\n---\nweeks: 6\n", "line 2: a second document starts here"),
    "tag": ("weeks: !!python/name:os.system 5\n", "line 1: the tag .*python/name:os.system is not allowed"),
    "alias to itself": ("levers: &a\n  mine: *a\n", "references .* refer to themselves"),
    "merge key": ("<<: {weeks: 5}\n", "line 1: << is not known"),
    "empty value": ("weeks:\n", "line 1: weeks has no value"),
    "nothing to remove": ("levers: {mine: null}\n", "line 1: levers.mine has no value"),
    "empty file": ("", "plan.yaml is empty"),
    "only notes": ("# nothing\n\n", "plan.yaml is empty"),
    "GB18030": ("title: {zh: 丽水}\n".encode("gb18030"), "is saved in GB18030; scenario files are read as UTF-8"),
    "UTF-16": ("weeks: 5\n".encode("utf-16"), "is saved in UTF-16"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\xff\xff\xff", "not text in UTF-8"),
    "control character": (b"weeks: 5\x00\n", "line 1: this is not YAML"),
    "base is missing": ("extends: bass.yaml\n", "line 1: extends is bass.yaml, but there is no file"),
    "base is no path": ("extends: [a, b]\n", "line 1: extends is .*must be the path of one scenario file"),
    "extends itself": ("extends: plan.yaml\n", "line 1: extends is plan.yaml, which leads back"),
    "missing table": ("survey: {table: none.csv}\n", "line 1: the table none.csv is not there"),
    "table of one category": (
        "survey: {use_by_age: {15-29: 0.5}}\n",
        "survey.use_by_age needs exactly one value for each",
    ),
    "unmeasured survey": (
        "survey: {illustrative: false}\n",
        "survey says illustrative: false, which needs .*use_by_age",
    ),
    "wrong date": ("start_date: 2026-02-30\n", "line 1: start_date is 2026-02-30; allowed: a date"),
    "too few citizens": ("citizens: 5\n", "citizens is 5; allowed: a whole number from 300"),
    "citizens in words": ("citizens: many\n", "citizens is many; allowed: a whole number"),
    "zero divisor": ("behaviour: {help_distance_km: 0}\n", "behaviour.help_distance_km must be above 0"),
    "huge number": ("weeks: " + "9" * 5000 + "\n", "line 1: weeks is 9+\\.\\.\\.; allowed: a whole number"),
    "mapping for a number": ("weeks: {a: 1}\n", "line 1: weeks is"),
    "number for a mapping": ("levers: 5\n", "line 1: levers is 5; allowed: lines `key: value`"),
    "number for a lever": ("levers: {mine: 5}\n", "line 1: levers.mine"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_told_in_a_sentence(name, tmp_path):
    text, sentence = CASES[name]
    with pytest.raises(ScenarioError, match=sentence):
        load_scenario(write(tmp_path, text), known_places=PLACES, known_regions=("lishui",))


@pytest.mark.parametrize("name", CASES)
def test_every_refusal_names_the_file_and_can_be_read_in_chinese(name, tmp_path):
    error = refusal(write(tmp_path, CASES[name][0]))
    for lang in ("en", "zh"):
        for line in error.text(lang).splitlines():
            assert "plan.yaml" in line
    assert "示例" in error.text("zh") or "例如" in error.text("zh")


def test_all_problems_of_a_file_are_told_at_once_in_the_order_of_its_lines(tmp_path):
    text = "wekks: 5\nsame_world: no\nweeks: 52\nlevers:\n  a: {kind: kiosk}\n"
    text += "  b: {kind: coupon, schedule: {end_week: 60}}\n"
    error = refusal(write(tmp_path, text))
    assert [message.params["line"] for message in error.messages] == [1, 2, 5, 6]
    assert [message.code for message in error.messages] == [
        "error.unknown_key", "error.yaml_boolean", "error.lever_without_place", "error.past_the_horizon",
    ]  # fmt: skip


def test_at_most_twenty_problems_are_told(tmp_path):
    error = refusal(write(tmp_path, "".join(f"key{k}: 1\n" for k in range(30))))
    assert len(error.messages) == 21
    assert str(error).endswith("... and 10 more problems.")


def test_a_missing_file_suggests_one_that_is_there(tmp_path):
    write(tmp_path, "weeks: 5\n", "programme.yaml")
    with pytest.raises(ScenarioError, match=r"there is no such file\. Did you mean programme\.yaml\?"):
        load_scenario(tmp_path / "program.yaml")


def test_a_folder_is_no_scenario(tmp_path):
    with pytest.raises(ScenarioError, match="is a folder"):
        load_scenario(tmp_path)


def test_a_problem_in_a_base_names_the_base(tmp_path):
    write(tmp_path, "weeks: 52\nlevers:\n  a: {kind: fee_subsidy, fee_share: 7}\n", "base.yaml")
    with pytest.raises(ScenarioError, match=r"base\.yaml, line 3: levers.a.fee_share is 7"):
        load_scenario(write(tmp_path, "extends: base.yaml\nseed: 3\n"))


def test_two_files_that_extend_each_other_are_refused(tmp_path):
    write(tmp_path, "extends: plan.yaml\n", "base.yaml")
    with pytest.raises(
        ScenarioError, match=r"leads back to a file on the way \(.*plan.yaml -> .*base.yaml -> .*plan.yaml"
    ):
        load_scenario(write(tmp_path, "extends: base.yaml\n"))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("use_by_agee,15-29,,,,0.5", "line 2: there is no table called use_by_agee. Did you mean use_by_age\\?"),
        ("use_by_age,15-29,,,,half", "line 2: value is half; allowed: a number"),
        ("use_by_age,15-20,,,,0.5", "line 2: the row does not say, exactly once, for which category of use_by_age"),
        ("use_by_age,15-29,,,,0.5", "survey.csv, line 2: survey.use_by_age needs exactly one value"),
    ],
)
def test_a_table_with_a_wrong_row_is_told_by_its_line(row, sentence, tmp_path):
    write(tmp_path, f"table,age,area,income,sector,value\n{row}\n", "survey.csv")
    with pytest.raises(ScenarioError, match=sentence):
        load_scenario(write(tmp_path, "survey: {table: survey.csv}\n"))


def test_a_table_without_its_columns_is_refused(tmp_path):
    write(tmp_path, "a,b\n1,2\n", "survey.csv")
    with pytest.raises(ScenarioError, match=r"survey\.csv, line 1: the first line must name the columns table, age"):
        load_scenario(write(tmp_path, "survey: {table: survey.csv}\n"))
