"""The bodies of a bench, written to folders before anything is measured.

Every list is another document and goes out once: customs would refuse it the second time. Its order, payment receipt
and waybill go out first (the preload, never counted), so that a list passes every check and reaches 399. The fixtures
make the messages in blocks of a hundred chains; a block depends on its place alone, so processes share the work.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from pathlib import Path
from uuid import UUID, uuid5

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.transfer import Document

BLOCK = 100
"""Chains of a block: as many documents as one message takes."""
_SPACE = UUID("5f1d2a94-6c0e-4d55-9a0b-7b6a3f6e3c21")


@dataclass(frozen=True, slots=True)
class Folder:
    """Bodies ``000001.xml`` to `count`, together `documents` documents."""

    path: Path
    count: int
    documents: int

    def bodies(self) -> Iterator[bytes]:
        """The bodies in the order they are sent."""
        for number in range(1, self.count + 1):
            yield file(self.path, number).read_bytes()


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: `rounds` times `hundreds` messages of 100 lists and `singles` messages of one."""

    rounds: int
    hundreds: int
    singles: int

    def __post_init__(self) -> None:
        if min(self.rounds, self.hundreds) < 1 or self.singles < BLOCK or self.singles % BLOCK:
            raise ValueError(
                f"expected at least 1 round, 1 message of 100 and a multiple of {BLOCK} singles, got {self}"
            )


@dataclass(frozen=True, slots=True)
class Round:
    """What one round sends to each server."""

    hundred: Folder
    single: Folder


@dataclass(frozen=True, slots=True)
class Bodies:
    """Everything that is sent: first `preload`, then the rounds."""

    preload: Folder
    rounds: tuple[Round, ...]


def file(folder: Path, number: int) -> Path:
    """Where body `number` (from 1) of a folder lies; the load script knows this name too."""
    return folder / f"{number:06d}.xml"


def build(folder: Path, size: Size, seed: int, at: datetime) -> Bodies:
    """Write all bodies below `folder`, with every core. `at` (with a zone) is the time of report."""
    single_blocks = size.singles // BLOCK
    blocks = size.rounds * (size.hundreds + single_blocks)
    preload = Folder(folder / "preload", 3 * blocks, 3 * blocks * BLOCK)
    rounds: list[Round] = []
    targets: list[tuple[Path, int]] = []  # by block: the folder of its lists, and the first number there
    for number in range(1, size.rounds + 1):
        hundred = Folder(folder / f"hundred-{number}", size.hundreds, size.hundreds * BLOCK)
        single = Folder(folder / f"single-{number}", size.singles, size.singles)
        targets += [(hundred.path, 1 + i) for i in range(size.hundreds)]
        targets += [(single.path, 1 + i * BLOCK) for i in range(single_blocks)]
        rounds.append(Round(hundred, single))
    for path in {preload.path, *(path for path, _ in targets)}:
        path.mkdir(parents=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = (
            range(blocks),
            repeat(blocks),
            repeat(preload.path),
            *zip(*targets, strict=True),
            repeat(seed),
            repeat(at),
        )
        for _ in pool.map(write_block, *jobs, chunksize=8):
            pass
    return Bodies(preload, tuple(rounds))


def write_block(block: int, blocks: int, preload: Path, lists: Path, first: int, seed: int, at: datetime) -> None:
    """Write a block: its three preload messages, and its lists from number `first` on, alone or as a hundred.

    All orders of the preload are numbered before the receipts, and these before the waybills.
    """
    chains = [chain(seed, block * BLOCK + i, at) for i in range(BLOCK)]
    kinds: tuple[Sequence[Document], ...] = (
        [c.order for c in chains],
        [c.receipts for c in chains],
        [c.logistics for c in chains],
    )
    for place, documents in enumerate(kinds):
        _write(preload, 1 + place * blocks + block, documents, seed)
    inventories = [c.inventory for c in chains]
    if lists.name.startswith("hundred"):
        _write(lists, first, inventories, seed)
    else:
        for i, inventory in enumerate(inventories):
            _write(lists, first + i, [inventory], seed)


def _write(folder: Path, number: int, documents: Sequence[Document], seed: int) -> None:
    sender = parties(seed).sender(documents[0].number)
    guid = str(uuid5(_SPACE, f"{seed}/{folder.name}/{number}")).upper()
    file(folder, number).write_bytes(encode(upload(documents, sender, guid=guid)))
