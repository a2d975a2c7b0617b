"""What holds those who do not pay, in sentences, tables and figures."""

from simulation.analysis.barriers.find import Barriers
from simulation.analysis.barriers.naming import CLASS_NAMES
from simulation.analysis.barriers.places import barrier_by_place
from simulation.engine.removal import BARRIER_NAMES
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import intervals_of_replicates, label, labels_of_levers
from simulation.plots.barriers import barrier_bars, barrier_places
from simulation.report import html
from simulation.report.attribution import names_of_players
from simulation.report.chapters.given import Given, with_interval
from simulation.report.findings import BarriersFound
from simulation.report.tables import Table

FEWEST_REPLICATES = (
    4  # two or three worlds of small groups often agree by chance, and seem to tell a lever from nothing
)
ENDS = ("mean", "low", "high")


def barrier_parts(given: Given, found: BarriersFound) -> str:
    """Return everything that is told of barriers."""
    held, weeks = found.programme, int(found.programme.dataset.attrs["horizon_weeks"])
    n = held.dataset.sizes["replicate"]
    parts = [
        given.size_note(found.size),
        given.p("report.barriers.answer", **_largest(given, held), weeks=weeks),
        html.table(barrier_table(given, found)),
        *(
            given.draw(barrier_bars(held.share(dim), dim, weeks, given.is_illustrative, given.lang))
            for dim in ("age", "area")
        ),
    ]
    if places := barrier_by_place(held):
        parts.append(given.draw(barrier_places(places, n, given.is_illustrative, given.lang)))
    single = single_table(given, held)
    parts.append(html.details(single.caption, html.table(single)))
    if found.cheapest and found.size.replicates < FEWEST_REPLICATES:
        parts.append(given.p("report.cheapest.few", n=found.size.replicates, least=FEWEST_REPLICATES))
    elif found.cheapest:
        parts.append(html.table(cheapest_table(given, found), "text"))
    return "".join(parts)


def _largest(given: Given, held: Barriers) -> dict[str, str]:
    """Return the single barrier that holds most people, and its share of those who do not pay."""
    shares = held.share_of_gap()["mean"].sel(barrier=list(BARRIER_NAMES))
    row = int(shares.values.argmax())
    return {
        "barrier": label("barrier", BARRIER_NAMES[row], given.lang),
        "share": numbers.percent(float(shares[row]), 0),
        "on_the_way": numbers.percent(float(held.share_of_gap()["mean"].sel(barrier="on_the_way")), 0),
    }


def barrier_table(given: Given, found: BarriersFound) -> Table:
    """Return residents held by each barrier, without and with the programme."""
    runs = {"baseline": found.baseline, "programme": found.programme}
    there = {role: held for role, held in runs.items() if held is not None}
    rows = []
    for name in CLASS_NAMES:
        cells = []
        for held in there.values():
            number, share = held.number().sel(barrier=name), held.share_of_gap().sel(barrier=name)
            mean, low, high = (float(number[end]) for end in ENDS)
            between = numbers.interval(max(0.0, low), high, given.lang, 0, 1.0)
            text = numbers.decimal(mean, 0)
            cells.append(with_interval(text, between))
            cells.append(numbers.percent(float(share["mean"])))
        rows.append((label("barrier", name, given.lang), *cells))
    columns = [given.say("table.barrier")]
    for role in there:
        words = given.say(f"plot.role.{role}")
        columns += [given.say("report.column.held_role", role=words), given.say("report.column.gap_role", role=words)]
    note = given.say("report.barriers.note", intervals=intervals_of_replicates(found.size.replicates, given.lang))
    return Table(given.say("report.barriers.caption"), tuple(columns), tuple(rows), note)


def single_table(given: Given, held: Barriers) -> Table:
    """Return for which share of residents each barrier is enough, and for which it is needed, by itself."""
    rows = []
    for name in BARRIER_NAMES:
        cells = []
        for kind in ("sufficient", "necessary"):
            one = held.single(kind).sel(removed=name)
            mean, low, high = (float(one[end]) for end in ENDS)
            between = numbers.interval(max(0.0, low), high, given.lang)
            text = numbers.percent(mean)
            cells.append(with_interval(text, between))
        rows.append((label("barrier", name, given.lang), *cells))
    columns = tuple(
        given.say(code) for code in ("table.barrier", "report.column.sufficient", "report.column.necessary")
    )
    return Table(given.say("report.barriers.single"), columns, tuple(rows), given.say("report.barriers.single_note"))


def cheapest_table(given: Given, found: BarriersFound) -> Table:
    """Return for each barrier of business as usual the lever that wins most users for the money."""
    kinds = {name: lever.kind for name, lever in given.programme.scenario.levers.items()}
    words = names_of_players(found.players, labels_of_levers(kinds, given.lang), given.lang)
    rows: list[tuple[str, ...]] = []
    for barrier in BARRIER_NAMES:
        levers = found.cheapest.get(barrier)
        best = levers.best if levers else None
        if best is None:
            unknown = (numbers.NO_VALUE for _ in ("users", "money", "rate"))
            rows.append((label("barrier", barrier, given.lang), given.say("report.cheapest.none"), *unknown))
            continue
        rows.append(
            (
                label("barrier", barrier, given.lang),
                words[best.lever],
                _shown(given, best.users),
                numbers.money(best.yuan.mean, given.lang, given.currency),
                _shown(given, best.users_for_money, 1),
            )
        )
    names = ("lever_against", "users_won", "extra_money", "users_for_money")
    columns = (given.say("table.barrier"), *(given.say(f"report.column.{name}") for name in names))
    return Table(
        given.say("report.cheapest.caption"),
        columns,
        tuple(rows),
        given.say("report.cheapest.note", n=found.size.replicates),
    )


def _shown(given: Given, value: Interval, digits: int = 0) -> str:
    between = numbers.interval(value.low, value.high, given.lang, digits, 1.0)
    text = numbers.decimal(value.mean, digits)
    return with_interval(text, between)
