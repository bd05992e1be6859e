"""Starts that cannot succeed are refused in a sentence, and what was missing can be put back without a start."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import environment, free_port
from tests.faults.load import answers, ask, thanked
from tests.faults.scene import Served, install

FORBIDDEN = "/sys/surveyapp"  # nobody makes folders there, not even root


@pytest.mark.parametrize("command", ["serve", "init"])
def test_a_command_whose_data_folder_takes_no_files_says_so_and_does_nothing(command: str) -> None:
    around = environment(Path(FORBIDDEN), free_port())
    done = subprocess.run(
        [sys.executable, "-m", "surveyapp.cli", command], env=around, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith(f"{FORBIDDEN}: This may not be written to.")
    assert "Traceback" not in done.stderr


def test_without_its_pepper_no_code_is_called_unknown_and_with_it_all_is_well_again(tmp_path: Path) -> None:
    made = install(tmp_path / "data", number=10)
    pepper, aside = made.folder / "secrets" / "pepper", tmp_path / "aside"
    shutil.move(pepper, aside)
    with Served(made, settings={"SURVEYAPP_WORKERS": "1"}) as served:
        code = made.codes[0].link
        _, form = answers(code, 1)
        opened = ask(served.port, "/s/?lang=lv", {"code": code})
        assert opened.status == 503
        assert "Kods nav zudis" in opened.text
        refused = ask(served.port, "/s/answer?lang=lv", form)
        assert refused.status == 503
        assert "Neaizveriet to" in refused.text
        assert not pepper.exists(), "with a new one no code could ever be found"
        shutil.move(aside, pepper)
        assert thanked(ask(served.port, "/s/answer?lang=lv", form))
