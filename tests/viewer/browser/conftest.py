"""A browser of the machine and the service it looks at; nothing is downloaded."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn

from simulation.viewer.app import make_app

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
STARTS_IN = 20.0  # seconds
PATIENCE = 30_000  # milliseconds for what takes a moment on a quiet machine


class Served:
    """The service in a thread of its own."""

    def __init__(self, root: Path) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(make_app(root), log_level="error"))
        self.thread = threading.Thread(target=self.server.run, args=([self.listener],), daemon=True)
        self.thread.start()
        end = time.monotonic() + STARTS_IN
        while not self.server.started and time.monotonic() < end:
            time.sleep(0.05)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(STARTS_IN)
        self.listener.close()


@pytest.fixture(scope="session")
def served(stored) -> Iterator[str]:
    made = Served(stored)
    yield made.address
    made.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, served) -> Iterator:
    """Return a function that opens a page; at the end no request may have left and no error may have been told."""
    outside: list[str] = []
    problems: list[str] = []
    contexts = []

    def open_page(path: str = "", width: int = 1440, address: str = "", **given):
        base = address or served
        context = browser.new_context(viewport={"width": width, "height": 900}, **given)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)

        def gate(route):
            if route.request.url.startswith((base, "data:", "blob:", "file:")):
                route.continue_()
            else:
                outside.append(route.request.url)
                route.abort()

        context.route("**/*", gate)
        page = context.new_page()
        page.on("console", lambda told: problems.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path if path.startswith("file:") else base + path)
        page.wait_for_selector("body:not([data-state=running])")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert SimpleNamespace(outside=outside, problems=problems) == SimpleNamespace(outside=[], problems=[])
