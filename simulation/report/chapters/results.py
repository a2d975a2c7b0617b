"""Chapter 5: what is reached against the targets, how surely, at what price, and what a simpler curve would say."""

from simulation import plots
from simulation.analysis.comparison import target_probabilities_of
from simulation.analysis.probabilities import Probability
from simulation.outcomes import numbers
from simulation.plots.bass import bass_figure
from simulation.report import html, money, tables
from simulation.report.chapters.given import Given, with_interval
from simulation.report.outcome_table import outcome_table
from simulation.report.simpler_rival import rival_sentences, rival_table, rivals
from simulation.report.tables import Table
from simulation.report.target_table import target_table, words_of


def results(given: Given) -> str:
    """Return targets with their probabilities, coverage, cost per user, the other outcomes and the simpler rival."""
    programme, baseline, lang = given.programme, given.baseline, given.lang
    parts = []
    if programme.scenario.targets:
        parts.append(html.table(target_table(programme, baseline, lang, given.reference)))
        parts.append(_probabilities(given))
    parts.append(given.draw(plots.coverage_over_time(programme, baseline, lang)))
    parts.append(html.table(tables.coverage_table(programme, baseline, lang)))
    if baseline:
        parts += [given.draw(plots.added_by_group(programme, baseline, dim, lang)) for dim in tables.GROUPS]
    parts.append(_price(given))
    parts += [given.h3("indicators"), html.table(outcome_table(programme, baseline, lang))]
    parts.append(given.draw(plots.acceptance_by_sector(programme, baseline, lang)))
    return "".join(parts) + _rival(given)


def _probabilities(given: Given) -> str:
    """Return how likely each target holds, and all together; a sentence where one replicate cannot tell."""
    if given.baseline is None:
        return given.p("report.missing.baseline")
    if given.programme.dataset.sizes["replicate"] == 1:
        return given.p("report.probabilities.one")
    table = probability_table(given)
    return html.table(table) if table else ""


def probability_table(given: Given) -> Table | None:
    """Return in how many replicates each target holds, and all of them; None without targets."""
    assert given.baseline is not None
    found = target_probabilities_of(given.programme, given.baseline, given.reference)
    if found is None:
        return None
    rows: list[tuple[str, ...]] = []
    for name, probability in found.each.items():
        target = given.programme.scenario.targets[name]
        segment = {"age": target.ages, "area": target.areas, "income": target.incomes}
        what = target.what if target.code == "T9" else ""
        words = words_of(target.code, segment, what, given.lang)
        rows.append((words, target.code, numbers.percent(target.share, 0), *_chance(given, probability)))
    rows.append((given.say("compare.all_targets"), "", "", *_chance(given, found.together)))
    columns = tuple(given.say(f"report.column.{name}") for name in ("name", "code", "wanted", "held", "probability"))
    note = given.say("report.probabilities.note")
    return Table(given.say("report.probabilities.caption"), columns, tuple(rows), note)


def _chance(given: Given, found: Probability) -> tuple[str, str]:
    if not found.n_defined:
        return numbers.NO_VALUE, given.say("compare.undefined")
    held = given.say("report.probabilities.held", held=found.n_held, n=found.n_defined)
    between = numbers.interval(found.low, found.high, given.lang, 0)
    return held, with_interval(numbers.percent(found.share, 0), between)


def _price(given: Given) -> str:
    """Return what one more user costs, and how many coupons changed nothing."""
    if given.baseline is None or not given.programme.scenario.levers:
        return ""
    cost = money.cost_of(given.programme, given.baseline)
    parts = [given.h3("cost"), html.paragraph(money.cost_sentence(cost, given.lang, given.currency))]
    if coupons := money.coupon_sentence(given.programme, given.baseline, given.lang):
        parts.append(html.paragraph(coupons))
    return "".join(parts)


def _rival(given: Given) -> str:
    found = rivals(given.programme, given.baseline)
    curves = [(one.role, one.series, one.fit) for one in found]
    return "".join(
        [
            given.h3("bass"),
            given.p("report.bass.intro"),
            given.draw(bass_figure(given.programme, curves, given.lang)),
            html.table(rival_table(given, found)),
            html.items(rival_sentences(given, found)),
        ]
    )
