"""What may be spent and what is: by budget line, by co-funder, by quarter and payer."""

import numpy as np

from simulation.analysis.budget_impact import budget_impact
from simulation.outcomes import indicators, numbers
from simulation.outcomes.intervals import interval_of
from simulation.outcomes.wording import label, own_name
from simulation.report.chapters.given import Given, with_interval
from simulation.report.tables import Table

PUBLIC, PRIVATE = "public", "private"


def budget_table(given: Given) -> Table:
    """Return the cap of each budget line on public money beside what is spent, mean over replicates."""
    budget = given.programme.scenario.budget
    assert budget is not None
    by = indicators.spending(given.programme.dataset, ("line", "payer")).mean("replicate")
    unit = numbers.money_unit(max(budget.total_yuan, float(by.sum())), given.lang, given.currency)
    rows = []
    for line in (str(line) for line in by.line.values):
        spent = float(by.sel(line=line, payer=PUBLIC))
        cap = budget.lines.get(line)  # type: ignore[call-overload]
        private = unit.cell(float(by.sel(line=line, payer=PRIVATE)))
        rows.append((label("line", line, given.lang), _cap(cap, unit), unit.cell(spent), _used(spent, cap), private))
    spent = float(by.sel(payer=PUBLIC).sum())
    private = unit.cell(float(by.sel(payer=PRIVATE).sum()))
    total = budget.total_yuan
    rows.append((given.say("report.total"), unit.cell(total), unit.cell(spent), _used(spent, total), private))
    names = ("line", "cap", "spent_public", "used", "spent_private")
    columns = tuple(given.say(f"report.column.{name}") for name in names)
    caption = given.say("report.budget.caption", unit=unit.name(given.lang), year=given.programme.scenario.price_year)
    return Table(caption, columns, tuple(rows), given.say("report.budget.note"))


def _cap(cap: float | None, unit: numbers.MoneyUnit) -> str:
    return numbers.NO_VALUE if cap is None else unit.cell(cap)


def _used(spent: float, cap: float | None) -> str:
    return numbers.percent(spent / cap, 0) if cap else numbers.NO_VALUE


def funder_table(given: Given) -> Table:
    """Return who adds private money to what, how much and at most how much."""
    scenario = given.programme.scenario
    assert scenario.budget is not None
    comma = given.say("report.list_comma")
    rows = []
    for name, funder in sorted(scenario.budget.co_funding.items()):
        levers = comma.join(given.levers.get(lever, lever) for lever in funder.levers)
        rows.append(
            (
                own_name(name, given.lang),
                given.say("report.funders.rate", rate=f"{funder.match_rate:g}"),
                numbers.money(funder.cap_yuan, given.lang, given.currency),
                levers or given.say("explain.every_lever"),
            )
        )
    columns = tuple(given.say(f"report.column.{name}") for name in ("funder", "match", "cap", "pays_for"))
    return Table(given.say("report.funders.caption"), columns, tuple(rows))


def quarter_table(given: Given) -> Table:
    """Return public and private money by quarter as budgets are made, with the interval of their sum."""
    d = given.programme.dataset
    weekly = d.spending_yuan.sum(("lever", "line")).transpose("payer", "replicate", "week")
    impact = budget_impact(weekly.values)
    payers = [str(payer) for payer in d.payer.values]
    unit = numbers.money_unit(float(impact.yuan.mean(axis=1).sum()), given.lang, given.currency)
    rows = []
    for quarter, weeks in enumerate(impact.weeks):
        name = given.say("report.quarter", n=quarter + 1)
        if not impact.is_complete[quarter]:
            name = given.say("report.quarter_part", n=quarter + 1, weeks=weeks)
        cells = [unit.cell(float(impact.yuan[k, :, quarter].mean())) for k in range(len(payers))]
        rows.append((name, *cells, _interval(impact.yuan[:, :, quarter].sum(axis=0), unit, given.lang)))
    whole = impact.yuan.sum(axis=2)
    cells = [unit.cell(float(whole[k].mean())) for k in range(len(payers))]
    rows.append((given.say("report.total"), *cells, _interval(whole.sum(axis=0), unit, given.lang)))
    columns = (
        given.say("report.column.quarter"), *(label("payer", payer, given.lang) for payer in payers),
        given.say("report.column.together"),
    )  # fmt: skip
    caption = given.say("report.quarters.money", unit=unit.name(given.lang), year=given.programme.scenario.price_year)
    return Table(caption, columns, tuple(rows), given.say("report.quarters.money_note", intervals=given.intervals))


def _interval(yuan: np.ndarray, unit: numbers.MoneyUnit, lang: str) -> str:
    found = interval_of(yuan)
    between = numbers.interval(found.low, found.high, lang, unit.digits, 1 / unit.yuan)
    return with_interval(unit.cell(found.mean), between)
