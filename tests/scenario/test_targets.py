"""Targets of every row of the plan can be written, and what a target cannot be about is refused in words."""

import pytest

from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario


def loaded(tmp_path, target):
    path = tmp_path / "plan.yaml"
    path.write_text(f"weeks: 26\ntargets:\n  mine: {target}\n")
    return load_scenario(path)


@pytest.mark.parametrize("code", [f"T{k}" for k in range(1, 10)])
def test_every_row_of_the_plan_can_be_a_target(tmp_path, code):
    assert loaded(tmp_path, f"{{code: {code}, share: 0.2}}").targets["mine"].code == code


def test_services_are_a_target_of_their_own(tmp_path):
    assert loaded(tmp_path, "{code: T9, share: 0.2, what: integrated}").targets["mine"].what == "integrated"


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("{code: T5, share: 0.3, ages: [75+], areas: [remote]}", "ages, areas"),
        ("{code: T3, share: 0.3, what: integrated}", "what"),
    ],
)
def test_a_target_of_the_whole_region_takes_no_segment(tmp_path, target, names):
    with pytest.raises(ScenarioError) as refused:
        loaded(tmp_path, target)
    for lang, beginning in (("en", f"which takes no {names}: delete that."), ("zh", f"不能写 {names}，请删去。")):
        text = refused.value.text(lang)
        assert beginning in text and "plan.yaml" in text and "{code: T2, share: 0.5, ages: [60-74]}" in text
