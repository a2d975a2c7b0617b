"""A commented scenario to start from, and the JSON Schema editors complete and check files with."""

import re
from typing import Any

from simulation.messages import Message, render
from simulation.scenario.schema import Scenario

_LAYOUT = """\
# <head>
# <check>
title: {en: <title_en>, zh: <title_zh>}
region: lishui          # <region>
citizens: 50000         # <citizens>
weeks: 156              # <weeks>
replicates: 8           # <replicates>
seed: 1
start_date: 2026-01-05
price_year: 2024
currency: CNY

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
budget: {total_yuan: 40000000}
"""


def template(lang: str = "en") -> str:
    """Return the text of a new scenario file with notes in a language, "en" or "zh"."""
    return re.sub(r"<(\w+)>", lambda found: render(Message(f"template.{found[1]}"), lang), _LAYOUT)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files; `extends` and `survey.table` included."""
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    path = {"type": "string", "examples": ["base.yaml"], "description": "scenario file this one builds on"}
    schema["properties"] = {"extends": path, **schema["properties"]}
    table = {"type": "string", "examples": ["survey.csv"], "description": "CSV file with tables of the survey"}
    schema["$defs"]["Survey"]["properties"] |= {"table": table}
    return schema
