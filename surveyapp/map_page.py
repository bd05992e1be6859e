"""The map of the code, made from the first sentence of every module."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("questionnaires", "analysis", "surveyapp")


def page(root: Path) -> str:
    """Return docs/map.md for the checkout at *root*."""
    head = ["# Map of the code", "", "Made from the module docstrings: `python -m surveyapp.map_page > docs/map.md`.", ""]
    return "\n".join([*head, *(line for package in _PACKAGES for line in _package(root, package)), ""])


def _package(root: Path, package: str) -> Iterator[str]:
    yield f"## {package}"
    yield ""
    for path in sorted((root / package).rglob("*.py")):
        sentence = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()
        yield f"- `{path.relative_to(root)}`: {sentence[0] if sentence else ''}"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page(Path(__file__).parents[1]))
