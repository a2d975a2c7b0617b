"""What was spent, on what, by whom and where; what one more user costs; and what money did not reach."""

from collections.abc import Mapping
from pathlib import Path

import xarray as xr

from simulation.outcomes import indicators, numbers
from simulation.outcomes.intervals import CostPerUser, cost_per_additional_user
from simulation.outcomes.result import Result
from simulation.outcomes.targets import spends_alike
from simulation.outcomes.wording import label, lever_labels, say
from simulation.region import builtin, names
from simulation.report.tables import Table

QUARTERS_PER_YEAR = 4


def spending_table(programme: Result, lang: str) -> Table:
    """Return spending by lever and year, with totals and whose money it was, mean over replicates."""
    d = programme.dataset
    by = indicators.spending(d, ("lever", "year")).mean("replicate")
    by_payer = indicators.spending(d, ("payer", "year")).mean("replicate")
    unit = numbers.money_unit(float(by.sum()), lang, numbers.currency_of(d))

    def row(name: str, yuan: xr.DataArray) -> tuple[str, ...]:
        return (name, *(unit.cell(float(v)) for v in yuan.values), unit.cell(float(yuan.sum())))

    words = lever_labels(d, lang)
    rows = [row(words[str(name)], by.sel(lever=name)) for name in by.lever.values]
    rows.append(row(say("report.total", lang), by.sum("lever")))
    if has_private_money(programme):
        rows += [row(say(f"report.of_which.{p}", lang), by_payer.sel(payer=p)) for p in ("public", "private")]
    columns = [
        say("table.lever", lang),
        *(say("report.year", lang, {"year": int(y) + 1}) for y in by.year.values),
        say("report.total", lang),
    ]
    params = {"year": programme.scenario.price_year, "unit": unit.name(lang)}
    return Table(say("report.spending.caption", lang, params), tuple(columns), tuple(rows))


def line_table(programme: Result, lang: str) -> Table:
    """Return spending by lever and budget line, and by payer where money is private, mean over replicates."""
    d = programme.dataset
    by = indicators.spending(d, ("lever", "line")).mean("replicate")
    by_payer = indicators.spending(d, ("lever", "payer")).mean("replicate")
    payers = [str(p) for p in by_payer.payer.values] if has_private_money(programme) else []
    unit = numbers.money_unit(float(by.sum()), lang, numbers.currency_of(d))
    words = lever_labels(d, lang)

    def cells(lines: xr.DataArray, whose: xr.DataArray) -> list[str]:
        yuan = [float(v) for v in lines.values] + [float(whose.sel(payer=p)) for p in payers]
        return [unit.cell(v) for v in yuan]

    rows = [(words[str(n)], *cells(by.sel(lever=n), by_payer.sel(lever=n))) for n in by.lever.values]
    rows.append((say("report.total", lang), *cells(by.sum("lever"), by_payer.sum("lever"))))
    columns = (
        say("table.lever", lang),
        *(label("line", str(x), lang) for x in by.line.values),
        *(label("payer", p, lang) for p in payers),
    )
    return Table(say("report.lines.caption", lang, {"unit": unit.name(lang)}), columns, tuple(rows))


def zone_table(programme: Result, lang: str) -> Table:
    """Return spending by accounting zone and year, zones without any left out, mean over replicates."""
    by = indicators.spending(programme.dataset, ("zone", "year")).mean("replicate")
    unit = numbers.money_unit(float(by.sum()), lang, numbers.currency_of(programme.dataset))
    counties = _counties(programme, lang)
    rows = []
    *_, whole_region = zones = [str(z) for z in by.zone.values]
    for zone in zones:
        yuan = by.sel(zone=zone)
        name = say("report.whole_region", lang) if zone == whole_region else zone_label(zone, lang, counties)
        if float(yuan.sum()) > 0:
            rows.append((name, *(unit.cell(float(v)) for v in yuan.values), unit.cell(float(yuan.sum()))))
    columns = (
        say("report.column.zone", lang),
        *(say("report.year", lang, {"year": int(y) + 1}) for y in by.year.values),
        say("report.total", lang),
    )
    return Table(say("report.zones.caption", lang, {"unit": unit.name(lang)}), columns, tuple(rows))


def _counties(programme: Result, lang: str) -> Mapping[str, str]:
    """Return the names of a built-in region's counties in Chinese, by those zones are called after."""
    name = programme.scenario.region
    if not numbers.is_chinese(lang) or name not in names():
        return {}
    return {county.name: county.name_zh or county.name for county in builtin(name).counties}


def zone_label(zone: str, lang: str, counties: Mapping[str, str] | None = None) -> str:
    """Return how an accounting zone is written: a county, by its Chinese name where there is one."""
    county, _, area = zone.rpartition(" ")
    return say("report.zone", lang, {"county": (counties or {}).get(county, county), "area": label("area", area, lang)})


