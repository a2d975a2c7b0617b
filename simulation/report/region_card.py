"""The card of a region: what was understood of it, against its census, with every estimate and fallback."""

import os
import tempfile
from collections import Counter
from html import escape
from pathlib import Path

from rich.console import Console
from rich.text import Text

from simulation.core.codes import AREA_NAMES
from simulation.messages import render
from simulation.outcomes import numbers
from simulation.outcomes.region_totals import age_totals, household_totals, merchant_counts, people_totals
from simulation.outcomes.wording import label, say
from simulation.plots.region_card import ages_figure, difference_text, region_map, total_label, totals_figure
from simulation.region.sources import Region
from simulation.region.survey_of_region import survey_of_region
from simulation.region.tables.model import RegionTables
from simulation.report import html
from simulation.report.tables import Table
from simulation.report.terminal import print_table
from simulation.scenario.survey import Survey

SIGN = '<meta name="generator" content="epay region">\n'  # a file that holds it is an older card
CARDS = {"en": "region-{name}.html", "zh": "region-{name}.zh.html"}
SIGN_WITHIN = 2_000  # characters


def title_of(region: Region, lang: str) -> str:
    """Return what a region is called."""
    return (numbers.is_chinese(lang) and region.title_zh) or region.title_en


def facts_table(region: Region, tables: RegionTables | None, lang: str) -> Table:
    """Return how many of everything there are, and the region's settings."""
    areas = Counter(place.area for place in region.places if place.area)
    types = Counter(point.type for point in tables.access_points) if tables else Counter()
    counts = merchant_counts(region)
    rows = [
        ("settlements", numbers.decimal(len(region.places), 0), _parts("area", areas, AREA_NAMES, lang)),
        ("counties" if tables is None else "blocks", numbers.decimal(len(region.counties), 0), ""),
        ("eligible", numbers.decimal(region.n_eligible, 0), ""),
        ("access", numbers.decimal(types.total(), 0), _parts("access", types, tuple(types), lang)),
        ("sites", numbers.decimal(len(region.sites), 0), ""),
        ("merchants_mapped", numbers.decimal(sum(c.mapped for c in counts), 0), ""),
        ("merchants_generated", numbers.decimal(sum(c.generated for c in counts), 0), say("card.estimated", lang)),
        ("travel", numbers.decimal(len(region.travel), 0), ""),
        ("survey", numbers.decimal(len(region.survey) + len(region.acceptance), 0), _baseline(region, lang)),
        ("detour", numbers.decimal(region.detour, 1), ""),
        ("currency", region.currency, _rate(region, lang)),
        ("year", str(region.census_year or numbers.NO_VALUE), ""),
    ]
    columns = tuple(say(f"card.column.{c}", lang) for c in ("what", "number", "of_which"))
    body = tuple((say(f"card.fact.{name}", lang), number, note) for name, number, note in rows)
    return Table(say("card.facts.caption", lang), columns, body)


def _parts(kind: str, counts: Counter[str], order: tuple[str, ...], lang: str) -> str:
    """Return the parts of a number in words: 3 urban, 1,341 town."""
    parts = [
        say("card.part", lang, {"number": numbers.decimal(counts[name], 0), "name": say(f"card.{kind}.{name}", lang)})
        for name in order
        if counts[name]
    ]
    return say("report.list_comma", lang).join(parts)


def _baseline(region: Region, lang: str) -> str:
    """Return whether adoption at the start is measured."""
    if not (region.survey or region.acceptance):
        return say("card.baseline.illustrative", lang)
    return say(
        "card.baseline.partly" if survey_of_region(region, Survey()).illustrative else "card.baseline.measured", lang
    )


def _rate(region: Region, lang: str) -> str:
    currency = numbers.Currency(region.currency, region.currency_per_yuan)
    if currency.is_yuan:
        return ""
    return say("card.rate", lang, {"currency": currency.code, "rate": f"{currency.per_yuan:g}"})


