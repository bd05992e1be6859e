"""``python -m analysis``: the same results from files, without a web server."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from analysis import own_output

# Named, not imported: judging targets must not wait for scipy to load, which comparing waves needs.
_COMMANDS: Final = {"compare": "analysis.compare_files", "progress": "analysis.progress_files"}
_USAGE: Final = f"usage: python -m analysis {{{','.join(_COMMANDS)}}} [options]; each has --help\n"


def main(argv: Sequence[str]) -> int:
    """Run the named command with the rest of *argv* and return its exit status; 2 for an unknown name."""
    if argv and argv[0] in ("-h", "--help"):
        sys.stdout.write(_USAGE)
        return 0
    if not argv or argv[0] not in _COMMANDS:
        sys.stderr.write(_USAGE)
        return 2
    return int(import_module(_COMMANDS[argv[0]]).main(argv[1:]))


if __name__ == "__main__":
    own_output.keep()
    sys.exit(main(sys.argv[1:]))
