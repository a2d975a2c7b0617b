"""The service: addresses, what answers them, and what is told where nothing can be shown."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from simulation.messages import language
from simulation.outcomes.results_folders import ResultsFolder
from simulation.report.titles import title_of
from simulation.viewer import plotly_file
from simulation.viewer.asked import Asked
from simulation.viewer.guard import LOOPBACK, Guard
from simulation.viewer.layout import Choice, Shown, frame
from simulation.viewer.map_data import drawn_runs, series
from simulation.viewer.menu import MENU, PAGES
from simulation.viewer.offline import file_name, offline_page
from simulation.viewer.pages.pieces import message
from simulation.viewer.pages.runs import progress
from simulation.viewer.paths import OutsideError, data_file
from simulation.viewer.room import LARGE_BYTES, DamagedRunError, Room
from simulation.viewer.standing import not_whole, nothing_to_show, one_run
from simulation.viewer.what_if.live import Live
from simulation.viewer.what_if.opened import PLAN, OpenedScenarios

STATIC = Path(__file__).parent / "static"
SMALLEST_ZIPPED = 800  # bytes
BYTES = "application/octet-stream"
NO_STORE = {"cache-control": "no-store"}  # results change under the same address


def make_app(root: Path, lang: str | None = None, hosts: Sequence[str] = LOOPBACK, token: str = "") -> Starlette:
    """Return the service for a folder of results.

    Parameters
    ----------
    root : path
        The folder; it need not exist yet.
    lang : str, optional
        "en" or "zh": the language of pages whose address names none; else the browser's.
    hosts : sequence of str
        Names it answers to, see `Guard`.
    token : str
        See `Guard`.
    """
    room, opened = Room(root), OpenedScenarios()
    views, live = Views(room, lang, opened), Live(room, opened, lang)
    routes = [
        Route("/", views.home),
        *(Route(f"/{code}", views.page, name=code) for code in PAGES),
        Route("/progress", views.progress),
        Route("/map.bin", views.series),
        Route("/offline", views.offline),
        Route("/file", views.file),
        Route("/plotly.js", plotly_file.answer),
        Mount("/static", StaticFiles(directory=STATIC)),
        *live.routes(),
    ]
    middleware = [
        Middleware(Guard, hosts=hosts, token=token),
        Middleware(GZipMiddleware, minimum_size=SMALLEST_ZIPPED),
    ]
    missing: Mapping[int, Callable[..., Response]] = {404: views.not_found}
    app = Starlette(routes=routes, middleware=middleware, exception_handlers=missing, lifespan=live.lifespan)
    app.state.warm = views.warm
    return app


class Views:
    """What answers each address. These are plain functions, which Starlette runs in threads of their own.

    Parameters
    ----------
    room : Room
        The folder of results.
    lang : str or None
        See `make_app`.
    opened : OpenedScenarios
        What readers opened in place of a plan.
    """

    def __init__(self, room: Room, lang: str | None, opened: OpenedScenarios) -> None:
        self.room, self.lang, self.opened = room, lang, opened

    def warm(self) -> None:
        """Open the run that is shown first, so that it is there when the browser asks."""
        asked = self._with_run(Asked(self.room, self.lang or "en", "overview"), self.room.with_runs())
        try:
            if asked.run and self.room.size_of_data(asked.run) <= LARGE_BYTES:
                self.room.open(asked.run)
        except (DamagedRunError, OutsideError, OSError):
            return  # the page says so

    def home(self, request: Request) -> Response:
        """Send the reader to the overview, what was asked for included."""
        return RedirectResponse(f"/overview?{request.url.query}" if request.url.query else "/overview", 303)

    def page(self, request: Request) -> Response:
        """Answer with a page, or with what is known where it cannot be made."""
        asked = self._asked(request, request.url.path.strip("/"))
        folders = self.room.with_runs()
        asked = self._with_run(asked, folders)
        shown = self._shown(asked, folders)
        if isinstance(shown, tuple):
            asked, shown = shown
        status = 404 if shown.state == "missing" else 200
        choices = [
            Choice(name, self.room.words_of(name), _title(one, asked))
            for one in folders
            for name in (self.room.name_of(one),)
        ]
        return HTMLResponse(frame(asked, shown, MENU, choices), status, NO_STORE)

    def _shown(self, asked: Asked, folders: list[ResultsFolder]) -> "Shown | tuple[Asked, Shown]":
        """Return what a page shows, with the runs it was made from where there are any."""
        page = PAGES[asked.page]
        name = asked.say(f"viewer.page.{asked.page}")
        needs = page.needs_run
        try:
            if asked.run and not self.room.folders_of_runs(asked.run):
                return nothing_to_show(asked, "missing") if needs else Shown(name, page.body(asked))
            if not asked.run:
                return nothing_to_show(asked, "empty") if needs else Shown(name, page.body(asked))
            size = self.room.size_of_data(asked.run)
            if size > LARGE_BYTES and asked.first("large") != "yes":
                return nothing_to_show(asked, "large", size) if needs else Shown(name, page.body(asked))
            runs = self.room.open(asked.run)
        except OutsideError:
            return nothing_to_show(asked, "missing")
        except DamagedRunError as error:
            if needs:
                return nothing_to_show(asked, "damaged", reason=error.reason)
            return Shown(name, page.body(asked), "damaged")
        except FileNotFoundError:
            return nothing_to_show(asked, "missing")
        opened = self.opened.get(runs.key, asked.first(PLAN))
        asked = Asked(self.room, asked.lang, asked.page, runs, asked.run, asked.params, can_be_sent=True, opened=opened)
        params = tuple(sorted((key, tuple(values)) for key, values in asked.params.items()))
        if page.needs_run:
            made_from = (asked.page, asked.lang, params, runs.key, opened is not None)
            body = self.room.part(made_from, lambda: page.body(asked))
        else:
            body = page.body(asked)
        is_illustrative = runs.programme.scenario.survey.illustrative and page.needs_run
        label = asked.say("report.illustrative") if is_illustrative else ""
        title = title_of(runs.programme, asked.lang) if asked.page == "overview" else name
        lead = not_whole(asked, folders) + one_run(asked) if page.needs_run else ""
        return asked, Shown(title, body, "done", asked.run, label, lead)

    def progress(self, request: Request) -> Response:
        """Answer with how far experiments are, as the part of the page of runs that says so."""
        asked = self._asked(request, "runs")
        return HTMLResponse(progress(asked, [one for one in self.room.folders() if one.cells]), headers=NO_STORE)

    def series(self, request: Request) -> Response:
        """Answer with coverage of every place in every week, as bytes."""
        try:
            runs = self.room.open(request.query_params.get("run", ""))
            lang = self._asked(request, "map").lang
        except (OutsideError, DamagedRunError, OSError, ValueError):
            return PlainTextResponse("404", 404)
        return Response(
            self.room.part(("series", runs.key), lambda: series(drawn_runs(self.room, runs, lang))),
            200,
            NO_STORE,
            BYTES,
        )

    def offline(self, request: Request) -> Response:
        """Answer with all pages about a run as one file to be saved."""
        asked = self._asked(request, "runs")
        try:
            runs = self.room.open(asked.run)
        except (OutsideError, DamagedRunError, OSError, ValueError):
            return PlainTextResponse("404", 404)
        text = self.room.part(("offline", asked.lang, runs.key), lambda: offline_page(self.room, runs, asked.lang))
        saved = {"content-disposition": f'attachment; filename="{file_name(runs)}"'}
        return HTMLResponse(text, headers={**NO_STORE, **saved})

    def file(self, request: Request) -> Response:
        """Answer with a file of the room, to be saved rather than opened: a page among them has scripts of its own."""
        try:
            path = data_file(self.room.root, request.query_params.get("name", ""))
        except (OutsideError, OSError, ValueError):
            return PlainTextResponse("404", 404)
        return FileResponse(path, filename=path.name, headers=NO_STORE)

    def not_found(self, request: Request, _: Exception) -> Response:
        """Answer that there is no such page, in the reader's language, with the menu to go on from."""
        asked = self._asked(request, "overview")
        told = message(asked.say("viewer.missing.page"), [asked.say("viewer.missing.page_text")], "missing")
        shown = Shown(asked.say("viewer.missing.page"), told, "missing")
        return HTMLResponse(frame(asked, shown, MENU, []), 404, NO_STORE)

    def _asked(self, request: Request, page: str) -> Asked:
        query = request.query_params
        wanted = query.get("lang") or self.lang or request.headers.get("accept-language", "en")
        params = {name: query.getlist(name) for name in query if name not in ("lang", "run")}
        return Asked(self.room, language(wanted), page, None, query.get("run", ""), params)

    def _with_run(self, asked: Asked, folders: list[ResultsFolder]) -> Asked:
        """Return what was asked, about the newest whole run where none is named."""
        if asked.run or not folders:
            return asked
        whole = [one for one in folders if one.state in ("whole", "added", "unlisted")]
        run = self.room.name_of((whole or folders)[0])
        return Asked(self.room, asked.lang, asked.page, None, run, asked.params)


def _title(folder: ResultsFolder, asked: Asked) -> str:
    """Return what a run is called in a list of runs."""
    for title in folder.titles[:1]:
        for lang in (asked.lang, "en", "zh"):
            if title.get(lang):
                return title[lang]
    return asked.say("viewer.untitled")
