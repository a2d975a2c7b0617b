"""The ways of choosing whom to visit, by name, and whom each has to ask beforehand."""

from collections.abc import Mapping
from typing import Literal, get_args

Strategy = Literal[
    "random",
    "random_friend",
    "gossip_nominees",
    "degree",
    "degree_discount",
    "k_core",
    "community_hubs",
    "wide_reach",
]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

Asked = Literal["nobody", "one_a_visit", "a_few_a_place", "everybody"]
INTERVIEWS: Mapping[Strategy, Asked] = {
    "random": "nobody",
    "random_friend": "one_a_visit",
    "gossip_nominees": "a_few_a_place",
    "degree": "everybody",
    "degree_discount": "everybody",
    "k_core": "everybody",
    "community_hubs": "everybody",
    "wide_reach": "everybody",
}
