"""A made-up run with kiosks at a settlement and at a site of a region's own tables."""

from pathlib import Path

import simulation
from simulation.levers.base import Lever
from simulation.levers.kiosk import Kiosk, Site
from simulation.outcomes.result import Result
from simulation.region import find_region

TABLES = (Path(simulation.__file__).parent / "region" / "tables" / "example").as_posix()


def with_levers(programme: Result, **levers: Lever) -> Result:
    scenario = programme.scenario.model_copy(update={"levers": levers})
    return Result(programme.dataset, scenario, programme.provenance)


def at_sites(programme: Result, digest: str = "") -> Result:
    """Return the run with a kiosk at a settlement, and one at a school from week 6 on.

    Parameters
    ----------
    digest : str
        Of the tables as the run had them, where they are no longer the same.
    """
    kiosks = Kiosk(kind="kiosk", sites=(Site(place="p2"), Site(place="S002", opening_week=6)))
    tables = {"folder": TABLES, "tables_digest": digest or find_region(TABLES).tables_digest}
    run = with_levers(programme, **{**programme.scenario.levers, "kiosks": kiosks})
    scenario = run.scenario.model_copy(update={"region": TABLES})
    region = {**programme.provenance.get("region", {}), **tables}
    return Result(run.dataset, scenario, {**programme.provenance, "region": region})
