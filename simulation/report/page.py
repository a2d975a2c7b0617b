"""One self-contained page that answers the planner's question and says what the answer rests on."""

from html import escape
from pathlib import Path

from simulation import plots
from simulation.outcomes import numbers
from simulation.outcomes.result import Result
from simulation.outcomes.wording import say
from simulation.report import html, method, money, tables
from simulation.report.headline import headline
from simulation.report.outcome_table import outcome_table
from simulation.report.target_table import target_table

PAGES = {"en": "report.html", "zh": "report.zh.html"}
OWN_NAME = {"en": "English", "zh": "中文"}
LIMITS = (
    "baseline",
    "imposed",
    "chance_only",
    "tuned",
    "places",
    "small_places",
    "prices",
    "not_modelled",
    "not_a_forecast",
)


def write_pages(
    folder: Path, programme: Result, baseline: Result | None = None, reference: Result | None = None
) -> list[Path]:
    """Write the page in English and in Chinese.

    Parameters
    ----------
    folder : path
        Existing folder.
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired run without the programme; without it nothing is said about what a programme added.
    reference : Result, optional
        Paired run of the reference outreach that conversion is held against (T8).

    Returns
    -------
    list of path
        `report.html` and `report.zh.html`.
    """
    paths = []
    for lang, name in PAGES.items():
        path = folder / name
        path.write_text(page(programme, baseline, lang, reference), encoding="utf-8")
        paths.append(path)
    return paths


def page(programme: Result, baseline: Result | None, lang: str, reference: Result | None = None) -> str:
    """Return the whole page: it asks no server for anything and works from a USB stick."""
    title = title_of(programme, lang)
    sections = [
        _coverage(programme, baseline, reference, lang),
        _spending(programme, baseline, lang),
        _figures(programme, baseline, lang),
        _indicators(programme, baseline, lang),
        _assumptions(programme, lang),
        _sources(programme, lang),
        _constants(programme, baseline, lang),
        _limits(programme, lang),
        _provenance(programme, baseline, reference, lang),
    ]
    other = "zh" if lang == "en" else "en"
    tag = html.LANGUAGE_TAGS[other]
    switch = f'<p class="switch"><a href="{PAGES[other]}" lang="{tag}" hreflang="{tag}">{OWN_NAME[other]}</a></p>'
    first, *rest = headline(programme, baseline, lang, reference)
    answer = html.paragraph(first, "answer") + "".join(html.paragraph(s) for s in rest)
    header = f"{_label(programme, lang)}{switch}<h1>{escape(title)}</h1>{answer}"
    return html.document(title, lang, header, "".join(sections), html.paragraph(say("report.footer", lang), "note"))


def title_of(result: Result, lang: str) -> str:
    """Return the scenario's title in a language, else in the other one, else the region's name."""
    title = result.scenario.title
    wanted, other = (title.zh, title.en) if numbers.is_chinese(lang) else (title.en, title.zh)
    return wanted or other or say("report.untitled", lang, {"region": method.region_title(result, lang)})


def _label(result: Result, lang: str) -> str:
    if not result.scenario.survey.illustrative:
        return ""
    return f'<p class="label" role="note">{escape(say("report.illustrative", lang))}</p>'


def _heading(code: str, lang: str) -> str:
    return f"<h2>{escape(say(f'report.heading.{code}', lang))}</h2>"


def _coverage(programme: Result, baseline: Result | None, reference: Result | None, lang: str) -> str:
    parts = [_heading("coverage", lang), html.table(tables.coverage_table(programme, baseline, lang))]
    cross = tables.cross_table(programme, baseline, lang)
    parts.append(html.details(cross.caption, html.table(cross)))
    if programme.scenario.targets:
        parts.append(html.table(target_table(programme, baseline, lang, reference)))
    return "".join(parts)


