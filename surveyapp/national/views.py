"""Pages of the national view, and the coordinator's page where a release is handed to it."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from flask import Blueprint, Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from questionnaires.survey_types import Item, Section
from surveyapp.core import menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.csv_files import csv_response
from surveyapp.core.i18n import here
from surveyapp.ledger import handing_store
from surveyapp.national import drawn, gathering, words
from surveyapp.national.forms import HandOverForm, TakeBackForm
from surveyapp.national.rules import FEWEST_MUNICIPALITIES, Comparison, Line
from surveyapp.plans import words as statement_words
from surveyapp.releases import act_pages
from surveyapp.releases import words as release_words
from surveyapp.results import words as plan_words
from surveyapp.results.drawn import files as figure_files
from surveyapp.results.drawn.figure import Figures
from surveyapp.staff import people_store

blueprint = Blueprint("national", __name__, template_folder="templates")
_FORMS: Final[Mapping[str, type[FlaskForm]]] = {"hand_over": HandOverForm, "take_back": TakeBackForm}


@blueprint.get("/national/")
@requires(Permission.SEE_NATIONAL)
def overview() -> str:
    """Show which municipalities handed a release over, and what can be compared."""
    return render_template(
        "national/overview.html",
        title=_("National view"),
        handed=handing_store.every(),
        comparisons=gathering.every(),
        fewest=FEWEST_MUNICIPALITIES,
    )


@blueprint.get("/national/<questionnaire>/<int:position>")
@requires(Permission.SEE_NATIONAL)
def comparison(questionnaire: str, position: int) -> str:
    """Show one survey of many municipalities: headline questions drawn, every other question as a line."""
    found = _found(questionnaire, position)
    return render_template(
        "national/comparison.html",
        title=words.title(found),
        found=found,
        drawn=drawn.figures(found),
        sections=_sections(found),
        fewest=FEWEST_MUNICIPALITIES,
    )


@blueprint.get("/national/<questionnaire>/<int:position>.csv")
@requires(Permission.SEE_NATIONAL)
def comparison_csv(questionnaire: str, position: int) -> Response:
    """Give every figure of a comparison as one table; 404 where nothing is shown."""
    heads, rows = drawn.table(_found(questionnaire, position))
    return csv_response(f"national-{questionnaire}-{position}.csv", heads, rows or abort(404))


@blueprint.get("/national/<questionnaire>/<int:position>/<item>")
@requires(Permission.SEE_NATIONAL)
def question(questionnaire: str, position: int, item: str) -> str:
    """Show one question, each of its answers where it has several, with every municipality that handed a number over."""
    found = _found(questionnaire, position)
    lines = found.of_item(item) if found.enough else ()
    if not lines:
        abort(404)
    return render_template(
        "national/question.html",
        title=here(found.words.subject(lines[0].asked)),
        found=found,
        lines=lines,
        drawn=drawn.figures(found),
    )


def _found(questionnaire: str, position: int) -> Comparison:
    return gathering.one(questionnaire, position) or abort(404)


def _sections(found: Comparison) -> list[tuple[Section, list[tuple[Item, tuple[Line, ...]]]]]:
    """Return the sections of the questionnaire with their questions that are compared."""
    every = [
        (section, [(item, lines) for item in section.items if (lines := found.of_item(item.id))])
        for section in found.words.questionnaire.sections
    ]
    return [(section, items) for section, items in every if items]


def _figures() -> Figures:
    """Return the figures of the comparison that the address names; 404 where there is none."""
    named = request.view_args or {}
    return drawn.figures(_found(str(named["questionnaire"]), int(named["position"])))


figure_files.add_routes(blueprint, {"national": _figures}, "/national/<questionnaire>/<int:position>", Permission.SEE_NATIONAL)


@blueprint.route("/results/releases/<int:number>/national", methods=["GET", "POST"])
@requires(Permission.HAND_OVER)
def handing(number: int) -> ResponseReturnValue:
    """Hand a release made for the public to the national view, or take it back from there."""
    release = act_pages.release_or_404(number)
    sent = act_pages.sent(_FORMS, partial(_do, number))
    if sent.done:
        return sent.done
    told = handing_store.handings(require_actor().municipality_id, number)
    page = render_template(
        "national/handing.html",
        title=_("The national view: release %(number)s", number=number),
        release=release,
        told=told,
        who=statement_words.who,
        handed=handing_store.is_handed(told),
        surveys=handing_store.holds_surveys(release),
        sent=sent,
        readers=people_store.how_many("national"),
        fewest=FEWEST_MUNICIPALITIES,
        kinds={"handed_over": _("the release was handed over"), "taken_back": _("the release was taken back")},
    )
    return page, sent.status


def _do(number: int, _act: str, form: FlaskForm) -> ResponseReturnValue:
    """Do what a checked form asks for. Raises RefusedError: it was done already or cannot be done any more."""
    person = require_actor()
    if isinstance(form, TakeBackForm):
        handing_store.take_back(person.municipality_id, number, person.email, form.reason.data)
        said = _("Release %(number)s does not stand in the national view any more.", number=number)
    else:
        handing_store.hand_over(person.municipality_id, number, person.email)
        said = _("Release %(number)s stands in the national view.", number=number)
    flash(said, "info")
    return redirect(url_for(".handing", number=number))


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {
        "release_words": release_words,
        "plan_short_day": plan_words.short_day,
        "national_words": words,
        "national_figure": drawn.name,
    }


def init_app(app: Flask) -> None:
    """Register the pages and their menu place."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("national.overview", _l("National view"), Permission.SEE_NATIONAL, menu.Heading.RESULTS))
