"""The addresses of the what-if: a socket that answers moves, and the changed plan as a scenario file."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulation.messages import Message, language, render
from simulation.scenario.schema import Scenario
from simulation.viewer.paths import OutsideError
from simulation.viewer.room import DamagedRunError, Key, Room
from simulation.viewer.what_if.desk import Desk, Question, Slot
from simulation.viewer.what_if.moves import RefusedError, as_file, moves_of, size_of, sized
from simulation.viewer.what_if.opened import PLAN, Opened, OpenedScenarios, size_for
from simulation.viewer.what_if.opening import Opening

MOST_SOCKETS = 256
MOST_LETTERS = 60_000  # of a message
TRY_AGAIN = 1013  # WebSocket close code
# everything else in an address is a move
OF_THE_PAGE = ("run", "lang", PLAN, "citizens", "weeks", "replicates", "large")
YAML = "application/yaml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Worlds:
    """What is asked about, in worlds of the size asked for.

    Attributes
    ----------
    key : tuple
        Of the run and the size.
    plan, baseline : Scenario
        Of the run.
    opened : Opened or None
        What is moved in place of the run's plan.
    """

    key: Key
    plan: Scenario
    baseline: Scenario
    opened: Opened | None

    @property
    def moved(self) -> Scenario:
        """Return what moves start from."""
        return self.opened.scenario if self.opened else self.plan


class Live:
    """Answers for all what-if pages of a viewer.

    Parameters
    ----------
    room : Room
        Where the plans are.
    opened : OpenedScenarios
        What readers opened in place of a plan.
    lang : str or None
        The language of answers whose address names none.
    """

    def __init__(self, room: Room, opened: OpenedScenarios, lang: str | None = None) -> None:
        self.room, self.opened, self.desk = room, opened, Desk()
        self.lang, self.opening = lang, Opening(room, opened, lang)
        self._n_open = 0

    def routes(self) -> list[BaseRoute]:
        """Return the addresses."""
        file = Route("/what-if/scenario.yaml", self.file)
        return [WebSocketRoute("/what-if/live", self.live), file, self.opening.route()]

    @contextlib.asynccontextmanager
    async def lifespan(self, app: object) -> AsyncIterator[None]:
        """Let go of the worlds when the service ends."""
        yield
        self.opening.close()
        await run_in_threadpool(self.desk.close)

    def worlds(self, asked: Mapping[str, str]) -> Worlds:
        """Return the plan of a run and business as usual in worlds of the size asked for, and what was opened.

        Raises
        ------
        RefusedError
            If there is no such pair, what was opened is not kept any more, or the size is out of range.
        """
        try:
            runs = self.room.open(asked.get("run", ""))
        except (OutsideError, DamagedRunError, OSError, ValueError) as error:
            raise RefusedError("no_run") from error
        if runs.baseline is None:
            raise RefusedError("no_run")
        ident = asked.get(PLAN, "")
        opened = self.opened.get(runs.key, ident) if ident else None
        if ident and opened is None:
            raise RefusedError("forgotten")
        size = size_for(opened, size_of(runs.programme.scenario, asked))
        key = (runs.key, size)
        both = self.room.part(
            ("what-if", key), lambda: [sized(one.scenario, size) for one in (runs.programme, runs.baseline) if one]
        )
        if opened is not None:
            opened = self.room.part(("what-if", key, ident), partial(opened.sized, size))
        return Worlds(key, both[0], both[1], opened)

    async def live(self, socket: WebSocket) -> None:
        """Take moves and send what comes of them, until the page is gone."""
        await socket.accept()
        if self._n_open >= MOST_SOCKETS:
            await _send(socket, {"id": 0, "error": {"code": "busy", "params": {}}})
            await socket.close(TRY_AGAIN)
            return
        self._n_open += 1
        outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(message: dict[str, Any]) -> None:
            with contextlib.suppress(RuntimeError):  # the service is being stopped
                loop.call_soon_threadsafe(outbox.put_nowait, message)

        slot = Slot(tell)
        writing = asyncio.create_task(_write(socket, outbox))
        try:
            await self._read(socket, slot)
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self._n_open -= 1
            self.desk.leave(slot)
            writing.cancel()

    async def _read(self, socket: WebSocket, slot: Slot) -> None:
        """Put every move into the slot."""
        asked = dict(socket.query_params)
        worlds: Worlds | None = None
        while True:
            text = await socket.receive_text()
            ident = 0
            try:
                ident, changes = _read_move(text)
                if worlds is None:
                    worlds = await run_in_threadpool(partial(self.worlds, asked))
                moves = moves_of(worlds.moved, changes)
                self.desk.ask(slot, Question(ident, worlds.key, worlds.plan, worlds.baseline, moves, worlds.opened))
            except RefusedError as error:
                self.desk.leave(slot)
                slot.tell({"id": ident, "error": {"code": error.code, "params": error.params}})

    def file(self, request: Request) -> Response:
        """Answer with the changed plan as a scenario file, to be saved."""
        try:
            plan = self.worlds(request.query_params).moved
            changes = {name: value for name, value in request.query_params.items() if name not in OF_THE_PAGE}
            text = as_file(plan, moves_of(plan, changes))
        except RefusedError as error:
            if error.code == "forgotten":
                lang = language(request.query_params.get("lang") or self.lang or "en")
                return PlainTextResponse(render(Message("what_if.open.forgotten"), lang), 404)
            return PlainTextResponse(f"400 {error.code} {json.dumps(error.params)}", 400)
        saved = {"content-disposition": 'attachment; filename="what-if.yaml"', "cache-control": "no-store"}
        return Response(text, 200, saved, YAML)


def _read_move(text: str) -> tuple[int, Any]:
    """Return the number of a move and its changes.

    Raises
    ------
    RefusedError
        If it is none.
    """
    if len(text) > MOST_LETTERS:
        raise RefusedError("changes")
    try:
        plain = json.loads(text)
        ident = plain["id"]
        if not isinstance(ident, int) or isinstance(ident, bool):
            raise RefusedError("changes")
        return ident, plain["changes"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise RefusedError("changes") from error


async def _write(socket: WebSocket, outbox: "asyncio.Queue[dict[str, Any]]") -> None:
    """Send what there is to tell, of progress the newest alone."""
    while True:
        message = await outbox.get()
        while "building" in message and not outbox.empty():
            message = outbox.get_nowait()
        await _send(socket, message)


async def _send(socket: WebSocket, message: dict[str, Any]) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_text(orjson.dumps(message).decode())
