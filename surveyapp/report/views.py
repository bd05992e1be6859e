"""The page of the yearly report: the whole report to read, and as a file to hand in."""

from typing import Final

from flask import Blueprint, Flask, Response, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from questionnaires.texts import LANGUAGES
from surveyapp.core import clock, menu
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.downloads import download
from surveyapp.core.i18n import language, speaking
from surveyapp.report import as_html
from surveyapp.report.files import MIMETYPES, WRITERS
from surveyapp.report.sources import NothingToReportError, Sources, gather
from surveyapp.report.yearly import report as yearly_report
from surveyapp.results import plan_results
from surveyapp.results.plan_rules import years_so_far
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError

blueprint = Blueprint("report", __name__, template_folder="templates", url_prefix="/results/report")

_KINDS: Final = {"pdf": _l("PDF, to print and hand in"), "docx": _l("DOCX, to edit"), "html": _l("HTML, to read anywhere")}


@blueprint.get("")
@requires(Permission.SEE_RESULTS)
def page() -> str | tuple[str, int]:
    """Show the report of a year to read, with the files beside it."""
    person = require_actor()
    plans = plan_results.loaded(person.municipality_id)
    title = _("Yearly report")
    if not plans:
        return render_template("report/none.html", title=title)
    found = _sources()
    document = yearly_report(found, language())
    return render_template(
        "report/page.html",
        title=title,
        document=document,
        kind=as_html.kind,
        chapters=as_html.chapters(document),
        kinds=_KINDS,
        found=found,
        plans=plans,
        years=years_so_far(found.judged.written, found.made_on),
    )


@blueprint.get("/<int:year>.<kind>")
@requires(Permission.SEE_RESULTS)
def file(year: int, kind: str) -> Response:
    """Give the report of a year as a file."""
    if kind not in WRITERS:
        abort(404)
    wanted = request.args.get("in", language())
    spoken = wanted if wanted in LANGUAGES else language()
    with speaking(spoken):
        content = WRITERS[kind](yearly_report(_sources(year), spoken))
    return download(content, MIMETYPES[kind], f"report-{year}-{spoken}.{kind}")


@blueprint.errorhandler(AlteredResultError)
@blueprint.errorhandler(RefusedResultError)
def not_shown(_error: AlteredResultError | RefusedResultError) -> tuple[str, int]:
    """Say that the report waits until the results of the surveys can be shown."""
    return render_template("report/not_shown.html", title=_("Yearly report")), 409


def _sources(year: int | None = None) -> Sources:
    person = require_actor()
    year = year or request.args.get("year", type=int) or clock.today().year
    try:
        return gather(person.municipality_id, request.args.get("plan") or None, year, person.email)
    except NothingToReportError:
        abort(404)


def init_app(app: Flask) -> None:
    """Register the page and its menu place."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("report.page", _l("Yearly report"), Permission.SEE_RESULTS))
