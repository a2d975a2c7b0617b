"""The packages of the analyses are loaded when needed, and asked for by name when missing."""

import subprocess
import sys

import pytest

from simulation.analysis.sensitivity.errors import SensitivityError, optional

MODULES = ("emulator", "factors", "flip", "morris", "nearest_flip", "seed_share", "sobol", "tornado", "words")


def test_importing_the_analyses_and_figures_loads_neither_salib_nor_scikit_learn():
    imports = "; ".join(f"import simulation.analysis.sensitivity.{name}" for name in MODULES)
    code = (
        f"import sys; {imports}; import simulation.plots.sensitivity; print(*{{'SALib', 'sklearn'}} & {{*sys.modules}})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_missing_package_is_told_with_the_command_that_installs_it():
    with pytest.raises(SensitivityError, match=r"pip install 'epay-adoption\[analysis\]'") as caught:
        optional("no_such_package.part")
    assert "no_such_package" in str(caught.value)
    assert "pip install 'epay-adoption[analysis]'" in caught.value.text("zh")
