"""The answer in a sentence or two: what is reached, which targets fail and by how much."""

from collections.abc import Mapping

from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage, incentives_at_end
from simulation.outcomes.intervals import estimate, estimate_share, excludes_zero, paired_difference
from simulation.outcomes.result import Result
from simulation.outcomes.wording import say
from simulation.report.money import unequal_sentence, unpaid_sentence
from simulation.report.target_table import judgements, reason_words, target_label


def headline(programme: Result, baseline: Result | None, lang: str, reference: Result | None = None) -> list[str]:
    """Return the sentences of the answer, the first one on coverage, the others on targets.

    Parameters
    ----------
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired run without the programme.
    lang : str
        "en" or "zh".
    reference : Result, optional
        Paired run of the reference outreach (T8).
    """
    return [
        _reached(programme, baseline, lang),
        *_targets(programme, baseline, reference, lang),
        *cautions(programme, baseline, lang, reference),
    ]


def cautions(programme: Result, baseline: Result | None, lang: str, reference: Result | None = None) -> list[str]:
    """Return the sentences that keep the answer from meaning more than it does; arguments as of `headline`."""
    return [*_cautions(programme, baseline, lang), *_money(programme, reference, lang)]


def _reached(programme: Result, baseline: Result | None, lang: str) -> str:
    after = coverage(programme.dataset).isel(week=-1)
    interval = estimate_share(after)
    params = {
        "date": numbers.day(programme.dataset.date.values[-1], lang),
        "reached": numbers.percent(float(interval["mean"])),
        "interval": numbers.interval(float(interval.low), float(interval.high), lang),
    }
    kind = "one" if programme.dataset.sizes["replicate"] == 1 else "many"
    if baseline is None:
        return say(f"report.headline.single_{kind}", lang, params)
    before = coverage(baseline.dataset).isel(week=-1)
    added = estimate(paired_difference(before, after))
    params["without"] = numbers.percent(float(estimate(before)["mean"]))
    params["added"] = numbers.points(float(added["mean"]), lang)
    params["added_interval"] = numbers.interval(float(added.low), float(added.high), lang)
    if kind == "many" and not bool(excludes_zero(added)):
        return say("report.headline.no_difference", lang, params)
    return say(f"report.headline.pair_{kind}", lang, params)


def _cautions(programme: Result, baseline: Result | None, lang: str) -> list[str]:
    """Return what keeps the answer from meaning more: no run to compare with, a baseline that would not be solved."""
    found = []
    if baseline is None and programme.scenario.levers:
        found.append("report.headline.not_compared")
    constants = programme.provenance.get("constants")
    if isinstance(constants, Mapping) and not constants.get("converged", True):
        found.append("report.headline.unconverged")
    return [say(code, lang) for code in found]


def _money(programme: Result, reference: Result | None, lang: str) -> list[str]:
    """Return what of the money bears on the answer: claims not paid, incentives still paid, an unequal reference."""
    found = [unpaid_sentence(programme, lang)]
    paid = float(incentives_at_end(programme.dataset).mean())
    if paid > 0.0 and programme.scenario.targets:
        amount = numbers.money(paid, lang, numbers.currency_of(programme.dataset))
        found.append(say("report.headline.incentives", lang, {"amount": amount}))
    if reference:
        found.append(unequal_sentence(programme, reference, lang))
    return [sentence for sentence in found if sentence]


def _targets(programme: Result, baseline: Result | None, reference: Result | None, lang: str) -> list[str]:
    judged = judgements(programme, baseline, reference)
    if not judged:
        return [say("report.headline.no_targets", lang)]
    met = sum(j.status == "met" for j in judged)
    if met == len(judged):
        return [say("report.headline.all_met", lang, {"n": len(judged)})]
    sentences = [say("report.headline.met", lang, {"met": met, "n": len(judged)})]
    for status in ("missed", "open", "unknown", "undefined"):
        items = [
            say(
                f"report.headline.item_{status}",
                lang,
                {
                    "segment": target_label(j, lang),
                    "target": numbers.percent(j.target, 0),
                    "reached": numbers.percent(j.reached),
                    "gap": numbers.points(j.shortfall, lang, signed=False),
                    "reason": reason_words(j, lang) if j.reason else "",
                },
            )
            for j in judged
            if j.status == status
        ]
        if items:
            sentences.append(
                say(f"report.headline.{status}", lang, {"items": say("report.list_semicolon", lang).join(items)})
            )
    return sentences
