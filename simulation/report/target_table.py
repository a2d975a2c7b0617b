"""The table of targets: what is wanted, what is reached, and why something is not known or not defined."""

from collections.abc import Mapping, Sequence

from simulation.outcomes import numbers
from simulation.outcomes.intervals import estimate
from simulation.outcomes.outreach import conversion_of_outreach
from simulation.outcomes.result import Result
from simulation.outcomes.targets import COVERAGE_CODES, Judgement, judge_all
from simulation.outcomes.wording import label, say
from simulation.report.tables import Table, share_cell


def judgements(programme: Result, baseline: Result | None, reference: Result | None = None) -> list[Judgement]:
    """Return every target of the scenario judged.

    Parameters
    ----------
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired business as usual.
    reference : Result, optional
        Paired run of the reference outreach, for T8.
    """
    others = [r.dataset if r else None for r in (baseline, reference)]
    return judge_all(programme.scenario.targets, programme.dataset, *others)


def target_table(programme: Result, baseline: Result | None, lang: str, reference: Result | None = None) -> Table:
    """Return every target of the scenario and whether it holds at the end."""
    rows, notes = [], {}
    for j in judgements(programme, baseline, reference):
        gap = numbers.points(-j.shortfall, lang)
        reached = share_cell((j.reached, j.low, j.high), lang)
        rows.append((target_label(j, lang), j.code, numbers.percent(j.target, 0), reached, gap, status_words(j, lang)))
        if not j.reason:
            notes[j.code] = _note(j, programme, baseline, reference, lang)
    columns = tuple(
        say(f"report.column.{c}", lang) for c in ("name", "code", "wanted", "reached", "distance", "status")
    )
    note = ("" if numbers.is_chinese(lang) else " ").join(text for text in notes.values() if text)
    return Table(say("report.targets.caption", lang), columns, tuple(rows), note)


def _note(j: Judgement, programme: Result, baseline: Result | None, reference: Result | None, lang: str) -> str:
    """Return how a target is read, where its number does not say so itself."""
    if j.code == "T4":
        return say("report.targets.fraud", lang)
    if j.code == "T5":
        params = {
            "wanted": numbers.percent(j.target, 0),
            "most": numbers.decimal(1 / (1 + j.target), 3),
            "strict": numbers.decimal(1 - j.target, 2),
            "ratio": numbers.decimal(1 / (1 + j.reached), 3),
        }
        return say("report.targets.efficiency", lang, params)
    if j.code == "T8" and baseline and reference:
        mine, theirs = (
            float(estimate(conversion_of_outreach(r.dataset, baseline.dataset))["mean"]) for r in (programme, reference)
        )
        return say("report.targets.outreach", lang, {"mine": numbers.percent(mine), "theirs": numbers.percent(theirs)})
    return ""


def target_label(judgement: Judgement, lang: str) -> str:
    """Return what a target is about, in words: a segment for coverage, else the outcome and its segment."""
    return words_of(judgement.code, judgement.segment, judgement.what, lang)


def words_of(code: str, segment: Mapping[str, Sequence[str]], what: str, lang: str) -> str:
    """Return what a row of the plan is about: `what` is that of T9, else empty."""
    comma = say("report.list_comma", lang)
    whom = comma.join(label(dim, name, lang) for dim, names in segment.items() for name in names)
    if code in COVERAGE_CODES:
        return whom or say("label.everyone", lang)
    outcome = say(f"report.target.{code}_{what}" if what else f"report.target.{code}", lang)
    return comma.join((outcome, whom)) if whom else outcome


def status_words(judgement: Judgement, lang: str) -> str:
    """Return whether a target holds, or why that cannot be said."""
    status = say(f"report.status.{judgement.status}", lang)
    if not judgement.reason:
        return status
    return say("report.status.with_reason", lang, {"status": status, "reason": reason_words(judgement, lang)})


def reason_words(judgement: Judgement, lang: str) -> str:
    """Return why a target is not known or not defined."""
    return say(f"report.reason.{judgement.reason}", lang)
