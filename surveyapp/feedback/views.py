"""Pages of organisers: a code for those who were at an event, a code for a class, and the poster that shows it once."""

from flask import Blueprint, Flask, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires.texts import LANGUAGES
from surveyapp.core import menu
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.core.costly import costly
from surveyapp.core.downloads import PDF, download
from surveyapp.core.i18n import language
from surveyapp.events import actions
from surveyapp.events.correcting import find_or_404
from surveyapp.events.rules import LoggedEvent
from surveyapp.feedback import codes, posters, year_views
from surveyapp.feedback.codes import NotNow
from surveyapp.feedback.forms import GameForm, MakeForm, PosterForm
from surveyapp.feedback.posters import Poster
from surveyapp.settings import current_settings
from surveyapp.survey.door import game_views
from surveyapp.survey.wave_store import NewCode

blueprint = Blueprint("feedback", __name__, template_folder="templates", url_prefix="/feedback")
year_views.add_routes(blueprint)


@blueprint.route("/events/<int:event_id>", methods=["GET", "POST"])
@requires(Permission.LOG_EVENTS)
def event(event_id: int) -> ResponseReturnValue:
    """Explain what collecting feedback on an event means; the button makes a code and shows its poster."""
    person = require_actor()
    found = find_or_404(person, event_id)
    wave = codes.feedback_wave(person, found)
    form, title = MakeForm(), _("Collect feedback")
    made = codes.for_event(person, wave, found) if not isinstance(wave, NotNow) and form.validate_on_submit() else None
    if isinstance(made, NewCode):
        return _poster(made, "")
    problem = made or (wave if isinstance(wave, NotNow) else None)
    stopped = not isinstance(wave, NotNow) and codes.stopped(wave, found)
    page = render_template(
        "feedback/event.html",
        title=title,
        event=found,
        group=codes.group_of(found),
        problem=problem,
        stopped=stopped,
        form=form,
    )
    return page, 409 if problem and form.is_submitted() else 422 if form.is_submitted() else 200


@blueprint.route("/game", methods=["GET", "POST"])
@requires(Permission.LOG_EVENTS)
def game() -> ResponseReturnValue:
    """Ask which class plays; the button makes a code and shows its poster."""
    person, form, problem = require_actor(), GameForm(), None
    if form.validate_on_submit():
        wave = codes.game_wave(person, form.age.data)
        made = wave if isinstance(wave, NotNow) else codes.for_class(person, wave, form.age.data)
        if isinstance(made, NewCode):
            return _poster(made, form.label.data)
        problem = made
    page = render_template("feedback/game.html", title=_("The game for classes"), form=form, problem=problem)
    return page, 409 if problem else 422 if form.is_submitted() else 200


@blueprint.post("/poster")
@requires(Permission.LOG_EVENTS)
def poster() -> ResponseReturnValue:
    """Show a poster once more, in another language; the page itself brings its code along."""
    sent = _sent()
    return _lost() if sent is None else _page(sent)


@blueprint.post("/poster.pdf")
@requires(Permission.LOG_EVENTS)
@costly
def poster_pdf() -> ResponseReturnValue:
    """Give the poster as a PDF in the language of the page."""
    sent = _sent()
    if sent is None:
        return _lost()
    asked = next(code for code in LANGUAGES if code == language())
    return download(posters.as_pdf(sent, asked), PDF, "poster.pdf")


def _poster(made: NewCode, label: str) -> ResponseReturnValue:
    found = posters.read(made.typed, made.link, require_actor().municipality_id)
    if found is None:
        raise RuntimeError("A code that was just made opens nothing.")
    return _page(Poster(made, found[1], _base_url(), label))


def _sent() -> Poster | None:
    form = PosterForm()
    if not form.validate():
        return None
    found = posters.read(form.typed.data, form.link.data, require_actor().municipality_id)
    return Poster(*found, _base_url(), form.label.data) if found else None


def _page(shown: Poster) -> str:
    form = PosterForm(formdata=None, data={"typed": shown.code.typed, "link": shown.code.link, "label": shown.label})
    return render_template("feedback/poster.html", title=shown.heading, poster=shown, form=form)


def _lost() -> ResponseReturnValue:
    return render_template("feedback/lost.html", title=_("This poster cannot be shown any more")), 409


def _base_url() -> str:
    return current_settings().base_url


def _offer(person: Actor, found: LoggedEvent) -> actions.Action | None:
    """Offer to collect feedback on an event that this person may speak for, if anybody was there."""
    if not person.may(Permission.LOG_EVENTS) or found.newest.withdrawn or found.newest.facts.mere_step:
        return None
    return actions.Action(str(_("Collect feedback")), url_for("feedback.event", event_id=found.id))


def init_app(app: Flask) -> None:
    """Register the pages and their places, also on the pages of events."""
    app.register_blueprint(blueprint)
    game_views.init_app(app)
    actions.add(app, _offer)
    menu.add(
        app,
        menu.Entry("feedback.game", _l("Game for classes"), Permission.LOG_EVENTS, menu.Heading.EVENTS),
        menu.Entry("feedback.years", _l("Yearly key"), Permission.KEEP_KEY, menu.Heading.SURVEYS),
    )
