"""Environments beside ours, made once: of pyxform, which pins its libraries exactly, and of readers of our open data.

Those bring forty libraries and a plugin that would be loaded into every run of our tests.
"""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
NAMES: Final = ("pyxform", "readers")


def prepare(name: str = "pyxform") -> Path:
    """Return the Python of the environment *name*; it is made anew whenever its pins have changed."""
    folder, pins = ROOT / f".venv-{name}", ROOT / "requirements" / f"{name}.txt"
    python, stamp = folder / "bin" / "python", folder / ".pins"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        venv.create(folder, clear=True, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(pins)]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


if __name__ == "__main__":
    sys.stdout.write("\n".join(str(prepare(each)) for each in NAMES) + "\n")
