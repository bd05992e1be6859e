"""A small disk of one's own (ext4 in a file, mounted by root): it can be filled to the last byte, and lose its power."""

import fcntl
import os
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.waiting import until

_BLOCK: Final = 4096
_SHUT_DOWN: Final = 0x8004587D  # EXT4_IOC_SHUTDOWN
_WITHOUT_LOG: Final = 2  # what the file system itself has not yet written down is lost, too


@dataclass
class OwnDisk:
    """The disk in *file*, to be found at *place* while it is mounted."""

    file: Path
    place: Path
    megabytes: int

    def __enter__(self) -> Self:
        assert os.geteuid() == 0, "A disk of one's own is mounted by root alone: run this as root."
        self.place.mkdir()
        with self.file.open("wb") as made:
            made.truncate(self.megabytes * 2**20)
        # Without room kept for root, full is full for everybody.
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-b", str(_BLOCK), str(self.file))
        self._mount()
        return self

    def __exit__(self, *_: object) -> None:
        self._unmount()

    def _mount(self) -> None:
        _run("mount", "-o", "loop", str(self.file), str(self.place))

    def _unmount(self) -> None:
        def done() -> bool:
            return subprocess.run(["umount", str(self.place)], capture_output=True, check=False).returncode == 0

        until(done, "somebody still uses the disk")

    def fill(self) -> None:
        """Leave no room."""
        with (self.place / "ballast").open("ab", buffering=0) as ballast:
            block = b"\1" * _BLOCK
            while True:
                try:
                    ballast.write(block)
                    os.fsync(ballast.fileno())
                except OSError:
                    return

    def make_room(self) -> None:
        """Take away what filled it."""
        (self.place / "ballast").unlink()

    def cut(self) -> None:
        """Cut the power: whatever was not synced is lost, and from now on everything fails."""
        folder = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, _SHUT_DOWN, struct.pack("I", _WITHOUT_LOG))
        finally:
            os.close(folder)

    def power_on(self) -> None:
        """Mount it as after the machine's start; nobody may use it any more.

        A copy of it, because a mount that was copied into another name space (such as a container's) keeps the dead one alive.
        """
        self._unmount()
        copy = self.file.with_name(f"{self.file.name}+")
        _run("cp", "--sparse=always", str(self.file), str(copy))
        self.file.unlink()
        self.file = copy
        self._mount()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
