"""A plan as somebody brings it: YAML or a workbook, read as the text of its file, or refused with every problem; and back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from questionnaires.messages import MESSAGES
from questionnaires.plan_grammar import parse_plan
from questionnaires.plan_sheets import read_sheets
from questionnaires.plan_sheets_writer import to_sheets
from questionnaires.plan_types import Plan
from questionnaires.plan_writer import to_yaml
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.yaml_file import read_text
from surveyapp.core import files_apart, workbooks

WORKBOOK: Final = (".xlsx", ".xls", ".xlsm")
_TEXT: Final = (".yaml", ".yml", ".txt")
_STARTS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, whatever their names; the old kind is then refused with advice."""


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan that was read, and the text under which it is kept: of a YAML file its own, of a workbook as we write it."""

    plan: Plan
    text: str


def of_bytes(content: bytes, name: str) -> PlanFile:
    """Return the plan in *content*; *name* is the file's name in messages. FileRefusedError names every problem."""
    if is_workbook(content, name):
        book = files_apart.workbook(content, name)
        plan = read_sheets(book.sheets, name, book.hidden)
        return PlanFile(plan, to_yaml(plan))
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefusedError([Problem(name, line, "", "not_utf8", MESSAGES["not_utf8"])]) from error
    files_apart.check_yaml(text, name)
    return PlanFile(parse_plan(text, name), text)


def of_path(path: Path) -> PlanFile:
    """Return the plan in the file at *path*; as ``of_bytes``."""
    if path.suffix.lower() in WORKBOOK and path.is_file():
        return of_bytes(path.read_bytes(), str(path))
    text = read_text(path)
    return PlanFile(parse_plan(text, str(path)), text)


def is_workbook(content: bytes, name: str) -> bool:
    """Say whether a file is a workbook, by its name or by how it begins."""
    return name.casefold().endswith(WORKBOOK) or content.startswith(_STARTS)


def may_be_plan(content: bytes, name: str) -> bool:
    """Say whether plans are written in files of this kind: a workbook, or YAML by its name."""
    return is_workbook(content, name) or name.casefold().endswith(_TEXT)


def as_workbook(plan: Plan, language: str) -> bytes:
    """Return *plan* as an XLSX workbook with titles and headers in *language*; the same plan always gives the same bytes."""
    return workbooks.write(to_sheets(plan, language))
