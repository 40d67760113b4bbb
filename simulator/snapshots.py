"""Snapshots of a sandbox: taken and restored as one item of the order of work, so nothing of a message is cut off.

A snapshot is a sandbox of its own in the store, named ``SANDBOX@SNAPSHOT``; no path leads to it.
"""

from dataclasses import replace

from swsim.simulator.clock import real_now, to_ms
from swsim.simulator.sandbox import Sandbox, Settings
from swsim.simulator.sequencer import Sequencer
from swsim.simulator.store import journal
from swsim.simulator.store.protocol import Group, Position, SandboxRow

MARK = "@"
MOST = 20
"""Snapshots of one sandbox."""


class UnknownSnapshotError(LookupError):
    """No snapshot of this name."""


class TooManySnapshotsError(Exception):
    """A sandbox keeps no more than MOST."""


async def keep(sequencer: Sequencer, sandbox: Sandbox, name: str) -> Position:
    """Keep a sandbox as it stands under a name, in place of the snapshot that had it; where it stands."""

    async def work(group: Group) -> Position:
        named = f"{sandbox.name}{MARK}{name}"
        known = await group.snapshots(sandbox.name)
        if len(known) >= MOST and named not in {row.name for row in known}:
            raise TooManySnapshotsError(f"snapshots: expected at most {MOST}; take one in place of another")
        for row in known:
            if row.name == named:
                await group.clear_sandbox(row.box, drop=True)
        made = await group.create_sandbox(named, sandbox.settings.dump())
        await group.copy_sandbox(sandbox.box, made.box)
        await group.save_sandbox(SandboxRow(made.box, named, b"", sandbox.position), settings=False)
        return replace(sandbox.position)

    position: Position = await sequencer.submit_group(work, sandbox)
    return position


async def restore(sequencer: Sequencer, sandbox: Sandbox, name: str) -> None:
    """Let a sandbox stand as a snapshot has it: everything but its token. UnknownSnapshotError.

    Its journal goes on behind that of the snapshot, with an entry that says where the one that is dropped had come to.
    """

    async def work(group: Group) -> None:
        rows = {row.name: row for row in await group.snapshots(sandbox.name)}
        row = rows.get(f"{sandbox.name}{MARK}{name}")
        if row is None:
            known = ", ".join(sorted(one.partition(MARK)[2] for one in rows)) or "none"
            raise UnknownSnapshotError(f"snapshot: expected one of {known}, got {name!r}")
        dropped = sandbox.position
        await group.clear_sandbox(sandbox.box, drop=False)
        await group.copy_sandbox(row.box, sandbox.box)
        settings = replace(Settings.load(row.settings), token_digest=sandbox.settings.token_digest)
        sandbox.settings, sandbox.profile, sandbox.position = settings, settings.profile, row.position
        said = {"snapshot": name, "dropped": {"entries": dropped.entry, "digest": dropped.digest.hex()}}
        at = to_ms(sandbox.now(real_now()))
        await group.append(sandbox.box, [journal.entry(row.position, at, journal.INPUT, "restore", said)])
        await group.save_sandbox(SandboxRow(sandbox.box, sandbox.name, settings.dump(), row.position), settings=True)
        found = await group.next_due(sandbox.box)
        sandbox.next_due, sandbox.next_what = (found.at, str(found.stage)) if found else (None, "")

    await sequencer.submit_group(work, sandbox)


async def drop(group: Group, sandbox: Sandbox) -> None:
    """Delete the snapshots of a sandbox that goes."""
    for row in await group.snapshots(sandbox.name):
        await group.clear_sandbox(row.box, drop=True)
