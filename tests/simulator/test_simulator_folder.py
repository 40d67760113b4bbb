"""The folder channel on a real folder: dropped, taken, moved, answered; what is half-written or no file is left."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from simulator_annex import DXP, Sale, message, records, root_of
from simulator_envelopes import codes, dxp_msg, inside
from simulator_line import Line, serving

from swsim.simulator.messages.codec import read_message
from swsim.simulator.transport import delivery, folder_boxes, folder_inbound
from swsim.simulator.transport.delivery import Parcel
from swsim.simulator.transport.folder import file_name
from swsim.simulator.transport.folder_boxes import Boxes, FolderError

pytestmark = pytest.mark.timeout(120)


@dataclass
class Firm:
    """An enterprise's program beside the folder of a sandbox, and its line to what customs knows."""

    home: Path
    line: Line
    seen: int = 0

    def drop(self, name: str, body: bytes) -> None:
        """Write elsewhere, then rename into the OutBox, as a good program does."""
        beside = self.home / "OutBox" / f"{name}.tmp"
        beside.write_bytes(body)
        beside.rename(self.home / "OutBox" / name)

    async def moved(self, count: int = 1) -> list[tuple[str, str]]:
        """The next files that were moved: name, and box."""
        found: list[tuple[str, str]] = []
        async with asyncio.timeout(60):
            while len(found) < count:
                for one in await self.line.journal(self.seen, wait=5):
                    self.seen = one["n"]
                    if one["what"] == "file":
                        found.append((one["data"]["file"], one["data"]["to"]))
        return found

    async def received(self, count: int) -> list[bytes]:
        """What lies in the InBox once so many returns were delivered, in their order."""
        async with asyncio.timeout(60):
            after, delivered = 0, 0
            while delivered < count:
                for one in await self.line.journal(after, wait=5):
                    after, delivered = one["n"], delivered + (one["what"] == "acknowledged")
        return [one.read_bytes() for one in sorted(self.files("InBox"), key=lambda one: one.stem.rpartition("_")[2])]

    def files(self, box: str) -> list[Path]:
        return list((self.home / box).iterdir())

    def names(self, box: str) -> set[str]:
        return {one.name for one in self.files(box)}


async def firm_at(line: Line, root: Path, name: str = "s") -> Firm:
    """A new sandbox whose boxes are there."""
    sandbox = await line.create(name)
    async with asyncio.timeout(30):
        assert line.channels is not None
        await line.channels.folders[0].listens(name)
    return Firm(root / name, sandbox)


@pytest.fixture
async def firm(tmp_path: Path) -> AsyncIterator[Firm]:
    async with serving(tmp_path / "s.sqlite3", folder=tmp_path / "in") as line:
        yield await firm_at(line, tmp_path / "in")


def order(number: str) -> bytes:
    return message("303", Sale(number).document("303"))


async def test_a_sale_by_folder_from_order_to_399(firm: Firm) -> None:
    """Dropped together and taken by age; every return in the InBox in a DxpMsg, named by kind, dxpId and id."""
    sale = Sale("FOLDER-1")
    for age, (kind, document) in enumerate(sale.documents()):
        name = f"{'zyxw'[age]}-{kind}.xml"  # the names tell the wrong order
        firm.drop(name, dxp_msg(message(kind, document)))
        os.utime(firm.home / "OutBox" / name, (1000 + age, 1000 + age))
    assert {box for _, box in await firm.moved(4)} == {"SentBox"}
    await firm.line.clock(advance="PT1H")
    got = await firm.received(13)
    told = [(root_of(inside(one)), records(inside(one))[0]["returnStatus"]) for one in got]
    assert [status for root, status in told if root == "CEB604Message"] == ["2", "3", "120", "399"]
    assert (await firm.line.document("603", *sale.key("603")))["state"] == 399
    assert firm.names("OutBox") == firm.names("FailBox") == set()
    assert len(firm.names("SentBox")) == 4
    assert all(name.endswith(".xml") and f"_{DXP}_R0" in name for name in firm.names("InBox"))