def has_private_money(programme: Result) -> bool:
    """Return whether anybody but the programme's own budget paid for something."""
    return bool((programme.dataset.spending_yuan.sel(payer="private") > 0).any())


def unpaid_sentence(programme: Result, lang: str) -> str:
    """Return which claims money did not reach, how many and from when; "" where all were paid."""
    d = programme.dataset
    unpaid = d.n_unpaid_claims
    words = lever_labels(d, lang)
    items = [
        say("report.unpaid.item", lang, {"lever": words[name], **told})
        for name in (str(n) for n in d.lever.values)
        if (told := unpaid_words(unpaid.sel(lever=name), d, lang))
    ]
    return say("report.unpaid", lang, {"items": say("report.list_semicolon", lang).join(items)}) if items else ""


def unpaid_words(unpaid: xr.DataArray, d: xr.Dataset, lang: str) -> dict[str, str]:
    """Return how many claims were not paid, `n`, and from when, `date`; empty where all were.

    Parameters
    ----------
    unpaid : DataArray, dims (replicate, week)
        Claims that money did not reach.
    d : Dataset
        Its run, for the dates.
    """
    if not bool((unpaid > 0).any()):
        return {}
    first = int((unpaid > 0).any("replicate").argmax("week"))
    n = numbers.count(float(unpaid.sum("week").mean()), lang)
    return {"n": n, "date": numbers.day(d.date.values[first], lang)}


def unequal_sentence(programme: Result, reference: Result, lang: str) -> str:
    """Return that a reference outreach does not cost what the programme does; "" where it does within 5%."""
    if spends_alike(programme.dataset, reference.dataset):
        return ""
    mine, theirs = (float(indicators.spending(r.dataset).mean()) for r in (programme, reference))
    currency = numbers.currency_of(programme.dataset)
    params = {"mine": numbers.money(mine, lang, currency), "theirs": numbers.money(theirs, lang, currency)}
    return say("report.headline.unequal", lang, params)


def currency_sentence(result: Result, lang: str) -> str:
    """Return at which rate amounts were converted; "" where they are yuan."""
    currency = numbers.currency_of(result.dataset)
    if currency.is_yuan:
        return ""
    recalled = result.provenance.get("region", {}).get("rate_is_recalled", False)
    params = {"currency": currency.code, "rate": f"{currency.per_yuan:g}"}
    return say("report.currency.recalled" if recalled else "report.currency.given", lang, params)


def cost_sentence(cost: CostPerUser, lang: str, currency: numbers.Currency = numbers.CNY) -> str:
    """Return cost per additional user in words, or why none is stated."""
    params = {}
    if cost.status == "estimated":
        params = {
            "cost": numbers.money(cost.yuan, lang, currency),
            "low": numbers.money(cost.low, lang, currency),
            "high": numbers.money(cost.high, lang, currency),
        }
    return say(f"report.cost.{cost.status}", lang, params)


def coupon_sentence(programme: Result, baseline: Result, lang: str) -> str:
    """Return how many coupons were paid, how many changed nothing (deadweight) and what leaked; "" without coupons.

    Amendment A8: deadweight = takers - paired extra newcomers; leakage is the assumed share of the spending
    that goes to people who are not new.
    """
    takers = float(indicators.coupon_takers(programme.dataset).mean())
    if takers == 0.0:
        return ""
    lost = float(indicators.coupon_deadweight(programme.dataset, baseline.dataset).mean())
    by_lever = indicators.spending(programme.dataset, ("lever",)).mean("replicate")
    leaked = sum(
        float(by_lever.sel(lever=name)) * lever.leakage_share
        for name, lever in programme.scenario.levers.items()
        if lever.kind == "coupon"
    )
    params = {
        "takers": numbers.count(takers, lang),
        "deadweight": numbers.count(max(0.0, lost), lang),
        "share": numbers.percent(max(0.0, lost) / takers, 0),
        "leaked": numbers.money(leaked, lang, numbers.currency_of(programme.dataset)),
    }
    return say("report.coupons", lang, params)


def cost_of(programme: Result, baseline: Result) -> CostPerUser:
    """Return the cost of one more active user at the end."""
    return cost_per_additional_user(baseline.dataset, programme.dataset)


def write_spending_csv(path: Path, programme: Result) -> None:
    """Write spending by lever, budget line, payer and quarter as one tidy file, yuan, mean over replicates."""
    by = indicators.spending(programme.dataset, ("lever", "line", "payer", "quarter")).mean("replicate")
    frame = by.to_dataframe("yuan").reset_index()
    year = frame.quarter // QUARTERS_PER_YEAR + 1
    frame.assign(year=year, quarter=frame.quarter + 1).to_csv(path, index=False)
