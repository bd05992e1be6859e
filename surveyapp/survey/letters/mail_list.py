"""Lists of addresses as people paste or upload them: one a line, as mail programs copy them, or CSV with a named column."""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from surveyapp.core.addresses import as_address

MOST_ADDRESSES: Final = 20_000
_SHOWN: Final = 80
_COLUMNS: Final = frozenset({"email", "e-mail", "epasts", "e-pasts", "e-pasta adrese", "почта", "эл. почта"})
_IN_BRACKETS: Final = re.compile(r"<([^<>]*)>")
_BETWEEN: Final = re.compile(r"[;,\s]+")

ListProblemCode = Literal["not_an_address", "no_address", "empty", "too_many"]


@dataclass(frozen=True, slots=True)
class ListProblem:
    """What is wrong in which line (from 1; 0 means the list as a whole); *text* is what stands there, shortened."""

    line: int
    code: ListProblemCode
    text: str = ""


@dataclass(frozen=True, slots=True)
class AddressList:
    """The different addresses in the order written, in lower case, how many stood there again, and every problem."""

    addresses: tuple[str, ...]
    repeated: int
    problems: tuple[ListProblem, ...]


def decoded(content: bytes) -> str | None:
    """Return the text of an uploaded list, None if it is no text (a spreadsheet's own file, a picture).

    UTF-8, what spreadsheets call Unicode text (UTF-16 with its mark), or else the Baltic code page that older ones write.
    """
    try:
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return content.decode("utf-16")
        return None if b"\0" in content else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1257", "replace")


def read(text: str) -> AddressList:
    """Read a list; every line that holds no address, or something else, is a problem of its own."""
    found: dict[str, None] = {}
    problems: list[ListProblem] = []
    written = 0
    for line, part in _parts(text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")):
        address = as_address(part)
        if address is None:
            problems.append(ListProblem(line, "not_an_address" if part.strip() else "no_address", part.strip()[:_SHOWN]))
            continue
        written += 1
        found[address] = None
    if len(found) > MOST_ADDRESSES:
        problems.append(ListProblem(0, "too_many", str(len(found))))
    if not found and not problems:
        problems.append(ListProblem(0, "empty"))
    return AddressList(tuple(found), written - len(found), tuple(problems))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Return each text that should be an address, with its line."""
    lines = text.split("\n")
    head = next((number for number, line in enumerate(lines) if line.strip()), 0)
    for mark in ";,\t":
        names = [name.strip().strip('"').casefold() for name in lines[head].split(mark)]
        column = next((place for place, name in enumerate(names) if name in _COLUMNS), None)
        if column is not None:
            yield from _cells(lines, head, mark, column)
            return
    for number, line in enumerate(lines, 1):
        within = _IN_BRACKETS.findall(line)
        yield from ((number, part) for part in within or _BETWEEN.split(line.strip()) if part or within)


def _cells(lines: list[str], head: int, mark: str, column: int) -> Iterator[tuple[int, str]]:
    reader = csv.reader(lines[head + 1 :], delimiter=mark)
    before = head + 1
    try:
        for row in reader:
            line, before = before + 1, head + 1 + reader.line_num
            if any(cell.strip() for cell in row):
                yield line, row[column] if column < len(row) else ""
    except csv.Error:  # a cell without end
        yield before + 1, lines[before]
