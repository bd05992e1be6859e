"""Pages of the national view, and the coordinator's page where a release is handed to it."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from surveyapp.core import menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.ledger import handing_store
from surveyapp.ledger import store as ledger
from surveyapp.national.forms import HandOverForm, TakeBackForm
from surveyapp.national.rules import FEWEST_MUNICIPALITIES
from surveyapp.releases import words as release_words
from surveyapp.results import words as plan_words
from surveyapp.staff import people_store

blueprint = Blueprint("national", __name__, template_folder="templates")
_FORMS: Final[Mapping[str, type[HandOverForm | TakeBackForm]]] = {"hand_over": HandOverForm, "take_back": TakeBackForm}


@blueprint.get("/national/")
@requires(Permission.SEE_NATIONAL)
def overview() -> str:
    """Show which municipalities handed a release over, and since when."""
    return render_template(
        "national/overview.html",
        title=_("National view"),
        handed=handing_store.every(),
        fewest=FEWEST_MUNICIPALITIES,
    )


@blueprint.route("/results/releases/<int:number>/national", methods=["GET", "POST"])
@requires(Permission.HAND_OVER)
def handing(number: int) -> ResponseReturnValue:
    """Hand a release made for the public to the national view, or take it back from there."""
    person = require_actor()
    release = ledger.find(person.municipality_id, number)
    if release is None or release.asked.level != "public":
        abort(404)
    status, unsaved, act = 200, "", request.form.get("act", "")
    forms = {name: kind(formdata=request.form if name == act else None) for name, kind in _FORMS.items()}
    if request.method == "POST":
        if act not in forms:
            abort(400)
        done = _done(number, forms[act]) if forms[act].validate() else None
        if done:
            return done
        # After what somebody else did meanwhile the form may have no place on the page: what was typed is not lost with it.
        status, unsaved = (422, "") if forms[act].errors else (409, request.form.get("reason", ""))
    told = handing_store.handings(person.municipality_id, number)
    page = render_template(
        "national/handing.html",
        title=_("The national view: release %(number)s", number=number),
        release=release,
        told=told,
        handed=handing_store.is_handed(told),
        surveys=handing_store.holds_surveys(release),
        forms=forms,
        unsaved=unsaved,
        readers=people_store.how_many("national"),
        fewest=FEWEST_MUNICIPALITIES,
        kinds={"handed_over": _("the release was handed over"), "taken_back": _("the release was taken back")},
    )
    return page, status


def _done(number: int, form: HandOverForm | TakeBackForm) -> ResponseReturnValue | None:
    """Do what a checked form asks for; None if it was done already or cannot be done any more, which is flashed."""
    person = require_actor()
    try:
        if isinstance(form, TakeBackForm):
            handing_store.take_back(person.municipality_id, number, person.email, form.reason.data)
            said = _("Release %(number)s does not stand in the national view any more.", number=number)
        else:
            handing_store.hand_over(person.municipality_id, number, person.email)
            said = _("Release %(number)s stands in the national view.", number=number)
    except RefusedError:
        flash(_("That was done already, or cannot be done any more; this is how it stands now."), "error")
        return None
    flash(said, "info")
    return redirect(url_for(".handing", number=number))


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {"release_words": release_words, "plan_short_day": plan_words.short_day}


def init_app(app: Flask) -> None:
    """Register the pages and their menu place."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("national.overview", _l("National view"), Permission.SEE_NATIONAL))
