"""The process in which a stranger's file is read (surveyapp.core.apart): ``MODULE:FUNCTION SECONDS BYTES``.

``MODULE:FUNCTION`` alone runs work of our own that uses the standard streams itself (surveyapp.survey.unsealing).
"""

import gc
import resource
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

_PACKAGES: Final = ("surveyapp", "surveyapp.core")


def limit(seconds: int, memory: int) -> None:
    """Give up every right to more time, memory, files and processes than reading takes."""
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def load(words: str, root: Path) -> ModuleType:
    """Return the module *words* of the app without the app around it, which takes ten times as long to load as a reader."""
    sys.path.insert(0, str(root))
    for name in _PACKAGES:
        bare = ModuleType(name)
        bare.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = bare
    return import_module(words)


def main() -> None:
    """Read a name, a zero byte and what to read from standard input; any fault ends the process without a word."""
    words, *limits = sys.argv[1:]
    module, _, function = words.partition(":")
    reader = getattr(load(module, Path(__file__).resolve().parents[2]), function)
    if not limits:
        reader()
        return
    seconds, memory = limits
    limit(int(seconds), int(memory))
    gc.disable()  # it would look through every cell again and again, in a process that ends with the file
    name, _, content = sys.stdin.buffer.read().partition(b"\0")
    sys.stdout.buffer.write(reader(content, name.decode()))


if __name__ == "__main__":
    main()
