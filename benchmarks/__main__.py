"""`python -m benchmarks [NAME…] [--out FILE]`: ask the named questions of speed, or all, and print or write the table."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks import table
from benchmarks.measuring import Measured, measure

QUESTIONS: Final = (
    "serving",
    "serving_postgresql",
    "starting",
    "worker_memory",
    "first_view",
    "opening",
    "protecting",
    "yearly_report",
    "released_page",
    "plan_of_events",
    "bulk_upload",
    "comparing_files",
)
"""Modules that ask, in the order of the table; each has ``cases(folder)``."""


def main(argv: Sequence[str]) -> int:
    """Ask every question in a process of its own, so that none pays for what another has loaded."""
    options = _parser().parse_args(argv)
    if options.largest:
        os.environ["BENCHMARK_LARGEST"] = str(options.largest)
    if options.here:
        for found in _ask(options.names[0]):
            sys.stdout.write(json.dumps(asdict(found)) + "\n")
        return 0
    answers: list[tuple[str, list[Measured]]] = []
    for name in options.names or QUESTIONS:
        sys.stderr.write(f"{name} …\n")
        done = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", "benchmarks", name, "--here"], check=True, stdout=subprocess.PIPE, text=True
        )
        answers.append((_question(name), [Measured(**json.loads(line)) for line in done.stdout.splitlines()]))
    sys.stdout.write(table.as_text(answers))
    if options.out:
        options.out.write_text(table.as_page(answers), encoding="utf-8")
    return 0


def _ask(name: str) -> Iterator[Measured]:
    with tempfile.TemporaryDirectory() as folder, import_module(f"benchmarks.{name}").cases(Path(folder)) as cases:
        for case in cases:
            yield measure(case)


def _question(name: str) -> str:
    return str(import_module(f"benchmarks.{name}").__doc__).strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and memory beside baselines.")
    parser.add_argument("names", nargs="*", choices=[[], *QUESTIONS], help="questions to ask; all by default")
    parser.add_argument("--out", type=Path, help="write the table as a page to this file")
    parser.add_argument("--largest", type=int, help="boxes of the largest wave that is opened")
    parser.add_argument("--here", action="store_true", help="ask one question in this process and print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
