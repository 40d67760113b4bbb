"""What is to be linted: files, folders, archives, standard input. Nothing is unpacked to disk, and no source may be
larger than its limit: an archive tells sizes it need not keep.
"""

import os
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

STDIN = "-"
MOST_BYTES = 64 << 20
"""Of one message."""
MOST_MEMBERS = 100_000
MOST_UNPACKED = 4 << 30
"""Of one archive, as it is unpacked."""
IN_FOLDERS = (".xml", ".zip")


class NoSourceError(Exception):
    """A path that cannot be linted at all; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A message to read. `data` is there already for what is no file of its own; `problem` says why there is none."""

    path: str
    data: bytes | None = None
    problem: str = ""

    def read(self) -> tuple[bytes, str]:
        """Its bytes, or why it has none."""
        if self.data is not None or self.problem:
            return self.data or b"", self.problem
        try:
            with Path(self.path).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            return b"", f"a file that can be read: {error.strerror}"
        return (b"", TOO_LARGE) if len(data) > MOST_BYTES else (data, "")


TOO_LARGE = f"a message of at most {MOST_BYTES >> 20} MB"


def files_of(paths: Iterable[str]) -> list[str]:
    """The files behind paths, folders opened, in order; NoSourceError."""
    found: list[str] = []
    for path in paths:
        if path == STDIN or Path(path).is_file():
            found.append(path)
        elif Path(path).is_dir():
            inside = list(_below(path))
            if not inside:
                raise NoSourceError(f"{path}: no .xml or .zip file below this folder")
            found += inside
        else:
            raise NoSourceError(
                f"{path}: {'not a file or folder' if Path(path).exists() else 'no such file or folder'}"
            )
    return found


def _below(folder: str) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(here, name)  # noqa: PTH118 - ten thousand of them, as text
            if name.lower().endswith(IN_FOLDERS) and os.path.isfile(path):  # noqa: PTH113
                yield path


def sources_of(file: str) -> Iterator[Source]:
    """The messages of a file: itself, or the members of an archive."""
    if file == STDIN:
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
        yield Source(STDIN, problem=TOO_LARGE) if len(data) > MOST_BYTES else Source(STDIN, data)
    elif file.lower().endswith(".zip"):
        yield from _members(file)
    else:
        yield Source(file)


def _members(file: str) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if member.filename.lower().endswith((".xml", ".zip"))]
            if not 0 < len(members) <= MOST_MEMBERS:
                yield Source(file, problem=f"an archive of 1 to {MOST_MEMBERS} .xml files, this one has {len(members)}")
                return
            left = MOST_UNPACKED
            for member in members:
                source = _member(archive, member, f"{file}!{_name(member.filename)}", min(left, MOST_BYTES))
                left -= len(source.data or b"")
                yield source
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        yield Source(file, problem=f"a ZIP archive: {error}")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: str, limit: int) -> Source:
    if member.filename.lower().endswith(".zip"):
        return Source(path, problem="a message, not an archive inside an archive")
    try:
        with archive.open(member) as opened:
            data = opened.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        return Source(path, problem=f"a member that can be unpacked: {error}")
    return Source(path, problem=TOO_LARGE) if len(data) > limit else Source(path, data)


def _name(name: str) -> str:
    """A member's name to show: it is never a path to anything, and what could trick a terminal is not shown."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)
