"""What a search file says may be varied, held against the settings of the programme it is about."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulation.analysis.mix.reading import Reader, is_number, suggestion
from simulation.analysis.mix.settings import (
    BOUGHT,
    DOSE,
    HIGHEST_DOSE,
    LEVERS,
    LOWEST_DOSE,
    Setting,
    UnknownPathError,
    bought_of,
    dose_of,
    field_at,
    refusals,
    usual_settings,
)
from simulation.analysis.mix.variables import Variable
from simulation.levers.base import Lever
from simulation.messages import Message
from simulation.scenario.checks import nearest
from simulation.scenario.problems import show
from simulation.scenario.schema import Scenario

EXAMPLE = "variables: {levers.coupon.dose: {low: 0, high: 1.5}}"
OF_VARIABLE = {"low": "low: 0", "high": "high: 1.5", "choices": "choices: [all, county_seats]"}
VARIABLE = "{low: 0, high: 1.5}"


class VariableReader(Reader):
    """Takes what may be varied out of a file's tree."""

    def settings(self, programme: Scenario) -> list[Setting]:
        """Return what is varied."""
        named = self.value("variables")
        if named is None:
            if not programme.levers:
                self.add("optimise.error.nothing_to_vary", ("programme",), value=self.value("programme"))
            return usual_settings(programme)
        if not isinstance(named, dict) or not named:
            params = {"value": show(named), "allowed": Message("allowed.map"), "example": EXAMPLE}
            self.add("error.wrong_type", ("variables",), **params)
            return []
        return [setting for name in named if (setting := self.setting(programme, str(name)))]

    def setting(self, programme: Scenario, name: str) -> Setting | None:
        """Return one thing that is varied; None where something is wrong with it."""
        before = len(self.problems)
        where = ("variables", name)
        content = self.value(*where)
        if not isinstance(content, dict):
            params = {"value": show(content), "allowed": Message("allowed.map"), "example": f"{name}: {VARIABLE}"}
            self.add("error.wrong_type", where, **params)
            return None
        self.check_keys(where, OF_VARIABLE)
        setting = self._found(programme, name, where, content) if len(self.problems) == before else None
        if setting is None or len(self.problems) > before:
            return None
        variable = setting.variable
        for value in variable.choices or (variable.at(0.0), variable.at(1.0)):
            if why := refusals(programme, [setting], setting, value):
                self.add("optimise.error.refused", where, value=show(value), why=why)
        return setting if len(self.problems) == before else None

    def _found(
        self, programme: Scenario, name: str, where: Sequence[str], content: Mapping[str, Any]
    ) -> Setting | None:
        """Return a setting by its name."""
        path = tuple(name.split("."))
        lever = programme.levers.get(path[1]) if len(path) == 3 and path[0] == LEVERS else None
        if lever is not None and path[2] == DOSE:
            return self._dose(path[1], lever, where, content)
        if lever is not None and path[2] == BOUGHT:
            return bought_of(path[1])
        try:
            field = field_at(programme, path)
        except UnknownPathError as error:
            self._unknown(path, error, where)
            return None
        if "choices" in content:
            return self._choice(name, field.path, where, content["choices"])
        if not field.is_number:
            params = {"value": show(content), "allowed": Message("optimise.allowed.choices")}
            self.add("error.wrong_type", where, **params, example=f"{name}: {{choices: [..., ...]}}")
            return None
        low, high = (None, None) if field.bounds is None else (field.bounds.low, field.bounds.high)
        ends = self._ends(where, content, low, high, field.is_whole)
        return ends and Setting(field.path, "number", Variable(name, *ends, is_whole=field.is_whole))

    def _dose(self, name: str, lever: Lever, where: Sequence[str], content: Mapping[str, Any]) -> Setting | None:
        if not lever.scales:
            example = f"{LEVERS}.{name}.{BOUGHT}: {{choices: [true, false]}}"
            self.add("optimise.error.cannot_scale", where, value=lever.kind, example=example)
            return None
        ends = self._ends(where, content, LOWEST_DOSE, HIGHEST_DOSE, False)
        return ends and dose_of(name, *ends)

    def _choice(self, name: str, path: tuple[str, ...], where: Sequence[str], choices: Any) -> Setting | None:
        labels = [show(choice) for choice in choices] if isinstance(choices, list) else []
        if len(labels) < 2 or len(set(labels)) < len(labels):
            params = {"value": show(choices), "allowed": Message("optimise.allowed.choices")}
            self.add("error.wrong_type", (*where, "choices"), **params, example=OF_VARIABLE["choices"])
            return None
        return Setting(path, "choice", Variable(name, choices=tuple(labels)), tuple(choices))

    def _ends(
        self, where: Sequence[str], content: Mapping[str, Any], least: float | None, most: float | None, is_whole: bool
    ) -> tuple[float, float] | None:
        """Return low and high within a setting's own bounds; None where one is wrong."""
        before = len(self.problems)
        for end in ("low", "high"):
            value = content.get(end)
            if value is None:
                self.add("error.missing", (*where, end), example=OF_VARIABLE[end])
            elif not is_number(value) or (is_whole and value != int(value)):
                allowed = Message("allowed.whole_number" if is_whole else "allowed.number", {"range": ""})
                self.add(
                    "error.wrong_type", (*where, end), value=show(value), allowed=allowed, example=OF_VARIABLE[end]
                )
            elif (least is not None and value < least) or (most is not None and value > most):
                allowed = Message("optimise.allowed.between", {"low": least, "high": most})
                example = f"{end}: {show(least if end == 'low' or most is None else most)}"
                self.add("error.out_of_range", (*where, end), value=show(value), allowed=allowed, example=example)
        if len(self.problems) > before:
            return None
        low, high = float(content["low"]), float(content["high"])
        if low >= high:
            self.add("optimise.error.order", where, low=low, high=high, example=f"{{low: {high:g}, high: {low:g}}}")
            return None
        return low, high

    def _unknown(self, path: Sequence[str], error: UnknownPathError, where: Sequence[str]) -> None:
        step = path[error.depth] if error.depth < len(path) else ""
        match = nearest(step, error.known)
        head = ".".join(path[: error.depth])
        right = f"{head}.{match or (error.known[0] if error.known else '...')}".strip(".")
        params = {"suggestion": suggestion(match), "known": list(error.known), "example": f"{right}: ..."}
        self.add("error.unknown_key", where, **params)
