"""The tables of one wave as plain JSON and back, so that a wave is protected once and shows the same wherever it appears."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.estimates import Moments
from analysis.tables import Bin, Figure, ItemTable, PointBin, ResponseFigures, ScoreFigures, StratumFigures, WaveTables
from analysis.thresholds import Thresholds
from questionnaires.survey_types import Questionnaire


def to_json(wave: WaveTables) -> dict[str, Any]:
    """Return everything in the tables of a wave but its questionnaire, as JSON knows it."""
    return {
        "response": {name: asdict(part) for name, part in wave.response.items()},
        "items": {item: {name: asdict(part) for name, part in table.strata.items()} for item, table in wave.items.items()},
        "scores": {score: {name: asdict(part) for name, part in figures.items()} for score, figures in wave.scores.items()},
        "least": asdict(wave.least),
    }


def tables_from(questionnaire: Questionnaire, kept: Mapping[str, Any]) -> WaveTables:
    """Return the tables that `to_json` was given. KeyError where *kept* is not of this questionnaire."""
    known = {item.id: item for item in questionnaire.asked}
    response = {name: ResponseFigures(**part) for name, part in kept["response"].items()}
    items = {
        item: ItemTable(known[item], {name: _figures(part) for name, part in strata.items()})
        for item, strata in kept["items"].items()
    }
    scores = {score: {name: _score(part) for name, part in figures.items()} for score, figures in kept["scores"].items()}
    least = Thresholds(**kept.get("least", {}))  # a wave that was kept before they could be raised has the usual ones
    return WaveTables(questionnaire, response, items, scores, least)


def _figures(part: Mapping[str, Any]) -> StratumFigures:
    figures = {column: Figure(**figure) for column, figure in part["figures"].items()}
    bins = tuple(Bin(tuple(one["choices"]), one["count"]) for one in part["bins"])
    return StratumFigures(part["seen"], part["base"], figures, bins, lumped=part["lumped"], hidden=part["hidden"])


def _score(part: Mapping[str, Any]) -> ScoreFigures:
    sample = Moments(**part["moments"]) if part["moments"] else None
    kept = part.get("bins")  # a wave that was kept before there were any has none
    bins = None if kept is None else tuple(PointBin(**one) for one in kept)
    return ScoreFigures(sample, part["hidden"], part["rounding"], bins)
