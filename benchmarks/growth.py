"""`python -m benchmarks.growth [NAME…] [--largest N] [--out FILE]`: measure how times grow, and draw them."""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from matplotlib import rcParams
from matplotlib.figure import Figure

from benchmarks import growing, table
from benchmarks.growing import Seconds, Series

_ABOUT: Final = (
    "Measured by `make growth`, which writes this page and draws its pictures: how long each thing takes, in milliseconds, "
    "with ten, a hundred and a thousand times as much of what grows. Both axes are logarithmic: a level line does not grow, "
    "the grey ones grow as what is on the axis below. Names in bold are those that must not grow."
)
_BETWEEN: Final = 100
"""Factor between two grey lines."""


def main(argv: Sequence[str]) -> int:
    """Measure every size in a process of its own and print or write the page."""
    options = _parser().parse_args(argv)
    chosen = [each for each in growing.EVERY if each.name in (options.names or [every.name for every in growing.EVERY])]
    if options.size:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(json.dumps(chosen[0].measure(Path(folder), options.size)))
        return 0
    found = [(series, _measured(series, options.largest)) for series in chosen]
    sys.stdout.write("\n\n".join(_table(series, times) for series, times in found) + "\n")
    if options.out:
        _write(options.out, found)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description="Measure how times grow and draw them.")
    parser.add_argument(
        "names", nargs="*", choices=[[], *(each.name for each in growing.EVERY)], help="what grows; all by default"
    )
    parser.add_argument("--largest", type=int, default=1_000_000, help="leave larger sizes out")
    parser.add_argument("--out", type=Path, help="write the page to this file, its pictures beside it in images/")
    parser.add_argument("--size", type=int, help="measure one size in this process and print JSON")
    return parser


def _measured(series: Series, largest: int) -> Mapping[int, Seconds]:
    found: dict[int, Seconds] = {}
    for size in series.sizes:
        if size <= largest:
            sys.stderr.write(f"{size:,} {series.grows} …\n")
            command = [sys.executable, "-m", "benchmarks.growth", series.name, "--size", str(size)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this very program
            found[size] = json.loads(done.stdout)
    return found


def _write(page: Path, found: Sequence[tuple[Series, Mapping[int, Seconds]]]) -> None:
    parts = ["# Growth", _ABOUT, f"{datetime.now(UTC):%Y-%m-%d}. {table.machine()}"]
    for series, times in found:
        name = f"images/growth-{series.name}.svg"
        _draw(series, times, page.parent / name)
        parts += [f"## {series.grows.capitalize()}", f"![Times with more {series.grows}]({name})", _table(series, times)]
    page.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _table(series: Series, times: Mapping[int, Seconds]) -> str:
    rows = ["| " + " | ".join(("ms", *(f"{size:,}" for size in times))) + " |", "|---|" + "---:|" * len(times)]
    for name in next(iter(times.values())):
        shown = f"**{name}**" if name in series.flat else name
        rows.append("| " + " | ".join((shown, *(f"{1000 * each[name]:.3g}" for each in times.values()))) + " |")
    return "\n".join(rows)


def _draw(series: Series, times: Mapping[int, Seconds], file: Path) -> None:
    rcParams["svg.hashsalt"] = series.name  # the same numbers give the same file
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.add_subplot(xscale="log", yscale="log", xlabel=series.grows, ylabel="milliseconds")
    for name in next(iter(times.values())):
        heights = [1000 * each[name] for each in times.values()]
        axes.plot(list(times), heights, "o-" if name in series.flat else "s--", label=name)
    low, high = axes.get_ylim()
    first, last = min(times), max(times)
    start = low / (last / first)
    while start < high:
        axes.plot([first, last], [start, start * last / first], color="#bbbbbb", linewidth=0.8, zorder=0)
        start *= _BETWEEN
    axes.set_ylim(low, high)
    figure.legend(loc="outside lower center", ncols=2, fontsize="small", frameon=False)
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
