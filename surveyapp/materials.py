"""What the software is made of: the bill of materials (CycloneDX) and the list of licences, written from the pins."""

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any, Final

_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\]+)", re.MULTILINE)
_NEEDS: Final = re.compile(r"[A-Za-z0-9._-]+")
_SPDX: Final = re.compile(r"[A-Za-z0-9.+-]+( (OR|AND|WITH) [A-Za-z0-9.+-]+)*")
_FILES: Final = {"run.txt": "required", "test.txt": "excluded"}
_SCOPES: Final = {"required": "Needed to run", "excluded": "Needed to test only"}
_SAID_ELSEWHERE: Final = {"axe-playwright-python": "MIT"}
"""Packages whose metadata name no licence; it stands in a file of theirs."""


@dataclass(frozen=True, slots=True)
class Part:
    """One package or file of somebody else's: ``scope`` as CycloneDX calls it, ``needs`` the names of other parts."""

    name: str
    version: str
    licence: str
    scope: str
    needs: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The part's package URL."""
        kind = "generic" if self in _COPIED else "pypi"
        return f"pkg:{kind}/{_canonical(self.name)}@{self.version}"


_COPIED: Final = (Part("pico.css", "2.1.1", "MIT", "required"),)
"""What lies as a file in our own folders (surveyapp/static)."""


def parts(root: Path) -> list[Part]:
    """Return every pinned package of the checkout at *root*, as it is installed, and every copied file."""
    found = {scope: _pins(root / "requirements" / file) for file, scope in _FILES.items()}
    known = {_canonical(name) for pins in found.values() for name in pins}
    made = [_part(name, version, scope, known) for scope, pins in found.items() for name, version in pins.items()]
    return sorted([*made, *_COPIED], key=lambda part: (part.scope != "required", _canonical(part.name)))


def bill(root: Path) -> str:
    """Return docs/sbom.cdx.json: CycloneDX 1.6, without moments, so that the same pins give the same bytes."""
    every = parts(root)
    addresses = {_canonical(part.name): part.address for part in every}
    own = {"type": "application", "bom-ref": "surveyapp", "name": "surveyapp", "version": distribution("surveyapp").version}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own, "properties": [_checksum(root, file) for file in _FILES]},
        "components": [_component(part) for part in every],
        "dependencies": [
            {"ref": "surveyapp", "dependsOn": [part.address for part in every if part.scope == "required"]},
            *({"ref": part.address, "dependsOn": sorted(addresses[name] for name in part.needs)} for part in every),
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def licences(root: Path) -> str:
    """Return docs/licences.md: each part with its version and licence."""
    return "\n".join(["# Licences of what the software is made of", "", *_licence_lines(parts(root))])


def _licence_lines(every: list[Part]) -> Iterator[str]:
    yield "Made by `make bill` from the pins in `requirements/`; the bill of materials is `docs/sbom.cdx.json`."
    for scope, title in _SCOPES.items():
        yield from ("", f"## {title}", "", "| Package | Version | Licence |", "| --- | --- | --- |")
        yield from (f"| {part.name} | {part.version} | {part.licence} |" for part in every if part.scope == scope)
    yield ""


def _pins(file: Path) -> Mapping[str, str]:
    return dict(_PIN.findall(file.read_text(encoding="utf-8")))


def _part(name: str, version: str, scope: str, known: set[str]) -> Part:
    installed = distribution(name)
    names = (_NEEDS.match(each) for each in installed.requires or () if "extra ==" not in each)
    needs = {_canonical(found[0]) for found in names if found}
    return Part(name, version, _licence(name, installed), scope, tuple(sorted(needs & known)))


def _licence(name: str, installed: Distribution) -> str:
    told = installed.metadata
    short = [text for text in told.get_all("License") or [] if "\n" not in text and 0 < len(text) <= 30]  # noqa: PLR2004 - longer ones are whole texts
    kinds = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or [] if each.startswith("License :: ")]
    every = [*(told.get_all("License-Expression") or []), *short, *reversed(kinds), _SAID_ELSEWHERE.get(name, "")]
    return str(next(text for text in every if text))


def _component(part: Part) -> dict[str, Any]:
    spdx = _SPDX.fullmatch(part.licence)
    licence: dict[str, Any] = {"expression": part.licence} if spdx else {"license": {"name": part.licence}}
    return {
        "type": "file" if part in _COPIED else "library",
        "bom-ref": part.address,
        "name": part.name,
        "version": part.version,
        "scope": part.scope,
        "licenses": [licence],
        "purl": part.address,
    }


def _checksum(root: Path, file: str) -> dict[str, str]:
    return {
        "name": f"requirements/{file}:sha256",
        "value": hashlib.sha256((root / "requirements" / file).read_bytes()).hexdigest(),
    }


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.stdout.write({"bill": bill, "licences": licences}[sys.argv[1]](Path(__file__).parents[1]))
