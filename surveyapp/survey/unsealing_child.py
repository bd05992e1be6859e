"""Unsealing a batch of boxes, and the process that does so batch after batch for another one (surveyapp.survey.unsealing)."""

import hmac
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from surveyapp.survey import frames, keyed, sealing

Box = tuple[bytes, bytes, bytes | None]
"""The key of a box, what is sealed in it, and its mark."""
YIELDING: Final = 10
"""How much this process steps back where others want the same core: respondents come first."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What unsealing takes: the steward's key, the wave that it belongs to, and the key of the marks."""

    private: X25519PrivateKey
    wave_id: int
    mark_key: bytes

    def parts(self) -> list[bytes]:
        """Return them as they go through a pipe."""
        return [self.private.private_bytes_raw(), str(self.wave_id).encode(), self.mark_key]

    @classmethod
    def of(cls, parts: Sequence[bytes]) -> Self:
        """Return the keys in *parts*."""
        private, wave_id, mark_key = parts
        return cls(X25519PrivateKey.from_private_bytes(private), int(wave_id), mark_key)


@dataclass(frozen=True, slots=True)
class Plain:
    """What a batch of boxes holds: the contents of boxes that bear the mark of this app, and of those that do not.

    Boxes that cannot be opened are in neither, so that ``boxes`` may be more than both.
    """

    boxes: int
    marked: list[bytes]
    unmarked: list[bytes]


def unseal(keys: Keys, boxes: Sequence[Box]) -> Plain:
    """Return what *boxes* hold."""
    found = Plain(len(boxes), [], [])
    for box_key, ciphertext, mark in boxes:
        try:
            content = sealing.unseal(keys.private, keys.wave_id, box_key, ciphertext)
        except sealing.DamagedBoxError:
            continue
        right = mark is not None and hmac.compare_digest(mark, keyed.box_mark(keys.mark_key, keys.wave_id, box_key, ciphertext))
        (found.marked if right else found.unmarked).append(content)
    return found


def leave_no_core() -> None:
    """Have this process, which holds a wave's key, leave no copy of its memory on the disk, whatever it dies of."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def main() -> None:
    """Read the keys and then batches from standard input, and write what each holds; ends with its input."""
    leave_no_core()
    os.nice(YIELDING)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    keys = Keys.of(frames.receive(source) or ())
    while (batch := frames.receive(source)) is not None:
        found = unseal(keys, as_boxes(batch))
        frames.send(target, [b"%d" % found.boxes, b"%d" % len(found.marked), *found.marked, *found.unmarked])


def as_strings(boxes: Sequence[Box]) -> list[bytes]:
    """Return *boxes* as they go through a pipe; a mark is never empty."""
    return [part or b"" for box in boxes for part in box]


def as_boxes(strings: Sequence[bytes]) -> list[Box]:
    """Return the boxes in *strings*."""
    rows = zip(strings[::3], strings[1::3], strings[2::3], strict=True)
    return [(box_key, ciphertext, mark or None) for box_key, ciphertext, mark in rows]


def as_plain(strings: Sequence[bytes]) -> Plain:
    """Return what a process wrote of a batch."""
    boxes, marked, *contents = strings
    return Plain(int(boxes), contents[: int(marked)], contents[int(marked) :])
