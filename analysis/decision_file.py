"""Decisions and measured values from a YAML file, checked against their plan: every problem with its line."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, get_type_hints

from analysis.decided import Said
from analysis.event_cells import decimal_number
from analysis.statement_checks import MESSAGES, faults
from analysis.statement_json import UnreadableStatementError, made
from analysis.statements import KIND_NAMES, TYPES, Decision, Judgement, Kind, Statement
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.yaml_file import ListNode, MapNode, Node, ScalarNode, read_nodes, read_text

_MOST: Final = 1e12
_FLAGS: Final = {"true": True, "yes": True, "false": False, "no": False}


def read_decisions(path: Path | str, plan: Plan, as_of: date) -> tuple[Said, ...]:
    """Return what the file at *path* says about *plan*: a list under ``decisions``, each entry with its ``kind`` and parts.

    Raises FileRefusedError with every problem, each with its line and how it is wrong.
    """
    file = str(path)
    root = read_nodes(read_text(Path(path)), file)
    entries = root.get("decisions") if isinstance(root, MapNode) else None
    if not isinstance(entries, ListNode) or not isinstance(root, MapNode) or len(root.entries) > 1:
        raise FileRefusedError([_problem(file, root, "", "write one list under the key decisions, and nothing else")])
    said: list[Said] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str]] = set()
    for entry in entries.items:
        try:
            statement = _statement(entry)
        except UnreadableStatementError as error:
            problems.append(_problem(file, entry, error.key, error.problem))
            continue
        problems += _unfit(file, entry, plan, statement, as_of)
        about = (type(statement).__name__, statement.subject)
        if about in seen:
            problems.append(_problem(file, entry, "", "this was stated further up already; keep one of the two"))
        seen.add(about)
        said.append(Said(statement, _by(statement)))
    if problems:
        raise FileRefusedError(problems)
    return tuple(said)


def _statement(entry: Node) -> Statement:
    if not isinstance(entry, MapNode):
        raise UnreadableStatementError("", "write each decision as named parts")
    kinds = [node.text for name, node in entry.entries if name.text == "kind" and isinstance(node, ScalarNode)]
    kind = next((known for known in KIND_NAMES if [known] == kinds), None)
    if kind is None:
        raise UnreadableStatementError("kind", f"write one of {', '.join(KIND_NAMES)}")
    return made(kind, dict(_parts(kind, entry)))


def _parts(kind: Kind, entry: MapNode) -> Iterator[tuple[str, Any]]:
    hints = get_type_hints(TYPES[kind])
    for name, node in entry.entries:
        if name.text != "kind":
            yield name.text, _plain(node, str(hints.get(name.text)))


def _plain(node: Node, hint: str) -> Any:  # noqa: ANN401 - plain values of a file
    match node:
        case ListNode():
            return [_plain(each, "str") for each in node.items]
        case MapNode():
            return {name.text: _plain(each, "str") for name, each in node.entries}
        case _ if "bool" in hint:
            return _FLAGS.get(node.text, node.text)
        case _ if "int" in hint:
            return int(node.text) if node.text.isdecimal() and len(node.text) < len("1000000000") else node.text
        case _ if "float" in hint:
            number = decimal_number(_MOST, signed=True)(node.text)
            return number if isinstance(number, float) else node.text
        case _:
            return node.text


def _unfit(file: str, entry: Node, plan: Plan, statement: Statement, as_of: date) -> Iterator[Problem]:
    for part, code in faults(plan, statement, as_of).items():
        yield _problem(file, entry, part, MESSAGES[code])


def _by(statement: Statement) -> str:
    """Return who said it: in a file the body stands for the account."""
    return statement.body if isinstance(statement, Decision | Judgement) else "file"


def _problem(file: str, node: Node, part: str, message: str) -> Problem:
    key = f"{node.key}.{part}" if node.key and part else node.key or part
    return Problem(file, node.line, key, "decision", message)
