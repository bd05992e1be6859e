"""What is true of everything that we install: versions and hashes are pinned, nothing says from where, and the lists agree."""

import json
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from surveyapp import materials
from tests.pins import canonical, hashes, pins

ROOT: Final = Path(__file__).parents[2]
FILES: Final = sorted((ROOT / "requirements").glob("*.txt"))
LINE: Final = re.compile(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+-]+ \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_package_has_its_version_and_its_hashes_and_no_address(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    odd = [line for line in text.splitlines() if not LINE.fullmatch(line)]
    assert odd == [], "write `name==version` and run `make pins`"
    assert {name for name in pins(text) if not hashes(text)[name]} == set(), "run `make pins`"


def test_everything_that_we_ask_for_is_pinned() -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for file, names in (("run.txt", asked["dependencies"]), ("test.txt", asked["optional-dependencies"]["test"])):
        pinned = {canonical(name) for name in pins((ROOT / "requirements" / file).read_text(encoding="utf-8"))}
        wanted = {canonical(re.split(r"[\[><=]", each)[0]) for each in names}
        assert wanted - pinned == set(), file


def test_the_bill_of_materials_and_the_licences_are_those_of_the_pins() -> None:
    for file, made in (("sbom.cdx.json", materials.bill(ROOT)), ("licences.md", materials.licences(ROOT))):
        assert (ROOT / "docs" / file).read_text(encoding="utf-8") == made, "run `make bill`"


def test_the_bill_names_every_part_with_a_version_a_licence_and_what_it_needs() -> None:
    found = json.loads(materials.bill(ROOT))
    parts = {part["bom-ref"]: part for part in found["components"]}
    pinned = [
        name for file in ("run.txt", "test.txt") for name in pins((ROOT / "requirements" / file).read_text(encoding="utf-8"))
    ]
    assert {canonical(part["name"]) for part in parts.values()} == {canonical(name) for name in pinned} | {"pico-css"}
    assert all(part["version"] and part["licenses"] for part in parts.values())
    needs = {each["ref"]: each["dependsOn"] for each in found["dependencies"]}
    assert set(needs) == {"surveyapp", *parts}
    assert {ref for refs in needs.values() for ref in refs} <= set(parts)


def test_the_copied_style_sheet_is_the_version_that_the_bill_names() -> None:
    version = next(part.version for part in materials.parts(ROOT) if part.name == "pico.css")
    assert f"v{version}" in (ROOT / "surveyapp" / "static" / "pico.min.css").read_text(encoding="utf-8")[:200]
