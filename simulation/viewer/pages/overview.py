"""Overview: what is reached, whether the targets hold, what it costs, and how far it can be trusted."""

from html import escape

import numpy as np

from simulation import plots
from simulation.analysis.comparison import target_probabilities_of
from simulation.outcomes import indicators, numbers
from simulation.outcomes.intervals import estimate, estimate_share, paired_difference
from simulation.outcomes.targets import Judgement
from simulation.report import html, method, money
from simulation.report.carrying import carrying
from simulation.report.chapters.given import Given, with_interval
from simulation.report.headline import cautions, headline
from simulation.report.tables import triple
from simulation.report.target_table import judgements, reason_words, target_label
from simulation.viewer.asked import Asked
from simulation.viewer.pages.pieces import Tile, bullet, section, status_mark, tiles

DIGEST_SHOWN = 12
GAPS = (("age", ("60-74", "75+"), "60"), ("area", ("remote",), "remote"), ("income", ("low",), "low"))


def overview(asked: Asked) -> str:
    """Return the sentence, the tiles, the board of targets, coverage over time, and what the answer rests on."""
    given = asked.given
    first, *_ = headline(given.programme, given.baseline, given.lang, given.reference)
    judged = judgements(given.programme, given.baseline, given.reference)
    parts = [html.paragraph(first, "answer"), tiles(_tiles(asked, given))]
    figure = plots.coverage_over_time(given.programme, given.baseline, given.lang)
    parts.append(section(asked.say("viewer.overview.over_time"), given.draw(figure)))
    if judged:
        parts.append(section(asked.say("viewer.overview.targets"), board(asked, given, judged)))
    else:
        parts.append(html.paragraph(given.say("report.headline.no_targets")))
    told = cautions(given.programme, given.baseline, given.lang, given.reference)
    if items := carrying(given):
        told.append(asked.say("viewer.overview.assumed", items=given.joined(items)))
    if told:
        parts.append(section(asked.say("viewer.overview.cautions"), html.items(told)))
    parts.append(section(asked.say("viewer.overview.run"), run_facts(asked, given)))
    return "".join(parts)


def _tiles(asked: Asked, given: Given) -> list[Tile]:
    lang = given.lang
    after = indicators.coverage(given.programme.dataset).isel(week=-1)
    reached = triple(estimate_share(after))
    found = [
        Tile(
            asked.say("viewer.tile.coverage"),
            numbers.percent(reached[0]),
            _between(asked, numbers.interval(reached[1], reached[2], lang), "%"),
        )
    ]
    if given.baseline:
        before = indicators.coverage(given.baseline.dataset).isel(week=-1)
        added = triple(estimate(paired_difference(before, after)))
        words = _between(asked, numbers.interval(added[1], added[2], lang))
        found.append(Tile(asked.say("viewer.tile.added"), numbers.points(added[0], lang), words))
        if given.programme.scenario.levers:
            cost = money.cost_of(given.programme, given.baseline)
            value = numbers.money(cost.yuan, lang, given.currency)
            ends = [numbers.money(v, lang, given.currency) for v in (cost.low, cost.high)]
            told = asked.say("viewer.tile.from_to", low=ends[0], high=ends[1])
            if cost.status != "estimated":
                told = asked.say(f"viewer.tile.cost.{cost.status}")
            found.append(Tile(asked.say("viewer.tile.cost"), value, told))
    gaps = [
        (name, triple(estimate(indicators.coverage_gap(given.programme.dataset, dim, members).isel(week=-1))))
        for dim, members, name in GAPS
    ]
    name, gap = min(gaps, key=lambda one: one[1][0])
    found.append(Tile(asked.say("viewer.tile.gap"), numbers.points(gap[0], lang), given.say(f"report.left.gap.{name}")))
    return found


def _between(asked: Asked, interval: str, unit: str = "") -> str:
    return asked.say("viewer.tile.interval", interval=interval + unit) if interval else asked.say("viewer.tile.one")


