"""How long does the yearly report of the demonstration take from a release, in every kind of file?"""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks import materials
from benchmarks.measuring import Case
from surveyapp.core import municipalities, typesetting
from surveyapp.core.i18n import speaking
from surveyapp.demo import build
from surveyapp.releases import making
from surveyapp.report.document import Bullets, DataTable, Document, Figure, Heading, Paragraph
from surveyapp.report.files import WRITERS
from surveyapp.report.sources import of_release
from surveyapp.report.yearly import report

_YEAR: Final = 2026


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield each kind of file with everything that it takes, from the release in the database to the bytes."""
    with materials.app_in(folder):
        build.everything()
        place = municipalities.find(None).id
        number = making.make(place, "group", "benchmark").number
        with speaking("lv"):
            lines = _lines(report(of_release(place, None, _YEAR, number), "lv"))

        def file(kind: str) -> Callable[[], None]:
            def run() -> None:
                with speaking("lv"):
                    WRITERS[kind](report(of_release(place, None, _YEAR, number), "lv"))

            return run

        plain = {"html": _as_html, "pdf": _as_pdf, "docx": _as_docx}
        yield tuple(
            Case(
                f"the report as {kind.upper()} from a release",
                f"its {len(lines)} texts as plain paragraphs of {kind.upper()}, nothing computed",
                file(kind),
                partial(write, lines),
            )
            for kind, write in plain.items()
        )


def _lines(document: Document) -> list[str]:
    """Return every text of the report in its order, without any form."""
    found: list[str] = []
    for block in document.blocks:
        match block:
            case Heading() | Paragraph():
                found.append(block.text)
            case Bullets():
                found += block.items
            case DataTable():
                found += [block.caption, *block.header, *(cell for row in block.rows for cell in row)]
            case Figure():
                found += [block.caption, block.alternative]
    return found


def _as_html(lines: Sequence[str]) -> None:
    "".join(f"<p>{line}</p>" for line in lines).encode()


def _as_pdf(lines: Sequence[str]) -> None:
    template = Path(__file__).parent / "plain.typ"
    typesetting.as_pdf(template, {"lines": list(lines)}, ("ua-1",))


def _as_docx(lines: Sequence[str]) -> None:
    file = import_module("docx").Document()
    for line in lines:
        file.add_paragraph(line)
    file.save(io.BytesIO())
