"""The environment of pyxform, beside ours and made once: pyxform pins its libraries exactly, so that it cannot live in ours."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / ".venv-pyxform"
PYTHON: Final = FOLDER / "bin" / "python"
_PINS: Final = ROOT / "requirements" / "pyxform.txt"
_STAMP: Final = FOLDER / ".pins"


def prepare() -> Path:
    """Return the Python that knows pyxform; its environment is made anew whenever the pins have changed."""
    wanted = hashlib.sha256(_PINS.read_bytes()).hexdigest()
    if not _STAMP.exists() or _STAMP.read_text(encoding="utf-8") != wanted:
        venv.create(FOLDER, clear=True, with_pip=True)
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(_PINS)]
        subprocess.run(pip, check=True)
        _STAMP.write_text(wanted, encoding="utf-8")
    return PYTHON


if __name__ == "__main__":
    sys.stdout.write(f"{prepare()}\n")
