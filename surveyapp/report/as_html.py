"""The report as one HTML file that needs nothing else, or as the middle of a page of the app."""

from flask import render_template

from surveyapp.report.document import Block, Document, Heading, PageTurn


def kind(block: Block) -> str:
    """Return what kind of block it is, as the template asks."""
    return type(block).__name__


def chapters(document: Document) -> list[tuple[Heading, list[Block]]]:
    """Return the chapters that a page shows, each with its blocks; the annexes, on broad sheets, stand in files."""
    found: list[tuple[Heading, list[Block]]] = []
    for block in document.blocks:
        if isinstance(block, PageTurn):
            if block.broad:
                break
        elif isinstance(block, Heading) and block.level == 1:
            found.append((block, []))
        else:
            found[-1][1].append(block)
    return found


def written(document: Document) -> bytes:
    """Return *document* as a file: its style inside, nothing loaded from elsewhere."""
    return render_template("report/file.html", document=document, kind=kind).encode()
