"""The shipped questionnaires, plans and histories: where they are, and the lock that keeps a published version as it was.

``python -m questionnaires.library lock`` publishes new versions by adding their hashes to ``published.lock``;
``python -m questionnaires.library check`` says whether every published file is still the same.
"""

import argparse
import hashlib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from questionnaires.grammar import parse_questionnaire
from questionnaires.history_grammar import parse_history
from questionnaires.history_types import History
from questionnaires.plan_grammar import parse_plan
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.report import Report
from questionnaires.survey_types import Questionnaire
from questionnaires.yaml_file import normalised, read_text

ROOT: Final = Path(__file__).parent
LOCK_NAME: Final = "published.lock"

_PARSERS: Final[Mapping[str, Callable[[str, str], Questionnaire | Plan | History]]] = MappingProxyType(
    {"surveys": parse_questionnaire, "plans": parse_plan, "history": parse_history}
)
_LINE: Final = re.compile(r"([0-9a-f]{64})  ((?:surveys|plans|history)/[a-z0-9_-]+/[1-9][0-9]{0,3}\.yaml)")
_REFERENCE: Final = re.compile(r"([a-z0-9_-]+)(?:/([1-9][0-9]{0,3}))?")


class UnknownVersionError(LookupError):
    """No questionnaire, plan or history of that name is shipped; the message names those that are."""


def find_questionnaire(reference: str, root: Path = ROOT) -> Path:
    """Return the file of the questionnaire ``ID/VERSION``; UnknownVersionError if there is none."""
    name, version = _parts(reference)
    path = root / "surveys" / name / f"{version}.yaml"
    if version is None or not path.is_file():
        raise _unknown("questionnaire", reference, root / "surveys")
    return path


def find_plan(reference: str, root: Path = ROOT) -> Path:
    """Return the file of the plan ``ID/VERSION``, or the newest version of the plan ``ID``; UnknownVersionError if none."""
    return _newest("plan", reference, root / "plans")


def find_history(reference: str, root: Path = ROOT) -> Path:
    """Return the file of the history ``ID/VERSION``, or the newest version of ``ID``; UnknownVersionError if there is none."""
    return _newest("history", reference, root / "history")


def histories(root: Path = ROOT) -> tuple[str, ...]:
    """Return the ids of the shipped histories of finished plans, in order."""
    return tuple(sorted(each.name for each in (root / "history").glob("*") if _versions(each)))


def _newest(what: str, reference: str, folder: Path) -> Path:
    name, version = _parts(reference)
    versions = _versions(folder / name) if name else {}
    chosen = max(versions, default=0) if version is None else version
    if chosen not in versions:
        raise _unknown(what, reference, folder)
    return versions[chosen]


def _parts(reference: str) -> tuple[str, int | None]:
    """Return name and version; a name that could lead out of the folder is empty and finds nothing."""
    found = _REFERENCE.fullmatch(reference)
    return (found[1], int(found[2]) if found[2] else None) if found else ("", None)


def _versions(folder: Path) -> dict[int, Path]:
    return {int(path.stem): path for path in folder.glob("*.yaml") if re.fullmatch(r"[1-9][0-9]{0,3}", path.stem)}


def _unknown(what: str, reference: str, folder: Path) -> UnknownVersionError:
    known = sorted(f"{each.name}/{version}" for each in folder.glob("*") for version in _versions(each))
    return UnknownVersionError(f"there is no {what} {reference[:60]!r}; known are {', '.join(known) or 'none'}")


def content_hash(text: str) -> str:
    """Return the SHA-256 of *text* in letter form NFC with LF line ends, so that a checkout's line ends do not matter."""
    return hashlib.sha256(normalised(text).encode()).hexdigest()


