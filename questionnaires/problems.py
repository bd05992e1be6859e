"""What is wrong with a file: every problem with its place and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one file.

    ``code`` is stable and names the kind of problem for translation, ``facts`` are its parameters,
    ``message`` says in English what is wrong and how to mend it.
    """

    file: str
    line: int | None
    key: str
    code: str
    message: str
    facts: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return ``file:line: key: message``, the form shown on a command line."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class FileRefusedError(ValueError):
    """A file was refused; ``problems`` names every reason, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