def _spending(programme: Result, baseline: Result | None, lang: str) -> str:
    parts = [_heading("spending", lang)]
    if not programme.scenario.levers:
        return "".join([*parts, html.paragraph(say("report.no_levers", lang))])
    if currency := money.currency_sentence(programme, lang):
        parts.append(html.paragraph(currency))
    if baseline:
        shown_in = numbers.currency_of(programme.dataset)
        parts.append(html.paragraph(money.cost_sentence(money.cost_of(programme, baseline), lang, shown_in)))
        if coupons := money.coupon_sentence(programme, baseline, lang):
            parts.append(html.paragraph(coupons))
    parts.append(html.table(money.spending_table(programme, lang)))
    parts.append(html.table(money.line_table(programme, lang)))
    zones = money.zone_table(programme, lang)
    parts.append(html.details(zones.caption, html.table(zones)))
    return "".join(parts)


def _figures(programme: Result, baseline: Result | None, lang: str) -> str:
    figures = [
        plots.coverage_over_time(programme, baseline, lang),
        plots.coverage_by_group(programme, baseline, "age", lang),
        plots.coverage_by_group(programme, baseline, "area", lang),
    ]
    if baseline:
        figures += [plots.added_by_group(programme, baseline, dim, lang) for dim in tables.GROUPS]
    if programme.scenario.levers:
        figures.append(plots.spending_by_lever(programme, lang))
    figures.append(plots.acceptance_by_sector(programme, baseline, lang))
    figures.append(plots.coverage_map(programme, lang))
    if baseline:
        figures.append(plots.added_map(programme, baseline, lang))
    if programme.dataset.sizes["quarter"]:
        figures.append(plots.blind_spot_map(programme, lang))
    charts = [html.chart(figure, f"chart-{number}", lang) for number, figure in enumerate(figures, start=1)]
    return _heading("figures", lang) + "".join(charts)


def _indicators(programme: Result, baseline: Result | None, lang: str) -> str:
    return _heading("indicators", lang) + html.table(outcome_table(programme, baseline, lang))


def _assumptions(programme: Result, lang: str) -> str:
    content = method.assumption_table(programme, lang)
    intro = html.paragraph(say("report.assumptions.intro", lang, {"n": len(content.rows)}))
    return _heading("assumptions", lang) + intro + html.details(content.caption, html.table(content, "text"))


def _sources(programme: Result, lang: str) -> str:
    words = method.region_words(programme, lang)
    parts = [_heading("sources", lang), html.items(words["sources"])]
    for name in ("estimated", "notes"):
        if words[name]:
            parts += [f"<h3>{escape(say(f'report.heading.{name}', lang))}</h3>", html.items(words[name])]
    return "".join(parts)


def _constants(programme: Result, baseline: Result | None, lang: str) -> str:
    found = method.constant_tables(programme, lang)
    if not found:
        return ""
    inside = "".join(html.table(t) for t in found)
    text = html.paragraph(say("report.constants.intro", lang))
    usual = baseline or (programme if not programme.scenario.levers and not programme.scenario.events else None)
    for sentence in method.constant_sentences(programme, usual, lang):
        text += html.paragraph(sentence)
    return _heading("constants", lang) + text + html.details(say("report.constants.show", lang), inside)


def _limits(programme: Result, lang: str) -> str:
    is_left_out = {
        "baseline": not programme.scenario.survey.illustrative,
        "places": method.knows_settlements(programme),
        "small_places": not method.knows_settlements(programme),
    }
    codes = [c for c in LIMITS if not is_left_out.get(c, False)]
    return _heading("limits", lang) + html.items([say(f"report.limit.{c}", lang) for c in codes])


def _provenance(programme: Result, baseline: Result | None, reference: Result | None, lang: str) -> str:
    runs = {"baseline": baseline, "programme": programme, "reference": reference}
    results = {say(f"plot.role.{role}", lang): result for role, result in runs.items() if result}
    return _heading("provenance", lang) + html.table(method.provenance_table(results, lang), "text")
