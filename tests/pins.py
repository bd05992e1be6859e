"""The hashes beside every pinned version in requirements/, written anew: of every file of a release, for any machine.

A new package is added by its line ``name==version``; the hashes follow. The tool that asks for them (uv) gets an environment of
its own, as it is needed for nothing else. Addresses of indexes stand nowhere: they are the machine's own business.
"""

import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
_TOOL: Final = "uv==0.13.9"
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\]+)", re.MULTILINE)
_HASH: Final = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


def pins(text: str) -> dict[str, str]:
    """Return the version of each package in the *text* of a requirements file."""
    return dict(_PIN.findall(text))


def hashes(text: str) -> dict[str, list[str]]:
    """Return the hashes of each package in the *text* of a requirements file."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return {found[1]: _HASH.findall(block) for block in blocks if (found := _PIN.match(block))}


def canonical(name: str) -> str:
    """Return the one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def rewritten(text: str, asked: str) -> str:
    """Return *text* with the hashes that *asked*, the tool's answer, holds for its pins."""
    known = {canonical(name): found for name, found in hashes(asked).items()}
    head = [line for line in text.splitlines() if line.startswith("#")]
    every = [
        " \\\n".join([f"{name}=={version}", *(f"    --hash={each}" for each in known[canonical(name)])])
        for name, version in pins(text).items()
    ]
    return "\n".join([*head, *every, ""])


def _tool() -> Path:
    folder = ROOT / ".venv-pins"
    if not (folder / "bin" / "uv").exists():
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", _TOOL], check=True)
    return folder / "bin" / "uv"


def _ask(tool: Path, text: str) -> str:
    bare = "\n".join(f"{name}=={version}" for name, version in pins(text).items())
    words = ["pip", "compile", "-", "--quiet", "--no-deps", "--generate-hashes", "--no-annotate", "--no-header", "--universal"]
    return subprocess.run([str(tool), *words], input=bare, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def rewrite() -> None:
    """Write the hashes of every file anew."""
    tool = _tool()
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        file.write_text(rewritten(text, _ask(tool, text)), encoding="utf-8")
        sys.stdout.write(f"{file.name}: {len(pins(text))} packages\n")


if __name__ == "__main__":
    rewrite()
