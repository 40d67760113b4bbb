"""A reading process: frames in on standard input, frames out on standard output, in order; it ends with its input.

A frame is a length (4 bytes, little endian) and as many bytes: in, a message; out, `marshal` of what was read. The
first frame out is empty: ready. With ``--codes`` the first frame in is the user's code tables (`pickle`).
"""

import marshal
import os
import pickle
import signal
import sys

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.messages.codec import validator
from swsim.simulator.reader import CODES, LENGTH, collect_seldom
from swsim.simulator.reading import read, to_plain


def main() -> None:
    """Read until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; whoever started this ends it
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between frames
    validator()
    collect_seldom()
    codes = Codes.builtin()
    if CODES in sys.argv:
        codes = pickle.loads(source.read(LENGTH.unpack(source.read(LENGTH.size))[0]))  # noqa: S301 - our own process wrote it
    frame = b""
    while True:
        sink.write(LENGTH.pack(len(frame)))
        sink.write(frame)
        sink.flush()
        length = source.read(LENGTH.size)
        if len(length) < LENGTH.size:
            return
        got = read(source.read(LENGTH.unpack(length)[0]), codes)
        frame = marshal.dumps((got.packed, to_plain(got.found), tuple(got.cover), got.inside))


if __name__ == "__main__":
    main()