async def test_a_format_fault_goes_to_the_fail_box_and_comes_as_ceb900(firm: Firm) -> None:
    """Always async, whatever the profile says; the reason stands beside the file."""
    await firm.line.control("PUT", "/profile", {"base": "standard", "format_errors": "sync"})
    bad = order("FOLDER-2").replace(b">28<", b">much<")
    firm.drop("bad.xml", bad)
    assert await firm.moved() == [("bad.xml", "FailBox")]
    assert firm.names("FailBox") == {"bad.xml", "bad.xml.txt"}
    assert (firm.home / "FailBox/bad.xml").read_bytes() == bad
    reason = (firm.home / "FailBox/bad.xml.txt").read_text("utf-8")
    assert reason.startswith("0002: line ")
    assert "'much'" in reason
    (told,) = await firm.received(1)
    assert read_message(told).message.message_return.ori_message_type == "CEB303Message"


async def test_what_is_no_message_fails_with_its_reason_and_the_next_is_taken(firm: Firm) -> None:
    """No sender is known, so nothing comes back."""
    firm.drop("a.xml", b"this is no XML")
    firm.drop("empty.xml", b"")
    firm.drop("b.xml", order("FOLDER-3"))
    assert set(await firm.moved(3)) == {("a.xml", "FailBox"), ("empty.xml", "FailBox"), ("b.xml", "SentBox")}
    assert "well-formed XML" in (firm.home / "FailBox/a.xml.txt").read_text("utf-8")
    assert len(await firm.received(1)) == 1


async def test_a_fault_of_the_envelope_fails_and_comes_back_as_a_dxprep(firm: Firm) -> None:
    """Nobody it named exists: 2001, in the InBox and beside the file."""
    firm.drop("lost.xml", dxp_msg(order("FOLDER-4"), ("DXPNOBODY",)))
    assert await firm.moved() == [("lost.xml", "FailBox")]
    assert (firm.home / "FailBox/lost.xml.txt").read_text("utf-8").startswith("2001 DXPNOBODY: ")
    (rep,) = await firm.received(1)
    assert codes(rep) == {"DXPNOBODY": "2001"}


async def test_the_same_file_dropped_again_is_a_duplicate_and_overwrites_nothing(firm: Firm) -> None:
    """The second one is another file: its bytes are judged, and both are kept."""
    for _ in range(2):
        firm.drop("same.xml", order("FOLDER-5"))
        assert await firm.moved() == [("same.xml", "SentBox")]
    assert len(firm.names("SentBox")) == 2
    assert [records(one)[0]["returnStatus"] for one in await firm.received(2)] == ["2", "-301010"]


