"""A folder, as the single window's client programs watch it: files dropped in the OutBox, returns in the InBox.

`DIR/{sandbox}/` has four boxes (`folder_boxes`). A file is taken when two looks saw the same; what was taken in moves
to the SentBox, what was not to the FailBox with the reason beside it. It moves after it is on the disk: a file that a
crash left in the OutBox is known by its mark and only moved.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport.delivery import CARRIERS, DeliveryError, Parcel
from swsim.simulator.transport.folder_boxes import Boxes, FolderError
from swsim.simulator.transport.folder_inbound import FolderInbound

LOG = logging.getLogger("swsim.folder")
AHEAD = 32
"""Returns of a dxpId that are put into its InBox before the first is acknowledged."""


class Folder:
    """A root folder at work, for all sandboxes."""

    name = "folder"
    ahead = AHEAD

    def __init__(self, window: SingleWindow, root: Path, *, largest: int) -> None:
        self._window = window
        self._root = root
        self._largest = largest
        self._boxes: dict[str, Boxes] = {}
        """By sandbox, those whose boxes are there."""
        self._inbounds: dict[int, FolderInbound] = {}
        self._owners: dict[str, str] = {}
        """Sandboxes by what their names are on Windows."""
        self._refused: set[int] = set()
        self._keeper: asyncio.Task[None] | None = None

    def serves(self, sandbox: str) -> bool:
        """Whether the name can be a folder's; whether its boxes are there is found when a return is sent."""
        try:
            Boxes(self._root, sandbox)
        except FolderError:
            return False
        return self._owners.get(sandbox.casefold(), sandbox) == sandbox

    def start(self) -> None:
        """Begin to look."""
        self._keeper = asyncio.get_running_loop().create_task(self._keep(), name="folder")

    async def stop(self) -> None:
        """End; files that were not taken in stay in the OutBox."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for one in self._inbounds.values():
            await one.stop()

    async def listens(self, sandbox: str) -> None:
        """Wait until the boxes of a sandbox are there."""
        async for _ in self._rings():
            if sandbox in self._boxes:
                return

    async def send(self, parcels: Sequence[Parcel], arrived: Callable[[Parcel], None]) -> None:
        """Put returns into the InBox, one after another; DeliveryError."""
        boxes = self._boxes.get(parcels[0].sandbox)
        if boxes is None:
            raise DeliveryError(f"the folder of sandbox {parcels[0].sandbox} cannot be used")

        def put() -> None:
            for parcel in parcels:
                boxes.to_inbox(file_name(parcel), parcel.body)
                arrived(parcel)

        try:
            await asyncio.to_thread(put)
        except OSError as error:
            raise DeliveryError(f"{boxes.into}: {error.strerror or error}") from None

    async def _keep(self) -> None:
        """Watch a folder for every sandbox, those that come later too."""
        async for _ in self._rings("settings"):
            there = {one.box: one for one in list(self._window.sandboxes.values())}
            for box in [box for box in self._inbounds if box not in there]:
                gone = self._inbounds.pop(box)
                await gone.stop()
                self._boxes.pop(gone.sandbox.name, None)
                self._owners.pop(gone.sandbox.name.casefold(), None)
            for box, sandbox in there.items():
                if box in self._inbounds:
                    continue
                try:
                    boxes = self._claim(sandbox.name)
                    await asyncio.to_thread(boxes.prepare)
                except (FolderError, OSError) as error:
                    if box not in self._refused:
                        LOG.error("%s", error)  # noqa: TRY400 - the text says all, and the others are served
                    self._refused.add(box)
                    continue
                self._boxes[sandbox.name] = boxes
                self._inbounds[box] = FolderInbound(self._window, sandbox, boxes, self._largest)
                self._inbounds[box].start()
            self._window.bells.ring((self, "listening"))
            self._window.bells.ring(CARRIERS)

    def _claim(self, name: str) -> Boxes:
        """The boxes of a sandbox that may have them; FolderError."""
        boxes = Boxes(self._root, name)
        if (owner := self._owners.setdefault(name.casefold(), name)) != name:
            raise FolderError(f"sandbox {name} has no folder: {owner} is the same name on Windows")
        return boxes

    async def _rings(self, name: str = "") -> AsyncIterator[None]:
        """Now, and each time after a bell rang."""
        while not self._window.bells.closed:
            bell = self._window.bells.listen(name or (self, "listening"))
            yield
            await bell.wait()


def file_name(parcel: Parcel) -> str:
    """`<MsgType>_<dxpId>_<return id>.xml`, of letters and digits only: a dxpId is the sender's word."""
    words = (re.sub(r"[^A-Za-z0-9-]", "-", one)[:60] for one in (parcel.message_type, parcel.dxp_id, parcel.id))
    return "_".join(words) + ".xml"
