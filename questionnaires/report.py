"""The collector of problems: a reader goes on after each one, so that a file is refused with all of them at once."""

from typing import Final, Protocol

from questionnaires.messages import MESSAGES
from questionnaires.problems import FileRefusedError, Problem

MOST_PROBLEMS: Final = 200
"""A file with more problems than this is of another kind altogether; the rest is not listed."""

_MOST_SHOWN: Final = 60


class Place(Protocol):
    """Where something stands in a file: a line (from 1) and the path of keys that leads to it."""

    @property
    def line(self) -> int:
        """The line, from 1."""

    @property
    def key(self) -> str:
        """The path of keys, such as ``sections[about].items[role].label.ru``."""


def shown(text: str) -> str:
    """Return *text* on one line and short enough to be quoted in a message."""
    line = " ".join(text[: 4 * _MOST_SHOWN].split())
    return line if len(line) <= _MOST_SHOWN else line[: _MOST_SHOWN - 1] + "…"


class Report:
    """The problems of one file, found so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: list[Problem] = []
        self._more = False

    def __bool__(self) -> bool:
        """Say whether anything is wrong."""
        return bool(self._problems)

    @property
    def full(self) -> bool:
        """Say whether further problems are only counted as more."""
        return len(self._problems) >= MOST_PROBLEMS

    def add(self, place: Place | None, code: str, /, **facts: str) -> None:
        """Note the problem *code* (a key of MESSAGES) at *place*; *facts* fill its message."""
        line, key = (place.line, place.key) if place else (None, "")
        self.add_line(line, key, code, **facts)

    def add_line(self, line: int | None, key: str, code: str, /, **facts: str) -> None:
        """Note a problem where no node stands, such as an error of syntax."""
        if self.full:
            self._more = True
            return
        short = {name: shown(fact) if name == "found" else fact for name, fact in facts.items()}
        message = MESSAGES[code].format(**short)
        self._problems.append(Problem(self.file, line, key, code, message, tuple(short.items())))

    def refuse_if_any(self) -> None:
        """Raise FileRefusedError with every problem in the order of the file, if there is any."""
        if self._problems:
            raise self.refusal()

    def refusal(self) -> FileRefusedError:
        """Return the error that names every problem in the order of the file."""
        problems = sorted(self._problems, key=lambda problem: problem.line or 0)
        if self._more:
            message = MESSAGES["more_problems"].format(most=MOST_PROBLEMS)
            problems.append(Problem(self.file, None, "", "more_problems", message, (("most", str(MOST_PROBLEMS)),)))
        return FileRefusedError(problems)
