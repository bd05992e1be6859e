"""The command `python -m analysis progress`: the plan against an events file, as JSON."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Final

from analysis.decided import judge_decided
from analysis.decision_file import read_decisions
from analysis.event_file import read_events
from analysis.head_counts import EventRecord
from analysis.progress import GRACE_DAYS
from questionnaires.plan_grammar import read_plan
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError, Problem

BAD_INPUT: Final = 2


def main(argv: Sequence[str]) -> int:
    """Run the command with the arguments after its name; return 0, or 2 after saying on standard error what is wrong.

    Both files are read before anything is refused, so that one run names every problem. Events held after the day asked about
    are not counted; they are named on standard error.
    """
    try:
        asked = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said why
        return int(stop.code or 0)
    plan, events, problems = _read(asked.plan, asked.events)
    if plan is None or problems:
        _complain(problems)
        return BAD_INPUT
    try:
        said = read_decisions(asked.decisions, plan, asked.as_of) if asked.decisions else ()
    except FileRefusedError as refused:
        _complain(refused.problems)
        return BAD_INPUT
    _name_later(asked.events, events, asked.as_of)
    progress = judge_decided(plan, events, said, asked.as_of, asked.grace_days).progress
    json.dump(progress.to_json(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis progress", description="Judge every target of a plan by the events in a file."
    )
    parser.add_argument("--plan", required=True, metavar="PLAN.yaml", help="the plan")
    parser.add_argument("--events", required=True, metavar="E.csv", help="the events with their head counts")
    parser.add_argument("--decisions", metavar="D.yaml", help="what was decided and measured about the plan")
    parser.add_argument("--as-of", required=True, type=_day, metavar="DATE", help="the day asked about, such as 2026-06-30")
    parser.add_argument("--format", choices=["json"], default="json", help="the form of the answer")
    parser.add_argument(
        "--grace-days",
        type=_days,
        default=GRACE_DAYS,
        metavar="N",
        help="days for typing in after a window's end (%(default)s)",
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day of the calendar; write it as 2026-06-30") from None


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) > 366:  # noqa: PLR2004 - a year
        raise argparse.ArgumentTypeError(f"{text} is not a number of days from 0 to 366")
    return int(text)


def _read(plan_file: str, events_file: str) -> tuple[Plan | None, tuple[EventRecord, ...], list[Problem]]:
    plan = None
    events: tuple[EventRecord, ...] = ()
    problems: list[Problem] = []
    try:
        plan = read_plan(plan_file)
    except FileRefusedError as refused:
        problems += refused.problems
    try:
        events = read_events(events_file, plan)
    except FileRefusedError as refused:
        problems += refused.problems
    return plan, events, problems


def _complain(problems: Sequence[Problem]) -> None:
    for problem in problems:
        sys.stderr.write(f"{problem}\n")


def _name_later(file: str, events: Sequence[EventRecord], as_of: date) -> None:
    for event in events:
        if event.held_on > as_of:
            sys.stderr.write(f"{file}:{event.reference}: held_on: {event.held_on} lies after {as_of}, so it is not counted\n")
