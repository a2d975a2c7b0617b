"""The survey a run starts from: who pays electronically, has access, knows, pays how often, and where.

Without a survey of the region the placeholders below stand in for a place of middling coverage. They are
not data on any real one, and every output that rests on them says so.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES, SECTOR_NAMES
from simulation.quantities import Multiplier, Rate, Share, YuanAmount

Array = NDArray[np.float64]

HIGHEST_SHARE = 0.97  # no cell is taken to be complete: a cell without non-users could not be surveyed as such
NEEDED_OF_A_REAL_SURVEY = ("use_by_age", "access_by_age", "acceptance_by_sector")


def _table(names: tuple[str, ...], values: tuple[float, ...], unit: str) -> Any:
    """Declare a placeholder table with one value for each name."""
    return Field(
        default_factory=lambda: dict(zip(names, values, strict=True)),
        validate_default=True,
        json_schema_extra={"unit": unit, "source": "placeholder, ODD baseline tables", "grade": "assumption"},
    )


def _number(value: float, unit: str, source: str) -> Any:
    """Declare a placeholder number."""
    return Field(default=value, json_schema_extra={"unit": unit, "source": source, "grade": "assumption"})


def _assumed(names: tuple[str, ...], values: tuple[float, ...], unit: str, source: str) -> Any:
    """Declare a table that no baseline table gives."""
    return Field(
        default_factory=lambda: dict(zip(names, values, strict=True)),
        validate_default=True,
        json_schema_extra={"unit": unit, "source": source, "grade": "assumption"},
    )


Shares = dict[str, Share]
Factors = dict[str, Multiplier]
Rates = dict[str, Rate]

_KEYS_BY_SUFFIX = (
    ("_by_age", AGE_NAMES),
    ("_area_factor", AREA_NAMES),
    ("_income_factor", INCOME_NAMES),
    ("_by_income", INCOME_NAMES),
    ("_by_sector", SECTOR_NAMES),
)


def table_keys(name: str) -> tuple[str, ...] | None:
    """Return the categories a table of the survey is given for, or None where it is a single number."""
    if name == "payments_by_age_and_sector":
        return AGE_NAMES
    return next((keys for suffix, keys in _KEYS_BY_SUFFIX if name.endswith(suffix)), None)


ByArea = dict[str, Shares]


class Cells(BaseModel):
    """Measured shares cell by cell; they take the place of the tables with factors and are not clipped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    use: dict[str, ByArea] | None = Field(default=None, description="share who pay electronically; age, area, income")
    access: dict[str, ByArea] | None = Field(
        default=None, description="share with device and account; age, area, income"
    )
    aware: ByArea | None = Field(default=None, description="share who know the service; age, area")
    acceptance: ByArea | None = Field(default=None, description="share of merchants who accept; sector, area")

    @field_validator("use", "access", "aware", "acceptance")
    @classmethod
    def _has_every_cell(cls, value: Any, info: Any) -> Any:
        levels = {"aware": (AGE_NAMES, AREA_NAMES), "acceptance": (SECTOR_NAMES, AREA_NAMES)}
        _check_levels(value, levels.get(info.field_name, (AGE_NAMES, AREA_NAMES, INCOME_NAMES)))
        return value


