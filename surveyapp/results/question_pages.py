"""One question over all surveys that asked it, and the groups of one survey beside each other: protected numbers only."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from questionnaires.survey_types import Item
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.i18n import here
from surveyapp.results import survey_results, trend_page, wave_results
from surveyapp.results.drawn import series
from surveyapp.results.drawn.figure import Figures
from surveyapp.results.drawn.series import Asked
from surveyapp.results.wave_results import WaveResults
from surveyapp.survey.wave_store import WaveFacts


@requires(Permission.SEE_RESULTS)
def item(item_id: str) -> str:
    """Show one question: its level in every survey that asked the same, by group, and all its answers."""
    asked = _asked(item_id)
    newest = asked[-1]
    question = newest.found.item
    return render_template(
        "results/item.html",
        title=here(question.label),
        item=question,
        asked=asked,
        newest=newest.results,
        drawn=series.of_item(question, asked),
        among_whom=series.among_whom([each.results for each in asked], series.rows_of(asked)),
        neighbours=_neighbours(newest.results, question),
    )


@requires(Permission.SEE_RESULTS)
def groups() -> str:
    """Show the groups of one survey beside each other, question by question."""
    waves = _waves()
    results = _chosen(waves)
    drawn = series.of_groups(results) if results else None
    return render_template("results/groups.html", title=_("Groups of specialists"), results=results, waves=waves, drawn=drawn)


def item_figures() -> Figures:
    """Return the figures of the question that the address names."""
    asked = _asked(request.args.get("item", ""))
    return series.of_item(asked[-1].found.item, asked)


def group_figures() -> Figures:
    """Return the figures of the survey's groups that the address names."""
    return series.of_groups(_chosen(_waves()) or abort(404))


def _waves() -> list[WaveFacts]:
    return survey_results.opened(require_actor().municipality_id)


def _chosen(waves: Sequence[WaveFacts]) -> WaveResults | None:
    """Return the survey that the address names, the newest if it names none; None if none is opened."""
    number = request.args.get("wave", type=int)
    found = next((wave for wave in waves if wave.id == number), None) if number is not None else survey_results.latest(waves)
    if found is None and number is not None:
        abort(404)
    return wave_results.shown(found, require_actor().email) if found else None


def _asked(item_id: str) -> list[Asked]:
    """Return the newest survey that asked a question, after all earlier ones of the same people that asked the same; or 404."""
    waves = _waves()
    mains = [wave for wave in waves if wave.supplements is None] or waves
    newest = next((wave for wave in reversed(mains) if _has(wave, item_id)), None) or abort(404)
    person = require_actor()
    earlier = [wave for wave in mains if _beside(wave, newest)] if newest.mode != "open" else []
    results = [wave_results.shown(wave, person.email) for wave in (*earlier, newest)]
    names = [*(each.get(item_id) for each in trend_page.same_items(results, person.municipality_id)), item_id]
    return [Asked(each, _found(each, name)) for each, name in zip(results, names, strict=True) if name]


def _has(wave: WaveFacts, item_id: str) -> bool:
    return any(each.id == item_id for each in wave.questionnaire.items)


def _beside(wave: WaveFacts, newest: WaveFacts) -> bool:
    same = wave.questionnaire.id == newest.questionnaire.id
    return same and wave.mode != "open" and (wave.opens, wave.id) < (newest.opens, newest.id)


def _found(results: WaveResults, item_id: str) -> wave_results.ItemLevels:
    return results.of_item(results.questionnaire.item(item_id))


def _neighbours(results: WaveResults, question: Item) -> tuple[Item | None, Item | None]:
    """Return the questions with results before and after one, in the order of the questionnaire."""
    every = [each.item for _section, items in results.sections for each in items]
    at = next((place for place, each in enumerate(every) if each.id == question.id), None)
    if at is None:
        return None, None
    return every[at - 1] if at else None, every[at + 1] if at + 1 < len(every) else None


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of questions and of groups."""
    blueprint.add_url_rule("/survey/questions/<item_id>", "item", item)
    blueprint.add_url_rule("/survey/groups", "groups", groups)