def read_lock(path: Path) -> Mapping[str, str]:
    """Return file (relative to the library) to hash; empty if nothing was published yet.

    Raises FileRefusedError for a line that is not ``sha256  surveys/ID/VERSION.yaml`` and for a file that stands twice.
    """
    if not path.exists():
        return MappingProxyType({})
    report = Report(str(path))
    found: dict[str, str] = {}
    for line, text in enumerate(read_text(path).splitlines(), 1):
        parts = _LINE.fullmatch(text)
        if not parts or parts[2] in found:
            report.add_line(line, "", "lock_line")
        else:
            found[parts[2]] = parts[1]
    report.refuse_if_any()
    return MappingProxyType(found)


def check_lock(root: Path) -> list[Problem]:
    """Return what is wrong with the library at *root*.

    The codes are ``lock_file_changed`` and ``lock_file_missing`` for published files, ``not_locked`` for files that are not
    published yet (no fault while they are written), ``lock_line`` for a damaged lock, and those of reading a file.
    """
    try:
        locked = read_lock(root / LOCK_NAME)
    except FileRefusedError as error:
        return list(error.problems)
    problems: list[Problem] = []
    for name in sorted({*locked, *_shipped(root)}):
        problems += _check_file(root, name, locked.get(name))
    return problems


def _shipped(root: Path) -> list[str]:
    """Return every questionnaire, plan and history file, relative to *root*."""
    return [
        path.relative_to(root).as_posix()
        for folder in _PARSERS
        for each in (root / folder).glob("*")
        for path in _versions(each).values()
    ]


def _check_file(root: Path, name: str, expected: str | None) -> Sequence[Problem]:
    report = Report(name)
    try:
        if expected is None:
            report.add(None, "not_locked")
        elif not (root / name).is_file():
            report.add(None, "lock_file_missing")
        elif content_hash(read_text(root / name, name)) != expected:
            report.add(None, "lock_file_changed")
    except FileRefusedError as error:
        return error.problems
    return report.refusal().problems


def lock(root: Path) -> list[str]:
    """Publish every file of the library at *root* that is not published yet; return their names.

    Raises FileRefusedError, and publishes nothing, if a published file was edited or is gone, or a new one has a problem.
    """
    found = check_lock(root)
    problems = [problem for problem in found if problem.code != "not_locked"]
    new = [problem.file for problem in found if problem.code == "not_locked"]
    hashes = dict(read_lock(root / LOCK_NAME)) if not problems else {}
    for name in new:
        try:
            hashes[name] = _publishable(root, name)
        except FileRefusedError as error:
            problems += error.problems
    if problems:
        raise FileRefusedError(problems)
    if new:
        _write(root / LOCK_NAME, hashes)
    return new


def _publishable(root: Path, name: str) -> str:
    """Return the hash of a file that is whole and stands at the place that its id and version name."""
    text = read_text(root / name, name)
    read = _PARSERS[name.partition("/")[0]](text, name)
    found, expected = f"{read.id}/{read.version}", name.partition("/")[2].removesuffix(".yaml")
    if found != expected:
        report = Report(name)
        report.add(None, "not_its_path", found=found, expected=expected)
        raise report.refusal()
    return content_hash(text)


def _write(path: Path, hashes: Mapping[str, str]) -> None:
    """Write the lock beside its place and move it there, so that it is never half written."""
    new = path.with_suffix(".new")
    new.write_text("".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)), encoding="utf-8", newline="\n")
    new.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0 if nothing is wrong, else 1 with every problem on standard error."""
    parser = argparse.ArgumentParser(prog="python -m questionnaires.library", description="Published files")
    parser.add_argument("command", choices=("lock", "check"), help="publish new versions, or check the published ones")
    parser.add_argument("--root", type=Path, default=ROOT, help="folder with the files and published.lock")
    options = parser.parse_args(arguments)
    problems: Sequence[Problem] = ()
    if options.command == "check":
        problems = check_lock(options.root)
    else:
        try:
            sys.stdout.writelines(f"published {name}\n" for name in lock(options.root))
        except FileRefusedError as error:
            problems = error.problems
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
