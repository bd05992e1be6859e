"""Every method gives what R gives; `against_r.R` beside this test wrote the numbers and writes them anew."""

import json
import re
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.test_methods_page import MODULES, public_functions

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("against_r.json").read_text(encoding="utf-8"))["cases"]
REFUSES = "estimates.check_count"
"""It refuses impossible counts and has no number of its own."""


def called(name: str, args: list[Any]) -> object:
    if name == "date":
        return date.fromisoformat(args[0])
    module, function = name.split(".")
    found: object = getattr(import_module(f"analysis.{module}"), function)(*map(made, args))
    return found


def made(value: object) -> object:
    """Return an argument: a list, a number, or what another function gives for its own arguments."""
    if isinstance(value, list):
        return [made(each) for each in value]
    return called(value["call"], value["args"]) if isinstance(value, dict) else value


def part(found: object, path: str) -> object:
    for step in path.split(".") if path != "value" else ():
        found = found[int(step)] if isinstance(found, Sequence) else getattr(found, step)
    return found


@pytest.mark.parametrize("case", CASES, ids=[f"{at}-{case['call']}" for at, case in enumerate(CASES)])
def test_a_method_gives_the_numbers_of_r(case: dict[str, Any]) -> None:
    found = called(case["call"], case["args"])
    for path, expected in case["expected"].items():
        number = part(found, path)
        assert number == (expected if isinstance(expected, str) else pytest.approx(expected, rel=case["tol"], abs=case["tol"]))


def test_every_method_has_a_number_of_r() -> None:
    methods = {f"{module.__name__.split('.')[1]}.{name}" for module in MODULES for name in public_functions(module)}
    assert {case["call"] for case in CASES} == methods - {REFUSES}


def test_the_script_names_every_method_that_its_numbers_are_for() -> None:
    script = Path(__file__).with_name("against_r.R").read_text(encoding="utf-8")
    families = {"multiplicity.holm", "multiplicity.benjamini_hochberg", "multiplicity.bonferroni"}
    assert set(re.findall(r'case\("([\w.]+)"', script)) == {case["call"] for case in CASES} - families
