"""What reads tables and YAML in the process of its own (surveyapp.core.files_apart), which loads this and not the framework."""

import json

from questionnaires.problems import FileRefusedError
from questionnaires.yaml_file import read_nodes
from surveyapp.core import table_files, workbooks


def table(content: bytes, name: str) -> bytes:
    """Return the sheets of a CSV or a workbook, or what is wrong with it, as JSON."""
    try:
        return _json(sheets=table_files.read(content, name), hidden=sorted(table_files.hidden_sheets(content)))
    except table_files.NotATableError:
        return _json(no_table=True)
    except FileRefusedError as refused:
        return _refused(refused)


def workbook(content: bytes, name: str) -> bytes:
    """Return the sheets of a workbook, or what is wrong with it, as JSON."""
    try:
        return _json(sheets=workbooks.read(content, name), hidden=sorted(workbooks.hidden_sheets(content)))
    except FileRefusedError as refused:
        return _refused(refused)


def yaml(content: bytes, name: str) -> bytes:
    """Return what is wrong with a text in YAML, if anything, as JSON."""
    try:
        read_nodes(content.decode(errors="replace"), name)
    except FileRefusedError as refused:
        return _refused(refused)
    return _json()


def _refused(error: FileRefusedError) -> bytes:
    return _json(problems=[(one.file, one.line, one.key, one.code, one.message, one.facts) for one in error.problems])


def _json(**found: object) -> bytes:
    return json.dumps(found).encode()
