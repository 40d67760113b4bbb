"""What the commands that ask a running simulator share: where it is, how to ask."""

import argparse
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

DEFAULT_URL = "http://127.0.0.1:8180"


class AskError(Exception):
    """The simulator could not be asked, or it refused; the text is for the user."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """`--url`, `--sandbox`, `--token`."""
    parser.add_argument(
        "--url",
        default=os.environ.get("SWSIM_URL", DEFAULT_URL),
        help=f"the simulator (default SWSIM_URL or {DEFAULT_URL})",
    )
    parser.add_argument("--sandbox", default="default", help="sandbox (default: default)")
    parser.add_argument(
        "--token", default=os.environ.get("SWSIM_TOKEN", ""), help="token, where the simulator asks for one"
    )


def get(arguments: argparse.Namespace, path: str, *, timeout: float = 70.0, **query: str | float) -> bytes:
    """GET a path of the control API of the sandbox; AskError."""
    return ask(arguments, "GET", path, None, timeout=timeout, **query)


def ask(
    arguments: argparse.Namespace, method: str, path: str, body: bytes | None, *, timeout: float, **query: str | float
) -> bytes:
    """One request of the control API of the sandbox; AskError."""
    text = urllib.parse.urlencode(query)
    sandbox = urllib.parse.quote(arguments.sandbox, safe="")
    url = f"{arguments.url.rstrip('/')}/_control/sandboxes/{sandbox}{path}" + (f"?{text}" if text else "")
    if not url.startswith(("http://", "https://")):
        raise AskError(f"--url: expected http:// or https://, got {arguments.url!r}")
    headers = {"Authorization": f"Bearer {arguments.token}"} if arguments.token else {}
    request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 - the scheme is checked above
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 - the scheme is checked above
            told: bytes = answer.read()
            return told
    except urllib.error.HTTPError as error:
        raise AskError(_detail(error.read()) or f"{url}: {error}") from None
    except (urllib.error.URLError, OSError) as error:
        raise AskError(f"no simulator answers at {arguments.url} ({error}); start one with: swsim serve") from None


def _detail(body: bytes) -> str:
    try:
        value: Any = json.loads(body)
    except ValueError:
        return ""
    return str(value.get("detail", "")) if isinstance(value, dict) else ""
