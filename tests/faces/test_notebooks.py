"""Notebooks run from top to bottom, and are stored without what they printed."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TOLD = {
    "01_first_run": "CostPerUser(",
    "02_write_a_scenario": "Did you mean first_use_yuan?",
    "03_compare_strategies": "leads in the mean",
    "04_agents_and_rules": "'as it is'",
    "05_your_own_region": "a number is wanted",
    "06_where_and_whom": "No other choice is better: proved",
    "07_sensitivity": "levers.coupon.leakage_share",
}
SECONDS = 600  # the region's constants may have to be solved first


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_notebook_has_something_to_tell(path):
    assert path.stem in TOLD


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_stored_without_outputs(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))  # the kernel is a process of its own
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(FOLDER)}}).execute()
    told = "".join(_text(output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    assert TOLD[path.stem] in told


def _text(output) -> str:
    return output.text if output.output_type == "stream" else output.data.get("text/plain", "")
