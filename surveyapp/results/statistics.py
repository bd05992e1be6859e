"""The lazy door to the statistics: numpy and scipy are loaded when the first comparison is made, never at the start."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from surveyapp.survey import opened_store
from surveyapp.survey.wave_store import WaveFacts

if TYPE_CHECKING:
    from analysis.disclosure import PublicWave


class RefusedResultError(RuntimeError):
    """Nothing about these waves can be shown safely: the attacker inside the door got through."""


def comparison(before: WaveFacts, after: WaveFacts) -> dict[str, Any]:
    """Return the protected comparison of two opened waves as it is frozen: rows and response, nothing unprotected.

    Raises:
        RefusedResultError: disclosure control released nothing.
    """
    first, second = _protected(before), _protected(after)
    # A worker that serves respondents must not pay a second and 100 MB for methods it never uses.
    rows = import_module("analysis.compare").compare_public(first, second).to_json()
    return {
        "before": {"wave": before.name, "questionnaire": before.reference, "response": _response(first)},
        "after": {"wave": after.name, "questionnaire": after.reference, "response": _response(second)},
        "rows": rows,
    }


def _protected(wave: WaveFacts) -> "PublicWave":
    refused: type[Exception] = import_module("analysis.suppression").DisclosureRefusedError
    try:
        public: PublicWave = import_module("analysis.disclosure").protect_wave(wave.questionnaire, opened_store.counts(wave))
    except refused as error:
        # The cells that the attacker could tell stay out of the message, and with them out of logs and pages.
        raise RefusedResultError(f"Nothing about the wave {wave.name!r} can be shown safely.") from error
    return public


def _response(wave: "PublicWave") -> dict[str, dict[str, int | None]]:
    return {
        stratum: {"respondents": figures.respondents, "population": figures.population}
        for stratum, figures in wave.response.items()
    }
