"""Words of others in our log and on a terminal: a line stays one line, and holds nothing that a terminal obeys."""

import logging
from itertools import chain

_CONTROLS = chain(range(0x20), range(0x7F, 0xA0), (0x2028, 0x2029), range(0x202A, 0x202F), range(0x2066, 0x206A))
"""C0 and C1 (line ends, ANSI sequences), separators of lines and paragraphs, marks that turn the direction of text."""
_ESCAPES = {code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" for code in _CONTROLS}


def escaped(text: str) -> str:
    """The text with control characters written out (a line end as ``\\x0a``)."""
    return text.translate(_ESCAPES)


class OneLine(logging.Formatter):
    """A line a record, whatever it quotes; lines of a traceback begin with a bar, so none can pass for a record."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - named by `logging`
        """The line itself."""
        return escaped(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - named by `logging`
        """The traceback behind it."""
        lines = super().formatException(ei).split("\n")  # type: ignore[arg-type] # what `logging` passes
        return "\n".join(f"  | {escaped(line)}" for line in lines)


def log_to_stderr() -> None:
    """Let the log of this process go to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