def board(asked: Asked, given: Given, judged: list[Judgement]) -> str:
    """Return every target as a row: status in a word and a sign, the value on a bar, and how likely it holds."""
    chances: dict[str, str] = {}
    n_replicates = given.programme.dataset.sizes["replicate"]
    if given.baseline is not None and n_replicates > 1:
        found = target_probabilities_of(given.programme, given.baseline, given.reference)
        for name, chance in (found.each if found else {}).items():
            if chance.n_defined:
                between = numbers.interval(chance.low, chance.high, given.lang, 0)
                chances[name] = with_interval(numbers.percent(chance.share, 0), between)
    heads = "".join(f'<th scope="col">{escape(asked.say(f"viewer.board.{name}"))}</th>' for name in HEADS)
    rows = "".join(_row(asked, given, one, chances.get(one.name, numbers.NO_VALUE)) for one in judged)
    met = sum(one.status == "met" for one in judged)
    caption = escape(asked.say("viewer.board.caption", met=met, n=len(judged)))
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="board">'
        f"<caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        + html.paragraph(asked.say(f"viewer.board.note.{'many' if n_replicates > 1 else 'one'}"), "note")
    )


HEADS = ("target", "status", "wanted", "reached", "on_scale", "distance", "probability")


def _row(asked: Asked, given: Given, one: Judgement, chance: str) -> str:
    lang = given.lang
    name = f'{escape(target_label(one, lang))} <span class="code">{escape(one.code)}</span>'
    status = status_mark(one.status, given.say(f"report.status.{one.status}"))
    if one.reason:
        status += f"<br><small>{escape(reason_words(one, lang))}</small>"
    between = numbers.interval(one.low, one.high, lang)
    reached = escape(numbers.percent(one.reached)) + (f"<br><small>{escape(between)}</small>" if between else "")
    bar = bullet(one.reached, one.low, one.high, one.target) if np.isfinite(one.reached) else ""
    cells = (
        status, escape(numbers.percent(one.target, 0)), reached, bar,
        escape(numbers.points(-one.shortfall, lang)), escape(chance),
    )  # fmt: skip
    return f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def run_facts(asked: Asked, given: Given) -> str:
    """Return size, code, time and digest of the run in a line each, and where to read more."""
    d, p = given.programme.dataset, given.programme.provenance
    code = p.get("code", {})
    facts = [
        (asked.say("viewer.fact.region"), method.region_title(given.programme, given.lang)),
        (
            asked.say("viewer.fact.size"),
            asked.say(
                "viewer.fact.size_words",
                citizens=numbers.decimal(d.attrs["n_simulated"], 0),
                replicates=d.sizes["replicate"],
                weeks=d.sizes["week"],
                people=numbers.count(float(d.n_residents.sum(("age", "area", "income")).mean()), given.lang),
            ),
        ),
        (asked.say("viewer.fact.written"), when(asked, str(p.get("written_at", "")))),
        (asked.say("viewer.fact.code"), f"{code.get('version', '')} {str(code.get('commit', ''))[:DIGEST_SHOWN]}"),
        (asked.say("viewer.fact.digest"), given.programme.digest[:DIGEST_SHOWN]),
    ]
    told = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in facts)
    more = ""
    if not asked.offline:
        more = f'<p><a href="{escape(asked.link("runs"))}">{escape(asked.say("viewer.overview.more"))}</a></p>'
    return f'<dl class="facts">{told}</dl>{more}'


def when(asked: Asked, written_at: str, code: str = "viewer.fact.when") -> str:
    """Return a time of writing (ISO 8601, UTC) in words; as it is where it is none."""
    try:
        day = numbers.day(np.datetime64(written_at[:10]), asked.lang)
    except ValueError:
        return written_at
    return asked.say(code, day=day, time=written_at[11:16])
