"""What a long undertaking is doing now: the code that does it says so, and a terminal or a page that listens tells it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol, TypeVar

Listener = Callable[[str, int, int], None]
"""Gets the name of a step, how much of it is done, and how much there is to do (0: not known)."""
Thing = TypeVar("Thing")
_OVER: Final = "\x1b[1A\r\x1b[K"
"""One line up and to its beginning, the line emptied (ECMA-48)."""
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


class Output(Protocol):
    """Where a terminal's words go."""

    def write(self, text: str, /) -> object:
        """Write *text*."""

    def flush(self) -> object:
        """Have it seen now."""

    def isatty(self) -> bool:
        """Say whether somebody sits there."""


def at(step: str, done: int = 0, of: int = 0) -> None:
    """Say that *step* is being done, and how far; without a listener nothing happens."""
    if (listener := _listener.get()) is not None:
        listener(step, done, of)


def each(step: str, things: Sequence[Thing]) -> Iterator[Thing]:
    """Yield *things*, saying after how many of them *step* is."""
    for done, thing in enumerate(things):
        at(step, done, len(things))
        yield thing
    at(step, len(things), len(things))


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """Have *listener* told of every step inside; None keeps whoever listens already."""
    token = _listener.set(listener or _listener.get())
    try:
        yield
    finally:
        _listener.reset(token)


class OnTerminal:
    """Writes steps to *output* (standard error): on a screen one line that is written over, elsewhere a line for each step."""

    def __init__(self, output: Output, words: Callable[[str], str]) -> None:
        self._output, self._words = output, words
        self._step, self._shown = "", ""

    def __call__(self, step: str, done: int, of: int) -> None:
        """Tell of a step, on a screen with its share done in whole per cent."""
        known = f" {done * 100 // of} %" if of else ""
        line = f"{self._words(step)} …{known if self._output.isatty() else ''}"
        if line == self._shown:
            return
        # Each line is ended, so that whatever a command prints stands below it; the next one of the step goes over it.
        again = step == self._step and self._output.isatty()
        self._output.write(f"{_OVER if again else ''}{line}\n")
        self._output.flush()
        self._step, self._shown = step, line
