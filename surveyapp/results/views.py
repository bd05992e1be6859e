"""What the cooperation group reads: a summary to print, the judged plan, each survey, what changed between two, the tables."""

from flask import Blueprint, Flask, Response, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from analysis.missing import reading_of
from surveyapp.core import clock, menu
from surveyapp.core.access import Permission, actor, require_actor, requires
from surveyapp.core.csv_files import csv_response
from surveyapp.core.i18n import here
from surveyapp.events import store as event_store
from surveyapp.feedback.instruments import GAME_ROWS
from surveyapp.plans import words as statement_words
from surveyapp.results import (
    effect_words,
    figures,
    findings,
    first_look,
    game_page,
    history_page,
    level_words,
    margin_words,
    methods_page,
    plan_choice,
    plan_conclusions,
    plan_facts,
    plan_figures,
    plan_pages,
    plan_questions,
    plan_results,
    plan_rules,
    plan_statements,
    plan_steps,
    pools,
    question_pages,
    reason_words,
    reliability_words,
    row_events,
    score_page,
    survey_results,
    tables,
    trend_page,
    wave_results,
    words,
)
from surveyapp.results.drawn import alone, compared, rows
from surveyapp.results.drawn import files as figure_files
from surveyapp.results.plan_results import JudgedPlan
from surveyapp.results.plan_rules import DEGREES, Wanted
from surveyapp.results.statistics import RefusedResultError
from surveyapp.results.store import AlteredResultError
from surveyapp.results.survey_results import SurveyResults
from surveyapp.results.wave_results import WaveResults
from surveyapp.survey.wave_store import WaveFacts

blueprint = Blueprint("results", __name__, template_folder="templates", url_prefix="/results")
blueprint.before_request(first_look.prepare)
game_page.add_routes(blueprint)
history_page.add_routes(blueprint)
methods_page.add_routes(blueprint)
trend_page.add_routes(blueprint)
plan_pages.add_routes(blueprint)
plan_statements.add_routes(blueprint)
plan_conclusions.add_routes(blueprint)
plan_choice.keep_in_links(blueprint)
question_pages.add_routes(blueprint)
score_page.add_routes(blueprint)
plan_figures.add_routes(blueprint)
figure_files.add_routes(
    blueprint,
    {
        "survey": lambda: compared.figures(_survey() or abort(404)),
        "wave": lambda: alone.figures(_alone(request.args.get("wave", 0, type=int))),
        "item": question_pages.item_figures,
        "groups": question_pages.group_figures,
        "trend": trend_page.figures,
        "score": score_page.figures,
        "history": history_page.drawn_figures,
        **plan_figures.sources(),
    },
)


@blueprint.get("/")
@requires(Permission.SEE_RESULTS)
def summary() -> str:
    """Show one page, fit to print: where the plan stands and what changed."""
    results, alone, problem = None, None, None
    try:
        results = _survey()
        alone = None if results else _newest()
    except (AlteredResultError, RefusedResultError) as error:
        problem = _why_not(error)
    return render_template(
        "results/summary.html",
        title=_("Where we stand"),
        judged=_plan(bundled=True),
        results=results,
        alone=alone,
        problem=problem,
        today=clock.today(),
    )


@blueprint.get("/plan")
@requires(Permission.SEE_RESULTS)
def plan() -> str:
    """Show every row of the plan with its degree, timing, evidence, what is due and what is missing."""
    judged = _plan(bundled=True)
    return render_template(
        "results/plan.html",
        title=_("The plan, row by row"),
        judged=judged,
        wanted=_wanted(judged),
        known=plan_choice.known(),
        plans=plan_results.loaded(require_actor().municipality_id),
    )


@blueprint.get("/plan/<row_id>")
@requires(Permission.SEE_RESULTS)
def row(row_id: str) -> str:
    """Show one row: each target in each window, why it was judged so, and what it was counted from."""
    place = require_actor().municipality_id
    plan = plan_choice.plan() or abort(404)
    judged, events = row_events.judged(
        place, plan, row_id, plan_choice.known(), event_store.past_of(request.args.get("past", ""))
    )
    found = judged.row(row_id) or abort(404)
    facts = plan_facts.facts_of(judged, found, require_actor())
    return render_template(
        "results/row.html",
        title=f"{row_id} {here(found.indicator.name)}",
        judged=judged,
        row=found,
        events=events,
        feedback=_feedback(judged, row_id),
        game_row=GAME_ROWS.get(judged.plan.id),
        facts=facts,
        drawn=rows.of_row(judged, found, facts),
    )


