"""How long does `python -m analysis compare` take for two files of 100,000 rows?"""

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks import materials
from benchmarks.measuring import Case

_ROWS: Final = 100_000
_ITEMS: Final = 40
_GROUPS: Final = 5
_COUNTING: Final = """
import csv, sys
from collections import Counter
for name in sys.argv[1:]:
    with open(name, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        counts = [Counter() for _ in next(rows)]
        for row in rows:
            for counter, cell in zip(counts, row):
                counter[cell] += 1
"""


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield the command with and without protection, each beside reading and counting the same files without any check."""
    questionnaire = folder / "q.yaml"
    questionnaire.write_text(materials.questionnaire_text(_ITEMS, _GROUPS), encoding="utf-8")
    files = [folder / "before.csv", folder / "after.csv"]
    for seed, file in enumerate(files):
        _write(file, seed)
    command = ["-m", "analysis", "compare", "--questionnaire", str(questionnaire), "--before", str(files[0])]
    command += ["--after", str(files[1]), "--format", "json"]
    size = f"2 × {_ROWS:,} rows × {_ITEMS} items"
    baseline, told = _run("-c", _COUNTING, *map(str, files)), "csv and Counter of the standard library on the same files"
    yield (
        Case(f"analysis compare --raw, {size}", told, _run(*command, "--raw"), baseline, runs=3),
        Case(f"analysis compare, protected, {size}", told, _run(*command), baseline, runs=3),
    )


def _write(file: Path, seed: int) -> None:
    asked = materials.questionnaire(_ITEMS, _GROUPS)
    drawn = [answers for _, answers in materials.people(asked, _ROWS // _GROUPS, seed)]
    names = [item.id for item in asked.asked]
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(names)
        rows.writerows([answers[name][0] for name in names] for answers in drawn)


def _run(*arguments: str) -> Callable[[], None]:
    def run() -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)  # noqa: S603 - our own command

    return run
