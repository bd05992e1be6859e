"""What is true of every file: the house numbers, the module sentences, the map, and what workers load."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from surveyapp.map_page import page

ROOT = Path(__file__).parents[2]
PACKAGES = ("questionnaires", "analysis", "surveyapp")


def sources() -> list[Path]:
    """Every source file of the product."""
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def functions() -> Iterator[tuple[str, int]]:
    """Every function with its number of lines."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_over_400_lines() -> None:
    files = [*sources(), *(ROOT / "tests").rglob("*.py")]
    assert [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 400] == []


def test_no_function_is_over_60_lines_and_nine_in_ten_under_25() -> None:
    lengths = dict(functions())
    assert {name: length for name, length in lengths.items() if length > 60} == {}
    assert sum(length < 25 for length in lengths.values()) >= 0.9 * len(lengths)


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_the_map_is_current() -> None:
    written = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    assert written == page(ROOT), "run: python -m surveyapp.map_page > docs/map.md"


def test_decisions_are_numbered_one_after_the_other_and_bear_their_number() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    titles = [path.read_text(encoding="utf-8").partition("\n")[0] for path in found]
    assert [path.name[:5] for path in found] == [f"{number:04}-" for number in range(1, len(found) + 1)]
    assert all(title.startswith(f"# {number}. ") for number, title in enumerate(titles, 1)), titles


def test_a_worker_that_serves_respondents_loads_nothing_that_counts_or_writes_files(tmp_path: Path) -> None:
    heavy = {"pandas", "scipy", "numpy", "typst", "segno", "icalendar", "docx", "lxml", "xlsxwriter", "webauthn", "pyotp"}
    program = f"import sys; from surveyapp.wsgi import app; app.whole(); print(sorted({heavy} & set(sys.modules)))"
    environment = {"SURVEYAPP_DATA_DIR": str(tmp_path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_files_name_no_machine_path_and_no_registry() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    words = [b"/ro" + b"ot/", b"/wo" + b"rk/", b"pyp" + b"i.org", b"pythonho" + b"sted", b"registry.np" + b"mjs"]
    guilty = [name for name in tracked if (ROOT / name).is_file() and any(word in (ROOT / name).read_bytes() for word in words)]
    assert guilty == []


def test_no_template_of_what_is_printed_runs_what_it_is_given() -> None:
    for path in sorted((ROOT / "surveyapp").rglob("*.typ")):
        template = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\b", template), path
        assert re.findall(r".*sys\.inputs.*", template) == ["#let data = json(bytes(sys.inputs.data))"], path