@blueprint.get("/survey")
@requires(Permission.SEE_RESULTS)
def survey() -> str:
    """Show what changed between two opened waves, item by item and for the score; as long as there is one only, that one."""
    results = _survey()
    if results is None and (alone := _newest()):
        return _one_wave(alone)
    title = _("What changed between two surveys") if results else _("Survey of specialists")
    drawn = compared.figures(results) if results else None
    return render_template("results/survey.html", title=title, results=results, waves=_opened(), drawn=drawn)


@blueprint.get("/survey/<int:wave_id>")
@requires(Permission.SEE_RESULTS)
def wave(wave_id: int) -> str:
    """Show one opened wave by itself: who answered, and the level of every item and score."""
    return _one_wave(_alone(wave_id))


@blueprint.get("/plan.csv")
@requires(Permission.SEE_RESULTS)
def plan_csv() -> Response:
    """Give the rows of the plan as a file."""
    return csv_response("plan.csv", *tables.plan_rows(_plan() or abort(404)))


@blueprint.get("/targets.csv")
@requires(Permission.SEE_RESULTS)
def targets_csv() -> Response:
    """Give every target in every window as a file."""
    return csv_response("targets.csv", *tables.targets(_plan() or abort(404)))


@blueprint.get("/survey.csv")
@requires(Permission.SEE_RESULTS)
def survey_csv() -> Response:
    """Give every line of the comparison as a file."""
    return csv_response("survey.csv", *tables.comparison(_survey() or abort(404)))


@blueprint.get("/response.csv")
@requires(Permission.SEE_RESULTS)
def response_csv() -> Response:
    """Give how many answered as a file."""
    return csv_response("response.csv", *tables.response(_survey() or abort(404)))


@blueprint.get("/survey/<int:wave_id>/levels.csv")
@requires(Permission.SEE_RESULTS)
def levels_csv(wave_id: int) -> Response:
    """Give every line of one wave as a file."""
    return csv_response("levels.csv", *tables.levels(_alone(wave_id)))


@blueprint.get("/survey/<int:wave_id>/response.csv")
@requires(Permission.SEE_RESULTS)
def answered_csv(wave_id: int) -> Response:
    """Give how many answered in one wave as a file."""
    return csv_response("response.csv", *tables.answered(_alone(wave_id)))


@blueprint.errorhandler(AlteredResultError)
@blueprint.errorhandler(RefusedResultError)
def not_shown(error: AlteredResultError | RefusedResultError) -> tuple[str, int]:
    """Say plainly why no numbers are shown."""
    title = _("These results are not shown")
    return render_template("results/not_shown.html", title=title, problem=_why_not(error)), 409


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    # The modules that turn verdicts into words and figures; templates hold no decision of their own.
    return {
        "words": words,
        "statement_words": statement_words,
        "plan_facts": plan_facts,
        "may_decide": _may_decide,
        "findings": findings,
        "effect_words": effect_words,
        "margins": margin_words,
        "level_words": level_words,
        "reliability": reliability_words,
        "followed_waves": trend_page.followed_waves,
        "figures": figures,
        "plan_rules": plan_rules,
        "steps_of": plan_steps.steps_of,
        "asked_about": plan_questions.asked_about,
        "interpreted_as": plan_questions.interpreted_as,
        "because": reason_words.because,
        "reading_of": reading_of,
        "degree_names": DEGREES,
        "plan_asked": plan_choice.key(),
        "section_name": plan_conclusions.section_name,
    }


def _may_decide() -> bool:
    person = actor()
    return person is not None and person.may(Permission.DECIDE)


def _plan(*, bundled: bool = False) -> JudgedPlan | None:
    """Judge the plan named in the address, the one in force if none is, for today or as it was known on the day named."""
    return plan_choice.judged_as_known(bundled=bundled)


