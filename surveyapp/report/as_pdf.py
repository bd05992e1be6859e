"""The report as PDF: tagged (PDF/UA-1), with its fonts inside and its letters as text."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

from surveyapp.core import typesetting
from surveyapp.report.document import Block, Document, PageTurn

_TEMPLATE: Final = Path(__file__).parent / "report.typ"


def written(document: Document) -> bytes:
    """Return *document* as PDF."""
    data = {
        "language": document.language,
        "title": document.title,
        "subtitle": document.subtitle,
        "author": document.author,
        "notice": document.notice,
        "facts": document.facts,
        "words": document.words,
        "runs": _runs(document.blocks),
    }
    return typesetting.as_pdf(_TEMPLATE, data, ("ua-1",))


def _runs(blocks: tuple[Block, ...]) -> list[dict[str, object]]:
    """Part the blocks where a new sheet begins, because a sheet lies one way from its start to its end."""
    runs: list[tuple[bool, list[dict[str, object]]]] = [(False, [])]
    for block in blocks:
        if isinstance(block, PageTurn):
            runs.append((block.broad, []))
        else:
            runs[-1][1].append(_plain(block))
    return [{"broad": broad, "blocks": mine} for broad, mine in runs]


def _plain(block: Block) -> dict[str, object]:
    facts = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(block).items()}
    return {"kind": type(block).__name__, **facts}
