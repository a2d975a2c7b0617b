"""Start the service on this machine and say where it is."""

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from simulation.viewer.app import make_app
from simulation.viewer.guard import ANY, LOOPBACK, TOKEN

HOST = "127.0.0.1"
TOKEN_BYTES = 24
SOCKET_BYTES = 1 << 20  # most a message through a WebSocket may hold


@dataclass(frozen=True, slots=True)
class Served:
    """Where a viewer is.

    Attributes
    ----------
    address : str
        To be opened in a browser; with the token where one is asked for.
    is_open_to_others : bool
        Whether other machines can reach it.
    """

    address: str
    is_open_to_others: bool


def serve(
    root: Path,
    lang: str | None = None,
    host: str = HOST,
    port: int = 0,
    opens: bool = True,
    told: Callable[[Served], None] = lambda served: None,
) -> None:
    """Answer until stopped.

    Parameters
    ----------
    root : path
        The folder of results.
    lang : str, optional
        "en" or "zh" for pages whose address names none.
    host : str
        Where to listen; anything but this machine itself asks everybody for a random token.
    port : int
        0 takes one that is free.
    opens : bool
        Whether to open a browser.
    told : callable
        Called with the address once it answers.

    Raises
    ------
    OSError
        If the port is taken, or the host is none of this machine's.
    """
    is_open = host not in LOOPBACK
    token = secrets.token_urlsafe(TOKEN_BYTES) if is_open else ""
    hosts = () if host in ANY else LOOPBACK if not is_open else (host,)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        name = f"[{host}]" if ":" in host else host
        address = f"http://{name}:{listener.getsockname()[1]}/"
        served = Served(f"{address}?{TOKEN}={token}" if token else address, is_open)
        app = make_app(root, lang, hosts, token)
        config = uvicorn.Config(app, log_level="warning", ws_max_size=SOCKET_BYTES, server_header=False)
        threading.Thread(target=app.state.warm, daemon=True).start()
        told(served)
        if opens:
            webbrowser.open(served.address)  # the listener takes the request in before the service runs
        uvicorn.Server(config).run([listener])
