"""The surveys as a release tells them, read from its tables alone: the same page at the same address, whatever comes later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import url_for

from surveyapp.ledger.documents import Cell, rows_of
from surveyapp.ledger.store import Release
from surveyapp.releases import parted
from surveyapp.results import score_page, survey_results
from surveyapp.results.change import Change
from surveyapp.results.drawn import points
from surveyapp.results.drawn.figure import Figures
from surveyapp.results.level import Level
from surveyapp.results.store import Frozen
from surveyapp.results.survey_results import Response, SurveyResults
from surveyapp.results.wave_results import TOWN, Answered, WaveResults
from surveyapp.survey.wave_store import WaveFacts

_WHOLE = frozenset({"correct", "favourable"})
_UNTOLD = {
    "base": "",
    "effect": None,
    "effect_name": None,
    "hidden_before": None,
    "hidden_after": None,
    "rounding_before": None,
    "rounding_after": None,
}
"""What the table of changes of a release leaves out, or left out in earlier versions."""


def comparisons(municipality_id: int, release: Release) -> tuple[SurveyResults, ...]:
    """Return every comparison of two surveys that *release* holds, the newest first."""
    known = _known(municipality_id)
    pairs = [(each["before"], each["after"]) for each in release.document["made_from"]["comparisons"]]
    rows, answered = rows_of(release.document, "survey_changes"), _answered(release)
    return tuple(
        SurveyResults(
            known[before],
            known[after],
            _frozen(release),
            tuple(_change(row) for row in rows if (row["wave_before"], row["wave_after"]) == (before, after)),
            _responses(answered.get(before, {}), answered.get(after, {})),
            (),
        )
        for before, after in reversed(pairs)
        if {before, after} <= known.keys()
    )


def waves(municipality_id: int, release: Release) -> tuple[WaveResults, ...]:
    """Return what *release* says of each survey by itself, the newest first."""
    return _waves(release, _known(municipality_id), rows_of(release.document, "survey_levels"))


def of_everybody(municipality_id: int, release: Release, questionnaire: str | None = None) -> tuple[WaveResults, ...]:
    """Return what `waves` does, without the lines of groups, of every survey or of those with one *questionnaire*."""
    known = {name: wave for name, wave in _known(municipality_id).items() if questionnaire in {None, wave.questionnaire.id}}
    return _waves(release, known, [row for row in rows_of(release.document, "survey_levels") if row["stratum"] == TOWN])


def _waves(release: Release, known: Mapping[str, WaveFacts], rows: Sequence[Mapping[str, Cell]]) -> tuple[WaveResults, ...]:
    answered = _answered(release)
    names = [each["wave"] for each in release.document["made_from"]["waves"]]
    return tuple(
        WaveResults(
            known[name],
            _frozen(release),
            tuple(_level(row, known[name]) for row in rows if row["wave"] == name),
            tuple(answered.get(name, {}).values()),
        )
        for name in reversed(names)
        if name in known
    )


def score_figures(municipality_id: int, release: Release) -> Figures:
    """Return the means of each score over the surveys of *release* that asked the same; none unless there are two."""
    found = [each for each in waves(municipality_id, release) if each.wave.supplements is None and each.wave.mode != "open"]
    by_day = {each.wave.opens: each for each in found if each.questionnaire.id == found[0].questionnaire.id}
    results = [by_day[day] for day in sorted(by_day)]
    scores = score_page.every_score(results, municipality_id) if results else ()
    drawn = [one for one in scores if len(one.results) > 1]
    figures = Figures.of("scores", {"number": release.number}, [one.figure for one in drawn])
    lines = {one.figure.name: _lines(release, one.score.id, one.results) for one in drawn if one.figure}
    return replace(figures, endpoint="releases.figure", lines=lines)


def point_figures(release: Release, found: WaveResults) -> Figures:
    """Return how many people had how many points of each score of one survey of *release*."""
    rounded = release.asked.level == "public"
    drawn = {score.id: points.figure(found, score.id, rounded=rounded) for score in found.questionnaire.scores}
    where = {"number": release.number, "survey": found.wave.name}
    lines = {figure.name: _lines(release, score, [found]) for score, figure in drawn.items() if figure}
    return replace(Figures.of("points", where, drawn.values()), endpoint="releases.figure", lines=lines)


def _lines(release: Release, score_id: str, surveys: Sequence[WaveResults]) -> dict[str, str]:
    """Return by survey the address of the first line about a score in the released table of levels."""
    first: dict[str, int] = {}
    for line, row in enumerate(rows_of(release.document, "survey_levels"), 1):
        if row["item"] == score_id:
            first.setdefault(str(row["wave"]), line)
    return {each.wave.name: _line(release, first[each.wave.name]) for each in surveys if each.wave.name in first}


def _line(release: Release, line: int) -> str:
    part, anchor = parted.part_with(line), f"line-{line}"
    return url_for("releases.table", number=release.number, table="survey_levels", page=part, _anchor=anchor)


def _known(municipality_id: int) -> dict[str, WaveFacts]:
    return {wave.name: wave for wave in survey_results.opened(municipality_id)}


def _frozen(release: Release) -> Frozen:
    return Frozen(release.number, release.made_on, release.hash, release.document)


def _answered(release: Release) -> dict[str, dict[str, Answered]]:
    found: dict[str, dict[str, Answered]] = {}
    for row in rows_of(release.document, "survey_waves"):
        part = Answered(str(row["stratum"]), _people(row["respondents"]), _people(row["population"]))
        found.setdefault(str(row["wave"]), {})[part.stratum] = part
    return found


def _people(cell: Cell) -> int | None:
    return None if cell is None else int(cell)


def _responses(then: Mapping[str, Answered], now: Mapping[str, Answered]) -> tuple[Response, ...]:
    strata: Sequence[str] = list(dict.fromkeys((*now, *then)))
    nobody = Answered("", None, None)
    return tuple(
        Response(
            stratum,
            (first := then.get(stratum, nobody)).respondents,
            first.population,
            (second := now.get(stratum, nobody)).respondents,
            second.population,
            *("base" if stratum in wave else "not_told" for wave in (then, now)),
        )
        for stratum in strata
    )


def _change(row: Mapping[str, Cell]) -> Change:
    return Change.read({**_UNTOLD, "hidden_before": row["hidden"], "hidden_after": row["hidden"], **row})


def _level(row: Mapping[str, Cell], wave: WaveFacts) -> Level:
    """Return one line; which questions are headlines the questionnaire says, which is as it was."""
    headline = row["stratum"] == TOWN and row["measure"] in _WHOLE and wave.questionnaire.item(str(row["item"])).headline
    untold = dict.fromkeys(("population", "people_low", "people_high", "least", "most", "rounding"))
    return Level.read({**untold, "lumped": False, "headline": headline, **row})
