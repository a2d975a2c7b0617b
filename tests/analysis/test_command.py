"""`epay strategies`: what it answers and what it refuses."""

import json
from pathlib import Path

import pytest

import simulation.analysis.strategies
from simulation.cli.app import main
from simulation.cli.strategies import _names
from simulation.report.strategies import sentences

BASE = "region: lishui\ncitizens: 1000\nweeks: 26\nreplicates: 2\n"
COUPON = "extends: base.yaml\nlevers: {{coupon: {{kind: coupon}}}}\n{}"
BUDGET = "budget: {total_yuan: 2_000_000}\n"


@pytest.fixture
def epay(capsys, monkeypatch, tmp_path):
    """Return a function that runs `epay strategies` on files of given budgets: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EPAY_LANG", "en")
    (tmp_path / "base.yaml").write_text(BASE)

    def run(budgets, *arguments):
        files = [f"{name}.yaml" for name, _ in zip("abc", budgets, strict=False)]
        for file, budget in zip(files, budgets, strict=True):
            (tmp_path / file).write_text(COUPON.format(budget))
        with pytest.raises(SystemExit) as left:
            main(["strategies", *files, *arguments])
        shown = capsys.readouterr()
        return left.value.code, shown.out, shown.err

    return run


@pytest.fixture
def asked(monkeypatch, compared):
    """Put a comparison that was made already in the place of runs, and return what was asked for."""
    found = []

    def compare(strategies, baseline, *_, **__):
        found.append((strategies, baseline))
        return compared

    monkeypatch.setattr(simulation.analysis.strategies, "compare_strategies", compare)
    return found


@pytest.mark.parametrize(
    ("budgets", "arguments", "words"),
    [
        (
            [BUDGET, BUDGET],
            [],
            "--against is missing. Give business as usual, for example: epay strategies a.yaml b.yaml",
        ),
        ([BUDGET], ["--against", "base.yaml"], "There is one strategy only (a)"),
        ([BUDGET, ""], ["--against", "base.yaml"], "b states no budget"),
        ([BUDGET, "budget: {total_yuan: 1}\n"], ["--against", "base.yaml"], "a: 2,000,000 yuan, b: 1 yuan"),
        ([BUDGET, "budget: {total_yuan: 2_000_000}\nseed: 9\n"], ["--against", "base.yaml"], "seed differ"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(epay, budgets, arguments, words):
    code, out, err = epay(budgets, *arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_begins_with_whether_the_order_flips(epay, asked, compared, lang):
    code, out, _ = epay([BUDGET, BUDGET], "--against", "base.yaml", "--lang", lang, "--citizens", "500")
    assert code == 0
    assert out.startswith(sentences(compared, lang)[0][:30])
    assert "results/strategies-a-b/report/strategies.json" in " ".join(out.split())
    (strategies, baseline), *_ = asked
    assert list(strategies) == ["a", "b"] and strategies["a"].citizens == baseline.citizens == 500


def test_json_is_the_whole_answer_as_data(epay, asked):
    code, out, _ = epay([BUDGET, BUDGET], "--against", "base.yaml", "--json")
    answer = json.loads(out)
    assert code == 0 and asked
    assert answer["verdict"] in ("flips", "holds", "uncertain")
    assert answer["answer"].endswith(".")
    saved = Path("results/strategies-a-b/report/strategies.json")
    assert json.loads(saved.read_text(encoding="utf-8")) == answer


def test_it_is_saved_where_asked_and_the_baseline_keeps_its_name(epay, asked):
    assert epay([BUDGET, BUDGET], "--against", "base.yaml", "--out", "mine", "--quiet")[0] == 0
    assert Path("mine/report/manifest.json").is_file()
    like_the_baseline = Path("x/baseline.yaml")
    assert _names([like_the_baseline, Path("a.yaml")])[like_the_baseline] == "x/baseline.yaml"


def test_files_of_one_name_are_told_apart_by_their_folders():
    one, other, third = Path("x/plan.yaml"), Path("y/plan.yaml"), Path("y/kiosk.yaml")
    assert _names([one, other, third]) == {one: "x/plan.yaml", other: "y/plan.yaml", third: "kiosk"}
