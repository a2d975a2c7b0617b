"""The survey a run starts from: who pays electronically, has access, knows, pays how often, and where.

Without a survey of the region the placeholders below stand in for a place of middling coverage. They are
not data on any real one, and every output that rests on them says so.
"""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES, SECTOR_NAMES
from simulation.quantities import Bounds, Multiplier, Rate, Seconds, Share, YuanAmount
from simulation.scenario.survey_fields import (
    NO_ESTIMATE,
    PLACEHOLDER,
    assumed,
    cells_of,
    check_keys,
    check_levels,
    facts,
    number,
    row_of,
    table,
    values_of,
)

Array = NDArray[np.float64]

HIGHEST_SHARE = 0.97  # no cell is taken to be complete: a cell without non-users could not be surveyed as such
NEEDED_OF_A_REAL_SURVEY = ("use_by_age", "access_by_age", "acceptance_by_sector")


Shares = dict[str, Share]
Times = dict[str, Seconds]
Factors = dict[str, Multiplier]
Rates = dict[str, Rate]

_KEYS_BY_SUFFIX = (
    ("_by_age", AGE_NAMES),
    ("_by_area", AREA_NAMES),
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
        check_levels(value, levels.get(info.field_name, (AGE_NAMES, AREA_NAMES, INCOME_NAMES)))
        return value


class Survey(BaseModel):
    """Baseline tables by age, area, income and sector (ODD 6).

    A share of a cell is the share of its age times factors of area and income, clipped; or what `cells` says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    illustrative: bool = Field(default=True, description="false where the tables were measured in the region")
    source: str = Field(default="", description="who asked whom, when; needed where illustrative is false")

    use_by_age: Shares = table(
        AGE_NAMES, (0.70, 0.68, 0.50, 0.24, 0.08), 0, 0.97,
        "share of residents 15+ paying electronically within 4 weeks",
    )  # fmt: skip
    use_area_factor: Factors = table(AREA_NAMES, (1.18, 0.92, 0.66), 0.4, 1.3, "multiplies the share of the age")
    use_income_factor: Factors = table(INCOME_NAMES, (0.90, 1.0, 1.10), 0.6, 1.3, "multiplies the share of the age")
    lapsed_share_of_non_users: Share = number(
        0.18, 0.05, 0.4, "share of those who do not pay electronically but once did", PLACEHOLDER
    )
    access_by_age: Shares = table(
        AGE_NAMES, (0.92, 0.90, 0.80, 0.56, 0.34), 0.1, 1, "share with an own smartphone and a payment account"
    )
    access_area_factor: Factors = table(AREA_NAMES, (1.04, 0.98, 0.86), 0.6, 1.2, "multiplies the share of the age")
    access_income_factor: Factors = table(INCOME_NAMES, (0.93, 1.0, 1.04), 0.7, 1.2, "multiplies the share of the age")
    device_share_without_access: Share = number(
        0.5, 0.2, 0.8,
        "share of those without access who own a smartphone and lack the account only",
        "no estimate found; half lack the account, half the device (amendment A3)",
    )  # fmt: skip
    aware_by_age: Shares = table(
        AGE_NAMES, (0.97, 0.96, 0.92, 0.78, 0.62), 0.3, 1, "share who know the service and where to get it"
    )
    aware_area_factor: Factors = table(AREA_NAMES, (1.02, 0.98, 0.92), 0.7, 1.1, "multiplies the share of the age")
    innate_skill_by_age: Shares = table(
        AGE_NAMES, (0.80, 0.72, 0.55, 0.34, 0.20), 0.05, 0.95, "mean skill without practice, 0 to 1"
    )
    innate_skill_area_factor: Factors = table(
        AREA_NAMES, (1.06, 0.98, 0.88), 0.7, 1.2, "multiplies the mean of the age"
    )
    innate_skill_income_factor: Factors = table(
        INCOME_NAMES, (0.92, 1.0, 1.08), 0.7, 1.2, "multiplies the mean of the age"
    )
    perceived_risk_by_age: Shares = table(
        AGE_NAMES, (0.22, 0.25, 0.32, 0.42, 0.48), 0.1, 0.7, "mean perceived risk without experience, 0 to 1"
    )
    prefers_cash_by_age: Shares = assumed(
        AGE_NAMES, (0.12, 0.14, 0.20, 0.32, 0.45), 0.05, 0.6,
        "share who prefer cash where both are possible",
        "22% of consumers in the euro area prefer cash; the split by age is assumed (amendment A8)",
    )  # fmt: skip
    shame_by_age: Shares = assumed(
        AGE_NAMES, (0.0, 0.0, 0.0, 0.0, 0.0), 0, 0.5,
        "share of those who would come to help but are ashamed to ask",
        "no estimate found; 0 so that attendance follows the share who ever come (amendment A4)",
    )  # fmt: skip
    old_device_by_age: Shares = assumed(
        AGE_NAMES, (0.05, 0.08, 0.15, 0.30, 0.40), 0, 0.6,
        "share whose telephone is, or would be, an old one",
        f"{NO_ESTIMATE}; telephones handed down in the family (plan E4)",
    )  # fmt: skip
    refuses_face_by_age: Shares = assumed(
        AGE_NAMES, (0.16, 0.16, 0.16, 0.16, 0.16), 0.05, 0.5,
        "share who do not want to pay by face, for privacy",
        "84.4% of users accept biometric verification (China Payment and Clearing Association 2019); that it holds "
        "for everybody at every age is assumed (plan R4)",
    )  # fmt: skip
    child_same_zone_share: Share = number(
        0.45, 0.2, 0.6,
        "share of residents aged 60+ who have a grown-up child in their own zone",
        f"{NO_ESTIMATE} (amendment A11)",
    )  # fmt: skip
    child_same_area_share: Share = number(
        0.30, 0.1, 0.4,
        "share of residents aged 60+ whose grown-up child lives somewhere in the region in the same kind of area",
        f"{NO_ESTIMATE} (amendment A11); the rest have no child in the region",
    )  # fmt: skip
    family_phone_by_age: Shares = assumed(
        AGE_NAMES, (0.0, 0.0, 0.0, 0.3, 0.4), 0, 0.6,
        "share of those with a grown-up child in the region for whom the child pays by telephone",
        f"{NO_ESTIMATE} (amendment A10)",
    )  # fmt: skip
    network_seconds_by_area: Times = assumed(
        AREA_NAMES, (0.0, 0.5, 1.5), 0, 5,
        "seconds that a slow network adds to an electronic payment",
        f"{NO_ESTIMATE} (plan E4); network_quality.csv of a region wins over it",
    )  # fmt: skip
    network_failure_by_area: Shares = assumed(
        AREA_NAMES, (0.002, 0.004, 0.010), 0, 0.03,
        "share of electronic attempts that a weak network loses",
        "technical declines under 0.75% of payments (India 2025); the split by area is assumed (plan E4); "
        "network_quality.csv of a region wins over it",
    )  # fmt: skip

    acceptance_by_sector: Shares = table(
        SECTOR_NAMES, (0.35, 0.45, 0.46, 0.22, 0.40, 0.30), 0.05, 0.97,
        "share of merchants accepting electronic payment",
    )  # fmt: skip
    acceptance_area_factor: Factors = table(
        AREA_NAMES, (1.15, 0.95, 0.70), 0.4, 1.3, "multiplies the share of the sector"
    )
    merchants_by_sector: Shares = table(
        SECTOR_NAMES, (0.02, 0.03, 0.30, 0.25, 0.25, 0.15), 0.005, 0.5, "share of all merchants; sums to 1"
    )
    pos_by_sector: Shares = assumed(
        SECTOR_NAMES, (0.8, 0.6, 0.25, 0.02, 0.15, 0.10), 0, 1,
        "share of merchants who need a POS terminal; the others do with a QR plate",
        "no estimate found; hospitals and stations use terminals, stalls a printed code (amendment A5)",
    )  # fmt: skip
    residents_per_merchant: Rate = number(
        30.0, 15, 60,
        "residents aged 15+ per merchant",
        "over 40 million Chinese shops and sellers with a code (2018), rounded",
    )  # fmt: skip
    merchant_density_area_factor: Factors = table(
        AREA_NAMES, (1.2, 1.0, 0.6), 0.3, 1.6, "merchants per resident, relative to a town"
    )

    payments_by_sector: Rates = table(
        SECTOR_NAMES, (0.4, 2.0, 3.0, 2.6, 3.0, 1.0), 0.1, 8, "payments of an adult a week, all methods"
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
        json_schema_extra=facts(0.2, 3, "multiplies the payments of the sector", PLACEHOLDER),
    )
    payments_by_income: Factors = table(INCOME_NAMES, (0.85, 1.0, 1.15), 0.6, 1.5, "multiplies the payments")
    ticket_by_sector: dict[str, YuanAmount] = table(
        SECTOR_NAMES, (60.0, 6.0, 45.0, 20.0, 25.0, 50.0), 2, 200, "median amount of a payment, yuan"
    )

    growth_per_year: Rate = number(
        0.055, 0, 0.3,
        "yearly growth of a segment's coverage c, times c(1-c)",
        "to be replaced by the observed trend (ODD 5)",
    )  # fmt: skip
    acceptance_growth_per_year: Rate = number(
        0.05, 0, 0.3,
        "yearly growth of a sector's acceptance a, times a(1-a)",
        "to be replaced by the observed trend (ODD 5)",
    )  # fmt: skip
    cells: Cells | None = Field(
        default=None,
        description="measured shares by cell, from the survey among a region's tables",
        json_schema_extra={"unit": "shares by cell", "source": "the region's own tables", "grade": "seen"},
    )

    @field_validator("*")
    @classmethod
    def _has_every_category(cls, value: Any, info: Any) -> Any:
        if isinstance(value, dict):
            check_keys(value, table_keys(info.field_name) or ())
            if info.field_name == "payments_by_age_and_sector":
                for row in value.values():
                    check_keys(row, SECTOR_NAMES)
        return value

    @field_validator("merchants_by_sector")
    @classmethod
    def _sums_to_one(cls, value: Shares) -> Shares:
        total = sum(value.values())
        if abs(total - 1.0) > 1e-6:
            raise PydanticCustomError("shares_do_not_sum", "sums to {total}, not 1", {"total": round(total, 6)})
        return value

    @field_validator("child_same_area_share")
    @classmethod
    def _leaves_no_one_two_children(cls, value: float, info: ValidationInfo) -> float:
        left = round(1.0 - info.data.get("child_same_zone_share", 0.0), 9)
        return Bounds("share", 0.0, left).check(value)

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
            return np.array(values_of(self.cells.use, AGE_NAMES, AREA_NAMES, INCOME_NAMES))
        cells = cells_of(self.use_by_age, self.use_area_factor, self.use_income_factor)
        return np.clip(cells, 0.0, HIGHEST_SHARE)

    def access_share(self) -> Array:
        """Return the share with own smartphone and account; shape (5, 3, 3) by age, area, income."""
        if self.cells and self.cells.access:
            return np.array(values_of(self.cells.access, AGE_NAMES, AREA_NAMES, INCOME_NAMES))
        return np.clip(cells_of(self.access_by_age, self.access_area_factor, self.access_income_factor), 0.0, 1.0)

    def aware_share(self) -> Array:
        """Return the share who know the service; shape (5, 3) by age, area."""
        if self.cells and self.cells.aware:
            return np.array(values_of(self.cells.aware, AGE_NAMES, AREA_NAMES))
        by_age = row_of(self.aware_by_age, AGE_NAMES)
        return np.clip(np.outer(by_age, row_of(self.aware_area_factor, AREA_NAMES)), 0.0, 1.0)

    def innate_skill(self) -> Array:
        """Return the mean skill without practice, 0 to 1; shape (5, 3, 3) by age, area, income."""
        cells = cells_of(self.innate_skill_by_age, self.innate_skill_area_factor, self.innate_skill_income_factor)
        return np.clip(cells, 0.0, 1.0)

    def perceived_risk(self) -> Array:
        """Return the mean perceived risk, 0 to 1; shape (5,) by age."""
        return row_of(self.perceived_risk_by_age, AGE_NAMES)

    def prefers_cash(self) -> Array:
        """Return the share who prefer cash; shape (5,) by age."""
        return row_of(self.prefers_cash_by_age, AGE_NAMES)

    def shame(self) -> Array:
        """Return the share who would come to help but are ashamed to ask; shape (5,) by age."""
        return row_of(self.shame_by_age, AGE_NAMES)

    def old_device(self) -> Array:
        """Return the share whose telephone is, or would be, an old one; shape (5,) by age."""
        return row_of(self.old_device_by_age, AGE_NAMES)

    def refuses_face(self) -> Array:
        """Return the share who do not want to pay by face; shape (5,) by age."""
        return row_of(self.refuses_face_by_age, AGE_NAMES)

    def family_phone(self) -> Array:
        """Return the share whose grown-up child in the region pays for them by telephone; shape (5,) by age."""
        return row_of(self.family_phone_by_age, AGE_NAMES)

    def network_seconds(self) -> Array:
        """Return the seconds a slow network adds to an electronic payment; shape (3,) by area."""
        return row_of(self.network_seconds_by_area, AREA_NAMES)

    def network_failure(self) -> Array:
        """Return the share of electronic attempts a weak network loses; shape (3,) by area."""
        return row_of(self.network_failure_by_area, AREA_NAMES)

    def acceptance_share(self) -> Array:
        """Return the share of merchants who accept; shape (6, 3) by sector, area."""
        if self.cells and self.cells.acceptance:
            return np.array(values_of(self.cells.acceptance, SECTOR_NAMES, AREA_NAMES))
        by_sector = row_of(self.acceptance_by_sector, SECTOR_NAMES)
        return np.clip(np.outer(by_sector, row_of(self.acceptance_area_factor, AREA_NAMES)), 0.0, HIGHEST_SHARE)

    def merchant_sector_share(self) -> Array:
        """Return each sector's share of all merchants; shape (6,), sums to 1."""
        return row_of(self.merchants_by_sector, SECTOR_NAMES)

    def merchant_area_weight(self) -> Array:
        """Return merchants per resident relative to a town; shape (3,) by area."""
        return row_of(self.merchant_density_area_factor, AREA_NAMES)

    def pos_share(self) -> Array:
        """Return the share of merchants who need a POS terminal; shape (6,) by sector."""
        return row_of(self.pos_by_sector, SECTOR_NAMES)

    def payments_per_week(self) -> Array:
        """Return an adult's payments a week, all methods; shape (5, 6) by age, sector."""
        factor = np.array([row_of(self.payments_by_age_and_sector[age], SECTOR_NAMES) for age in AGE_NAMES])
        return np.asarray(factor * row_of(self.payments_by_sector, SECTOR_NAMES))

    def payments_income_factor(self) -> Array:
        """Return what multiplies payments by income; shape (3,)."""
        return row_of(self.payments_by_income, INCOME_NAMES)

    def median_ticket_yuan(self) -> Array:
        """Return the median amount of a payment in yuan; shape (6,) by sector."""
        return row_of(self.ticket_by_sector, SECTOR_NAMES)
