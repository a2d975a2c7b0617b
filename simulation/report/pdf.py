"""A page as PDF, through a Chromium or Chrome that is installed; without a network and within a time limit."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from simulation.messages import Message

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "CHROME"  # names a browser that stands elsewhere
SECONDS = 180.0
DRAWING_MILLISECONDS = 60_000  # of the page's own clock, which runs ahead while nothing is left to do
# What is drawn for a sheet 180 mm wide within its margins is as wide as that at 96 dots an inch, padding included.
SHEET_PIXELS = "720,1000"
OPTIONS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    f"--window-size={SHEET_PIXELS}",
    f"--virtual-time-budget={DRAWING_MILLISECONDS}",
)


def find_browser() -> Path | Message:
    """Return the browser the environment names or the first one installed, else why there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        return Path(found) if found else Message("pdf.not_there", {"path": named})
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    return Message("pdf.no_browser", {"names": list(BROWSERS)})


def write_pdf(html_path: Path, pdf_path: Path, seconds: float = SECONDS) -> Message | None:
    """Print a page to a PDF file.

    Parameters
    ----------
    html_path : path
        A page of this project, which needs no server.
    pdf_path : path
        The file; appears whole or not at all, an older one is replaced.
    seconds : float
        After which the browser is stopped.

    Returns
    -------
    Message or None
        Why there is no PDF; None where it was written.
    """
    browser = find_browser()
    if isinstance(browser, Message):
        return Message(browser.code, {**browser.params, "page": str(html_path)})
    about = {"browser": browser.name, "page": str(html_path)}
    with tempfile.TemporaryDirectory(prefix="epay-pdf-", ignore_cleanup_errors=True) as scratch:
        fresh = Path(scratch, "page.pdf")
        command = [str(browser), *OPTIONS, f"--user-data-dir={Path(scratch, 'profile')}", f"--print-to-pdf={fresh}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # the sandbox refuses to work for root
        reason = _run([*command, html_path.resolve().as_uri()], seconds)
        if reason is None:
            return Message("pdf.too_slow", {**about, "seconds": int(seconds)})
        if not fresh.is_file() or not fresh.read_bytes().startswith(b"%PDF"):
            return Message("pdf.failed", {**about, "reason": reason or "-"})
        beside = pdf_path.with_name(f".{pdf_path.name}.part")
        shutil.copyfile(fresh, beside)
        os.replace(beside, pdf_path)
    return None


def _run(command: list[str], seconds: float) -> str | None:
    """Run a browser to its end and return its last words; None where it was stopped after a time."""
    own_group = os.name == "posix"  # its helpers are stopped with it
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            text=True, errors="replace", start_new_session=own_group,
        )  # fmt: skip
    except OSError as error:
        return str(error)
    try:
        _, words = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        if own_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()
        return None
    return words.strip().splitlines()[-1] if words.strip() else f"exit code {process.returncode}"
