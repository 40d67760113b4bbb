"""Bells: waiting for something to be committed, without polling."""

import asyncio
from collections.abc import Hashable
from weakref import WeakValueDictionary


class Bells:
    """`ring(key)` wakes everyone who waits on the key. A key costs memory only while someone waits."""

    def __init__(self) -> None:
        self._waiting: WeakValueDictionary[Hashable, asyncio.Event] = WeakValueDictionary()
        self._closed = False

    def ring(self, key: Hashable) -> None:
        """Wake whoever waits on `key`."""
        if (event := self._waiting.pop(key, None)) is not None:
            event.set()

    def close(self) -> None:
        """Wake everyone, now and from now on: the server ends."""
        self._closed = True
        for key in list(self._waiting):
            self.ring(key)

    def listen(self, key: Hashable) -> asyncio.Event:
        """An event that the next ring sets. Take it before looking, then wait: nothing is missed in between."""
        event = self._waiting.get(key)
        if event is None:
            event = self._waiting[key] = asyncio.Event()
        if self._closed:
            event.set()
        return event

    @property
    def closed(self) -> bool:
        """The server ends: do not wait again."""
        return self._closed
