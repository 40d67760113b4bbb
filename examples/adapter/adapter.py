"""Template of an adapter: the driver's contract (docs/how-to/drive.md) over your own system. Copy it, fill in `Shop`.

    python adapter.py 9000
    swsim conformance --driver http://127.0.0.1:9000 --capabilities shop.toml --url http://127.0.0.1:8180

Nothing beside the standard library. What you do not fill in answers 501: name it under [not_implemented] in shop.toml.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Shop:
    """Your system. Every method may raise NotImplementedError: not offered."""

    def place(self, detail: dict[str, Any]) -> dict[str, str]:
        """Enter an order, four documents in the names of the XML; its numbers. Return when you have it."""
        raise NotImplementedError

    def state(self, order_no: str) -> dict[str, Any] | None:
        """What you believe: {"invtNo", "documents": {"603": {"status": "399"}}, "lastReturn": …}; None: unknown."""
        raise NotImplementedError

    def books(self) -> str:
        """Your books as CSV, a line of names first."""
        raise NotImplementedError

    def set_clock(self, now: str) -> str | None:
        """Your business time stands at `now`; when you next have something to do, or None."""
        raise NotImplementedError

    def wait_until_idle(self) -> None:
        """Return when all you mean to send has been sent."""
        raise NotImplementedError

    def act(self, path: str, details: dict[str, Any]) -> dict[str, Any]:
        """Any other action: /orders/N/cancel, /shipments, /months/2026-01/close, …"""
        raise NotImplementedError


def answer(shop: Shop, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    """A call of the contract carried out: status, and JSON, text or nothing."""
    if (method, path) == ("POST", "/orders"):
        return 202, {"accepted": [shop.place(row["detail"]) for row in body["orders"]]}
    if (method, path) == ("GET", "/books"):
        return 200, shop.books()
    if (method, path) == ("GET", "/idle"):
        return 204, shop.wait_until_idle()
    if (method, path) == ("POST", "/clock"):
        return 200, {"now": body["now"], "next": shop.set_clock(body["now"])}
    if method == "GET" and path.startswith("/orders/"):
        state = shop.state(path.removeprefix("/orders/"))
        return (404, {}) if state is None else (200, {"orderNo": path.removeprefix("/orders/"), **state})
    return (200, shop.act(path, body)) if method == "POST" else (404, {})


def serve(shop: Shop, port: int) -> ThreadingHTTPServer:
    """A server that is not started yet; port 0 is a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            try:
                status, said = answer(shop, self.command, self.path, body)
            except NotImplementedError:
                status, said = 501, {}
            data = b"" if said is None else (said if isinstance(said, str) else json.dumps(said)).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = handle_any  # noqa: N815 - the names the server asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    serve(Shop(), int(sys.argv[1])).serve_forever()
