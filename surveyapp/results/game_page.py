"""The results of the good-behaviour game, compiled for the yearly report: a page that prints well, and its table as a file."""

from collections.abc import Iterator, Sequence
from typing import Final

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.csv_files import Cell, csv_response
from surveyapp.core.i18n import here
from surveyapp.feedback.instruments import age_in_words
from surveyapp.results import pools
from surveyapp.results.pools import GameYear, PoolLine, PoolResults

_COLUMNS: Final = (
    "year",
    "age",
    "questionnaire",
    "players",
    "item",
    "question",
    "right_answer",
    "right",
    "asked",
    "share",
    "hidden",
)


@requires(Permission.SEE_RESULTS)
def game() -> str:
    """Show how many played in each age group and year, and how many knew the answer to each question."""
    title = _("The good-behaviour game")
    return render_template("results/game.html", title=title, years=_years(), age_in_words=age_in_words)


@requires(Permission.SEE_RESULTS)
def game_csv() -> Response:
    """Give the same as a file."""
    return csv_response("game.csv", _COLUMNS, _rows(_years()))


def add_routes(blueprint: Blueprint) -> None:
    """Add the page and its file."""
    blueprint.add_url_rule("/game", "game", game)
    blueprint.add_url_rule("/game.csv", "game_csv", game_csv)


def _years() -> list[GameYear]:
    person = require_actor()
    return pools.games(person.municipality_id, person.email)


def _rows(years: Sequence[GameYear]) -> Iterator[Sequence[Cell]]:
    for year in years:
        for age in year.ages:
            if age.results:
                yield from (_row(year.number, age.age, age.results, line) for line in age.results.lines)


def _row(year: int, age: str, results: PoolResults, line: PoolLine) -> Sequence[Cell]:
    wanted = line.right_answer
    return (
        year,
        age_in_words(age),
        results.wave.reference,
        results.respondents,
        line.item.id,
        here(line.item.label),
        here(wanted.label) if wanted else None,
        line.count,
        line.n,
        line.share,
        line.band or line.hidden,
    )
