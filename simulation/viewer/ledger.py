"""The ledger: what was spent on each budget line, by whose money and in which quarter."""

from simulation.outcomes import numbers
from simulation.outcomes.indicators import spending
from simulation.outcomes.result import Result
from simulation.outcomes.wording import label, say
from simulation.report.tables import Table


def ledger_table(result: Result, lang: str) -> Table | None:
    """Return spending by line and payer (rows) and quarter (columns), mean over replicates; None without any."""
    by = spending(result.dataset, ("line", "payer", "quarter")).mean("replicate")
    total = float(by.sum())
    if total == 0.0:
        return None
    unit = numbers.money_unit(total, lang, numbers.currency_of(result.dataset))
    rows = []
    for line in (str(name) for name in by.line.values):
        for payer in (str(name) for name in by.payer.values):
            yuan = by.sel(line=line, payer=payer)
            if float(yuan.sum()) > 0:
                name = say("report.list_comma", lang).join((label("line", line, lang), label("payer", payer, lang)))
                rows.append((name, *(unit.cell(float(v)) for v in yuan.values), unit.cell(float(yuan.sum()))))
    whole = by.sum(("line", "payer"))
    rows.append((say("report.total", lang), *(unit.cell(float(v)) for v in whole.values), unit.cell(total)))
    quarters = (say("viewer.money.quarter", lang, {"n": int(q) + 1}) for q in by.quarter.values)
    columns = (say("viewer.money.line", lang), *quarters, say("report.total", lang))
    params = {"unit": unit.name(lang), "year": result.scenario.price_year}
    return Table(say("viewer.money.ledger", lang, params), columns, tuple(rows))
