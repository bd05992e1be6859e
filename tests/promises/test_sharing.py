"""What belongs together runs on one worker, and what is left out is told: seen in a run of its own with our hooks."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CONFTEST = """from tests.sharing import Sharing
def pytest_configure(config):
    config.pluginmanager.register(Sharing())
"""
_TESTS = """import os, pathlib, pytest
{mark}
@pytest.mark.parametrize("number", range(12))
def test_it(number):
    with pathlib.Path(__file__).with_suffix(".ran").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + " ")
"""


def test_a_file_and_a_group_of_files_each_stay_on_one_worker_and_patient_tests_are_counted(tmp_path: Path) -> None:
    together = 'pytestmark = pytest.mark.xdist_group("together")'
    (tmp_path / "conftest.py").write_text(_CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = patient\n")
    for name, mark in {"a": together, "b": "", "c": together, "d": "", "e": "pytestmark = pytest.mark.patient"}.items():
        (tmp_path / f"test_{name}.py").write_text(_TESTS.format(mark=mark))
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadscope", "-m", "not patient", str(tmp_path)]
    own = {**os.environ, "PYTEST_DEBUG_TEMPROOT": str(tmp_path)}  # it closes the folder to others, and ours holds PostgreSQL's
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)
    assert "48 passed" in done.stdout, done.stdout + done.stderr
    assert "Left out: 12 patient tests" in done.stdout
    ran = {name: set((tmp_path / f"test_{name}.ran").read_text().split()) for name in "abcd"}
    assert all(len(workers) == 1 for workers in ran.values()), ran
    assert ran["a"] == ran["c"]
    assert set().union(*ran.values()) == {"gw0", "gw1"}


def test_what_stays_together_is_what_the_marks_say() -> None:
    marked = [file for file in (ROOT / "tests").rglob("test_*.py") if "xdist_group" in file.read_text(encoding="utf-8")]
    assert len(marked) > 20
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert makefile.count("-n 2 --dist loadscope") == makefile.count("-n 2") > 0
