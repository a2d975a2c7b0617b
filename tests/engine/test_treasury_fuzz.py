"""Whatever is spent, cut, limited and promised in whatever order: the books balance and no cap is passed."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.core.codes import Payer
from simulation.engine.treasury import Treasury
from simulation.levers.ledger import LINES, FixedCost
from simulation.scenario.budget import Budget
from tests.engine.treasuries import N_ACCOUNTS, N_WEEKS, NAMES, pay, reserve, spent

RATES = st.sampled_from([0, 0.001, 0.25, 1 / 3, 0.5, 1, 1.7, 2, 10])
FUNDERS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.fixed_dictionaries(
        {"match_rate": RATES, "cap_yuan": st.integers(0, 2000).map(lambda fen: fen / 100)},
        optional={
            "levers": st.lists(st.sampled_from(NAMES), max_size=2),
            "condition": st.just({"indicator": "merchants_accepting_share", "at_least": 0.4}),
        },
    ),
)
BUDGETS = st.builds(
    lambda total, lines, funders: Budget(
        total_yuan=total / 100, lines={line: fen / 100 for line, fen in lines.items()}, co_funding=funders
    ),
    st.integers(0, 5000),
    st.dictionaries(st.sampled_from(LINES), st.integers(0, 3000), max_size=3),
    FUNDERS,
)
ROW, LINE = st.integers(0, len(NAMES) - 1), st.sampled_from(LINES)
STEPS = st.one_of(
    st.tuples(st.just("fixed"), ROW, st.lists(st.tuples(LINE, st.integers(0, 500), st.integers(-1, 2)), max_size=3)),
    st.tuples(st.just("pay"), ROW, LINE, st.lists(st.floats(0, 300), max_size=8), st.randoms(use_true_random=False)),
    st.tuples(st.just("reserve"), ROW, LINE, st.integers(0, 200)),
    st.tuples(st.just("cut"), st.floats(0, 1)),
    st.tuples(st.just("condition"), st.sampled_from(["a", "b", "c"]), st.booleans()),
    st.tuples(st.just("limit"), ROW, st.none() | st.integers(0, 1000)),
    st.tuples(st.just("week")),
)


def take(treasury: Treasury, week: int, step: tuple) -> int:
    """Take one step and check what can be checked of it alone; return the gross spending."""
    before = spent(treasury)
    if step[0] == "fixed":
        costs = [FixedCost(*cost) for cost in step[2]]
        owed = sum(cost.fen for cost in costs)
        is_paid = treasury.settle_fixed(week, step[1], costs)
        assert spent(treasury) - before == (owed if is_paid else 0)
    elif step[0] == "pay":
        _, row, line, fen, random = step
        order = random.sample(range(len(fen)), len(fen))
        room = treasury.available_fen(week, row, line)
        accounts = [random.randrange(N_ACCOUNTS + 1) for _ in fen]
        paid = pay(treasury, fen, row, line, accounts, order, week)
        in_turn = [paid[k] for k in order]
        assert in_turn == sorted(in_turn, reverse=True)  # nobody is paid behind one who is not
        assert room is None or spent(treasury) - before <= room
    elif step[0] == "reserve":
        reserve(treasury, step[1], step[3], step[2])
    elif step[0] == "cut":
        treasury.cut(step[1])
    elif step[0] == "condition" and treasury._budget and step[1] in treasury._budget.co_funding:
        treasury.set_condition(step[1], step[2])
    elif step[0] == "limit":
        treasury.limit_row(step[1], step[2])
    return spent(treasury) - before


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.none() | BUDGETS, st.lists(STEPS, max_size=25))
def test_the_books_balance_whatever_happens(budget, steps):
    treasury, week, total = Treasury(budget, NAMES, N_WEEKS, N_ACCOUNTS), 0, 0
    for step in steps:
        week = min(week + (step[0] == "week"), N_WEEKS - 1)
        total += take(treasury, week, step)
        treasury.check(week)
    fen = treasury.ledger.fen
    assert (fen >= 0).all()
    assert fen.sum() == total
    public = fen[..., Payer.PUBLIC].sum(axis=(0, 1, 3))
    private = fen[..., Payer.PRIVATE].sum(axis=(0, 1, 3))
    assert (public + private == fen.sum(axis=(0, 1, 3, 4))).all()
    if budget is None:
        assert private.sum() == 0
        return
    assert public.sum() <= round(budget.total_yuan * 100)
    assert all(public[LINES.index(line)] <= round(yuan * 100) for line, yuan in budget.lines.items())
    assert private.sum() <= sum(round(funder.cap_yuan * 100) for funder in budget.co_funding.values())
    if len(budget.co_funding) == 1:
        (funder,) = budget.co_funding.values()
        assert private.sum() <= Fraction(str(funder.match_rate)) * int(public.sum())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(BUDGETS, ROW, LINE, st.lists(st.integers(1, 400), max_size=6))
def test_what_is_available_can_be_spent_to_the_fen_and_not_one_more(budget, row, line, earlier):
    treasury = Treasury(budget, NAMES, N_WEEKS, N_ACCOUNTS)
    for k, fen in enumerate(earlier):
        pay(treasury, [fen], row=k % len(NAMES), line=LINES[k % len(LINES)])
    room = treasury.available_fen(0, row, line)
    assert pay(treasury, [room + 1], row, line) == [False]
    assert pay(treasury, [room], row, line) == [True]
    treasury.check(0)
    assert treasury.settle_fixed(0, row, [FixedCost(line, treasury.available_fen(0, row, line))])
    assert not treasury.settle_fixed(0, row, [FixedCost(line, treasury.available_fen(0, row, line) + 1)])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(BUDGETS, st.lists(st.integers(0, 60), min_size=3, max_size=3), st.lists(STEPS, max_size=20))
def test_what_was_reserved_within_the_budget_is_always_there(budget, weekly, steps):
    """Kiosks, coupon and fees owe so much a week; use, cuts, limits of others and co-funders never take it."""
    treasury = Treasury(budget, NAMES, N_WEEKS, N_ACCOUNTS)
    for row, fen in enumerate(weekly):
        reserve(treasury, row, fen)
    owed = sum(weekly) * N_WEEKS
    if owed > round(budget.total_yuan * 100) or owed > round(budget.lines.get("operations", 1e9) * 100):
        return
    allowed = [step for step in steps if step[0] in ("pay", "cut", "condition")]
    for week in range(N_WEEKS):
        for row, fen in enumerate(weekly):
            assert treasury.settle_fixed(week, row, [FixedCost("operations", fen)])
        for step in allowed[week::N_WEEKS]:
            take(treasury, week, step)
        treasury.check(week)
