"""How long does a server take from its start to its first page for respondents, beside Python that starts and loads Flask?"""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import load, materials
from benchmarks.measuring import Case
from surveyapp.core import municipalities


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield the start of a server whose files the machine has read before."""
    with materials.app_in(folder):
        municipalities.create("measured", "Measured")
    yield (
        Case(
            "start to the first answered page, one worker",
            "Python starting and importing Flask",
            lambda: _first_page(folder),
            lambda: subprocess.run([sys.executable, "-c", "import flask"], check=True),
            at_most=3,
        ),
    )


def _first_page(folder: Path) -> float:
    """Return the seconds until the page where a code is typed was answered."""
    port = load.free_port()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
    ours = {"SURVEYAPP_DATA_DIR": str(folder), "SURVEYAPP_WORKERS": "1", "PORT": str(port)}
    ours["SURVEYAPP_BASE_URL"] = f"http://127.0.0.1:{port}"
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "surveyapp.cli", "serve"], env={**inherited, **ours}) as process:
        try:
            while not _answers(f"http://127.0.0.1:{port}/s/"):
                if process.poll() is not None or time.perf_counter() - start > 60:  # noqa: PLR2004 - a minute is no start
                    raise RuntimeError("the server did not start")
                time.sleep(0.01)
            return time.perf_counter() - start
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server
            return bool(answer.read())
    except OSError:
        return False
