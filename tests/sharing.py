"""Which worker runs which tests, and how many none ran: a file stays with one worker, as do files that share a server.

What a file or a server needs first (a furnished database, the demonstration) is then made once and not by every worker. The
marks ``xdist_group`` say what stays together, but the scheduler that comes with xdist 3.8 no longer sees them under pytest 9.2
(https://github.com/pytest-dev/pytest-xdist/issues/1386): it spread every group over all workers and said nothing.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from xdist.remote import Producer
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


class Sharing:
    """Shares tests out, and says at the end how many none ran: xdist keeps to itself what its workers deselect."""

    def __init__(self) -> None:
        self.patient = 0
        self.others = 0

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
        """Share out rooms, where the workers are asked to share tests by what belongs together."""
        return Rooms(config, log) if config.getoption("dist") == "loadscope" else None

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Count, where tests are chosen."""
        patient = sum(item.get_closest_marker("patient") is not None for item in items)
        self.patient += patient
        self.others += len(items) - patient

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Tell the process that shares out the tests."""
        if output := getattr(session.config, "workeroutput", None):
            output["left out"] = (self.patient, self.others)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401 - xdist says nothing of its types
        """Hear it from a worker: each chooses from all tests."""
        self.patient, self.others = getattr(node, "workeroutput", {}).get("left out", (self.patient, self.others))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it."""
        if self.patient:
            terminalreporter.write_line(f"Left out: {self.patient} patient tests, which `make test` runs.")
        if self.others:
            terminalreporter.write_line(f"Left out: {self.others} tests of another choice.")
