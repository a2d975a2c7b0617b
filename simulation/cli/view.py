"""`epay view`: open the room of results in a browser."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulation.cli.commands import RESULTS
from simulation.cli.parts import Refused
from simulation.cli.running import bad_option
from simulation.messages import Message, render

if TYPE_CHECKING:
    from simulation.viewer.server import Served

LAST_PORT = 65_535
NEEDED = ("starlette", "uvicorn", "websockets", "orjson")


def view(results: Path | None, lang: str, host: str | None, port: int | None, no_open: bool) -> None:
    """Serve the pages of a results folder on this machine until stopped."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise Refused(Message("cli.view.missing", {"names": missing}))
    root = results or Path(RESULTS)
    if port is not None and port > LAST_PORT:
        raise Refused(bad_option("--port", str(port), "cli.allowed.port", "8765"))
    if root.exists() and not root.is_dir():
        raise Refused(Message("results.no_folder", {"folder": str(root)}))
    from simulation.viewer.server import HOST, serve

    def told(served: "Served") -> None:
        click.echo(render(Message("cli.view.at", {"address": served.address}), lang))
        if served.is_open_to_others:
            click.echo(render(Message("cli.view.others"), lang))
        click.echo(render(Message("cli.view.stop"), lang))

    serve(root, lang, host or HOST, port or 0, not no_open, told)
