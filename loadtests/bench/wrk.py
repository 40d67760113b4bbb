"""The load: wrk, one thread, sends every body of a folder once and ends with the last answer.

wrk repeats one request for a length of time. Here each body must go out once, since customs refuses a list it has
already seen, so a script hands out the bodies and ends the run. One thread is enough: wrk is never the slow side.
"""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from swsim.loadtests.bench.bodies import Folder

SCRIPT = r"""
-- wrk -t1 -cN -dLIMIT -s walk.lua URL -- FOLDER COUNT
local ffi = require("ffi")
ffi.cdef[[
typedef struct { long sec; long nsec; } swsim_time;
int clock_gettime(int clock, swsim_time *time);
int getpid(void);
int kill(int pid, int signal);
]]
local time = ffi.new("swsim_time")
local function now()  -- seconds since 1970
  ffi.C.clock_gettime(0, time)
  return tonumber(time.sec) + tonumber(time.nsec) / 1e9
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function init(arguments)
  folder, count = arguments[1], tonumber(arguments[2])
  requests, seen, sent, answered, accepted, refusal, first_at, last_at = {}, false, 0, 0, 0, "", 0, 0
  for i = 1, count do
    local file = assert(io.open(string.format("%s/%06d.xml", folder, i), "rb"))
    requests[i] = wrk.format("POST", nil, {["Content-Type"] = "application/xml"}, file:read("*a"))
    file:close()
  end
end

function request()
  if not seen then seen = true return requests[1] end  -- wrk asks once before it starts, and sends nothing
  if sent == count then return "" end  -- nothing to write: the connection waits until the last answer is in
  if sent == 0 then first_at = now() end
  sent = sent + 1
  local text = requests[sent]
  requests[sent] = false
  return text
end

function response(status, headers, body)
  answered, last_at = answered + 1, now()
  if status >= 200 and status < 300 then accepted = accepted + 1
  elseif refusal == "" then refusal = status .. " " .. string.sub(body, 1, 300):gsub("[%c\"\\]", " ") end
  if answered == count then
    wrk.thread:stop()
    ffi.C.kill(ffi.C.getpid(), 2)  -- wrk's main thread sleeps until its time is over, if nobody interrupts it
  end
end

function done(summary, latency)
  local t, e = threads[1], summary.errors
  io.write(string.format(
    '\nSWSIM {"sent":%d,"answered":%d,"accepted":%d,"first_at":%.6f,"last_at":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,' ..
    '"connection_errors":%d,"refusal":"%s"}\n',
    t:get("sent"), t:get("answered"), t:get("accepted"), t:get("first_at"), t:get("last_at"),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write, t:get("refusal")))
end
"""
_MARK = "SWSIM "


class LoadError(Exception):
    """wrk did not do what it was asked: the text says what it printed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the load failed: {reason}")


@dataclass(frozen=True, slots=True)
class Load:
    """What one pass over a folder met. Times in seconds since 1970 on this machine's clock, latencies in milliseconds.

    `accepted` counts answers 2xx, `refusal` is the first other answer (status and start of the body), empty if none.
    """

    sent: int
    answered: int
    accepted: int
    first_at: float
    last_at: float
    p50_ms: float
    p99_ms: float
    connection_errors: int
    refusal: str

    @property
    def seconds(self) -> float:
        """From the first request to the last answer."""
        return self.last_at - self.first_at


def send(folder: Folder, url: str, *, connections: int, limit: int = 300) -> Load:
    """Post every body of `folder` to `url` once over `connections` connections, within `limit` seconds.

    LoadError if a body went unanswered or was refused: a rate of refused messages would say nothing.
    """
    script = folder.path.parent / "walk.lua"
    script.write_text(SCRIPT, encoding="ascii")
    at_most = min(connections, folder.count)
    words = ["wrk", "-t1", f"-c{at_most}", f"-d{limit}s", "--timeout", f"{limit}s", "--latency", "-s", str(script), url]
    done = subprocess.run(  # noqa: S603 - our own words
        [*words, "--", str(folder.path), str(folder.count)],
        capture_output=True,
        errors="replace",
        timeout=limit + 30,
        check=False,
    )
    load = parse(done.stdout or done.stderr)
    if load.accepted != folder.count or load.connection_errors:
        raise LoadError(
            f"{folder.path.name}: of {folder.count} messages {load.sent} were sent, {load.answered} answered, "
            f"{load.accepted} accepted, {load.connection_errors} connection errors; {load.refusal or 'no refusal seen'}"
        )
    return load


def parse(output: str) -> Load:
    """Read the script's line out of wrk's output; LoadError where there is none."""
    line = next((line for line in output.splitlines() if line.startswith(_MARK)), None)
    if line is None:
        raise LoadError(output.strip()[-500:] or "wrk printed nothing")
    values: dict[str, Any] = json.loads(line.removeprefix(_MARK))
    return Load(**values)
