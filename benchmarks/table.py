"""The table of what was measured: as text for the terminal, and as a page with machine, versions and day."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.measuring import Measured

Answers = Sequence[tuple[str, Sequence[Measured]]]
_LIBRARIES: Final = ("Flask", "SQLAlchemy", "numpy", "pandas", "scipy", "polars", "typst", "python-docx")
_ABOUT: Final = (
    "Measured by `make bench`, which writes this page. Each number is a ratio to a baseline in the same run, because seconds "
    "of one machine say little about another. Times are medians; memory is the most that the first run held above what was "
    "held before it, with the libraries that it loads. “×” is how many times as long as the baseline, “of” the share of the "
    "baseline's speed, “more” how much above the baseline. The suite holds no timed test."
)
_SECOND: Final = 1.0
_HEAD: Final = ("What", "Baseline in the same run", "Time", "Baseline", "Ratio", "To reach", "Memory")


def as_text(answers: Answers) -> str:
    """Return the table for a terminal: a question, then a line for each thing measured."""
    lines: list[str] = []
    for question, found in answers:
        lines += ["", question]
        for each in found:
            what, baseline, *numbers = _cells(each)
            lines += [f"  {what}", f"    beside {baseline}", f"    {'   '.join(filter(None, _named(numbers)))}"]
    return "\n".join(lines).lstrip() + "\n"


def as_page(answers: Answers) -> str:
    """Return the table as Markdown, under what it was measured with and when."""
    parts = [
        "# Speed",
        _ABOUT,
        f"{datetime.now(UTC):%Y-%m-%d}. {machine()}",
    ]
    for question, found in answers:
        rows = ["| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD)]
        rows += ["| " + " | ".join(cell or "–" for cell in _cells(each)) + " |" for each in found]
        parts += [f"## {question}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def _cells(each: Measured) -> tuple[str, ...]:
    share = each.direction == "share"
    unit = f" {each.unit}" if each.direction == "more" else ""
    ratio = f"{each.ratio:.3g}{unit} more" if unit else f"{each.ratio:.2g} of" if share else f"{each.ratio:.3g} ×"
    goal = (
        f"{'≥' if share else '≤'} {each.goal:g}{unit}{', missed' if not each.reached else ''}" if each.goal is not None else ""
    )
    return (
        each.name,
        each.baseline_name,
        f"{each.seconds:.3g}{unit}" if unit else _time(each.seconds),
        f"{each.baseline_seconds:.3g}{unit}" if unit else _time(each.baseline_seconds),
        ratio,
        goal,
        f"{each.memory:.0f} MB",
    )


def _named(numbers: Sequence[str]) -> list[str]:
    return [f"{name} {number}" if number else "" for name, number in zip(_HEAD[2:], numbers, strict=True)]


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= _SECOND else f"{seconds * 1000:.3g} ms"


def machine() -> str:
    """Return what everything was measured with."""
    cpu = next((line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({cpu or platform.machine()}), {memory / 1e6:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}. Other work on the machine at the end: load {load:.1f}."
    )


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
