"""The pages of finished plans: what became of every task, the report's figures drawn year by year, and both as files."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import gettext as _

from questionnaires.history_grammar import read_history
from questionnaires.history_types import FigurePoint, History, Series, Task
from questionnaires.library import find_history, histories
from surveyapp.core.access import Permission, requires
from surveyapp.core.csv_files import Cell, csv_response
from surveyapp.core.i18n import here
from surveyapp.results import figures, history_rules, history_words, words
from surveyapp.results.drawn import historic
from surveyapp.results.drawn.figure import Figures
from surveyapp.results.history_rules import DEGREES, FACTS, WantedTasks

_TASKS: Final = (
    "task", "direction", "line", "name", "responsible", "involved", "deadline", "budget", "course", "degree", "degree_label",
    "written", "degree_line", "facts",
)  # fmt: skip
_FIGURES: Final = (
    "series", "task", "name", "unit", "counted", "first_year", "last_year", "school_year", "each_year", "precision", "value",
    "part", "part_value", "line", "also_lines", "counted_anew", "other_value", "other_line", "note", "small_numbers",
)  # fmt: skip


@requires(Permission.SEE_RESULTS)
def history(name: str | None = None) -> str:
    """Show every task of a finished plan: who answered for it, by when, with what money, what was done, to what degree."""
    shown = _shown(name)
    wanted = _wanted(shown)
    return render_template(
        "results/history.html",
        title=_("A finished plan: its tasks"),
        history=shown,
        others=[_history(each) for each in histories() if each != shown.id],
        wanted=wanted,
        tasks=[task for task in shown.tasks if wanted.holds(task)],
        counted=history_rules.counted(shown),
        with_figures={series.task for series in shown.series},
        **_words(),
    )


@requires(Permission.SEE_RESULTS)
def history_figures(name: str) -> str:
    """Show the figures of a finished plan, drawn where there are several years of them."""
    shown = _shown(name)
    return render_template(
        "results/history_figures.html",
        title=_("A finished plan: its figures"),
        history=shown,
        drawn=historic.of_history(shown),
        **_words(),
    )


def drawn_figures() -> Figures:
    """Return the figures of the finished plan that the address names."""
    return historic.of_history(_shown(request.args.get("plan_history", "")))


@requires(Permission.SEE_RESULTS)
def history_tasks_csv(name: str) -> Response:
    """Give the tasks as a file."""
    shown = _shown(name)
    return csv_response("tasks.csv", _TASKS, (_task(shown, task) for task in shown.tasks))


@requires(Permission.SEE_RESULTS)
def history_figures_csv(name: str) -> Response:
    """Give the figures as a file; with ``series`` in the address those of one series."""
    shown, asked = _shown(name), request.args.get("series")
    found = [series for series in shown.series if asked in {None, series.id}]
    return csv_response("figures.csv", _FIGURES, _rows(found or abort(404)))


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages and their files."""
    blueprint.add_url_rule("/history", "history", history)
    blueprint.add_url_rule("/history/<name>", "history", history)
    blueprint.add_url_rule("/history/<name>/figures", "history_figures", history_figures)
    blueprint.add_url_rule("/history/<name>/tasks.csv", "history_tasks_csv", history_tasks_csv)
    blueprint.add_url_rule("/history/<name>/figures.csv", "history_figures_csv", history_figures_csv)


def _shown(name: str | None) -> History:
    """Return the history called *name*, the first one without a name; 404 if there is none."""
    known = histories()
    if not known or (name is not None and name not in known):
        abort(404)
    return _history(name or known[0])


@cache
def _history(name: str) -> History:
    """Return a shipped history; published files never change, so each is read once."""
    return read_history(find_history(name))


def _wanted(shown: History) -> WantedTasks:
    """Return the filter in the address; what does not exist is no filter."""
    known = {"degree": DEGREES, "fact": FACTS, "institution": [each.id for each in shown.institutions]}
    asked = {key: request.args.get(key) for key in known}
    return WantedTasks(**{key: value if value in known[key] else None for key, value in asked.items()})


def _words() -> dict[str, object]:
    return {"told": history_words, "rules": history_rules, "figures": figures}


def _task(shown: History, task: Task) -> Sequence[Cell]:
    return (
        task.number,
        task.direction,
        task.line,
        here(task.name),
        history_words.institutions(shown, task.responsible),
        history_words.institutions(shown, task.involved),
        "; ".join(history_words.deadline(each) for each in task.deadlines),
        "; ".join(history_words.budget(each) for each in task.budget),
        here(task.course),
        task.degree.degree,
        str(words.DEGREES[task.degree.degree]),
        " ".join(task.degree.written),
        task.degree.line,
        " ".join(f"{history_words.FACTS[fact.kind]} ({fact.line}): {here(fact.text)}" for fact in task.facts),
    )


def _rows(found: Iterable[Series]) -> Iterator[Sequence[Cell]]:
    for series in found:
        yield from (_row(series, point) for point in series.points)


def _row(series: Series, point: FigurePoint) -> Sequence[Cell]:
    against = point.against
    return (
        series.id,
        series.task,
        here(series.name),
        series.unit,
        str(history_words.COUNTED[series.counted]),
        point.first,
        point.last,
        point.school_year,
        point.a_year,
        point.precision,
        _plain(point.value),
        here(series.part) if point.part is not None else None,
        None if point.part is None else _plain(point.part),
        point.line,
        " ".join(str(line) for line in point.also),
        here(series.breaks.get(point.first)) if point.of_one_year else None,
        None if against is None else _plain(against.value),
        None if against is None else against.line,
        here(series.note),
        series.sensitive,
    )


def _plain(value: float) -> float:
    """Return a whole number without a point."""
    return int(value) if float(value).is_integer() else value
