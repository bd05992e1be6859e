"""Reference cases for the analysis: numbers from R, each with its inputs, its tolerance and the R expression."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "reference"


@pytest.fixture(scope="session")
def reference() -> Callable[[str], dict[str, Any]]:
    """Read one case by its name: ``input``, ``expected``, ``tol``."""

    def read(name: str) -> dict[str, Any]:
        case: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
        return case

    return read


@pytest.fixture(scope="session")
def answers() -> Callable[[str], list[dict[str, str]]]:
    """Read the invented answers of one wave, one dict per respondent; empty text is not answered."""

    def read(name: str) -> list[dict[str, str]]:
        with (FOLDER / name).open(newline="") as file:
            return list(csv.DictReader(file))

    return read
