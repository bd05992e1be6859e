"""The lazy door to what is printed: Typst and the maker of QR codes are loaded with the first sheet, never at the start."""

import io
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

_PICTURE: Final = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1mm)"""


def as_pdf(template: Path, data: Mapping[str, object], standards: Sequence[str] = ()) -> bytes:
    """Return *template* filled with *data* as a tagged PDF with its fonts inside; nothing is written to a file meanwhile.

    *standards* are those that it must keep, such as ``ua-1`` (PDF/UA-1, ISO 14289-1): what breaks them is refused.
    """
    # A worker that serves respondents must not pay 50 ms for sheets that it never prints.
    typst = import_module("typst")
    document: bytes = typst.compile(
        template.read_bytes(),
        sys_inputs={"data": json.dumps(data)},
        ignore_system_fonts=True,
        pdf_standards=list(standards),
    )
    return document


def as_png(svg: str, millimetres: int, ppi: int = 200) -> bytes:
    """Return a drawing as a PNG of that width on paper, on white, with the letters that typst brings: the same everywhere."""
    typst = import_module("typst")
    inputs = {"svg": svg, "width": str(millimetres)}
    picture: bytes = typst.compile(_PICTURE, sys_inputs=inputs, format="png", ppi=ppi, ignore_system_fonts=True)
    return picture


def qr(text: str) -> str:
    """Return *text* as a QR code: an SVG without a border."""
    segno = import_module("segno")  # 30 ms more
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", border=0, scale=4, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()
