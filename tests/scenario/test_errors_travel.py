"""What is wrong with a scenario is told in the same words wherever it was found, in another process too."""

import pickle
from pathlib import Path

import pytest

from simulation.analysis.experiment.errors import CodeChangedError, DamagedCellError
from simulation.engine.runner import run_many
from simulation.messages import MOST_MESSAGES, Message
from simulation.scenario.errors import ScenarioError
from simulation.scenario.load import load_scenario

SITES = Path(__file__).resolve().parents[2] / "scenarios" / "lishui" / "kiosk_sites.yaml"
MANY = [Message("error.more", {"number": number}) for number in range(1, MOST_MESSAGES + 10)]
ERRORS = [
    ScenarioError(MANY[:1]),
    ScenarioError(MANY),  # more than are told
    CodeChangedError("a worker"),
    DamagedCellError(Path("cell.npz"), "unreadable"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_keeps_its_words_on_the_way(error):
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert all(arrived.text(lang) == error.text(lang) for lang in ("en", "zh"))


def test_what_a_worker_refuses_is_refused_in_its_words():
    scenario = load_scenario(SITES).model_copy(update={"citizens": 400, "weeks": 4, "replicates": 2})
    with pytest.raises(ScenarioError, match="The places of lever kiosks are still to be found"):
        run_many({"sites": scenario}, n_workers=2)