class Survey(BaseModel):
    """Baseline tables by age, area, income and sector (ODD 6).

    A share of a cell is the share of its age times factors of area and income, clipped; or what `cells` says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    illustrative: bool = Field(default=True, description="false where the tables were measured in the region")
    source: str = Field(default="", description="who asked whom, when; needed where illustrative is false")

    use_by_age: Shares = _table(
        AGE_NAMES, (0.70, 0.68, 0.50, 0.24, 0.08), "share of residents 15+ paying electronically within 4 weeks"
    )
    use_area_factor: Factors = _table(AREA_NAMES, (1.18, 0.92, 0.66), "multiplies the share of the age")
    use_income_factor: Factors = _table(INCOME_NAMES, (0.90, 1.0, 1.10), "multiplies the share of the age")
    lapsed_share_of_non_users: Share = _number(
        0.18, "share of those who do not pay electronically but once did", "placeholder, ODD baseline tables"
    )
    access_by_age: Shares = _table(
        AGE_NAMES, (0.92, 0.90, 0.80, 0.56, 0.34), "share with an own smartphone and a payment account"
    )
    access_area_factor: Factors = _table(AREA_NAMES, (1.04, 0.98, 0.86), "multiplies the share of the age")
    access_income_factor: Factors = _table(INCOME_NAMES, (0.93, 1.0, 1.04), "multiplies the share of the age")
    device_share_without_access: Share = _number(
        0.5,
        "share of those without access who own a smartphone and lack the account only",
        "no estimate found; half lack the account, half the device (amendment A3)",
    )
    aware_by_age: Shares = _table(
        AGE_NAMES, (0.97, 0.96, 0.92, 0.78, 0.62), "share who know the service and where to get it"
    )
    aware_area_factor: Factors = _table(AREA_NAMES, (1.02, 0.98, 0.92), "multiplies the share of the age")
    innate_skill_by_age: Shares = _table(
        AGE_NAMES, (0.80, 0.72, 0.55, 0.34, 0.20), "mean skill without practice, 0 to 1"
    )
    innate_skill_area_factor: Factors = _table(AREA_NAMES, (1.06, 0.98, 0.88), "multiplies the mean of the age")
    innate_skill_income_factor: Factors = _table(INCOME_NAMES, (0.92, 1.0, 1.08), "multiplies the mean of the age")
    perceived_risk_by_age: Shares = _table(
        AGE_NAMES, (0.22, 0.25, 0.32, 0.42, 0.48), "mean perceived risk without experience, 0 to 1"
    )
    prefers_cash_by_age: Shares = _assumed(
        AGE_NAMES,
        (0.12, 0.14, 0.20, 0.32, 0.45),
        "share who prefer cash where both are possible",
        "22% of consumers in the euro area prefer cash; the split by age is assumed (amendment A8)",
    )
    shame_by_age: Shares = _assumed(
        AGE_NAMES,
        (0.0, 0.0, 0.0, 0.0, 0.0),
        "share of those who would come to help but are ashamed to ask",
        "no estimate found; 0 so that attendance follows the share who ever come (amendment A4)",
    )

    acceptance_by_sector: Shares = _table(
        SECTOR_NAMES, (0.35, 0.45, 0.46, 0.22, 0.40, 0.30), "share of merchants accepting electronic payment"
    )
    acceptance_area_factor: Factors = _table(AREA_NAMES, (1.15, 0.95, 0.70), "multiplies the share of the sector")
    merchants_by_sector: Shares = _table(
        SECTOR_NAMES, (0.02, 0.03, 0.30, 0.25, 0.25, 0.15), "share of all merchants; sums to 1"
    )
    pos_by_sector: Shares = _assumed(
        SECTOR_NAMES,
        (0.8, 0.6, 0.25, 0.02, 0.15, 0.10),
        "share of merchants who need a POS terminal; the others do with a QR plate",
        "no estimate found; hospitals and stations use terminals, stalls a printed code (amendment A5)",
    )
    residents_per_merchant: Rate = _number(
        30.0, "residents aged 15+ per merchant", "over 40 million Chinese shops and sellers with a code (2018), rounded"
    )
    merchant_density_area_factor: Factors = _table(
        AREA_NAMES, (1.2, 1.0, 0.6), "merchants per resident, relative to a town"
    )

    payments_by_sector: Rates = _table(
        SECTOR_NAMES, (0.4, 2.0, 3.0, 2.6, 3.0, 1.0), "payments of an adult a week, all methods"
    )
    payments_by_age_and_sector: dict[str, Factors] = Field(
        default_factory=lambda: {
            age: dict(zip(SECTOR_NAMES, row, strict=True))
            for age, row in zip(
                AGE_NAMES,
                (
                    (0.8, 1.4, 0.90, 0.6, 1.4, 1.2),
                    (0.9, 1.2, 1.00, 0.9, 1.2, 1.1),
                    (1.0, 1.0, 1.05, 1.1, 0.9, 1.0),
                    (1.5, 0.8, 1.05, 1.4, 0.6, 0.8),
                    (2.0, 0.5, 0.90, 1.3, 0.4, 0.7),
                ),
                strict=True,
            )
        },
        validate_default=True,
        json_schema_extra={
            "unit": "multiplies the payments of the sector",
            "source": "placeholder, ODD baseline tables",
            "grade": "assumption",
        },
    )
    payments_by_income: Factors = _table(INCOME_NAMES, (0.85, 1.0, 1.15), "multiplies the payments")
    ticket_by_sector: dict[str, YuanAmount] = _table(
        SECTOR_NAMES, (60.0, 6.0, 45.0, 20.0, 25.0, 50.0), "median amount of a payment, yuan"
    )

    growth_per_year: Rate = _number(
        0.055, "yearly growth of a segment's coverage c, times c(1-c)", "to be replaced by the observed trend (ODD 5)"
    )
    acceptance_growth_per_year: Rate = _number(
        0.05, "yearly growth of a sector's acceptance a, times a(1-a)", "to be replaced by the observed trend (ODD 5)"
    )
    cells: Cells | None = Field(
        default=None,
        description="measured shares by cell, from the survey among a region's tables",
        json_schema_extra={"unit": "shares by cell", "source": "the region's own tables", "grade": "seen"},
    )

    @field_validator("*")
    @classmethod
    def _has_every_category(cls, value: Any, info: Any) -> Any:
        if isinstance(value, dict):
            _check_keys(value, table_keys(info.field_name) or ())
            if info.field_name == "payments_by_age_and_sector":
                for row in value.values():
                    _check_keys(row, SECTOR_NAMES)
        return value

    @field_validator("merchants_by_sector")
    @classmethod
    def _sums_to_one(cls, value: Shares) -> Shares:
        total = sum(value.values())
        if abs(total - 1.0) > 1e-6:
            raise PydanticCustomError("shares_do_not_sum", "sums to {total}, not 1", {"total": round(total, 6)})
        return value

    @field_validator("payments_by_sector", "ticket_by_sector")
    @classmethod
    def _is_positive(cls, value: Rates) -> Rates:
        if min(value.values()) <= 0.0:
            raise PydanticCustomError("must_be_positive", "has a value that is not above 0", {})
        return value

    @field_validator("residents_per_merchant")
    @classmethod
    def _is_above_zero(cls, value: float) -> float:
        if value <= 0.0:
            raise PydanticCustomError("must_be_positive", "is not above 0", {})
        return value

    @model_validator(mode="after")
    def _measured_tables_are_given(self) -> Self:
        if not self.illustrative:
            lacking = [name for name in NEEDED_OF_A_REAL_SURVEY if name not in self.model_fields_set]
            if lacking or not self.source:
                names = ", ".join(lacking or ["source"])
                raise PydanticCustomError(
                    "survey_not_measured", "illustrative: false needs {lacking} of the region", {"lacking": names}
                )
        return self

    def use_share(self) -> Array:
        """Return the share paying electronically within 4 weeks; shape (5, 3, 3) by age, area, income."""
        if self.cells and self.cells.use:
            return np.array(_values(self.cells.use, AGE_NAMES, AREA_NAMES, INCOME_NAMES))
        cells = _cells(self.use_by_age, self.use_area_factor, self.use_income_factor)
        return np.clip(cells, 0.0, HIGHEST_SHARE)

    def access_share(self) -> Array:
        """Return the share with own smartphone and account; shape (5, 3, 3) by age, area, income."""
        if self.cells and self.cells.access:
            return np.array(_values(self.cells.access, AGE_NAMES, AREA_NAMES, INCOME_NAMES))
        return np.clip(_cells(self.access_by_age, self.access_area_factor, self.access_income_factor), 0.0, 1.0)

    def aware_share(self) -> Array:
        """Return the share who know the service; shape (5, 3) by age, area."""
        if self.cells and self.cells.aware:
            return np.array(_values(self.cells.aware, AGE_NAMES, AREA_NAMES))
        by_age = _row(self.aware_by_age, AGE_NAMES)
        return np.clip(np.outer(by_age, _row(self.aware_area_factor, AREA_NAMES)), 0.0, 1.0)

    def innate_skill(self) -> Array:
        """Return the mean skill without practice, 0 to 1; shape (5, 3, 3) by age, area, income."""
        cells = _cells(self.innate_skill_by_age, self.innate_skill_area_factor, self.innate_skill_income_factor)
        return np.clip(cells, 0.0, 1.0)

    def perceived_risk(self) -> Array:
        """Return the mean perceived risk, 0 to 1; shape (5,) by age."""
        return _row(self.perceived_risk_by_age, AGE_NAMES)

    def prefers_cash(self) -> Array:
        """Return the share who prefer cash; shape (5,) by age."""
        return _row(self.prefers_cash_by_age, AGE_NAMES)

    def shame(self) -> Array:
        """Return the share who would come to help but are ashamed to ask; shape (5,) by age."""
        return _row(self.shame_by_age, AGE_NAMES)

    def acceptance_share(self) -> Array:
        """Return the share of merchants who accept; shape (6, 3) by sector, area."""
        if self.cells and self.cells.acceptance:
            return np.array(_values(self.cells.acceptance, SECTOR_NAMES, AREA_NAMES))
        by_sector = _row(self.acceptance_by_sector, SECTOR_NAMES)
        return np.clip(np.outer(by_sector, _row(self.acceptance_area_factor, AREA_NAMES)), 0.0, HIGHEST_SHARE)

    def merchant_sector_share(self) -> Array:
        """Return each sector's share of all merchants; shape (6,), sums to 1."""
        return _row(self.merchants_by_sector, SECTOR_NAMES)

    def merchant_area_weight(self) -> Array:
        """Return merchants per resident relative to a town; shape (3,) by area."""
        return _row(self.merchant_density_area_factor, AREA_NAMES)

    def pos_share(self) -> Array:
        """Return the share of merchants who need a POS terminal; shape (6,) by sector."""
        return _row(self.pos_by_sector, SECTOR_NAMES)

    def payments_per_week(self) -> Array:
        """Return an adult's payments a week, all methods; shape (5, 6) by age, sector."""
        factor = np.array([_row(self.payments_by_age_and_sector[age], SECTOR_NAMES) for age in AGE_NAMES])
        return np.asarray(factor * _row(self.payments_by_sector, SECTOR_NAMES))

    def payments_income_factor(self) -> Array:
        """Return what multiplies payments by income; shape (3,)."""
        return _row(self.payments_by_income, INCOME_NAMES)

    def median_ticket_yuan(self) -> Array:
        """Return the median amount of a payment in yuan; shape (6,) by sector."""
        return _row(self.ticket_by_sector, SECTOR_NAMES)


