"""The page of methods: every public function has an entry, and every worked example gives the number it prints."""

import doctest
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from analysis import (
    between,
    change,
    detectable,
    domains,
    equivalence,
    estimates,
    multiplicity,
    overlap,
    point_cuts,
    raking,
    ranks,
    scales,
    significance,
    trend,
    trend_lines,
)

PAGE = Path(__file__).parents[2] / "docs" / "methods.md"
MODULES = (
    estimates,
    domains,
    raking,
    change,
    ranks,
    overlap,
    significance,
    trend,
    trend_lines,
    equivalence,
    multiplicity,
    between,
    detectable,
    scales,
    point_cuts,
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def public_functions(module: ModuleType) -> dict[str, object]:
    return {
        name: function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def entries() -> dict[str, str]:
    parts = re.split(r"^### `(.+)`$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


class AsManyDigitsAsPrinted(doctest.OutputChecker):
    """Numbers agree if they round to the digits printed on the page; everything else must be the same."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        if super().check_output(want, got, optionflags):
            return True
        printed, found = NUMBER.findall(want), NUMBER.findall(got)
        if NUMBER.sub("#", want) != NUMBER.sub("#", got) or len(printed) != len(found):
            return False
        return all(self._rounds_to(float(value), digits) for value, digits in zip(found, printed, strict=True))

    @staticmethod
    def _rounds_to(value: float, digits: str) -> bool:
        mantissa, _, exponent = digits.partition("e")
        last_place = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        return abs(value - float(digits)) <= (0.5 * last_place if "." in mantissa else 0) * (1 + 1e-9)


def test_every_public_function_has_an_entry_and_no_entry_is_left_over() -> None:
    functions = {f"{module.__name__.split('.')[1]}.{name}" for module in MODULES for name in public_functions(module)}
    assert set(entries()) == functions


@pytest.mark.parametrize("name", list(entries()))
def test_an_entry_says_what_how_from_where_and_shows_it(name: str) -> None:
    text = entries()[name]
    assert text.strip()[0].isupper()
    assert "\n- Formula: " in text
    assert "\n- Source: " in text
    assert f">>> {name.split('.')[1]}(" in text


@pytest.mark.parametrize("name", list(entries()))
def test_a_worked_example_gives_the_numbers_it_prints(name: str) -> None:
    names = {function: value for module in MODULES for function, value in public_functions(module).items()}
    # A fence is no part of the output before it.
    example = doctest.DocTestParser().get_doctest(entries()[name].replace("```", "\n"), names, name, str(PAGE), 0)
    report: list[str] = []
    outcome = doctest.DocTestRunner(checker=AsManyDigitsAsPrinted(), verbose=False).run(example, out=report.append)
    assert outcome.attempted >= 1
    assert outcome.failed == 0, "".join(report)


def test_every_rule_that_must_always_hold_names_tests_that_exist() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## What must always hold")[2].partition("\n## ")[0]
    rules = [line for line in table.splitlines() if line.startswith("| ") and "Rule" not in line]
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert len(rules) == 8
    for rule in rules:
        named = re.findall(r"`(test_\w+)`", rule)
        assert named
        assert all(f"def {name}(" in tests for name in named), rule


def test_only_the_counting_and_the_reading_of_files_know_single_answers() -> None:
    modules = (PAGE.parents[1] / "analysis").glob("*.py")
    assert {path.stem for path in modules if re.search(r"\bAnswers\b", path.read_text(encoding="utf-8"))} == {
        "counts",
        "answer_cells",
        "answer_columns",
        "answer_file",
    }


def test_a_wrong_digit_on_the_page_would_be_noticed() -> None:
    checker = AsManyDigitsAsPrinted()
    assert checker.check_output("Interval(low=0.6277, high=1)\n", "Interval(low=0.62768, high=1)\n", 0)
    assert not checker.check_output("Interval(low=0.6278, high=1)\n", "Interval(low=0.62768, high=1)\n", 0)
    assert not checker.check_output("Interval(low=0.6277, high=2)\n", "Interval(low=0.62768, high=1)\n", 0)
    assert not checker.check_output("Wilson(low=0.6277, high=1)\n", "Interval(low=0.62768, high=1)\n", 0)
    assert not checker.check_output("3.8661e-05\n", "3.8670e-05\n", 0)
