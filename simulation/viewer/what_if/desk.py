"""Who answers: one thread, one question at a time, on sessions that all pages of the viewer share."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulation.region.sources import find_region
from simulation.scenario.checks import KnownPlaces
from simulation.scenario.load import place_names
from simulation.scenario.schema import Scenario
from simulation.viewer.room import Key
from simulation.viewer.what_if.moves import Moves, RefusedError, changed, over_budget
from simulation.viewer.what_if.opened import Opened
from simulation.viewer.what_if.picture import Pictures

if TYPE_CHECKING:
    from simulation.analysis.what_if.session import WhatIf

MOST_SESSIONS = 2  # each holds its worlds in memory
MOST_WAITING = 32  # questions; more are told to come back
MOST_KEPT = 48  # settled answers of a session
SMALL = 100_000  # citizens times weeks of all worlds: computed without processes, which take longer to start
GRACE_SECONDS = 5.0  # for what is being computed to be given up
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """A plan with some moves.

    Attributes
    ----------
    ident : int
        By which the page knows its answer.
    key : tuple
        Run and size: of questions with the same key the worlds are the same.
    plan, baseline : Scenario
        Of the run, in worlds of that size.
    moves : Moves
        Checked.
    opened : Opened or None
        What is moved in place of the run's plan, in worlds of that size too.
    """

    ident: int
    key: Key
    plan: Scenario
    baseline: Scenario
    moves: Moves
    opened: Opened | None = None

    @property
    def asked(self) -> tuple[str, Moves]:
        """Return what tells its answer from others in the same worlds."""
        return (self.opened.ident if self.opened else "", self.moves)

    @property
    def moved(self) -> Scenario:
        """Return the scenario with its moves made."""
        return changed(self.opened.scenario if self.opened else self.plan, self.moves)


class Slot:
    """Where one page puts its newest question; an older one is given up.

    Parameters
    ----------
    tell : callable
        Takes an answer; called from the desk's thread.
    """

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.question: Question | None = None


@dataclass(eq=False)
class Open:
    """A session with what belongs to it."""

    session: "WhatIf"
    pictures: Pictures
    known: KnownPlaces
    settled: OrderedDict[tuple[str, Moves], dict[str, Any]] = field(default_factory=OrderedDict)


class Desk:
    """Answers the questions of all pages, in the order they came."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._waiting: deque[Slot] = deque()
        self._sessions: OrderedDict[Key, Open] = OrderedDict()
        self._busy: Slot | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def ask(self, slot: Slot, question: Question) -> None:
        """Put a question into a slot, in place of the one that is there.

        Raises
        ------
        RefusedError
            If too many wait.
        """
        with self._change:
            if self._is_closed:
                raise RefusedError("busy")
            if slot is not self._busy and slot not in self._waiting:
                if len(self._waiting) >= MOST_WAITING:
                    raise RefusedError("busy")
                self._waiting.append(slot)
            slot.question = question
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="what-if", daemon=True)
                self._thread.start()
            self._change.notify_all()

    def leave(self, slot: Slot) -> None:
        """Give up what a slot asked for."""
        with self._change:
            slot.question = None
            if slot in self._waiting:
                self._waiting.remove(slot)

    def close(self) -> None:
        """Give up everything, and let go of all worlds."""
        with self._change:
            self._is_closed = True
            for slot in (*self._waiting, *((self._busy,) if self._busy else ())):
                slot.question = None
            self._waiting.clear()
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(GRACE_SECONDS)

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._is_closed)
                if self._is_closed:
                    break
                slot = self._busy = self._waiting.popleft()
                question = slot.question
            if question is not None:
                self._answer(slot, question)
            with self._change:
                self._busy = None
                if slot.question is question:
                    slot.question = None
                elif slot.question is not None:
                    self._waiting.append(slot)
        for one in self._sessions.values():
            one.session.close()
        self._sessions.clear()

    def _answer(self, slot: Slot, question: Question) -> None:
        """Tell a slot what comes to its question, or why nothing does."""
        try:
            self._run(slot, question, self._session(question))
        except RefusedError as error:
            slot.tell({"id": question.ident, "error": {"code": error.code, "params": error.params}})
        except (
            Exception
        ) as error:  # whatever a region or a session may raise: the page tells it, the next one is answered
            self._forget(question.key)
            reason = f"{type(error).__name__}: {error}"[:300]
            slot.tell({"id": question.ident, "error": {"code": "failed", "params": {"reason": reason}}})

    def _run(self, slot: Slot, question: Question, one: Open) -> None:
        def is_given_up() -> bool:
            return slot.question is not question

        def reply(n: int, summary: dict[str, Any]) -> dict[str, Any]:
            over = {"over_budget": missing} if missing else {}
            return {"id": question.ident, "n": n, "of": total, "summary": summary, **over}

        scenario, asked = question.moved, question.asked
        missing = over_budget(scenario, one.known)
        total = question.plan.replicates
        if asked not in one.settled:
            for answer in one.session.answer(scenario, cancelled=is_given_up):
                summary = one.pictures.of(answer)
                if answer.is_settled:
                    one.settled[asked] = summary
                elif not is_given_up():
                    slot.tell(reply(answer.n_replicates, summary))
            while len(one.settled) > MOST_KEPT:
                one.settled.popitem(last=False)
        if asked in one.settled and not is_given_up():
            one.settled.move_to_end(asked)
            slot.tell(reply(total, one.settled[asked]))

    def _session(self, question: Question) -> Open:
        """Return the session of a question, built where there is none; the oldest ones are closed."""
        from simulation.analysis.what_if.session import WhatIf  # a second, which other pages need not wait for

        key = question.key
        if key in self._sessions:
            self._sessions.move_to_end(key)
            return self._sessions[key]
        while len(self._sessions) >= MOST_SESSIONS:
            self._forget(next(iter(self._sessions)))
        plan = question.plan
        self._told(key, {"building": [0, plan.replicates]})
        size = plan.replicates * plan.weeks * int(plan.citizens)
        session = WhatIf(
            plan,
            question.baseline,
            1 if size < SMALL else None,
            lambda done, total: self._told(key, {"building": [done, total]}),
        )
        region = find_region(plan.region)
        known = place_names((*region.places, *region.sites))
        pictures = Pictures(session)
        self._sessions[key] = Open(session, pictures, known)
        self._sessions[key].settled["", ()] = pictures.of(session.start)
        return self._sessions[key]

    def _told(self, key: Key, message: dict[str, Any]) -> None:
        """Tell every page that waits for a session how far it is."""
        with self._change:
            slots = [*self._waiting, *((self._busy,) if self._busy else ())]
            waiting = [(slot, slot.question) for slot in slots]
        for slot, question in waiting:
            if question is not None and question.key == key:
                slot.tell({"id": question.ident, **message})

    def _forget(self, key: Key) -> None:
        one = self._sessions.pop(key, None)
        if one is not None:
            one.session.close()
