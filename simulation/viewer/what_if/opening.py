"""The address a scenario file is opened at: what it takes is bounded before it is looked at."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulation.messages import Message, language, render
from simulation.region.sources import find_region
from simulation.scenario.errors import ScenarioError
from simulation.viewer.guard import TAKES_FILES
from simulation.viewer.paths import OutsideError
from simulation.viewer.room import DamagedRunError, Room
from simulation.viewer.what_if.opened import MOST_BYTES, OpenedScenarios, scenario_in, sentences, shown_name

MOST_AT_ONCE = 16  # files being taken or waiting to be checked; more are told to come back
MOST_CHECKED = 2  # at the same time
READ_SECONDS = 20.0  # for a file to arrive
NO_STORE = {"cache-control": "no-store"}


class _TooLargeError(Exception):
    """More than a scenario file may hold."""


class Opening:
    """Takes scenario files.

    Parameters
    ----------
    room : Room
        Where the runs are.
    opened : OpenedScenarios
        Where files without problems are kept.
    lang : str or None
        The language of answers whose address names none.
    """

    def __init__(self, room: Room, opened: OpenedScenarios, lang: str | None) -> None:
        self.room, self.opened, self.lang = room, opened, lang
        self._checking = ThreadPoolExecutor(MOST_CHECKED, "what-if-open")
        self._n_taken = 0

    def route(self) -> Route:
        """Return the address."""
        return Route(TAKES_FILES, self.open, methods=["POST"])

    def close(self) -> None:
        """Let go of what waits to be checked."""
        self._checking.shutdown(wait=False, cancel_futures=True)

    async def open(self, request: Request) -> Response:
        """Answer with the name of what was opened, or with everything that is wrong with it."""
        query = request.query_params
        lang = language(query.get("lang") or self.lang or "en")
        if self._n_taken >= MOST_AT_ONCE:
            return _refused(503, "busy", lang)
        self._n_taken += 1
        try:
            async with asyncio.timeout(READ_SECONDS):
                data = await _taken(request)
            work = partial(self._answer, query.get("run", ""), data, shown_name(query.get("name", "")), lang)
            return await asyncio.get_running_loop().run_in_executor(self._checking, work)
        except _TooLargeError:
            return _refused(413, "too_large", lang, most=MOST_BYTES // 1024)
        except (TimeoutError, ClientDisconnect):
            return _refused(408, "cut_off", lang)
        finally:
            self._n_taken -= 1

    def _answer(self, run: str, data: bytes, file: str, lang: str) -> Response:
        try:
            runs = self.room.open(run)
            plan = runs.programme.scenario
            region = find_region(plan.region)
        except (OutsideError, DamagedRunError, OSError, ValueError, KeyError):
            return _refused(404, "no_run", lang)
        try:
            scenario = scenario_in(data, file, plan, region)
        except ScenarioError as error:
            return JSONResponse({"problems": sentences(error, lang)}, headers=NO_STORE)  # the check itself went well
        return JSONResponse({"plan": self.opened.add(runs.key, scenario).ident}, headers=NO_STORE)


async def _taken(request: Request) -> bytes:
    """Return the body, given up as soon as it is, or says it will be, too large."""
    told = request.headers.get("content-length", "0")
    if not (told.isascii() and told.isdigit()) or len(told) > 18 or int(told) > MOST_BYTES:
        raise _TooLargeError
    data = bytearray()
    stream: AsyncIterator[bytes] = request.stream()
    async for piece in stream:
        if len(data) + len(piece) > MOST_BYTES:
            raise _TooLargeError
        data += piece
    return bytes(data)


def _refused(status: int, why: str, lang: str, **params: object) -> Response:
    sentence = render(Message(f"what_if.open.{why}", params), lang)
    return JSONResponse({"problems": [sentence]}, status, NO_STORE)
