"""A finished run: its Dataset, its resolved scenario and where it comes from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xarray as xr

from simulation.messages import render
from simulation.outcomes import indicators, provenance, store
from simulation.outcomes.catalogue import VARIABLES
from simulation.outcomes.dataset import Labels, Recorder, build_dataset, check_identities
from simulation.outcomes.manifest import HERE, write_manifest
from simulation.scenario.load import load_scenario, to_yaml
from simulation.scenario.schema import Scenario

if TYPE_CHECKING:
    from simulation.region.sources import Region  # only its facts are read, which need not load it

DATASET_FILE, SCENARIO_FILE, PROVENANCE_FILE = "outcomes.nc", "scenario.resolved.yaml", "provenance.json"
CATALOGUE_FILE = "variables.csv"
RATE_RECALLED = "tables.rate_recalled"  # the note of a region whose exchange rate nobody gave


@dataclass(frozen=True)
class Result:
    """One scenario's outcomes over all replicates.

    Attributes
    ----------
    dataset : xarray.Dataset
        Catalogued variables, `replicate` first; see `outcomes.catalogue`.
    scenario : Scenario
        As resolved: every default filled in.
    provenance : dict
        Code, packages, platform, seeds, solved constants with residuals, region's sources and notes, wall seconds.
    """

    dataset: xr.Dataset
    scenario: Scenario
    provenance: dict[str, Any] = field(repr=False)

    @classmethod
    def from_recorders(
        cls,
        recorders: Sequence[Recorder],
        scenario: Scenario,
        world_facts: Mapping[str, Any],
        run_facts: Mapping[str, Any],
    ) -> "Result":
        """Join what the replicates recorded.

        Parameters
        ----------
        recorders : sequence of mappings name -> array
            One a replicate, as catalogued.
        scenario : Scenario
            What was run.
        world_facts : mapping
            `region` (its places, sources, estimates, notes and currency), `lever_names`, `lines` and `zones` in the
            order of the arrays, `expansion_factor` and `n_simulated`.
        run_facts : mapping
            `seeds` of the replicates, `constants` and whatever else belongs into the provenance.

        Raises
        ------
        ValueError
            If an array does not fit the catalogue or an identity is broken.
        """
        region = world_facts["region"]
        levers = [scenario.levers[name] for name in world_facts["lever_names"]]
        labels = Labels(
            start_date=scenario.start_date,
            places=region.places,
            lever_names=tuple(world_facts["lever_names"]),
            lever_kinds=tuple(lever.kind for lever in levers),
            lever_targets=tuple(lever.target for lever in levers),
            lines=tuple(world_facts["lines"]),
            zones=tuple(world_facts["zones"]),
            rules=tuple(sorted(scenario.adjustment)),
            seeds=tuple(run_facts["seeds"]),
            expansion_factor=world_facts["expansion_factor"],
            n_simulated=world_facts["n_simulated"],
            currency=region.currency,
            currency_per_yuan=region.currency_per_yuan,
        )
        record = provenance.collect({**run_facts, "region": _region_facts(region, scenario)})
        return cls(build_dataset(recorders, labels), scenario, record)

    def _repr_html_(self) -> str:
        """Return what a notebook shows of the run."""
        from simulation.outcomes.display import result_html  # only notebooks need it

        return result_html(self)

    @cached_property
    def digest(self) -> str:
        """Return sha256 over the sorted variables' bytes; equal for equal numbers, whatever the file."""
        return store.dataset_digest(self.dataset)

    def to_frame(self, variable: str | None = None) -> pd.DataFrame:
        """Return a tidy pandas frame.

        Parameters
        ----------
        variable : str, optional
            A catalogued variable: one row a combination of its dims, one column of values. None: one row a
            replicate and week with the region's main indicators.
        """
        if variable is None:
            return self._weekly_frame()
        if variable not in VARIABLES:
            raise KeyError(f"{variable} is not recorded; recorded are {', '.join(sorted(VARIABLES))}")
        return _tidy(self.dataset[[variable]])

    def _weekly_frame(self) -> pd.DataFrame:
        d = self.dataset
        columns = {
            "coverage": indicators.coverage(d),
            "coverage_13w": indicators.coverage(d, window_weeks=13),
            "coverage_at_merchants": indicators.coverage_at_merchants(d),
            "ever_used_share": indicators.ever_used(d),
            "n_active": d.n_active.sum(("age", "area", "income")),
            "new_first_uses": d.new_first_uses.sum(("age", "area", "income")),
            "new_lapses": d.new_lapses.sum(("age", "area", "income")),
            "electronic_share": indicators.electronic_share(d, period="week"),
            "acceptance_share": indicators.acceptance(d),
            "seconds_per_payment": indicators.seconds_per_payment(d, "week"),
            "spending_yuan": d.spending_yuan.sum(("lever", "line", "payer")),
        }
        return _tidy(xr.Dataset(columns))

    def to_csv(self, folder: Path | str) -> None:
        """Write the whole Dataset as tidy CSV, one file for each set of dims, and the catalogue beside them.

        Parameters
        ----------
        folder : path
            Appears whole or not at all; an older one is replaced.
        """
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in sorted(VARIABLES):
            if "citizen" in VARIABLES[name].dims:
                continue  # one row a simulated citizen is for programs, which read the Dataset
            groups.setdefault(VARIABLES[name].dims, []).append(name)
        with store.atomic_folder(folder, CATALOGUE_FILE) as fresh:
            for dims, names in groups.items():
                _tidy(self.dataset[names]).to_csv(fresh / f"by_{'_'.join(dims)}.csv", index=False)
            catalogue_frame().to_csv(fresh / CATALOGUE_FILE, index=False)

    def save(self, folder: Path | str) -> None:
        """Write Dataset, resolved scenario, provenance and manifest into a folder that appears whole or not at all."""
        with store.atomic_folder(folder, PROVENANCE_FILE) as fresh:
            self.write_into(fresh)
            write_manifest(fresh, "result", {HERE: self})

    def write_into(self, folder: Path) -> None:
        """Write the files of `save` into a folder that exists and that somebody else makes atomic."""
        store.write_dataset(self.dataset, folder / DATASET_FILE)
        (folder / SCENARIO_FILE).write_text(to_yaml(self.scenario), encoding="utf-8")
        record = json.dumps({"digest": self.digest, **self.provenance}, ensure_ascii=False, indent=2)
        (folder / PROVENANCE_FILE).write_text(record + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path | str) -> "Result":
        """Read what `save` wrote.

        Raises
        ------
        FileNotFoundError
            If the folder is not a saved result.
        ValueError
            If the numbers are not those that were saved.
        """
        folder = Path(folder)
        record = json.loads((folder / PROVENANCE_FILE).read_text(encoding="utf-8"))
        scenario = load_scenario(folder / SCENARIO_FILE)
        saved_digest = record.pop("digest")
        result = cls(store.read_dataset(folder / DATASET_FILE), scenario, record)
        if result.digest != saved_digest:
            raise ValueError(f"{folder / DATASET_FILE} was changed after it was saved: digest {result.digest}")
        check_identities(result.dataset)
        return result