def _feedback(judged: JudgedPlan, row_id: str) -> list[pools.PoolResults] | None:
    """Return what people said after the events of a row; None if its stored result was altered, which hides only this part."""
    person = require_actor()
    try:
        return pools.feedback(person.municipality_id, judged.plan, row_id, person.email)
    except AlteredResultError:
        return None


def _opened() -> list[WaveFacts]:
    return survey_results.opened(require_actor().municipality_id)


def _survey() -> SurveyResults | None:
    """Return the comparison asked for in the address; None as long as there are no two waves to compare."""
    person = require_actor()
    asked = (request.args.get(name, type=int) for name in ("before", "after"))
    pair = survey_results.chosen(_opened(), *asked)
    return survey_results.compared(person.municipality_id, *pair, by=person.email) if pair else None


def _newest() -> WaveResults | None:
    """Return the newest opened wave by itself; None until there is one."""
    newest = survey_results.latest(_opened())
    return wave_results.shown(newest, require_actor().email) if newest else None


def _alone(wave_id: int) -> WaveResults:
    found = next((one for one in _opened() if one.id == wave_id), None)
    return wave_results.shown(found or abort(404), require_actor().email)


def _one_wave(results: WaveResults) -> str:
    title = _("Survey results: %(name)s", name=results.wave.name)
    waves = _opened()
    pair = survey_results.chosen(waves, None, None)
    drawn = alone.figures(results)
    return render_template("results/wave.html", title=title, results=results, waves=waves, pair=pair, drawn=drawn)


def _wanted(judged: JudgedPlan | None) -> Wanted:
    """Return the filter in the address; what does not exist is no filter."""
    degree, institution, goal = (request.args.get(name) for name in ("degree", "institution", "goal"))
    known = {each.id for each in judged.plan.institutions} if judged else set()
    goals = {each.number for each in judged.plan.goals} if judged else set()
    return Wanted(
        degree=degree if degree in DEGREES else None,
        due_now="due" in request.args,
        overdue="overdue" in request.args,
        institution=institution if institution in known else None,
        goal=goal if goal in goals else None,
        everything="all" in request.args,
        indicators="indicators" in request.args,
    )


def _why_not(error: AlteredResultError | RefusedResultError) -> str:
    if isinstance(error, AlteredResultError):
        told = _(
            "The stored result of these surveys was changed after it was first shown: it no longer fits its check sum. "
            "Nothing of it is shown. Tell the coordinator, who compares it with a backup."
        )
    else:
        told = _(
            "Disclosure control found no way to show these answers without giving away single people. "
            "Nothing is shown. Tell the coordinator."
        )
    return str(told)


def init_app(app: Flask) -> None:
    """Register the pages and their menu places."""
    app.register_blueprint(blueprint)
    menu.add(
        app,
        menu.Entry("results.summary", _l("Summary"), Permission.SEE_RESULTS, menu.Heading.RESULTS),
        menu.Entry(
            "results.plan",
            _l("Plan"),
            Permission.SEE_RESULTS,
            menu.Heading.PLAN,
            also=("results.goal", "results.overview", "results.years"),
        ),
        menu.Entry("plans.every", _l("Plan versions"), Permission.SEE_RESULTS, menu.Heading.PLAN),
        menu.Entry(
            "results.decisions",
            _l("Questions"),
            Permission.SEE_RESULTS,
            menu.Heading.PLAN,
            also=("results.contradictions", "results.stated"),
        ),
        menu.Entry("results.money", _l("Money"), Permission.SEE_RESULTS, menu.Heading.PLAN),
        menu.Entry("results.survey", _l("Surveys"), Permission.SEE_RESULTS, menu.Heading.RESULTS),
        menu.Entry("results.conclusions", _l("Conclusions"), Permission.SEE_RESULTS, menu.Heading.RESULTS),
        menu.Entry("results.game", _l("Game results"), Permission.SEE_RESULTS, menu.Heading.RESULTS),
        menu.Entry("results.history", _l("Earlier plan"), Permission.SEE_RESULTS, menu.Heading.PLAN),
    )
