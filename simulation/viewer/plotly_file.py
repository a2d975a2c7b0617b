"""The plotly.js of the installed package: no copy in this one, no address elsewhere, always the version of Python's."""

import gzip
from functools import cache
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import Response

FILE = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
LEVEL = 6
KEEP = "private, max-age=31536000, immutable"  # its address carries the version


def version() -> str:
    """Return what the address of the file carries, so that browsers may keep it for good."""
    return str(plotly.__version__)


@cache
def _zipped() -> bytes:
    """Return the file compressed, once for all pages: it is 4.8 MB, and takes longer than a page to compress."""
    return gzip.compress(FILE.read_bytes(), LEVEL, mtime=0)


def answer(request: Request) -> Response:
    """Answer with plotly.js."""
    headers = {"cache-control": KEEP, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(_zipped(), 200, {**headers, "content-encoding": "gzip"}, "text/javascript")
    return Response(FILE.read_bytes(), 200, headers, "text/javascript")
