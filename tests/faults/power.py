"""The disk as it may be after the power went: what was synced, and any part of what was written since."""

import random
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

from tests.faults.recording import Operation

SECTOR: Final = 512
"""What a disk writes whole or not at all; of a longer write any sectors may be there."""
FOLDER: Final = "."
Files = dict[str, bytes]


@dataclass
class Disk:
    """Files as they surely are, and what was asked since the last sync of each; their names become sure with the folder's.

    SQLite's shared memory (``-shm``) is left out: it is made anew from the log by whoever opens the database first.
    """

    sure: Files
    open: list[Operation] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _syncing: dict[str, list[Operation]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._names = set(self.sure)

    def take(self, operation: Operation) -> bool:
        """Take one operation in; False if it leaves the disk as it was."""
        kind, file = operation.kind, operation.file
        if kind == "told" or file.endswith("-shm") or (kind == "create" and file in self.sure):
            return False
        if kind == "syncing":
            self._syncing[file] = [each for each in self.open if _synced_with(each, file)]
            return False
        if kind == "synced":
            done = self._syncing.pop(file, [])
            self.sure = applied(self.sure, done)
            self._names = _named(self._names, done)
            self.open = [each for each in self.open if not any(each is one for one in done)]
            return True
        if kind == "create":
            self.sure[file] = b""
        self.open.append(operation)
        return True

    def after_power_loss(self, chance: random.Random, more: int) -> Iterator[Files]:
        """Yield states that the disk may be in: nothing of what is open, all, all but one, one alone, and *more* mixtures."""
        yield self._with([])
        yield self._with(self.open)
        for left_out in range(len(self.open)):
            yield self._with([each for place, each in enumerate(self.open) if place != left_out])
            yield self._with([self.open[left_out]])
        for _ in range(more if self.open else 0):
            yield self._with([part for each in self.open for part in _torn(each, chance)])

    def _with(self, operations: Sequence[Operation]) -> Files:
        names = _named(self._names, operations)
        return {name: content for name, content in applied(self.sure, operations).items() if name in names}


def _named(names: set[str], operations: Sequence[Operation]) -> set[str]:
    found = set(names)
    for kind, name, _, _ in operations:
        if kind == "create":
            found.add(name)
        elif kind == "unlink":
            found.discard(name)
    return found


def _synced_with(operation: Operation, file: str) -> bool:
    name = operation.kind in {"create", "unlink"}
    return name if file == FOLDER else operation.file == file and not name


def _torn(operation: Operation, chance: random.Random) -> Iterator[Operation]:
    """Yield the sectors of a write that reached the disk; anything else happened or not."""
    if operation.kind != "write":
        yield from [operation] * chance.randint(0, 1)
        return
    share = chance.choice((0.0, 0.5, 1.0))
    start = 0
    while start < len(operation.content):
        end = start + SECTOR - (operation.offset + start) % SECTOR
        if chance.random() < share:
            yield Operation("write", operation.file, operation.offset + start, operation.content[start:end])
        start = end


def applied(files: Files, operations: Iterable[Operation]) -> Files:
    """Return what *files* hold after *operations*."""
    found = {name: bytearray(content) for name, content in files.items()}
    for kind, name, offset, content in operations:
        if kind not in {"write", "truncate"}:
            continue
        file = found[name]
        file.extend(bytes(max(0, offset - len(file))))
        if kind == "truncate":
            del file[offset:]
        else:
            file[offset : offset + len(content)] = content
    return {name: bytes(content) for name, content in found.items()}


@dataclass(frozen=True, slots=True)
class Kept:
    """What a database holds: keys of boxes, titles of events, and how many codes and entries say that they belong there."""

    boxes: frozenset[bytes]
    events: tuple[str, ...]
    used: int
    entries: int


def opened(files: Files, folder: Path) -> Kept:
    """Put *files* into *folder*, open the database as the app would after the power came back, and return what it holds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (database,) = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        boxes = connection.execute("SELECT box_key FROM sealed_box").fetchall()
        events = connection.execute("SELECT title FROM head_count ORDER BY title").fetchall()
        used = connection.execute("SELECT coalesce(sum(boxes), 0) FROM invitation").fetchone()[0]
        entries = connection.execute("SELECT count(*) FROM audit_entry WHERE what = 'event.logged'").fetchone()[0]
    return Kept(frozenset(row[0] for row in boxes), tuple(row[0] for row in events), used, entries)


@dataclass
class Replay:
    """Every state that the disk may have been left in, opened and looked at."""

    disk: Disk
    folder: Path
    boxes: dict[bytes, bytes]
    """What the page of thanks holds (the receipt), to the key of the box that it acknowledges."""
    events: dict[bytes, str]
    """The address that whoever logged an event is led to, to its title."""
    looked_at: int = 0
    cuts: int = 0
    _seen: set[bytes] = field(default_factory=set)

    def run(self, operations: Sequence[Operation], seed: int, more: int) -> None:
        """Cut the power after each of *operations* and look at what may be left."""
        boxes, events = set[bytes](), set[str]()
        for operation in operations:
            if operation.kind == "told":
                new = self._acknowledged(operation.content, boxes, events)
            else:
                new = self.disk.take(operation)
            if not new:
                continue
            self.cuts += 1
            for files in self.disk.after_power_loss(random.Random(f"{seed}/{self.cuts}"), more):  # noqa: S311 - no secret
                self._look(files, boxes, events)
        assert boxes == set(self.boxes.values()), "an acknowledgement is missing in the record"
        assert events == set(self.events.values())

    def _acknowledged(self, sent: bytes, boxes: set[bytes], events: set[str]) -> bool:
        before = len(boxes) + len(events)
        if b'data-page="thanks"' in sent:
            boxes |= {key for receipt, key in self.boxes.items() if receipt in sent}
        events |= {title for address, title in self.events.items() if address in sent}
        return len(boxes) + len(events) > before

    def _look(self, files: Files, boxes: set[bytes], events: set[str]) -> None:
        parts = [part for name in sorted(files) for part in (name.encode(), blake2b(files[name]).digest())]
        # The same files may be legal after more was acknowledged: then they have to hold more.
        state = blake2b(b"".join(parts) + b"%d %d" % (len(boxes), len(events))).digest()
        if state in self._seen:
            return
        self._seen.add(state)
        self.looked_at += 1
        kept = opened(files, self.folder)
        assert boxes <= kept.boxes <= set(self.boxes.values()), f"cut {self.cuts}: {len(boxes - kept.boxes)} answers are lost"
        assert len(kept.boxes) == kept.used, f"cut {self.cuts}: boxes and used codes do not match"
        assert events <= set(kept.events) <= set(self.events.values()), f"cut {self.cuts}: {events - set(kept.events)} is lost"
        assert len(kept.events) == len(set(kept.events)) == kept.entries, f"cut {self.cuts}: a head count more than once"