def _check_keys(table: dict[str, Any], keys: tuple[str, ...]) -> None:
    """Refuse a table that lacks a category or has one the model does not know."""
    wrong = sorted(set(table) - set(keys)) or [key for key in keys if key not in table]
    if wrong:
        raise PydanticCustomError(
            "table_keys", "needs exactly {expected}; wrong: {wrong}", {"expected": ", ".join(keys), "wrong": wrong[0]}
        )


def _check_levels(table: Any, levels: tuple[tuple[str, ...], ...]) -> None:
    """Refuse a table of tables that lacks a category on any level."""
    if table is None or not levels:
        return
    _check_keys(table, levels[0])
    for inner in table.values():
        _check_levels(inner, levels[1:])


def _values(table: Any, *levels: tuple[str, ...]) -> Any:
    """Return the values of a table of tables as lists in the order of the codes."""
    return [_values(table[name], *levels[1:]) for name in levels[0]] if levels else table


def _row(table: dict[str, float], names: tuple[str, ...]) -> Array:
    """Return a table's values in the order of the codes."""
    return np.array([table[name] for name in names])


def _cells(by_age: dict[str, float], by_area: dict[str, float], by_income: dict[str, float]) -> Array:
    """Return the product age x area x income, shape (5, 3, 3)."""
    areas, incomes = _row(by_area, AREA_NAMES), _row(by_income, INCOME_NAMES)
    return np.asarray(np.einsum("a,r,i->ari", _row(by_age, AGE_NAMES), areas, incomes))
