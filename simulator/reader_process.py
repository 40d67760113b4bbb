"""A reading process: frames in on standard input, frames out on standard output, in order; it ends with its input.

A frame is a length (4 bytes, little endian) and as many bytes: in, a message; out, `marshal` of what was read. The
first frame out is empty: ready.
"""

import marshal
import os
import signal
import sys

from swsim.simulator.messages.codec import validator
from swsim.simulator.reader import LENGTH
from swsim.simulator.reading import read, to_plain


def main() -> None:
    """Read until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; whoever started this ends it
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between frames
    validator()
    frame = b""
    while True:
        sink.write(LENGTH.pack(len(frame)))
        sink.write(frame)
        sink.flush()
        length = source.read(LENGTH.size)
        if len(length) < LENGTH.size:
            return
        packed, found = read(source.read(LENGTH.unpack(length)[0]))
        frame = marshal.dumps((packed, to_plain(found)))


if __name__ == "__main__":
    main()