def totals_table(region: Region, tables: RegionTables | None, lang: str) -> Table:
    """Return people by area and age, and households, as a run of everybody has them and as the census counts them."""
    people = [*people_totals(region, tables), *age_totals(region, tables)]
    named = [(total_label(total, lang), total) for total in people]
    named.append((say("card.households", lang), household_totals(region, tables)))
    rows = tuple(
        (
            f"{name} *" if total.is_estimated else name,
            numbers.decimal(total.used, 0),
            numbers.NO_VALUE if total.stated is None else numbers.decimal(total.stated, 0),
            difference_text(total, lang) or ("0" if total.difference == 0 else numbers.NO_VALUE),
        )
        for name, total in named
    )
    columns = tuple(say(f"card.column.{c}", lang) for c in ("total", "used", "stated", "difference"))
    return Table(say("card.totals.caption", lang), columns, rows, say("card.totals.star", lang))


def merchants_table(region: Region, lang: str) -> Table:
    """Return merchants by sector, those mapped and those generated besides."""
    counts = merchant_counts(region)
    rows = [(label("sector", c.sector, lang), c.mapped, c.generated) for c in counts]
    rows.append((say("report.total", lang), sum(c.mapped for c in counts), sum(c.generated for c in counts)))
    cells = tuple((name, numbers.decimal(mapped, 0), numbers.decimal(made, 0)) for name, mapped, made in rows)
    columns = tuple(say(f"card.column.{c}", lang) for c in ("sector", "mapped", "generated"))
    return Table(say("card.merchants.caption", lang), columns, cells)


def lists_of(region: Region, lang: str) -> list[tuple[str, list[str]]]:
    """Return headings with what stands under them: notes of the tables, estimated numbers, sources."""
    is_chinese = numbers.is_chinese(lang)
    estimated = (is_chinese and region.estimated_zh) or region.estimated
    sources = (is_chinese and region.sources_zh) or region.sources
    found = (
        ("notes", [render(note, lang) for note in region.notes]),
        ("estimated", list(estimated)),
        ("sources", list(sources)),
    )
    return [(say(f"report.heading.{name}", lang), texts) for name, texts in found if texts]


def print_card(out: Console, region: Region, tables: RegionTables | None, lang: str) -> None:
    """Print what was understood of a region.

    Parameters
    ----------
    out : rich.console.Console
    region : Region
    tables : RegionTables, optional
        Those the region was made of; None for a built-in region.
    lang : str
        "en" or "zh".
    """
    out.print(Text(title_of(region, lang), style="bold"))
    out.print()
    for table in (facts_table(region, tables, lang), totals_table(region, tables, lang), merchants_table(region, lang)):
        print_table(out, table)
    for heading, texts in lists_of(region, lang):
        out.print(Text(heading, style="bold"))
        for text in texts:
            out.print(Text(f"- {text}"))
        out.print()


def card(region: Region, tables: RegionTables | None, lang: str) -> str:
    """Return the card as one page that asks no server for anything.

    Parameters
    ----------
    region, tables, lang
        As in `print_card`.
    """
    figures = [draw(region, tables, lang) for draw in (region_map, totals_figure, ages_figure)]
    charts = [html.chart(figure, f"chart-{number}", lang) for number, figure in enumerate(figures, start=1)]
    title = say("card.title", lang, {"region": title_of(region, lang)})
    lists = [f"<h2>{escape(heading)}</h2>{html.items(texts)}" for heading, texts in lists_of(region, lang)]
    main = [
        html.table(facts_table(region, tables, lang), "text"),
        *charts,
        html.table(merchants_table(region, lang)),
        *lists,
    ]
    header = f"<h1>{escape(title)}</h1>{html.paragraph(say('card.intro', lang))}"
    digest = say("card.footer", lang, {"digest": region.tables_digest}) if region.tables_digest else ""
    return html.document(title, lang, header, "".join(main), html.paragraph(digest, "note"), SIGN)


def is_older_card(path: Path) -> bool:
    """Return whether a file is a card, which may be replaced."""
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return SIGN in file.read(SIGN_WITHIN)


def write_card(path: Path, region: Region, tables: RegionTables | None, lang: str) -> None:
    """Write the card into a file that appears whole or not at all.

    Parameters
    ----------
    path : path
        An older file there is replaced; its folder is made where there is none.
    region, tables, lang
        As in `print_card`.
    """
    text = card(region, tables, lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    # beside the target, because a rename is atomic only within one file system
    handle, fresh = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(fresh).chmod(0o644)
        os.replace(fresh, path)
    finally:
        Path(fresh).unlink(missing_ok=True)
