"""The package's public names load when used, and nothing heavy before."""

import subprocess
import sys
from pathlib import Path

import pytest

import simulation

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", sorted(simulation.__all__))
def test_every_public_name_is_there(name):
    assert getattr(simulation, name) is not None
    assert name in dir(simulation)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'runn'"):
        simulation.runn  # noqa: B018


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, simulation; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not {"numpy", "numba", "pydantic", "xarray", "plotly", "pandas"} & set(done.stdout.split())
