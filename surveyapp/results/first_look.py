"""The first look at surveys after an opening: they are protected and compared, once for all, while a page shows the steps."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from analysis import steps
from surveyapp.core import work
from surveyapp.core.access import actor
from surveyapp.results import store, survey_results, wave_results
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError
from surveyapp.survey.wave_store import WaveFacts

_KEY: Final = "surveys_looked_at"
Pair = tuple[WaveFacts, WaveFacts]


def prepare() -> ResponseReturnValue | None:
    """Before a page of results: make what nobody has looked at yet; None where there is nothing to make.

    A worker tries each once. Where protection refuses, or what is stored was altered, the page itself says so.
    """
    person = actor()
    if person is None or request.method != "GET" or not work.shows_steps():
        return None
    opened = survey_results.opened(person.municipality_id)
    waves = [wave for wave in opened if _is_left(wave.municipality_id, str(wave.id), wave_results.RULES_VERSION)]
    pair = survey_results.chosen(opened, None, None)
    if pair and not _is_left(person.municipality_id, survey_results.key_of(*pair), survey_results.RULES_VERSION):
        pair = None
    if not waves and not pair:
        return None
    address = f"{request.script_root}{request.full_path}".removesuffix("?")

    def make() -> ResponseReturnValue:
        _make(waves, pair, person.email)
        return redirect(address)

    return work.run(_("Computing what the surveys say"), ("protect", "compare"), make, url_for("results.plan"))


def _is_left(municipality_id: int, made_from: str, rules_version: int) -> bool:
    tried = _tried()
    if made_from in tried:
        return False
    with suppress(AlteredResultError):
        if store.find(municipality_id, made_from, rules_version) is None:
            return True
    tried.add(made_from)
    return False


def _make(waves: Sequence[WaveFacts], pair: Pair | None, by: str) -> None:
    try:
        for wave in steps.each("protect", waves):
            with suppress(AlteredResultError, RefusedResultError):
                wave_results.frozen(wave, by)
        if pair:
            steps.at("compare")
            with suppress(AlteredResultError, RefusedResultError):
                survey_results.compared(pair[0].municipality_id, *pair, by)
    finally:
        _tried().update(str(wave.id) for wave in waves)
        _tried().update([survey_results.key_of(*pair)] if pair else [])


def _tried() -> set[str]:
    tried: set[str] = current_app.extensions.setdefault(_KEY, set())
    return tried