def _region_facts(region: "Region", scenario: Scenario) -> dict[str, Any]:
    """Return what a record says of the region: in words where its facts come from, and what was read or assumed."""
    facts = {
        "name": region.name,
        "title_en": region.title_en,
        "title_zh": region.title_zh,
        "n_eligible": region.n_eligible,
        "currency": region.currency,
        "currency_per_yuan": region.currency_per_yuan,
        "rate_is_recalled": any(note.code == RATE_RECALLED for note in region.notes),
        "sources": region.sources,
        "estimated": region.estimated,
        "notes": [render(note, "en") for note in region.notes],
        "sources_zh": region.sources_zh,
        "estimated_zh": region.estimated_zh,
        "notes_zh": [render(note, "zh") for note in region.notes],
    }
    if region.tables_digest:
        facts |= {"folder": scenario.region, "tables_digest": region.tables_digest}
    return facts


def catalogue_frame() -> pd.DataFrame:
    """Return the catalogue as a frame: name, dims, unit, labels, kind, better, description."""
    rows = [
        {
            "name": v.name,
            "dims": " ".join(v.dims),
            "unit": v.unit,
            "label_en": v.en,
            "label_zh": v.zh,
            "kind": v.kind,
            "better": v.better,
            "description": v.description,
        }
        for v in VARIABLES.values()
    ]
    return pd.DataFrame(rows)


def _tidy(dataset: xr.Dataset) -> pd.DataFrame:
    """Return one row a combination of the dims; the week's last day stands beside it, other extras do not."""
    extras = [str(c) for c in dataset.coords if c not in dataset.dims and c not in ("date", "quarter_date")]
    return dataset.drop_vars(extras).to_dataframe().reset_index()
