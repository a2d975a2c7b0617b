"""Chapter 3: the region, where its data come from, and what in them is estimated."""

import xarray as xr

from simulation.outcomes import numbers
from simulation.outcomes.indicators import acceptance_at_start, coverage_at_start
from simulation.outcomes.wording import label
from simulation.report import html, method
from simulation.report.chapters.given import Given
from simulation.report.tables import Table


def region(given: Given) -> str:
    """Return population, places and shops, whether adoption at the start is measured, sources and estimates."""
    d = given.programme.dataset
    params = {
        "region": method.region_title(given.programme, given.lang),
        "residents": numbers.count(float(d.n_residents.sum(("age", "area", "income")).mean()), given.lang),
        "places": numbers.decimal(float((d.n_residents_place.mean("replicate") > 0).sum()), 0),
        "merchants": numbers.count(float(d.n_merchants.sum("sector").mean()), given.lang),
        "citizens": numbers.decimal(d.attrs["n_simulated"], 0),
        "factor": numbers.decimal(d.attrs["expansion_factor"], 1),
    }
    parts = [given.p("report.region.intro", **params)]
    if given.is_illustrative:
        parts.append(given.p("report.region.illustrative"))
    else:
        parts.append(given.p("report.region.measured", source=given.programme.scenario.survey.source))
    parts += [html.table(_people(given)), html.table(_shops(given))]
    words = method.region_words(given.programme, given.lang)
    for name in ("sources", "estimated", "notes"):
        if words[name]:
            parts += [given.h3(name), html.items(words[name])]
    return "".join(parts)


def _people(given: Given) -> Table:
    """Return residents by age and area with coverage at the start; means over replicates."""
    d = given.programme.dataset
    residents = d.n_residents.sum("income").mean("replicate")
    share = coverage_at_start(d, ("age", "area")).mean("replicate")
    areas = [str(area) for area in d.area.values]
    rows = []
    for age in (str(age) for age in d.age.values):
        cells = [_people_cell(residents.sel(age=age, area=area), share.sel(age=age, area=area)) for area in areas]
        whole = coverage_at_start(d, ("age",)).mean("replicate").sel(age=age)
        rows.append((label("age", age, given.lang), *cells, _people_cell(residents.sel(age=age).sum(), whole)))
    by_area = coverage_at_start(d, ("area",)).mean("replicate")
    totals = [_people_cell(residents.sel(area=area).sum(), by_area.sel(area=area)) for area in areas]
    everyone = _people_cell(residents.sum(), coverage_at_start(d).mean("replicate"))
    rows.append((given.say("report.total"), *totals, everyone))
    columns = (
        given.say("table.age"), *(label("area", area, given.lang) for area in areas), given.say("report.total")
    )  # fmt: skip
    return Table(given.say("report.region.people"), columns, tuple(rows), given.say("report.region.people_note"))


def _people_cell(residents: xr.DataArray, share: xr.DataArray) -> str:
    return f"{numbers.decimal(float(residents), 0)} ({numbers.percent(float(share), 0)})"


def _shops(given: Given) -> Table:
    """Return merchants by sector and the share that accepts at the start."""
    d = given.programme.dataset
    share = acceptance_at_start(d, ("sector",)).mean("replicate")
    count = d.n_merchants.mean("replicate")
    rows = [
        (
            label("sector", sector, given.lang),
            numbers.decimal(float(count.sel(sector=sector)), 0),
            numbers.percent(float(share.sel(sector=sector))),
        )
        for sector in (str(sector) for sector in d.sector.values)
    ]
    columns = tuple(given.say(code) for code in ("table.sector", "report.column.merchants", "report.column.accepting"))
    return Table(given.say("report.region.shops"), columns, tuple(rows))
