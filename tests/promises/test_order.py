"""Every list that a database puts in order by a text has the same order on SQLite and on every PostgreSQL."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import String

import surveyapp
from surveyapp.core.database import Base


def _texts() -> set[tuple[str, str]]:
    """Every column of texts, by the name of its class and its own."""
    return {
        (mapper.class_.__name__, attribute.key)
        for mapper in Base.registry.mappers
        for attribute in mapper.column_attrs
        if isinstance(attribute.columns[0].type, String)
    }


def _ordered() -> Iterator[tuple[str, str, str]]:
    """Every column that stands bare in an order: where, its class, its name."""
    for path in sorted(Path(surveyapp.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "order_by":
                yield from ((f"{path.name}:{node.lineno}", *_column(each)) for each in node.args)


def _column(asked: ast.expr) -> tuple[str, str]:
    """Return the class and the name of a column, also of one in falling order; empty where it is something else."""
    if isinstance(asked, ast.Call) and isinstance(asked.func, ast.Attribute):
        asked = asked.func.value
    if isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Name):
        return asked.value.id, asked.attr
    return "", ""


def test_no_order_of_texts_depends_on_the_language_of_a_database() -> None:
    texts, ordered = _texts(), list(_ordered())
    assert ("QuestionnaireVersion", "key") in texts
    assert ("Event", "id") in {each[1:] for each in ordered}
    assert [each for each in ordered if each[1:] in texts] == [], "use by_text"
