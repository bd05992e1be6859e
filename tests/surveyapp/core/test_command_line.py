"""The command line says what is missing instead of showing its insides."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_command_before_the_first_start_says_what_to_run_first(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SURVEYAPP_")}
    command = [sys.executable, "-m", "surveyapp.cli", "plan", "list"]
    environment = {**clean, "SURVEYAPP_DATA_DIR": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "The database has no tables yet, or older ones: run 'surveyapp init' first.\n"
