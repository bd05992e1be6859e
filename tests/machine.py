"""What the tests need of the machine (Chromium, readers of PDF, strace): as root installed from Debian, else asked for."""

import os
import shutil
import subprocess
import sys
from typing import Final

_NEEDED: Final = {"chromium": "chromium", "pdftotext": "poppler-utils", "pdftoppm": "poppler-utils", "strace": "strace"}


def missing() -> list[str]:
    """Return the Debian packages that are not there."""
    return sorted({package for program, package in _NEEDED.items() if shutil.which(program) is None})


def prepare() -> None:
    """Install what is missing, or say what to install and stop."""
    packages = missing()
    if not packages:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"The tests need: {', '.join(packages)}. Install with: sudo apt-get install {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], check=True, env=environment)
    subprocess.run(["apt-get", "install", "-y", "-q", *packages], check=True, env=environment)


if __name__ == "__main__":
    prepare()
