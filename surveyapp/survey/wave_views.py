"""The page of waves for coordinator and steward: where each stands, how many answered, what is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Flask, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from surveyapp.core import menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.survey import response_store, wave_store
from surveyapp.survey.response_store import WaveResponse
from surveyapp.survey.rules import State
from surveyapp.survey.wave_store import WaveFacts

blueprint = Blueprint("waves", __name__, template_folder="templates", url_prefix="/waves")

STATES: Final[Mapping[State, LazyString]] = {
    State.DRAFT: _l("Draft"),
    State.TRIAL_OPENED: _l("Key proved"),
    State.OPEN: _l("Codes are out"),
    State.CLOSED: _l("Closed"),
    State.OPENED: _l("Opened, being cleaned"),
    State.SCRUBBED: _l("Opened"),
}
_NEXT: Final[Mapping[State, tuple[LazyString, str]]] = {
    State.DRAFT: (_l("The steward proves that the key works:"), "surveyapp wave trial {wave} --key FILE"),
    State.TRIAL_OPENED: (_l("Make the codes and hand them out:"), "surveyapp wave invite {wave} --count N --out FILE.pdf"),
    State.OPEN: (_l("Wait until the last day, or close it earlier:"), "surveyapp wave close {wave}"),
    State.CLOSED: (_l("The steward opens all boxes at once:"), "surveyapp wave open {wave} --key FILE"),
    State.OPENED: (_l("The cleaning was interrupted; finish it:"), "surveyapp init"),
    State.SCRUBBED: (_l("Destroy every copy of the key and attest it:"), "surveyapp wave key-destroyed {wave} --by EMAIL"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One wave as the page shows it."""

    wave: WaveFacts
    response: WaveResponse
    state: LazyString
    advice: LazyString
    command: str


@blueprint.get("/")
@requires(Permission.SEE_WAVES)
def waves() -> str:
    """Show every wave, newest first."""
    found = wave_store.waves(require_actor().municipality_id)
    return render_template("survey/waves.html", title=_("Waves of the survey"), lines=[_line(one) for one in reversed(found)])


def _line(wave: WaveFacts) -> Line:
    response = response_store.response(wave)
    if wave_store.key_destroyed(wave):
        return Line(wave, response, STATES[wave.state], _l("The steward attested that no copy of the key is left."), "")
    advice, command = _NEXT[wave.state]
    return Line(wave, response, STATES[wave.state], advice, command.format(wave=wave.name))


def init_app(app: Flask) -> None:
    """Register the page."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("waves.waves", _l("Waves"), Permission.SEE_WAVES))
