"""The week up to which two plans are the same history, so that their past need be simulated once only."""

from simulation.engine.model import Model
from simulation.engine.plan import ByWeek, Plan
from simulation.levers.base import Lever


def parting_week(one: Plan, other: Plan) -> int:
    """Return the first week in which two plans can differ on the same world; that of their end where they cannot.

    Levers differ from the week the first of them opens, or acts where both open at once, or ends where they differ in
    nothing but their end and that does not change their pace; events from the first week they differ. Where public
    money is capped, what levers will owe is kept for them from week 0 on, and where rules may start or change a lever
    nobody knows when: such plans part at once if any lever differs, and so do plans whose money, rules or questionnaire
    differ.

    Parameters
    ----------
    one, other : Plan
        Levers, events, money and rules.
    """
    same = ("n_weeks", "budget", "monitor", "adjustment", "delay_weeks")
    if any(getattr(one, name) != getattr(other, name) for name in same):
        return 0
    weeks = [one.n_weeks]
    for events in ("cash_shortage", "outage", "fraud_factor", "budget_cut"):
        weeks += _differing_weeks(getattr(one, events), getattr(other, events))
    names = sorted({*one.levers, *other.levers})
    differing = [name for name in names if one.levers.get(name) != other.levers.get(name)]
    if differing and (one.budget is not None or one.adjustment):
        return 0
    weeks += [_first_difference(one.levers.get(name), other.levers.get(name)) for name in differing]
    return min(weeks)


def _differing_weeks(one: ByWeek, other: ByWeek) -> list[int]:
    """Return the weeks in which events by week differ."""
    return [week for week in {*one, *other} if one.get(week) != other.get(week)]


def _first_difference(one: Lever | None, other: Lever | None) -> int:
    """Return the first week in which a lever differs from what the other plan has under its name."""
    levers = [lever for lever in (one, other) if lever is not None]
    alike = one is not None and other is not None and _without_end(one) == _without_end(other)
    if alike and not any(lever.is_used_up for lever in levers):
        return min(lever.schedule.closing_week for lever in levers)
    if one is not None and other is not None and one.schedule.opening_week == other.schedule.opening_week:
        return min(one.acting_week, other.acting_week)
    return min(lever.schedule.opening_week for lever in levers)


def _without_end(lever: Lever) -> Lever:
    """Return a lever that does not end."""
    return lever.model_copy(update={"schedule": lever.schedule.model_copy(update={"end_week": None})})


def check_fork(week: int, plan: Plan, new_plan: Plan, model: Model, new_model: Model | None) -> None:
    """Refuse to go on from a week under a plan that would have led elsewhere.

    Parameters
    ----------
    week : int
        Week the engine stands at.
    plan, model : Plan, Model
        What it has run under.
    new_plan, new_model : Plan, Model
        What it is to go on under; no model means the same.

    Raises
    ------
    ValueError
        If the two plans part before this week, or other switches are asked for after week 0.
    """
    if week <= 0 or new_plan is plan:
        parted = week
    else:
        parted = parting_week(plan, new_plan)
    if parted < week:
        raise ValueError(
            f"an engine at week {week} cannot go on under a plan that differs from its own from week {parted} on; "
            f"fork it at week {parted} or before"
        )
    if week > 0 and new_model is not None and _switches(new_model) != _switches(model):
        raise ValueError(f"peers and acceptance can be frozen up to week 0, this engine stands at week {week}")


def _switches(model: Model) -> tuple[bool, bool]:
    return model.freeze_peers, model.freeze_acceptance
