"""Which worker runs which tests: a file stays with one worker, and files that share a server stay together.

What a file or a server needs first (a furnished database, the demonstration) is then made once and not by every worker. The
marks ``xdist_group`` say what stays together, but the scheduler that comes with xdist 3.8 no longer sees them under pytest 9.2
(https://github.com/pytest-dev/pytest-xdist/issues/1386): it spread every group over all workers and said nothing.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

from xdist.scheduler import LoadScopeScheduling

_GROUP: Final = re.compile(r'xdist_group\("(\w+)"\)')
_PATIENT: Final = "mark.patient"


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def room(file: Path) -> str:
    """Return what stays on one worker: the group that *file* is marked with, or the file."""
    found = _GROUP.search(_text(file))
    return found[1] if found else str(file)


class Rooms(LoadScopeScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    """Groups first, then files with patient tests, then the others: what takes long must not begin when the rest is done."""

    def _split_scope(self, nodeid: str) -> str:
        return room(self.config.rootpath / nodeid.partition("::")[0])

    def _place(self, scope: str) -> int:
        if not scope.endswith(".py"):
            return 0
        return 1 if _PATIENT in _text(Path(scope)) else 2

    def schedule(self) -> None:
        """Hand out the first rooms, the largest, and put the others in order."""
        super().schedule()
        for scope in sorted(self.workqueue, key=self._place):
            self.workqueue.move_to_end(scope)
