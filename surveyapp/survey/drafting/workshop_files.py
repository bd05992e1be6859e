"""A questionnaire as somebody uploads it: YAML or a workbook, turned into the text of a draft; nothing of it is lost."""

from dataclasses import dataclass
from typing import Final, Protocol

from questionnaires.library import content_hash
from questionnaires.messages import MESSAGES
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.xlsform import read_sheets
from questionnaires.yaml_writer import to_yaml
from surveyapp.core import files_apart
from surveyapp.core.text import TooLongError, clean
from surveyapp.survey.questionnaire_store import check

_NAME: Final = 100
_ARCHIVE: Final = b"PK\x03\x04"
"""How a workbook begins, whatever its name."""


class Sent(Protocol):
    """A file of a form."""

    @property
    def filename(self) -> str | None:
        """Its name on the sender's side."""

    def read(self) -> bytes:
        """Return its content."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent as the text of a draft, and what is wrong with it; no text for a workbook that cannot be read."""

    text: str
    problems: tuple[Problem, ...]


def received(file: Sent | None, typed: str) -> Upload:
    """Return what a form brought: its file if there is one, else what was typed or pasted."""
    name = _name(file.filename if file else None)
    if file is None or not name:
        return _checked(typed, "text")
    content = file.read()
    return _of_workbook(content, name) if _is_workbook(content, name) else _of_yaml(content, name)


def same_text(one: str, other: str) -> bool:
    """Say whether two texts are the same but for their line ends."""
    return content_hash(one) == content_hash(other)


def _is_workbook(content: bytes, name: str) -> bool:
    return name.casefold().endswith((".xlsx", ".xls", ".xlsm")) or content.startswith(_ARCHIVE)


def _of_workbook(content: bytes, name: str) -> Upload:
    """Return the questionnaire of an XLSForm workbook as the text that our own file would have."""
    try:
        read = read_sheets(files_apart.workbook(content, name).sheets, name)
    except FileRefusedError as refused:
        return Upload("", refused.problems)
    return _checked(to_yaml(read), name)


def _of_yaml(content: bytes, name: str) -> Upload:
    """Return the text of a YAML file; letters that cannot be read are shown as such."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        broken = Problem(name, line, "", "not_utf8", MESSAGES["not_utf8"])
        return Upload(_stored(content.decode(errors="replace")), (broken,))
    return _checked(_stored(text), name)


def _checked(text: str, name: str) -> Upload:
    try:
        files_apart.check_yaml(text, name)
        check(text, name)
    except FileRefusedError as refused:
        return Upload(text, refused.problems)
    return Upload(text, ())


def _stored(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\u2400")


def _name(name: str | None) -> str:
    try:
        return clean(name or "", _NAME)
    except TooLongError:
        return (name or "")[-_NAME:]
