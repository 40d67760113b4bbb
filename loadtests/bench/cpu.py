"""Where the machine's CPU time went while something was measured: the server, the load, and everybody else.

Linux only (/proc); elsewhere the figures are left out, the rates are measured all the same.
"""

import os
import resource
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HAS_PROC = Path("/proc/self/stat").exists()
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """CPU between two moments. `server` and `load` in seconds, `others` in cores (1.0: one core busy with other work),
    `loop` in cores too: how busy the server's first thread was, the one an event loop runs in.

    A busy neighbour makes every rate too low and hits the two sides unequally: that is why it is shown.
    """

    server: float
    load: float
    others: float
    loop: float


class Meter:
    """Reads the clocks when made, and again at `stop`."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._before = self._read()

    def stop(self) -> Use | None:
        """Use since the start; None where the system has no /proc."""
        if not HAS_PROC:
            return None
        server, load, machine, loop, at = (now - then for now, then in zip(self._read(), self._before, strict=True))
        return Use(server, load, max(0.0, machine - server - load) / at, loop / at)

    def _read(self) -> tuple[float, float, float, float, float]:
        if not HAS_PROC:
            return (0, 0, 0, 0, 0)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)  # wrk has been waited for when this is read
        return (
            session_seconds(self._server),
            children.ru_utime + children.ru_stime,
            _machine_seconds(),
            _used(Path(f"/proc/{self._server}/task/{self._server}/stat"))[1] / TICKS,
            time.monotonic(),
        )


def session_seconds(leader: int) -> float:
    """User and system time of all processes of a session: a server's workers count too."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # a process that has just ended
            session, used = _used(stat)
            ticks += used if session == leader else 0
    return ticks / TICKS


def peak_megabytes(process: int) -> float | None:
    """Most memory a process has held; None where the system has no /proc."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return None
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0")
    return int(line.split()[1]) / 1024


def _used(stat: Path) -> tuple[int, int]:
    """Session, and user + system time in ticks, of a process or thread."""
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[3]), int(fields[11]) + int(fields[12])


def _machine_seconds() -> float:
    """Busy time of all cores, what a hypervisor took included (user, nice, system, irq, softirq, steal)."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    return sum(int(fields[i]) for i in (0, 1, 2, 5, 6, 7)) / TICKS
