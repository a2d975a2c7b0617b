"""Who may ask: addresses, origins and the token; and the headers every answer carries."""

import hmac
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")  # listens on every address of the machine, so that no one name is its own
COOKIE, TOKEN = "epay_token", "token"
SAFE_METHODS = ("GET", "HEAD")
TAKES_FILES = "/what-if/open"  # the one address something can be sent to; it is kept in memory alone
REFUSED_SOCKET = 1008  # WebSocket close code: policy violation
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'{sockets}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


class Guard:
    """Answers only requests that come from the viewer's own pages, by the name it was started under.

    Any web page the planner visits could otherwise send requests to this machine, or have its own name point here
    (DNS rebinding) and read the answers.

    Parameters
    ----------
    app : ASGI application
        What answers.
    hosts : sequence of str
        Names without port it goes by; empty takes any name, which only a token makes safe.
    token : str
        Asked of everybody where it is not empty: once in the address, then as a cookie.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = LOOPBACK, token: str = "") -> None:
        self.app, self.hosts, self.token = app, tuple(hosts), token
        if not hosts and not token:
            raise ValueError("a viewer that goes by any name needs a token")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None and scope["type"] == "websocket":
            await receive()  # the request to connect, which must be read before it is refused
            await send({"type": "websocket.close", "code": REFUSED_SOCKET})
            return
        host = Headers(scope=scope).get("host", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                sockets = f" ws://{host}" if refusal is None and host else ""
                headers.setdefault("content-security-policy", POLICY.format(sockets=sockets))
            await send(message)

        await (refusal or self.app)(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to what must not be answered, None where all is well."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self.hosts and _name(host) not in self.hosts:
            return _refused("host")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return _refused("origin")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return _refused("origin")
        if scope["type"] == "http" and scope["method"] not in _methods(scope["path"]):
            return PlainTextResponse("method", 405)
        return self._without_token(scope, headers) if self.token else None

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        """Return None for who has the token, a redirect for who shows it in the address, else a refusal."""
        query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = query.pop(TOKEN, [""])[0]
        if scope["type"] == "http" and self._is_token(shown):
            # a bare path after one slash: two would name another machine
            path = "/" + scope["path"].lstrip("/") + (f"?{urlencode(query, doseq=True)}" if query else "")
            answer = RedirectResponse(path, 303)
            answer.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return answer
        try:
            kept = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            kept = None
        return None if kept is not None and self._is_token(kept.value) else _refused("token")

    def _is_token(self, shown: str) -> bool:
        return hmac.compare_digest(shown.encode(), self.token.encode())


def _methods(path: str) -> tuple[str, ...]:
    """Return how an address may be asked."""
    return ("POST",) if path == TAKES_FILES else SAFE_METHODS


def _name(host: str) -> str:
    """Return a host without its port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _refused(why: str) -> Response:
    return PlainTextResponse(f"403 {why}", 403)
