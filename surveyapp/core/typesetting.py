"""The lazy door to what is printed: Typst and the maker of QR codes are loaded with the first sheet, never at the start."""

import io
import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path


def as_pdf(template: Path, data: Mapping[str, object]) -> bytes:
    """Return *template* filled with *data* as a tagged PDF with its fonts inside; nothing is written to a file meanwhile."""
    # A worker that serves respondents must not pay 50 ms for sheets that it never prints.
    typst = import_module("typst")
    document: bytes = typst.compile(template.read_bytes(), sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True)
    return document


def qr(text: str) -> str:
    """Return *text* as a QR code: an SVG without a border."""
    segno = import_module("segno")  # 30 ms more
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", border=0, scale=4, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()
