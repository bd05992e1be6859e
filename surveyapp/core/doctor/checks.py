"""Looking an installation over: features name what they check; each finding says what is wrong and how to mend it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flask import Flask, current_app

_KEY: Final = "doctor"


class State(StrEnum):
    """How bad it is: well; worth a look; or something that has to be mended before the app may be relied on."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and how to mend it (empty if all is well)."""

    check: str
    state: State
    said: str
    mend: str = ""


Check = Callable[[], Iterable[Finding]]
"""Look at one thing; it changes nothing."""


def add(app: Flask, name: str, check: Check) -> None:
    """Have *check* made whenever somebody looks the installation over; *name* stands for it if it fails itself."""
    app.extensions.setdefault(_KEY, []).append((name, check))


def findings() -> Iterator[Finding]:
    """Make every check that was named; one that fails is a finding itself and does not keep the others from being made."""
    known: list[tuple[str, Check]] = current_app.extensions.get(_KEY, [])
    for name, check in known:
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with an installation is what this is about
            # The words of an error may quote what is stored.
            yield problem(
                name, f"could not be looked at ({type(error).__name__}).", "Mend what is named above, then look again."
            )


def ok(check: str, said: str) -> Finding:
    """All is well."""
    return Finding(check, State.OK, said)


def warning(check: str, said: str, mend: str) -> Finding:
    """Worth a look."""
    return Finding(check, State.WARNING, said, mend)


def problem(check: str, said: str, mend: str) -> Finding:
    """To be mended."""
    return Finding(check, State.PROBLEM, said, mend)
