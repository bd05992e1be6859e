"""The page of the yearly report: the whole report to read, and as a file to hand in."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from analysis import steps
from questionnaires.texts import LANGUAGES
from surveyapp.core import clock, menu, work
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.costly import costly, turn
from surveyapp.core.downloads import download
from surveyapp.core.i18n import language, speaking
from surveyapp.report import as_html
from surveyapp.report.files import MIMETYPES, WRITERS
from surveyapp.report.sources import NothingToReportError, Sources, Unfit, UnfitReleaseError, gather, of_release, to_choose_from
from surveyapp.report.writing import written
from surveyapp.report.yearly import report as yearly_report
from surveyapp.results import plan_results
from surveyapp.results.plan_rules import years_so_far
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError

blueprint = Blueprint("report", __name__, template_folder="templates", url_prefix="/results/report")

_KINDS: Final = {"pdf": _l("PDF, to print and hand in"), "docx": _l("DOCX, to edit"), "html": _l("HTML, to read anywhere")}

_UNFIT: Final[Mapping[Unfit, LazyString]] = {
    "unknown": _l("There is no such release."),
    "public": _l("This release is for the public and its numbers are rounded. The report is made from one for the group."),
    "year": _l("This release is judged for another year."),
    "plan": _l("This release is of another plan."),
    "altered": _l("This release was changed after it was made, so nothing of it is given out. Tell the coordinator."),
    "changed": _l("This release does not come out the same when it is made anew, so no report is made. Tell the coordinator."),
}


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
    releases = to_choose_from(person.municipality_id, found.judged.written.id, found.year)
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
        releases=releases,
        years=years_so_far(found.judged.written, found.made_on),
    )


@blueprint.get("/<int:year>.<kind>")
@requires(Permission.SEE_RESULTS)
@costly
def file(year: int, kind: str) -> ResponseReturnValue:
    """Give the report of a year as a file."""
    if kind not in WRITERS:
        abort(404)
    first = "again" if request.args.get("release") else "collect"
    title, back = (
        _("Writing the report of %(year)s", year=year),
        f"{url_for('.page')}?{urlencode({**request.args, 'year': year})}",
    )
    return work.run(title, (first, "lay_out", "write"), lambda: _written(year, kind), back)


def _written(year: int, kind: str) -> Response:
    wanted = request.args.get("in", language())
    spoken = wanted if wanted in LANGUAGES else language()
    steps.at("again" if request.args.get("release") else "collect")
    with turn(), speaking(spoken):
        found = _sources(year)
        content = written(found, kind, spoken)
    made_from = f"release-{found.release.number}-" if found.release else ""
    return download(content, MIMETYPES[kind], f"report-{year}-{made_from}{spoken}.{kind}")


@blueprint.errorhandler(AlteredResultError)
@blueprint.errorhandler(RefusedResultError)
def not_shown(_error: AlteredResultError | RefusedResultError) -> tuple[str, int]:
    """Say that the report waits until the results of the surveys can be shown."""
    return render_template("report/not_shown.html", title=_("Yearly report")), 409


@blueprint.errorhandler(UnfitReleaseError)
def unfit(error: UnfitReleaseError) -> tuple[str, int]:
    """Say why the report cannot be made from a release, and lead to what it can be made from."""
    release = error.release
    plan = release.asked.plan_key if release else request.args.get("plan") or None
    year = (request.view_args or {}).get("year") or request.args.get("year", type=int)
    why = _UNFIT[error.why]
    return render_template("report/unfit.html", title=_("Yearly report"), why=why, plan=plan, year=year, release=release), 409


def _sources(year: int | None = None) -> Sources:
    person = require_actor()
    year = year or request.args.get("year", type=int) or clock.today().year
    plan_key, release = request.args.get("plan") or None, request.args.get("release", type=int)
    try:
        if release is not None:
            return of_release(person.municipality_id, plan_key, year, release)
        return gather(person.municipality_id, plan_key, year, person.email)
    except NothingToReportError:
        abort(404)


def init_app(app: Flask) -> None:
    """Register the page and its menu place."""
    app.register_blueprint(blueprint)
    menu.add(app, menu.Entry("report.page", _l("Yearly report"), Permission.SEE_RESULTS, menu.Heading.RESULTS))
