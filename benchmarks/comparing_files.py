"""How long does `python -m analysis compare` take for two files of 1,000 to 1,000,000 rows?"""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks import materials
from benchmarks.measuring import Case

_SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_ITEMS: Final = 40
_GROUPS: Final = 5
_AT_MOST: Final = 4.0
_AT_ONCE: Final = 50_000
"""Rows drawn at once."""
_COUNTING: Final = """
import sys
import polars
for name in sys.argv[1:]:
    rows = polars.read_csv(name, infer_schema=False).lazy()
    group, *items = rows.collect_schema().names()
    polars.collect_all([rows.group_by(group, item).len() for item in items])
"""
_TOLD: Final = "polars reading the same files and counting every item by group"


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield the command for files of each size, and for the largest quoted ones, beside reading and counting them unchecked.

    The goal is for the largest: below, the tests between the waves take most of the time.
    """
    questionnaire = folder / "q.yaml"
    questionnaire.write_text(materials.questionnaire_text(_ITEMS, _GROUPS), encoding="utf-8")
    command = ["-m", "analysis", "compare", "--questionnaire", str(questionnaire)]
    found = []
    for rows in _SIZES:
        files = [_written(folder / f"{rows}-{seed}.csv", rows, seed) for seed in range(2)]
        found.append(_case(f"2 × {rows:,} rows × {_ITEMS} items", files, [*command, "--raw"], goal=rows == _SIZES[-1]))
    quoted = [_quoted(file) for file in files]
    found.append(_case(f"2 × {rows:,} rows, every cell quoted", quoted, [*command, "--raw"], goal=True))
    found.append(_case(f"protected, 2 × {rows:,} rows", files, command, goal=True))
    yield found


def _case(name: str, files: Sequence[Path], command: Sequence[str], *, goal: bool) -> Case:
    before, after = map(str, files)
    run, baseline = _run(*command, "--before", before, "--after", after), _run("-c", _COUNTING, before, after)
    told = name if name.startswith("protected") else f"--raw, {name}"
    return Case(f"analysis compare {told}", _TOLD, run, baseline, at_most=_AT_MOST if goal else None, runs=3)


def _written(file: Path, rows: int, seed: int) -> Path:
    """Write the answers of so many invented people, drawn by column."""
    asked = materials.questionnaire(_ITEMS, _GROUPS)
    source = np.random.default_rng(seed)
    groups, *_ = ([choice.id for choice in item.choices] for item in asked.asked)
    options = np.array(materials.OPTIONS, dtype=object)
    chances = np.array(materials.WEIGHTS) / sum(materials.WEIGHTS)
    with file.open("w", encoding="utf-8", newline="") as target:
        target.write(",".join(item.id for item in asked.asked) + "\n")
        for start in range(0, rows, _AT_ONCE):
            size = min(_AT_ONCE, rows - start)
            drawn = options[source.choice(len(options), (size, _ITEMS), p=chances)]
            of = source.integers(0, _GROUPS, size)
            target.writelines(f"{groups[group]},{','.join(row)}\n" for group, row in zip(of, drawn, strict=True))
    return file


def _quoted(file: Path) -> Path:
    """Write the same file with every cell in quotation marks, as R does."""
    target = file.with_name(f"quoted-{file.name}")
    with file.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as written:
        written.writelines(f'"{line.rstrip().replace(",", chr(34) + "," + chr(34))}"\n' for line in lines)
    return target


def _run(*arguments: str) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)  # noqa: S603 - our own command

    return run
