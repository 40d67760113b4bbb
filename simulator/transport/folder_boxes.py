"""The four boxes of a sandbox in a folder, as files: looked through in slices, read when whole, moved, put in whole.

Everything here blocks and is called from threads. The rules of Windows hold everywhere: names that are devices there
are no sandbox, two names that differ in case are one folder, and a file that somebody has open is left for later.
"""

import hashlib
import os
import re
import stat
from collections.abc import Generator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import uuid4

OUT_BOX, SENT_BOX, FAIL_BOX, IN_BOX = "OutBox", "SentBox", "FailBox", "InBox"
"""Names of the boxes: the enterprise drops, the program moves what it sent and what failed, returns come in."""
UNFINISHED = (".tmp", ".part", ".writing", "~")
"""Ends of names that say: still being written. So does a dot at the beginning."""
SLICE = 2000
"""Files looked at together: all that is kept in memory of a folder, however many it holds."""
LONGEST_NAME = 200
"""Bytes of a name that is kept; a longer one is cut, for all systems end at 255."""
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class FolderError(ValueError):
    """A folder that cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it was seen. Two looks that differ saw it being written."""

    name: str
    size: int
    modified: int
    changed: int
    inode: int
    regular: bool

    @property
    def mark(self) -> bytes:
        """What it is known by when it is found again after a crash; a copy of it is another file."""
        said = f"{self.name}\0{self.size}\0{self.modified}\0{self.changed}\0{self.inode}"
        return hashlib.sha256(b"folder\0" + said.encode(errors="surrogateescape")).digest()[:16]


class Boxes:
    """The boxes of one sandbox below a root."""

    def __init__(self, root: Path, sandbox: str) -> None:
        if not PLAIN.fullmatch(sandbox) or DEVICES.fullmatch(sandbox):
            raise FolderError(f"sandbox {sandbox!r} cannot have a folder: the name is none on every system")
        self.home = root / sandbox
        self.out, self.sent, self.fail, self.into = (self.home / name for name in (OUT_BOX, SENT_BOX, FAIL_BOX, IN_BOX))

    def prepare(self) -> None:
        """Have the boxes there, and nothing half-written of ours in them; FolderError, OSError."""
        for one in (self.home, self.out, self.sent, self.fail, self.into):
            one.mkdir(parents=True, exist_ok=True)
            if one.is_symlink() or not one.is_dir():
                raise FolderError(f"{one}: expected a folder, got a link or a file; it could lead anywhere")
        for box in (self.fail, self.into):
            with os.scandir(box) as entries:
                for entry in entries:
                    if entry.name.startswith(".swsim-"):
                        Path(entry.path).unlink(missing_ok=True)

    def slices(self) -> Generator[list[Found], None, None]:
        """What lies in the OutBox, once through, in slices; each oldest first, files of one age by name."""
        with os.scandir(self.out) as entries:
            while some := list(islice(entries, SLICE)):
                seen = [found for entry in some if is_finished(entry.name) and (found := self.look(entry.name))]
                yield sorted(seen, key=lambda one: (one.modified, one.name))

    def look(self, name: str) -> Found | None:
        """A file as it stands now; None where it is gone, or is a folder."""
        try:
            there = (self.out / name).lstat()
        except OSError:
            return None
        if stat.S_ISDIR(there.st_mode):
            return None
        return Found(
            name, there.st_size, there.st_mtime_ns, there.st_ctime_ns, there.st_ino, stat.S_ISREG(there.st_mode)
        )

    def unchanged(self, seen: list[Found]) -> list[Found]:
        """The files of a slice that a second look finds as the first one did."""
        return [found for found in seen if self.look(found.name) == found]

    def read(self, found: Found) -> bytes | None:
        """The bytes of a file that is as it was seen; None where it changed, or somebody keeps it to themselves."""
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            handle = os.open(self.out / found.name, flags)
        except OSError:  # Windows: in use by another process
            return None
        with os.fdopen(handle, "rb") as source:
            now = os.fstat(handle)
            if not stat.S_ISREG(now.st_mode) or (now.st_size, now.st_mtime_ns) != (found.size, found.modified):
                return None
            data = source.read(found.size + 1)
        return data if len(data) == found.size else None

    def to_sent(self, found: Found) -> str:
        """Move a file that was taken in; its name there. OSError while somebody has it open (Windows)."""
        free = free_name(self.sent, found.name)
        (self.out / found.name).rename(self.sent / free)
        return free

    def to_fail(self, found: Found, reason: str) -> str:
        """Move a file that was not taken in, the reason beside it in a file of its name with `.txt`; OSError."""
        free = free_name(self.fail, found.name)
        put(self.fail, f"{free}.txt", reason.encode("utf-8", "replace"))
        try:
            (self.out / found.name).rename(self.fail / free)
        except OSError:
            (self.fail / f"{free}.txt").unlink(missing_ok=True)
            raise
        return free

    def to_inbox(self, name: str, data: bytes) -> str:
        """Put a return in, whole and on the disk before its name is there; nothing is ever overwritten. OSError."""
        free = free_name(self.into, name)
        put(self.into, free, data)
        return free


def is_finished(name: str) -> bool:
    """Whether a name does not say that the file is still being written."""
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED)


def free_name(box: Path, name: str) -> str:
    """The name, or one like it that is not taken in a box, and leaves room for `.txt` behind it."""
    fits = len(os.fsencode(name)) <= LONGEST_NAME
    if fits and not os.path.lexists(box / name) and not os.path.lexists(box / f"{name}.txt"):
        return name
    path = Path(name)
    stem, ending = (path.stem, path.suffix) if fits else (path.stem[:40], path.suffix[:8])
    return f"{stem}~{uuid4().hex[:12]}{ending}"


def put(box: Path, name: str, data: bytes) -> None:
    """Write a file under another name, to the disk, then give it its own: whoever sees it sees all of it; OSError."""
    beside = box / f".swsim-{uuid4().hex}"
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(box / name)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # Windows cannot open a folder to write it out
        handle = os.open(box, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
