"""Money: what one more user costs, and every yuan by lever, line, payer, quarter and place."""

from simulation import plots
from simulation.analysis.comparison import compare
from simulation.plots.comparison import impact_figure
from simulation.report import html, money
from simulation.report.budget import budget_table, funder_table, quarter_table
from simulation.report.chapters.given import Given
from simulation.report.titles import title_of
from simulation.viewer.asked import Asked
from simulation.viewer.ledger import ledger_table
from simulation.viewer.pages.pieces import message, section


def money_page(asked: Asked) -> str:
    """Return cost per additional user, the budget, spending over time and the ledger."""
    given, lang = asked.given, asked.lang
    programme = given.programme
    if not programme.scenario.levers:
        return message(asked.say("viewer.money.none"), [given.say("report.no_levers")])
    parts = [_price(asked, given)]
    figures = given.draw(plots.spending_by_lever(programme, lang))
    if given.baseline:
        name, usual = "programme", "baseline"
        found = compare({name: programme, usual: given.baseline}, usual)
        figures += given.draw(impact_figure(found, {name: title_of(programme, lang), usual: ""}, lang))
    parts.append(section(asked.say("viewer.money.where"), figures))
    parts.append(section(asked.say("viewer.money.budget"), _budget(given)))
    tables = [money.spending_table(programme, lang), ledger_table(programme, lang), quarter_table(given)]
    told = "".join(html.table(table) for table in tables if table)
    for folded in (money.line_table(programme, lang), money.zone_table(programme, lang)):
        told += html.details(folded.caption, html.table(folded))
    return "".join([*parts, section(asked.say("viewer.money.accounts"), told)])


def _price(asked: Asked, given: Given) -> str:
    """Return what one more user costs, what coupons changed nothing, and what money did not reach."""
    if given.baseline is None:
        sentences = [asked.say("viewer.money.no_baseline")]
    else:
        sentences = [money.cost_sentence(money.cost_of(given.programme, given.baseline), given.lang, given.currency)]
        sentences.append(money.coupon_sentence(given.programme, given.baseline, given.lang))
    sentences.append(money.unpaid_sentence(given.programme, given.lang))
    sentences.append(money.currency_sentence(given.programme, given.lang))
    first, *rest = [sentence for sentence in sentences if sentence]
    return html.paragraph(first, "answer") + "".join(html.paragraph(sentence) for sentence in rest)


def _budget(given: Given) -> str:
    budget = given.programme.scenario.budget
    if budget is None:
        return given.p("report.budget.none")
    return html.table(budget_table(given)) + (html.table(funder_table(given), "text") if budget.co_funding else "")
