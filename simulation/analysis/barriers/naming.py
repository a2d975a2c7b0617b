"""Which barrier holds somebody, from what they would do if barriers were not there.

* Whoever pays within the horizon by themselves is `on_the_way`.
* Of the others, a barrier is **sufficient** if taking it away alone makes them pay, and **necessary** if they pay when
  all barriers are taken away and do not when this one is left. Neither excludes others.
* They are named after the first sufficient barrier in the order in which one meets barriers: whoever does not know a
  service cannot distrust it. Only where none suffices alone, after the first necessary one.
* The others are `several`: either any one of some barriers could be left if the rest went, or not even all of them gone
  would have made them pay within the horizon (their answer to the question, or their few purchases, were drawn
  against it). For neither can a single barrier be named.

Why not, of several sufficient barriers, the one after which the first payment comes earliest: the question of paying
comes up on schedule (`engine.removal`), so that an earlier week says which of one or two questions was answered with
yes, and what one buys that week. Whatever moves people most would be named in place of what they meet first: where any
reason to gain is made to suffice, a fifth more people were named after it, at the cost of skill and help.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.removal import BARRIER_NAMES, NOT_PAID, Barrier, Removal

Array = NDArray[Any]
Mask = NDArray[np.bool_]

ON_THE_WAY, SEVERAL = "on_the_way", "several"
CLASS_NAMES = (*BARRIER_NAMES, ON_THE_WAY, SEVERAL)
N_CLASSES = len(CLASS_NAMES)
NOT_IN_GAP = -1  # code of who pays


@dataclass(frozen=True, slots=True)
class Answers:
    """When people would next pay: weeks from now, `NOT_PAID` where not within the horizon.

    Attributes
    ----------
    gap : array of bool, shape (N,)
        Who does not pay now.
    as_they_are, without_all : array of int, shape (N,)
        Nothing, and all barriers taken away.
    without_one, with_one_alone : array of int, shape (7, N)
        Each barrier alone taken away, and each alone left.
    """

    gap: Mask
    as_they_are: Array
    without_all: Array
    without_one: Array
    with_one_alone: Array


@dataclass(frozen=True, slots=True)
class Named:
    """What holds each person.

    Attributes
    ----------
    code : array of int8, shape (N,)
        Row of `CLASS_NAMES`; `NOT_IN_GAP` outside the gap.
    sufficient, necessary : array of bool, shape (7, N)
        By barrier.
    """

    code: Array
    sufficient: Mask
    necessary: Mask


def ask(removal: Removal) -> Answers:
    """Let people go on without each barrier, without all, and without all but each."""
    everything = tuple(Barrier)
    return Answers(
        removal.gap,
        removal.by_themselves,
        removal.next_payment(everything),
        np.stack([removal.next_payment((barrier,)) for barrier in Barrier]),
        np.stack([removal.next_payment([b for b in Barrier if b != left]) for left in Barrier]),
    )


def name_barriers(answers: Answers) -> Named:
    """Name what holds each person of the gap, by the rules above."""
    held = answers.gap & (answers.as_they_are == NOT_PAID)
    sufficient = held & (answers.without_one != NOT_PAID)
    necessary = held & (answers.without_all != NOT_PAID) & (answers.with_one_alone == NOT_PAID)
    code = np.full(len(held), NOT_IN_GAP, np.int8)
    code[answers.gap] = CLASS_NAMES.index(ON_THE_WAY)
    code[held] = CLASS_NAMES.index(SEVERAL)
    for barriers in (necessary, sufficient):  # the latter over the former
        is_named = barriers.any(axis=0)
        code[is_named] = barriers.argmax(axis=0)[is_named]
    return Named(code, sufficient, necessary)
