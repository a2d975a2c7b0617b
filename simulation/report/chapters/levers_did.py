"""Chapter 7: what each lever did: its share of the result where that was computed, and its use, reach and money."""

import numpy as np

from simulation.core.offers import USE_NAMES
from simulation.outcomes import indicators, numbers
from simulation.plots.attribution import attribution_figure
from simulation.plots.maps import FEWEST_SIMULATED
from simulation.report import attribution, html
from simulation.report.chapters.given import Given
from simulation.report.findings import AttributionFound, Size
from simulation.report.tables import Table

OF_PLACES = "attribution.caption_place"  # a long table, folded and not on paper


def levers_did(given: Given) -> str:
    """Return shares of levers, or how to compute them; and what each was used for."""
    if not given.programme.scenario.levers:
        return given.p("report.no_levers")
    found = given.findings.attribution
    parts = [given.how_to("report.missing.attribution")] if found is None else [_shares(given, found)]
    parts += [given.h3("uses"), html.table(use_table(given), "text"), html.table(help_table(given)), _reached(given)]
    return "".join(parts)


def _shares(given: Given, found: AttributionFound) -> str:
    words = attribution.player_words(found.result, given.levers, given.lang)
    parts = [given.size_note(found.size)]
    parts += [html.paragraph(sentence) for sentence in attribution.sentences(found.result, words, given.lang)]
    parts.append(given.draw(attribution_figure(found.result, words, given.is_illustrative, given.lang)))
    if groups := attribution.group_table(found.result, words, given.levers, given.lang):
        parts.append(html.table(groups, "text"))
    for table in attribution.tables(found.result, words, given.lang, _larger_places(given, found.size)):
        text = html.table(table)
        is_long = table.caption == given.say(OF_PLACES)
        parts.append(html.details(table.caption, text, "numbers") if is_long else text)
    return "".join(parts)


def _larger_places(given: Given, size: Size) -> dict[str, str]:
    """Return the names of places with enough simulated residents in runs of a size to tell anything of them."""
    d = given.programme.dataset
    residents = d.n_residents_place.mean("replicate")
    simulated = residents * (1 if isinstance(size.citizens, str) else size.citizens / float(residents.sum()))
    names = d.place_name_zh if numbers.is_chinese(given.lang) else d.place_name
    return {
        str(place): str(name)
        for place, name, n in zip(d.place.values, names.values, simulated.values, strict=True)
        if n >= FEWEST_SIMULATED
    }


def use_table(given: Given) -> Table:
    """Return what each lever paid for, its money, and the claims money did not reach; means over replicates."""
    d = given.programme.dataset
    uses = d.n_uses.sum("week").mean("replicate")
    spent = indicators.spending(d, ("lever",)).mean("replicate")
    unpaid = indicators.unpaid_claims(d).mean("replicate")
    total = float(spent.sum())
    unit = numbers.money_unit(total, given.lang, given.currency)
    rows = []
    for name, words in given.levers.items():
        yuan = float(spent.sel(lever=name))
        used = {use: float(uses.sel(lever=name, use=use)) for use in USE_NAMES}
        items = [
            given.say("report.use.item", use=given.say(f"report.use.{use}"), n=numbers.count(n, given.lang))
            for use, n in used.items()
            if n > 0
        ]
        rows.append(
            (
                words,
                given.joined(items) or given.say("report.use.none"),
                unit.cell(yuan),
                numbers.percent(yuan / total if total else np.nan, 1),
                numbers.count(float(unpaid.sel(lever=name)), given.lang),
            )
        )
    columns = (
        given.say("report.column.lever"),
        given.say("report.column.used_for"),
        given.say("report.column.spending", unit=unit.name(given.lang)),
        given.say("report.column.of_money"),
        given.say("report.column.unpaid"),
    )
    return Table(given.say("report.uses.caption"), columns, tuple(rows), given.say("report.uses.note"))


def help_table(given: Given) -> Table:
    """Return people helped in person, seats, people turned away and first uses led to, by kind of help."""
    d = given.programme.dataset
    runs = [d] if given.baseline is None else [given.baseline.dataset, d]
    rows = []
    for kind in (str(kind) for kind in d.help.values):
        cells = [
            numbers.count(float(run[name].sel(help=kind).sum("week").mean()), given.lang)
            for name in ("n_helps", "new_assisted_uses")
            for run in runs
        ]
        alone = [
            numbers.count(float(d[name].sel(help=kind).sum("week").mean()), given.lang)
            for name in ("n_seats", "n_turned_away")
        ]
        rows.append((given.say(f"report.help.{kind}"), *cells, *alone))
    roles = ["programme"] if given.baseline is None else ["baseline", "programme"]
    columns = [given.say("report.column.help")]
    for name in ("helped", "led_to"):
        columns += [given.say(f"report.column.{name}", role=given.say(f"plot.role.{role}")) for role in roles]
    columns += [given.say("report.column.seats"), given.say("report.column.turned_away")]
    return Table(given.say("report.help.caption"), tuple(columns), tuple(rows), given.say("report.help.note"))


def _reached(given: Given) -> str:
    """Return how many people outreach reached who had never used the service."""
    d = given.programme.dataset
    reached = float((d.reached_week >= 0).sum("citizen").mean()) * float(d.attrs["expansion_factor"])
    return given.p("report.reached", n=numbers.count(reached, given.lang))
