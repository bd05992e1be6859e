"""The codebook of a published questionnaire as a page, a table and data. It tells no right answer while a wave asks for it."""

from flask import Blueprint, Flask, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires.codebook import COLUMNS, Codebook, codebook, document, table
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.csv_files import csv_response
from surveyapp.core.downloads import download
from surveyapp.survey import questionnaire_store, wave_store
from surveyapp.survey.drafting import workshop_words
from surveyapp.survey.rules import State

blueprint = Blueprint("codebook", __name__, template_folder="../templates", url_prefix="/questionnaires/<key>/<int:version>")
# Readers of the results may be asked themselves: right answers are told once a wave was opened and while none is to come.
_TO_COME = frozenset({State.DRAFT, State.TRIAL_OPENED, State.OPEN, State.CLOSED})


@blueprint.get("/codebook")
@requires(Permission.SEE_RESULTS)
def page(key: str, version: int) -> ResponseReturnValue:
    """Show the codebook of a published version."""
    book = _book(key, version)
    return render_template(
        "survey/codebook.html", title=_("Codebook of %(name)s", name=f"{key}/{version}"), book=book, words=workshop_words
    )


@blueprint.get("/codebook.csv")
@requires(Permission.SEE_RESULTS)
def table_csv(key: str, version: int) -> Response:
    """Give the codebook as a table."""
    return csv_response(f"codebook-{key}-{version}.csv", COLUMNS, table(_book(key, version)))


@blueprint.get("/codebook.json")
@requires(Permission.SEE_RESULTS)
def data_json(key: str, version: int) -> Response:
    """Give the codebook as data."""
    text = current_app.json.dumps(document(_book(key, version)), ensure_ascii=False, indent=2, sort_keys=False)
    return download(text, "application/json; charset=utf-8", f"codebook-{key}-{version}.json")


def _book(key: str, version: int) -> Codebook:
    place = require_actor().municipality_id
    found = questionnaire_store.version(place, key, version) or abort(404)
    earlier = [one.questionnaire for one in questionnaire_store.versions(place, key) if one.version < version]
    states = {wave.state for wave in wave_store.waves(place) if wave.questionnaire.id == key}
    return codebook(found.questionnaire, earlier, keys=bool(states) and not states & _TO_COME)


def init_app(app: Flask) -> None:
    """Register the pages; they are linked from the published version and from the results."""
    app.register_blueprint(blueprint)
