"""The command ``python -m analysis compare``: two answer files in, the comparison of the two waves out as JSON."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from analysis import steps
from analysis.answer_file import WaveName, check_population, read_answers, read_population
from analysis.compare import compare, compare_public
from analysis.compare_rows import Json
from analysis.disclosure import protect
from analysis.matching import chain
from analysis.suppression import DisclosureRefusedError
from analysis.tables import RawWave, raw_wave
from questionnaires.grammar import read_questionnaire
from questionnaires.problems import FileRefusedError, Problem
from questionnaires.survey_types import Questionnaire

_REFUSED: Final = 2
_STEPS: Final = {
    "read_before": "Reading the answers of the earlier wave",
    "read_after": "Reading the answers of the later wave",
    "protect": "Hiding what could tell of few people",
    "compare": "Comparing item by item",
}
_RAW_WARNING: Final = (
    "warning: --raw prints unprotected numbers; from small groups they can tell who answered what. Do not pass them on."
)


def main(argv: Sequence[str]) -> int:
    """Run the command; print JSON and return 0, or print every reason to standard error and return 2."""
    options = _parser().parse_args(argv)
    if options.raw:
        sys.stderr.write(f"{_RAW_WARNING}\n")
    try:
        with steps.heard_by(_listener(options)):
            rows = compare_files(options)
    except FileRefusedError as refused:
        sys.stderr.write("".join(f"{problem}\n" for problem in refused.problems))
        return _REFUSED
    except DisclosureRefusedError as refused:
        sys.stderr.write(f"nothing is shown, because small counts could be worked out: {refused}\n")
        return _REFUSED
    sys.stdout.write(json.dumps(rows, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
    return 0


def _listener(options: argparse.Namespace) -> steps.OnTerminal | None:
    """Return who tells the steps: on a terminal, or where it was asked for; never in the output."""
    told = options.progress or sys.stderr.isatty()
    return steps.OnTerminal(sys.stderr, lambda step: _STEPS.get(step, step)) if told else None


def compare_files(options: argparse.Namespace) -> list[dict[str, Json]]:
    """Return the rows of the comparison of the files named in *options*. Raises `FileRefusedError` for bad files."""
    before, after = _waves(options)
    between = _between(options, before, after)
    if options.raw:
        return [row.to_json() for row in compare(before, after, between)]
    return compare_public(protect(before), protect(after), between).to_json()


def _between(options: argparse.Namespace, before: RawWave, after: RawWave) -> tuple[Questionnaire, ...]:
    """Return the versions in between that were named; one that lies elsewhere is refused, so that no decision is lost."""
    read = [(path, read_questionnaire(path)) for path in options.questionnaire_between]
    used = chain(before.questionnaire, after.questionnaire, [questionnaire for _, questionnaire in read])
    if strange := [(path, one) for path, one in read if not any(one is each for each in used)]:
        first, last = (f"{wave.questionnaire.id}/{wave.questionnaire.version}" for wave in (before, after))
        message = f"lies not between {first} and {last}, or stands twice; leave out --questionnaire-between for it"
        raise FileRefusedError(
            [Problem(str(path), None, "", "not_between", f"{one.id}/{one.version} {message}") for path, one in strange]
        )
    return used


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analysis compare", description="Compare two survey waves.")
    parser.add_argument("--questionnaire", type=Path, required=True, help="questionnaire of the later wave (YAML)")
    parser.add_argument("--questionnaire-before", type=Path, help="questionnaire of the earlier wave, if another version")
    parser.add_argument(
        "--questionnaire-between",
        type=Path,
        action="append",
        default=[],
        help="a version published between the two, whose decisions about wordings count; once for each",
    )
    parser.add_argument("--before", type=Path, required=True, help="answers of the earlier wave (CSV)")
    parser.add_argument("--after", type=Path, required=True, help="answers of the later wave (CSV)")
    parser.add_argument("--population", type=Path, help="people by stratum (CSV), for both waves or with a column wave")
    parser.add_argument("--progress", action="store_true", help="tell the steps on standard error, also without a terminal")
    parser.add_argument("--raw", action="store_true", help="print unprotected numbers, for the analyst alone")
    parser.add_argument("--format", choices=["json"], default="json", help="form of the output")
    return parser


def _waves(options: argparse.Namespace) -> tuple[RawWave, RawWave]:
    after = read_questionnaire(options.questionnaire)
    before = read_questionnaire(options.questionnaire_before) if options.questionnaire_before else after
    questionnaires = {"before": before, "after": after}
    known = read_population(options.population, {"before": before, "after": after}) if options.population else None
    waves: list[RawWave] = []
    problems: list[Problem] = []
    names: tuple[tuple[WaveName, Path], ...] = (("before", options.before), ("after", options.after))
    for name, path in names:
        try:
            steps.at(f"read_{name}")
            counts = read_answers(path, questionnaires[name], known[name] if known else None)
            check_population(options.population or "", counts, questionnaires[name], name)
            waves.append(raw_wave(questionnaires[name], counts))
        except FileRefusedError as refused:
            problems += refused.problems
    if problems:
        raise FileRefusedError(problems)
    return waves[0], waves[1]
