"""Grown-up children of the old who live in the region (amendments A10, A11)."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import Age, Area
from simulation.core.rng import Stream, uniforms
from simulation.core.state import Citizens, Family, Zones

if TYPE_CHECKING:
    from simulation.scenario.survey import Survey

Array = NDArray[Any]

NOBODY = -1


def link_children(citizens: Citizens, zones: Zones, survey: "Survey", seed: int) -> Family:
    """Give residents aged 60 and over a grown-up child in their zone, in their kind of area, or none.

    Assumption: the child is anyone aged 30 to 59 who lives there, all alike; brothers and sisters, and which
    parents share a child, are not modelled. Where a draw falls on a zone or area without such people there is no
    child.

    Parameters
    ----------
    citizens : Citizens
        Zone by zone; ages and areas filled.
    zones : Zones
        Only `first_citizen` is used.
    survey : Survey
        Shares with a child in the zone and in the kind of area, and of children who pay by telephone.
    seed : int
    """
    parent = np.flatnonzero(citizens.age >= Age.A60_74)
    adult = np.flatnonzero((citizens.age == Age.A30_44) | (citizens.age == Age.A45_59)).astype(np.int32)
    where = uniforms(seed, Stream.CHILD_WHERE, 0, parent)
    who = uniforms(seed, Stream.CHILD_WHO, 0, parent)
    child = np.full(len(parent), NOBODY, dtype=np.int32)

    near = where < survey.child_same_zone_share
    of_zone = np.searchsorted(adult, zones.first_citizen)
    child[near] = _chosen(adult, of_zone, citizens.zone[parent[near]], who[near])

    far = ~near & (where < survey.child_same_zone_share + survey.child_same_area_share)
    area = citizens.area[adult]
    of_area = np.concatenate(([0], np.cumsum(np.bincount(area, minlength=len(Area)))))
    by_area = adult[np.argsort(area, kind="stable")]
    child[far] = _chosen(by_area, of_area, citizens.area[parent[far]], who[far])

    linked = child != NOBODY
    parent, child = parent[linked], child[linked]
    pays = uniforms(seed, Stream.FAMILY_PHONE, 0, parent) < survey.family_phone()[citizens.age[parent]]
    return Family(parent=parent.astype(np.int32), child=child, child_pays=pays.astype(np.uint8))


def _chosen(members: Array, first: Array, group: Array, draw: Array) -> Array:
    """Return one member of each group asked for, NOBODY where it has none.

    Parameters
    ----------
    members : array of int32, shape (M,)
        Rows, group by group.
    first : array of int64, shape (groups + 1,)
        Members of group g are members[first[g]:first[g + 1]].
    group : array of int, shape (n,)
    draw : array of float64, shape (n,)
        Uniform draws in [0, 1).

    Returns
    -------
    array of int32, shape (n,)
    """
    size = np.diff(first)[group]
    chosen = np.full(len(group), NOBODY, dtype=np.int32)
    some = np.flatnonzero(size)
    chosen[some] = members[first[group[some]] + (draw[some] * size[some]).astype(np.int64)]
    return chosen
