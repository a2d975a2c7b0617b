"""MODEL.md says what is built: numbers of the levers as in the schema, every symbol, every row of the plan."""

import re
from pathlib import Path

import pytest

from simulation.core.rules import adoption, learning, merchant, payment, survey, trust
from simulation.messages import number
from simulation.scenario.evidence import evidence
from simulation.scenario.schema import LEVERS

ROOT = Path(__file__).resolve().parents[2]
MODEL = (ROOT / "MODEL.md").read_text(encoding="utf-8")
RULES = MODEL[MODEL.index("## 7 Submodels") : MODEL.index("## 8 Checks")]
NUMBERS = RULES[RULES.index("| lever | dose |") : RULES.index("**Events**")]
GRADES = {"s": "seen", "r": "recalled", "t": "tuned", "a": "assumption", "d": "definition"}
ENTRY = re.compile(r"`(\w+)` (\S+) \((\S+?)–(\S+?)\) ([srtad])\b")
PLAN = [f"{letter}{k}" for letter, n in (("T", 9), ("P", 4), ("R", 6), ("E", 4), ("S", 5)) for k in range(1, n + 1)]


def row_of(kind: str) -> str:
    """Return the row of a lever in the table of numbers."""
    return next(line for line in NUMBERS.splitlines() if line.startswith(f"| `{kind}` |"))


@pytest.mark.parametrize("kind", LEVERS)
def test_the_numbers_of_a_lever_are_those_of_the_schema(kind):
    told = ENTRY.findall(row_of(kind))
    fields = [entry.field for entry in evidence() if entry.name.rpartition(".")[0] == kind]
    assert [name for name, *_ in told if name in fields] != []
    assert set(fields) <= {name for name, *_ in told}
    assert row_of(kind).count("`") == 2 * (len(told) + 1)  # nothing stands there that was not read
    for name, value, low, high, grade in told:
        (entry,) = evidence(f"{kind}.{name}" if name in fields else name)
        assert (value, low, high) == tuple(number(x) for x in (entry.value, entry.low, entry.high)), name
        assert GRADES[grade] == entry.grade, name


def test_every_symbol_stands_in_an_equation():
    symbols = [entry.symbol for entry in evidence() if entry.symbol]
    missing = [s for s in symbols if not re.search(rf"(?<![\w/]){re.escape(s)}(?!\w)", RULES)]
    assert missing == []


def test_every_row_of_the_plan_is_told_where_it_is():
    rows = MODEL[MODEL.index("### 7.17") : MODEL.index("### Amendments built")]
    told = re.findall(r"\b([TPRES]\d)\b", "\n".join(line.split("|")[1] for line in rows.splitlines() if "|" in line))
    assert sorted(told) == sorted(PLAN)


def test_every_amendment_is_told():
    rows = MODEL[MODEL.index("### Amendments built") : MODEL.index("## 8 Checks")]
    assert [f"A{k}" for k in range(1, 14) if not re.search(rf"\bA{k}\b", rows)] == []


def test_shares_written_as_numbers_are_the_constants_of_the_rules():
    assert ".5 L_fric)(1 - .3 L_face)" in RULES
    assert (payment.INTERFACE_TIME_SHARE, payment.FACE_TIME_SHARE) == (0.5, 0.3)
    assert (payment.FACE_VERIFICATION_SHARE, payment.FULL_FRAUD_CONTROL) == (0.5, 0.5)
    assert (merchant.INTERFACE_RENT_SHARE, merchant.SHOCK_REVIEW_FACTOR) == (0.25, 10.0)
    assert (trust.SKILL_EXPOSURE, adoption.INCENTIVE_SCALE_FEN) == (1.5, 1000.0)
    assert (payment.SMALL_TICKET_FEN, payment.LARGE_TICKET_FEN) == (40_00, 400_00)


@pytest.mark.parametrize("module", [adoption, learning, merchant, payment, survey, trust], ids=lambda m: m.__name__)
def test_sections_that_rules_name_are_there(module):
    """A rule says "ODD 7.6" or "A7": the page has such a section, such an amendment."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    for section in set(re.findall(r"ODD (7\.\d+)", source)):
        assert re.search(rf"(\| |### ){re.escape(section)} ", RULES), section
