"""The plan's own structure: phases that levers take their weeks from, and the time coordination takes (plan S3)."""

from collections.abc import Mapping

from pydantic import Field

from simulation.levers.base import Lever
from simulation.quantities import RULE, WeekIndex, WholeWeeks, sourced
from simulation.scenario.part import Part


class Phase(Part):
    """A stretch of the plan's weeks."""

    start_week: WeekIndex = Field(description="first week", examples=[13])
    weeks: WholeWeeks = Field(description="length", examples=[91])

    @property
    def end_week(self) -> int:
        """First week after the phase."""
        return self.start_week + self.weeks


class Coordination(Part):
    """How departments work together: until all have agreed, what was decided has no effect."""

    delay_weeks: WholeWeeks = sourced(
        0, 0, 26, "weeks", RULE, "definition", examples=[4],
        meaning="weeks from decision to effect, of levers without delay_weeks of their own",
    )  # fmt: skip


def with_plan_weeks(lever: Lever, phases: Mapping[str, Phase], coordination: Coordination) -> Lever:
    """Return a lever whose schedule says what it leaves to its phase and to coordination."""
    schedule = lever.schedule
    filled: dict[str, int] = {}
    if schedule.phase is not None:
        phase = phases[schedule.phase]
        if "start_week" not in schedule.model_fields_set:
            filled["start_week"] = phase.start_week
        if schedule.end_week is None:
            filled["end_week"] = phase.end_week
    if coordination.delay_weeks and schedule.delay_weeks is None:
        filled["delay_weeks"] = coordination.delay_weeks
    if not filled:
        return lever
    return lever.model_copy(update={"schedule": schedule.model_copy(update=filled)})
