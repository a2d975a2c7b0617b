"""A commented scenario to start from, and the JSON Schema editors complete and check files with."""

import re
from typing import Any

from simulation.messages import Message, render
from simulation.scenario.schema import Scenario

_LAYOUT = """\
# <head>
# <check>
title: {en: <title_en>, zh: <title_zh>}
region: REGION          # <region>
citizens: CITIZENS         # <citizens>
weeks: 156              # <weeks>
replicates: 8           # <replicates>
seed: 1
start_date: 2026-01-05
price_year: 2024
currency: CNY           # <currency>

# <levers>
levers:
  coupon:               # <coupon>
    kind: coupon
    first_use_yuan: 20
    cashback_yuan: 1
    leakage_share: 0.08 # <share>
    schedule: {start_week: 13, end_week: 130} # <schedule>

  campaign:             # <campaign>
    kind: campaign
    intensity: 1
    eligibility: {ages: [15-29, 30-44]} # <eligibility>
    schedule: {start_week: 8, end_week: 130}

  training:             # <training>
    kind: training_event
    places: county_seats # <places>
    seats_per_week: 40
    trainers: 1
    schedule: {start_week: 13}

  kiosks:               # <kiosk>
    kind: kiosk
    places: county_seats
    capacity_per_week: 50
    schedule: {start_week: 13}

  terminals:            # <terminal>
    kind: terminal_subsidy
    pos_rent_share: 1
    qr_rent_share: 1

  fees:                 # <fee>
    kind: fee_subsidy
    fee_share: 0.5

# <targets>
targets:
  coverage: {code: T1, share: 0.8}

# <budget>
budget: {total_yuan: BUDGET}
"""
_BUILTIN = {"REGION": "lishui", "CITIZENS": "50000", "BUDGET": "40000000"}
_OWN = {"REGION": ".     ", "CITIZENS": "5000 ", "BUDGET": "2000000"}  # fits the small example among which it stands


_USUAL_TITLE = "title: {en: Business as usual, zh: 维持现状}"


def template(lang: str = "en", own_region: bool = False, with_levers: bool = True) -> str:
    """Return the text of a new scenario file.

    Parameters
    ----------
    lang : str
        Language of its notes: "en" or "zh".
    own_region : bool
        Whether it is for a region whose tables stand beside it.
    with_levers : bool
        Whether anything is bought; without, it is business as usual, to run a programme against.
    """
    text = _LAYOUT
    if not with_levers:
        text = re.sub(r"# <levers>.*?(?=# <targets>)", "", text, flags=re.DOTALL)
        text = re.sub(r"^title: .*$", _USUAL_TITLE, text, flags=re.MULTILINE)
    for word, value in (_OWN if own_region else _BUILTIN).items():
        text = text.replace(word, value)
    return re.sub(r"<(\w+)>", lambda found: render(Message(f"template.{found[1]}"), lang), text)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files; `extends` and `survey.table` included."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    path = {"type": "string", "examples": ["baseline.yaml"], "description": "scenario file this one builds on"}
    schema["properties"] = {"extends": path, **schema["properties"]}
    table = {"type": "string", "examples": ["survey.csv"], "description": "CSV file with tables of the survey"}
    schema["$defs"]["Survey"]["properties"] |= {"table": table}
    return schema