async def test_a_file_that_is_being_written_is_left_alone(firm: Firm) -> None:
    """As long as it grows between two looks; names that say so are never looked at."""
    whole = order("FOLDER-6")
    outbox = firm.home / "OutBox"
    for name in (".hidden.xml", "x.TMP", "x.part", "x.xml~"):
        (outbox / name).write_bytes(whole)
    with (outbox / "slow.xml").open("wb", buffering=0) as file:
        for start in range(0, len(whole), step := len(whole) // 12 + 1):
            file.write(whole[start : start + step])
            await asyncio.sleep(folder_inbound.PAUSE / 2)  # a slow writer is what is tested
    firm.drop("next.xml", order("FOLDER-7"))
    assert set(await firm.moved(2)) == {("slow.xml", "SentBox"), ("next.xml", "SentBox")}
    assert firm.names("OutBox") == {".hidden.xml", "x.TMP", "x.part", "x.xml~"}
    assert (firm.home / "SentBox/slow.xml").read_bytes() == whole


async def test_links_and_devices_are_not_read_and_folders_are_left(firm: Firm, tmp_path: Path) -> None:
    """A link could lead to any file of the machine, a pipe could hang."""
    (tmp_path / "secret.xml").write_bytes(order("FOLDER-8"))
    outbox = firm.home / "OutBox"
    (outbox / "sub").mkdir()
    (outbox / "link.xml").symlink_to(tmp_path / "secret.xml")
    os.mkfifo(outbox / "pipe.xml")
    assert set(await firm.moved(2)) == {("link.xml", "FailBox"), ("pipe.xml", "FailBox")}
    assert firm.names("OutBox") == {"sub"}
    assert "it is not read" in (firm.home / "FailBox/link.xml.txt").read_text("utf-8")
    assert (tmp_path / "secret.xml").exists()
    assert await firm.line.listed() == []


async def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """`--max-body` holds here too."""
    async with serving(tmp_path / "s.sqlite3", folder=tmp_path / "in", max_body=1000) as line:
        firm = await firm_at(line, tmp_path / "in")
        firm.drop("big.xml", b"x" * 1001)
        assert await firm.moved() == [("big.xml", "FailBox")]
        assert (firm.home / "FailBox/big.xml.txt").read_text("utf-8") == "expected at most 1000 bytes, got 1001\n"


async def test_a_file_taken_in_before_a_crash_is_only_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Durable and not yet moved when the server ends: the next one knows it. Windows: somebody has it open."""

    def locked(_: Boxes, found: folder_boxes.Found) -> str:
        raise PermissionError(13, "in use by another process", found.name)

    root = tmp_path / "in"
    with monkeypatch.context() as patch:
        patch.setattr(Boxes, "to_sent", locked)
        async with serving(tmp_path / "s.sqlite3", folder=root) as line:
            firm = await firm_at(line, root)
            firm.drop("once.xml", order("FOLDER-9"))
            assert len(await firm.received(1)) == 1
            assert firm.names("OutBox") == {"once.xml"}
    async with serving(tmp_path / "s.sqlite3", folder=root) as line:
        again = Firm(root / "s", line.of("s"))
        assert await again.moved() == [("once.xml", "SentBox")]
        assert (await again.line.entry("redelivery"))["data"]["channel"] == "folder"
        assert len(again.names("InBox")) == len(await again.line.listed()) == 1


async def test_a_file_somebody_has_open_is_moved_when_it_is_free(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken in once, and its move tried again."""
    real, tries = Boxes.to_sent, []

    def busy(self: Boxes, found: folder_boxes.Found) -> str:
        tries.append(found.name)
        if len(tries) < 3:
            raise PermissionError(13, "in use by another process", found.name)
        return real(self, found)

    monkeypatch.setattr(Boxes, "to_sent", busy)
    firm.drop("open.xml", order("FOLDER-10"))
    assert await firm.moved() == [("open.xml", "SentBox")]
    assert tries == ["open.xml"] * 3
    assert [one["what"] for one in await firm.line.journal(0)].count("message") == 1


async def test_a_file_that_another_process_keeps_to_itself_is_read_later(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sharing violation of Windows: opening fails as long as the writer holds it; then it is taken, once."""
    real, tries = os.open, list[object]()

    def held(path: object, flags: int, *more: int) -> int:
        if str(path).endswith("held.xml") and len(tries) < 3:
            tries.append(path)
            raise PermissionError(13, "the process cannot access the file", str(path))
        return real(path, flags, *more)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(os, "open", held)
    firm.drop("held.xml", order("FOLDER-13"))
    assert await firm.moved() == [("held.xml", "SentBox")]
    assert len(tries) == 3
    assert [one["what"] for one in await firm.line.journal()].count("message") == 1


async def test_a_return_that_cannot_be_given_its_name_is_put_in_later(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner has it open: nothing half-written is seen, the journal says why, then it lies there."""
    real, tries = Path.replace, list[Path]()

    def held(self: Path, target: Path) -> Path:
        if target.parent.name == "InBox" and len(tries) < 2:
            tries.append(target)
            raise PermissionError(13, "the process cannot access the file", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.05)
    firm.drop("a.xml", order("FOLDER-14"))
    failed = await firm.line.entry("delivery-failed")
    assert (failed["data"]["channel"], failed["data"]["try"]) == ("folder", 1)
    assert "cannot access" in failed["data"]["why"]
    (told,) = await firm.received(1)
    assert records(told)[0]["returnStatus"] == "2"
    assert len(tries) == 2
    assert all(not name.startswith(".swsim") for name in firm.names("InBox"))


async def test_a_folder_that_is_taken_away_is_made_again(firm: Firm) -> None:
    """A tidy administrator does not end the channel."""
    for one in ("OutBox", "SentBox", "FailBox", "InBox"):
        (firm.home / one).rmdir()
    firm.home.rmdir()
    async with asyncio.timeout(30):
        while not (firm.home / "InBox").is_dir():
            await asyncio.sleep(0.05)  # nothing tells when a folder is made
    firm.drop("after.xml", order("FOLDER-11"))
    assert await firm.moved() == [("after.xml", "SentBox")]


async def test_two_sandboxes_do_not_see_each_other(tmp_path: Path) -> None:
    """The folder chooses the sandbox; names that are one on Windows are refused a folder, and the rest works."""
    root = tmp_path / "in"
    async with serving(tmp_path / "s.sqlite3", folder=root) as line:
        one, two = await firm_at(line, root, "one"), await firm_at(line, root, "two")
        await line.create("ONE")
        await line.create("nul")
        for firm in (one, two):
            firm.drop("order.xml", order("FOLDER-12"))
            await firm.moved()
        for firm in (one, two):
            (told,) = await firm.received(1)
            assert records(told)[0]["returnStatus"] == "2"
        assert {path.name for path in root.iterdir()} == {"default", "one", "two"}


async def test_many_files_are_taken_in_slices(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files than a slice and a batch hold: all taken, once each."""
    monkeypatch.setattr(folder_boxes, "SLICE", 50)
    for number in range(120):
        firm.drop(f"{number}.xml", order(f"FOLDER-M{number}"))
    moved = await firm.moved(120)
    assert {name for name, _ in moved} == {f"{number}.xml" for number in range(120)}
    assert len(firm.names("SentBox")) == 120
    assert {records(one)[0]["returnStatus"] for one in await firm.received(120)} == {"2"}


def test_many_files_are_never_in_memory_at_once(tmp_path: Path) -> None:
    """Slices of bounded size that together are everything (100,000 take half a minute to make, so these are fewer)."""
    boxes = Boxes(tmp_path, "s")
    boxes.prepare()
    for number in range(10_000):
        (boxes.out / f"{number}.xml").touch()
    sizes = [len(one) for one in boxes.slices()]
    assert sum(sizes) == 10_000
    assert max(sizes) == folder_boxes.SLICE


@pytest.mark.parametrize("name", ["..", "../x", "a/b", "a\\b", "", ".x", "con", "NUL", "com1", "a b", "a:b"])
def test_names_that_lead_elsewhere_are_no_folder(tmp_path: Path, name: str) -> None:
    """Path traversal, devices of Windows, streams of NTFS."""
    with pytest.raises(FolderError, match="cannot have a folder"):
        Boxes(tmp_path, name)


def test_a_box_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """An enterprise with access to its folder cannot have us write elsewhere."""
    (tmp_path / "s").mkdir()
    (tmp_path / "s/InBox").symlink_to(tmp_path)
    with pytest.raises(FolderError, match="InBox: expected a folder, got a link"):
        Boxes(tmp_path, "s").prepare()


def test_the_name_of_a_return_is_safe(tmp_path: Path) -> None:
    """A dxpId is the sender's word."""
    parcel = Parcel("s", "../../etc\n", 7, "CEB304Message", b"", {})
    assert file_name(parcel) == "CEB304Message_------etc-_R0000000007.xml"
    long = folder_boxes.free_name(tmp_path, "单" * 80 + ".xml")
    assert len(os.fsencode(f"{long}.txt")) <= 255


def test_nothing_half_written_is_seen_or_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full leaves no file; what a crash left is cleared at the start; nothing is overwritten."""
    boxes = Boxes(tmp_path, "s")
    boxes.prepare()
    assert boxes.to_inbox("r.xml", b"one") == "r.xml"
    other = boxes.to_inbox("r.xml", b"two")
    assert ((boxes.into / "r.xml").read_bytes(), (boxes.into / other).read_bytes()) == (b"one", b"two")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        boxes.to_inbox("new.xml", b"three")
    assert {one.name for one in boxes.into.iterdir()} == {"r.xml", other}
    (boxes.into / ".swsim-left").write_bytes(b"half")
    boxes.prepare()
    assert {one.name for one in boxes.into.iterdir()} == {"r.xml", other}
