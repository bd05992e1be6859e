"""The lazy door to the statistics: numpy and scipy are loaded when the first comparison is made, never at the start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.counts import WaveCounts
from analysis.thresholds import Thresholds
from analysis.verdicts import TrendLine
from questionnaires.survey_types import Questionnaire
from surveyapp.results.level import Level
from surveyapp.settings import current_settings
from surveyapp.survey import opened_store
from surveyapp.survey.rules import FEWEST, REST
from surveyapp.survey.wave_store import WaveFacts

if TYPE_CHECKING:
    from analysis.disclosure import PublicWave
    from analysis.tables import StratumFigures

Kept = Mapping[str, Any]
_WHOLE = "*"
_MEASURES = {"*favourable": "favourable", "*correct": "correct"}


class RefusedResultError(RuntimeError):
    """Nothing about these waves can be shown safely: the attacker inside the door got through."""


def one_wave(wave: WaveFacts, kept: Kept | None = None) -> dict[str, Any]:
    """Return what may be shown of one opened wave as it is frozen: its protected tables, the levels in them, the response.

    *kept* are its tables as they were frozen before: a wave is protected once and never again.

    Raises:
        RefusedResultError: disclosure control released nothing.
    """
    public = _protected(wave) if kept is None else _read_back(wave, kept)
    # A worker that serves respondents must not pay a second and 100 MB for methods it never uses.
    rows = import_module("analysis.levels").public_levels(public)
    return {
        "wave": wave.name,
        "questionnaire": wave.reference,
        "response": _response(wave, public),
        "tables": import_module("analysis.kept_waves").to_json(public),
        "rows": [row.to_json() for row in rows],
    }


def comparison(
    before: WaveFacts,
    after: WaveFacts,
    kept: tuple[Kept, Kept],
    between: Sequence[Questionnaire] = (),
    *,
    neighbours: bool = True,
) -> dict[str, Any]:
    """Return the comparison of two opened waves as it is frozen, made of nothing but the tables *kept* of each.

    *between* are the versions published between those of the two waves; decisions about wordings stand there. Of *neighbours*,
    between which no other wave was held, it is told how many people can have answered both times.
    """
    first, second = _read_back(before, kept[0]), _read_back(after, kept[1])
    found = import_module("analysis.compare").compare_public(first, second, between, neighbours=neighbours)
    return {
        "before": {"wave": before.name, "questionnaire": before.reference, "response": _response(before, first)},
        "after": {"wave": after.name, "questionnaire": after.reference, "response": _response(after, second)},
        "twice": found.twice.to_json() if found.twice else None,
        "rows": found.to_json(),
    }


def trends(series: Sequence[Sequence[Level]], days: Sequence[date]) -> tuple[TrendLine, ...]:
    """Return the trend of each series of shown levels, one per wave at its day; see `analysis.trend_lines`."""
    module = import_module("analysis.trend_lines")
    points = [[module.Point(each.count, each.n, each.level, each.low, each.high) for each in levels] for levels in series]
    found: tuple[TrendLine, ...] = module.trend_lines(points, days)
    return found


def score_trends(waves: Sequence[tuple[WaveFacts, Kept]], scores: Sequence[str]) -> tuple[TrendLine, ...]:
    """Return the trend of each score over waves with the tables *kept* of each; see `analysis.score_trends`."""
    public = [_read_back(wave, kept) for wave, kept in waves]
    module = import_module("analysis.score_trends")
    found: tuple[TrendLine, ...] = module.score_trends(public, scores, [wave.opens for wave, _kept in waves])
    return found


def pools(wave: WaveFacts) -> dict[str, Any]:
    """Return what may be shown of an opened wave of feedback or a game: each pool by itself, never the rest or the whole.

    Protected as a wave of its own, a pool shows nothing by which another one could be worked out.
    """
    told = {
        pool: counts
        for pool, counts in opened_store.counts(wave).strata.items()
        if pool != REST and counts.respondents >= max(FEWEST, _least().base)
    }
    return {
        "wave": wave.name,
        "questionnaire": wave.reference,
        "pools": {
            pool: {"respondents": counts.respondents, "lines": _lines(wave, WaveCounts({_WHOLE: counts}))}
            for pool, counts in told.items()
        },
    }


def _lines(wave: WaveFacts, pool: WaveCounts) -> list[dict[str, Any]]:
    """Return the lines of a pool; none if disclosure control releases nothing of it."""
    try:
        public = _protected(wave, pool)
    except RefusedResultError:
        return []
    return [line for item, table in public.items.items() for line in _item_lines(item, table.strata[_WHOLE])]


def _item_lines(item: str, figures: "StratumFigures") -> list[dict[str, Any]]:
    """Return a line for each figure of an item, or one that says why there is none."""
    if figures.hidden:
        return [{"item": item, "measure": "share", "choice": None, "count": None, "n": None, "hidden": figures.hidden}]
    n = figures.seen if figures.base is None else figures.base
    return [
        {
            "item": item,
            "measure": _MEASURES.get(column, "share"),
            "choice": None if column in _MEASURES else column,
            "count": figure.count,
            "n": n,
            "hidden": figure.hidden,
            "band": figure.band,
        }
        for column, figure in figures.figures.items()
        if column in _MEASURES or not any(main in figures.figures for main in _MEASURES)
    ]


def _protected(wave: WaveFacts, counts: WaveCounts | None = None) -> "PublicWave":
    """Return what may be shown of a wave, or of *counts* taken from it."""
    refused: type[Exception] = import_module("analysis.suppression").DisclosureRefusedError
    every = _counts(wave) if counts is None else counts
    try:
        public: PublicWave = import_module("analysis.disclosure").protect_wave(wave.questionnaire, every, _least())
    except refused as error:
        # The cells that the attacker could tell stay out of the message, and with them out of logs and pages.
        raise RefusedResultError(f"Nothing about the wave {wave.name!r} can be shown safely.") from error
    return public


def _least() -> Thresholds:
    settings = current_settings()
    return Thresholds(settings.smallest_base, settings.smallest_detail)


def _read_back(wave: WaveFacts, kept: Kept) -> "PublicWave":
    public: PublicWave = import_module("analysis.disclosure").read_back(wave.questionnaire, kept)
    return public


def _counts(wave: WaveFacts) -> WaveCounts:
    """Return the counts of a wave; of an open address without the population, which nobody can say these people are from."""
    counts = opened_store.counts(wave)
    return replace(counts, population=None) if wave.mode == "open" else counts


def _response(wave: WaveFacts, public: "PublicWave") -> dict[str, dict[str, int | None]]:
    """Return who answered; with an open address for all together only, as is told to those who plan it."""
    return {
        stratum: {"respondents": figures.respondents, "population": figures.population}
        for stratum, figures in public.response.items()
        if wave.mode != "open" or stratum == _WHOLE
    }
