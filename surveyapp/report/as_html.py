"""The report as one HTML file that needs nothing else, or as the middle of a page of the app."""

from flask import render_template

from surveyapp.report.document import Block, Document


def kind(block: Block) -> str:
    """Return what kind of block it is, as the template asks."""
    return type(block).__name__


def written(document: Document) -> bytes:
    """Return *document* as a file: its style inside, nothing loaded from elsewhere."""
    return render_template("report/file.html", document=document, kind=kind).encode()
