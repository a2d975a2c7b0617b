"""Private money that matches public money (plan S2): who adds how much to what is spent, to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulation.levers.base import to_fen
from simulation.scenario.budget import CoFunder


@dataclass(frozen=True, slots=True)
class _Funder:
    """A co-funder as the treasury deals with it."""

    name: str
    rate: Fraction  # yuan a public yuan
    rows: frozenset[int] | None  # levers it pays for; None are all


def exact(number: float) -> Fraction:
    """Return the number as it is written in decimals: 0.1 is a tenth."""
    return Fraction(str(number))


class CoFunding:
    """The co-funders of a budget, and what is left of their money.

    Every co-funder of a lever pays its rate for every public yuan spent on it, up to what it has left. Of a
    gross amount x the public part p is therefore the solution of p + sum of min(rate p, left) = x, rounded
    up to a whole fen; the private part is shared out among the co-funders in the order of their names.

    Parameters
    ----------
    funders : mapping of str to CoFunder
        As in the budget.
    lever_names : sequence of str
        Levers by row.

    Attributes
    ----------
    left : list of int
        Fen each co-funder may still pay, by name.
    """

    def __init__(self, funders: Mapping[str, CoFunder], lever_names: Sequence[str]) -> None:
        row_of = {name: row for row, name in enumerate(lever_names)}
        self._funders = [
            _Funder(
                name,
                exact(funders[name].match_rate),
                frozenset(row_of[lever] for lever in funders[name].levers) if funders[name].levers else None,
            )
            for name in sorted(funders)
        ]
        self.left = [to_fen(funders[funder.name].cap_yuan) for funder in self._funders]
        self._holds = {name: funder.condition is None for name, funder in funders.items()}

    def set_condition(self, name: str, holds: bool) -> None:
        """Say whether what a co-funder demands of the monitor holds; until it does, the co-funder pays nothing."""
        self._holds[name] = holds

    def take_over(self, other: "CoFunding") -> None:
        """Go on with what another account of the same co-funders has left, and with its conditions."""
        self.left, self._holds = list(other.left), dict(other._holds)

    def most_gross_fen(self, row: int, public_fen: int) -> int:
        """Return the most that can be spent on a lever with so much public money, fen."""
        terms = self._terms(row, self.left)
        return int(public_fen + sum(min(rate * public_fen, Fraction(left)) for _, rate, left in terms))

    def private_parts(self, row: int, gross_fen: int, left: Sequence[int]) -> list[int]:
        """Return what each co-funder adds to a spending; the rest is public.

        Parameters
        ----------
        gross_fen : int
            Public and private money together.
        left : sequence of int
            Fen each co-funder may still pay.

        Returns
        -------
        list of int
            Fen by co-funder.
        """
        terms = self._terms(row, left)
        parts = [0] * len(self._funders)
        if not terms:
            return parts
        public = _public_part(gross_fen, [(rate, left) for _, rate, left in terms])
        running, told = Fraction(0), 0
        for k, rate, mine in terms:
            running += min(rate * public, Fraction(mine))
            parts[k] = int(running) - told
            told += parts[k]
        return parts

    def _terms(self, row: int, left: Sequence[int]) -> list[tuple[int, Fraction, int]]:
        """Return who pays for a lever now: index, rate and what is left."""
        return [
            (k, funder.rate, left[k])
            for k, funder in enumerate(self._funders)
            if self._holds[funder.name] and left[k] and funder.rate and (funder.rows is None or row in funder.rows)
        ]


def _public_part(gross_fen: int, terms: list[tuple[Fraction, int]]) -> Fraction:
    """Return the p that solves p + sum of min(rate p, left) = gross."""
    rest, rates = Fraction(gross_fen), sum((rate for rate, _ in terms), Fraction(1))
    for rate, left in sorted(terms, key=lambda term: term[1] / term[0]):  # those whose money ends first
        if rate * rest <= left * rates:
            break
        rest -= left
        rates -= rate
    return rest / rates
