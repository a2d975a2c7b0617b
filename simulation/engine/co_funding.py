"""Private money that matches public money (plan S2): who adds how much to what is spent, to the fen."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulation.levers.base import to_fen
from simulation.scenario.budget import CoFunder


@dataclass(frozen=True, slots=True)
class _Funder:
    """A co-funder as the treasury deals with it."""

    name: str
    rate: int  # yuan a public yuan, in parts of one (`CoFunding._one`), so that it is a whole number
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
        rates = {name: exact(funder.match_rate) for name, funder in funders.items()}
        self._one = math.lcm(*(rate.denominator for rate in rates.values()))
        self._funders = [
            _Funder(
                name,
                int(rates[name] * self._one),
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
        if not self._funders:
            return public_fen
        private = sum(min(rate * public_fen, left * self._one) for _, rate, left in self._terms(row, self.left))
        return public_fen + private // self._one

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
        rest, rates = self._shared(gross_fen, terms)  # the public part is rest * one / rates
        running, told = 0, 0
        for k, rate, mine in terms:
            running += min(rate * rest, mine * rates)
            parts[k] = running // rates - told
            told += parts[k]
        return parts

    def _shared(self, gross_fen: int, terms: list[tuple[int, int, int]]) -> tuple[int, int]:
        """Return what is shared out between public money and co-funders whose money does not end, and their rates.

        It solves p + sum of min(rate p, left) = gross. Without those whose money ends p is larger, so that theirs ends
        all the same.
        """
        rest, rates = gross_fen, self._one + sum(rate for _, rate, _ in terms)
        paying = terms
        while ended := [term for term in paying if term[1] * rest > term[2] * rates]:
            paying = [term for term in paying if term not in ended]
            rest -= sum(left for _, _, left in ended)
            rates -= sum(rate for _, rate, _ in ended)
        return rest, rates

    def _terms(self, row: int, left: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return who pays for a lever now: index, rate and what is left."""
        if not self._funders:
            return []
        return [
            (k, funder.rate, left[k])
            for k, funder in enumerate(self._funders)
            if self._holds[funder.name] and left[k] and funder.rate and (funder.rows is None or row in funder.rows)
        ]
