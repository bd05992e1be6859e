"""The table of the security standard: every number of levels 1 and 2 has its line, and the tests that it names exist."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
TABLE: Final = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
# The sections of ASVS 5.0.0 and how many of their requirements, the first ones of each, belong to level 1 or 2.
SECTIONS: Final = {
    "1.1": 2,
    "1.2": 9,
    "1.3": 11,
    "1.4": 3,
    "1.5": 2,
    "2.1": 3,
    "2.2": 3,
    "2.3": 4,
    "2.4": 2,
    "3.2": 2,
    "3.3": 4,
    "3.4": 6,
    "3.5": 5,
    "3.7": 2,
    "4.1": 3,
    "4.2": 1,
    "4.3": 2,
    "4.4": 4,
    "5.1": 1,
    "5.2": 3,
    "5.3": 2,
    "5.4": 3,
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "10.1": 2,
    "10.2": 2,
    "10.3": 4,
    "10.4": 11,
    "10.5": 5,
    "10.6": 2,
    "10.7": 3,
    "11.1": 2,
    "11.2": 3,
    "11.3": 3,
    "11.4": 4,
    "11.5": 1,
    "11.6": 1,
    "12.1": 3,
    "12.2": 2,
    "12.3": 4,
    "13.1": 1,
    "13.2": 5,
    "13.3": 2,
    "13.4": 5,
    "14.1": 2,
    "14.2": 4,
    "14.3": 3,
    "15.1": 3,
    "15.2": 3,
    "15.3": 7,
    "16.1": 1,
    "16.2": 5,
    "16.3": 4,
    "16.4": 3,
    "16.5": 3,
    "17.1": 1,
    "17.2": 4,
    "17.3": 2,
}
LINE: Final = re.compile(r"\| ([0-9.–]+) \| (met|partly|operator|not met|–) \| ([^|]+) \| ([^|]+) \|")


def lines() -> list[tuple[str, str, str, str]]:
    """Every line of the table: numbers, state, how, tests."""
    return [found.groups() for line in TABLE.splitlines() if (found := LINE.fullmatch(line))]  # type: ignore[misc]  # four groups


def every(numbers: str) -> list[str]:
    """The numbers of a line, such as 3.3.1–3.3.4."""
    first, _, last = numbers.partition("–")
    section, _, begin = first.rpartition(".")
    return [f"{section}.{place}" for place in range(int(begin), int((last or first).rpartition(".")[2]) + 1)]


def test_every_requirement_has_one_line() -> None:
    told = [number for numbers, *_ in lines() for number in every(numbers)]
    assert sorted(told) == sorted(f"{section}.{place + 1}" for section, most in SECTIONS.items() for place in range(most))
    rows = [line for line in TABLE.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert len(rows) == len(lines()), "a line is not written like the others"


def test_what_is_met_names_tests_and_every_test_that_is_named_exists() -> None:
    for numbers, state, how, tests in lines():
        named = re.findall(r"`(tests/[^`]+)::(test_\w+)`", tests)
        assert named or state in {"operator", "not met", "–"}, numbers
        assert how.strip(), numbers
        for file, name in named:
            assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{numbers}: {file}::{name}"
