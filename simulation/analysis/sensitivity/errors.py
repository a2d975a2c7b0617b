"""What stops an analysis of sensitivity, in words, and the packages it needs beyond those of a run."""

from importlib import import_module
from typing import Any

from simulation.messages import Message, WordedError

EXTRA = "epay-adoption[analysis]"


class SensitivityError(WordedError):
    """An analysis of sensitivity that cannot be made as asked."""

    more = "error.more"


def optional(module: str) -> Any:
    """Return a module of the optional packages, imported when first needed.

    Parameters
    ----------
    module : str
        `SALib.sample.morris`, `sklearn.gaussian_process`, ...

    Raises
    ------
    SensitivityError
        Naming the command that installs the packages.
    """
    try:
        return import_module(module)
    except ImportError as error:
        params = {"package": module.partition(".")[0], "extra": EXTRA}
        raise SensitivityError([Message("sensitivity.missing", params)]) from error
