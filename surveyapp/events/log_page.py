"""Pages that log an event: pick the row, say what was held; copied from another one, or kept as a draft for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final, NoReturn

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from questionnaires.plan_types import Indicator, Plan
from surveyapp.core import clock, purging
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.core.database import forget_deleted
from surveyapp.core.i18n import here
from surveyapp.events import consequences, doubts, draft_store, rules, store
from surveyapp.events.consequences import Consequences
from surveyapp.events.doubt_words import DoubtLine, doubt_lines
from surveyapp.events.doubts import Doubt
from surveyapp.events.draft_store import Draft
from surveyapp.events.forms import EventForm, check, fit
from surveyapp.events.pages import Reader, row_choice, row_choices
from surveyapp.events.rules import Facts, LoggedEvent
from surveyapp.plans import statement_store
from surveyapp.plans import store as plan_store

_NOT_TYPED: Final = frozenset({"csrf_token", "mark"})


@dataclass(frozen=True, slots=True)
class Start:
    """What the form begins with: the row, and a draft's text or an earlier event's facts."""

    row: str | None
    typed: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in the list; the title is the row's where none was typed."""

    id: int
    title: str
    row: str
    row_name: str
    draft: Draft


@requires(Permission.LOG_EVENTS)
def log_event() -> ResponseReturnValue:
    """Log an event: pick the row of the plan, then say what was held."""
    person = require_actor()
    plan = plan_store.current(person.municipality_id)
    if plan is None:
        return render_template("events/no_plan.html", title=_("Log an event"))
    start = _start(person, plan)
    indicator = rules.find_row(plan, start.row)
    if indicator is None:
        return _pick(person, plan, unknown=start.row)
    return _details(person, statement_store.with_lists(person.municipality_id, plan), indicator, start)


def _start(person: Actor, plan: Plan) -> Start:
    """Return what the address asks to begin with; what is not this person's answers like what does not exist."""
    copied, draft = (_id(request.args.get(name)) for name in ("copy", "draft"))
    if draft is not None:
        found = _draft_or_404(person, draft)
        return Start(_row_of(found, plan), typed={**found.typed, "mark": found.form_id})
    if copied is not None:
        event = _event_or_404(person, copied)
        facts = asdict(rules.to_copy(event.newest.facts))
        kept = {name: value for name, value in facts.items() if name != "held_on" and value not in (None, False)}
        return Start(_row_of(event, plan), facts={**kept, "member_id": facts["member"], "institution": event.institution})
    return Start(request.args.get("row"))


def _row_of(what: Draft | LoggedEvent, plan: Plan) -> str:
    """Return the row that *what* is about; under another plan it has a name that no row of *plan* has."""
    return what.indicator if what.plan_key == plan.id else f"{what.indicator} ({what.plan_key})"


def _id(text: str | None) -> int | None:
    """Return the number that an address names; one that cannot exist becomes one that does not."""
    return None if text is None else int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - what a database's integer holds


def _draft_or_404(person: Actor, draft_id: int) -> Draft:
    try:
        return draft_store.find(person, draft_id)
    except draft_store.UnknownDraftError:
        _not_there()


def _event_or_404(person: Actor, event_id: int) -> LoggedEvent:
    try:
        return store.find(person, event_id)
    except store.UnknownEventError:
        _not_there()


def _not_there() -> NoReturn:
    abort(404)


def _pick(person: Actor, plan: Plan, unknown: str | None) -> ResponseReturnValue:
    search = request.args.get("q", "")[:100]
    lists = rules.rows_of_institution(plan, person.institution)
    own, others = (row_choices(plan, rows, search) for rows in lists)
    if not own and not others:
        own, others = (row_choices(plan, rows, search, loosely=True) for rows in lists)
    events = [] if search else store.own_latest(person, plan.id)
    reader = Reader(person)
    page = render_template(
        "events/pick.html",
        title=_("Which row of the plan?"),
        usual=[row_choice(row) for row in rules.usual_rows(events, plan)],
        last=next((reader.line(each) for each in events if can_copy(each, plan)), None),
        own=own,
        others=others,
        search=search,
        unknown=(unknown or "")[:40],
    )
    status = 200 if unknown is None else 404
    return page, status


def can_copy(event: LoggedEvent, plan: Plan | None) -> bool:
    """Say whether an event can be the start of another one."""
    known = plan is not None and event.plan_key == plan.id and rules.find_row(plan, event.indicator) is not None
    return known and not event.newest.withdrawn


def _details(person: Actor, plan: Plan, indicator: Indicator, start: Start) -> ResponseReturnValue:
    for_anybody = person.may(Permission.SEE_ALL_EVENTS)
    groups = store.groups_of(person, plan.id, indicator.id, None if for_anybody else person.institution)
    form = _form(person, indicator, start)
    asked = fit(form, indicator, plan, groups, for_anybody=for_anybody)

    def page(
        status: int, told: Sequence[DoubtLine] = (), follow: Consequences | None = None, sure: str = ""
    ) -> ResponseReturnValue:
        shown = {"form": form, "asked": asked, "plan": plan, "row": indicator, "today": clock.today(), "follow": follow}
        return render_template("events/log.html", title=_("Log an event"), doubts=told, sure=sure, **shown), status

    if not form.is_submitted():
        return page(200)
    if "draft" in request.form:
        return _keep(person, plan, indicator, form) or page(422)
    facts = check(form, indicator, plan, groups)
    if facts is None:
        return page(422)
    holder = (form.institution.data if for_anybody else person.institution) or ""
    row = rules.Row(plan.id, indicator.id, holder)
    told, follow = _asked_again(person, plan, form, row, facts, groups)
    sure = doubts.mark_of((told, follow))
    if (told or follow) and request.form.get("sure") != sure:
        return page(409, doubt_lines(told, facts), follow, sure)
    drafted = draft_store.is_kept(person, form.mark.data)
    event_id = store.log(person, row, facts, form.mark.data)
    if drafted:  # logging deleted the draft
        forget_deleted()
    flash(_("The event is saved."), "info")
    return redirect(url_for("events.event", event_id=event_id))


def _form(person: Actor, indicator: Indicator, start: Start) -> EventForm:
    institution = person.institution or (indicator.responsible[0] if indicator.responsible else None)
    usual = {
        "held_on": clock.today().isoformat(),
        "title": here(indicator.name),
        "audience": rules.usual_audience(indicator),
        "institution": institution,
    }
    if start.typed and request.method == "GET":
        return EventForm(MultiDict(start.typed))
    return EventForm(data={**usual, **start.facts})


def _asked_again(
    person: Actor, plan: Plan, form: EventForm, row: rules.Row, facts: Facts, groups: Sequence[LoggedEvent]
) -> tuple[tuple[Doubt, ...], Consequences]:
    """Return what may be wrong with an event, and which released figures it would move."""
    if store.of_form(person, form.mark.data) is not None:
        return (), Consequences()  # the same form once more: it is the event that it made
    others = [each for each in groups if each.institution == row.institution]
    told = doubts.doubts(facts, others, Reader(person).seen(others))
    return told, consequences.of_events(person, plan, (), ((row, facts),))


def _keep(person: Actor, plan: Plan, indicator: Indicator, form: EventForm) -> ResponseReturnValue | None:
    """Save what was typed as a draft; None if it could not be, and then the form says why."""
    form.validate()
    if form.csrf_token.errors:
        return None
    typed = {each.name: request.form[each.name] for each in form if each.name in request.form and each.name not in _NOT_TYPED}
    try:
        draft_store.save(person, plan.id, indicator.id, form.mark.data, typed)
    except draft_store.NoRoomError:
        form.form_errors.append(
            _("This draft cannot be kept: there are %(number)s already, or it is too long.", number=draft_store.MOST)
        )
        return None
    flash(_("The draft is kept for %(days)s days. It counts nowhere until you log it.", days=draft_store.DAYS), "info")
    return redirect(url_for("events.own"))


@requires(Permission.LOG_EVENTS)
def discard_draft(draft_id: int) -> ResponseReturnValue:
    """Discard a draft of one's own, after asking once."""
    person = require_actor()
    draft = _draft_or_404(person, draft_id)
    form = FlaskForm()
    if form.validate_on_submit():
        draft_store.discard(person, draft_id)
        flash(_("The draft is discarded."), "info")
        return redirect(url_for("events.own"))
    page = render_template(
        "events/discard.html", title=_("Discard the draft?"), form=form, line=_draft_line(draft, Reader(person))
    )
    return page, 422 if form.is_submitted() else 200


def draft_lines(person: Actor) -> list[DraftLine]:
    """Return the person's drafts as lines of a list, newest first."""
    reader = Reader(person)
    return [_draft_line(draft, reader) for draft in draft_store.own(person)]


def _draft_line(draft: Draft, reader: Reader) -> DraftLine:
    plan = reader.plan_named(draft.plan_key)
    row = rules.find_row(plan, draft.indicator) if plan else None
    name = here(row.name) if row else ""
    return DraftLine(draft.id, draft.typed.get("title", "").strip() or name or draft.indicator, draft.indicator, name, draft)


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    blueprint.add_url_rule("/log", "log_event", log_event, methods=["GET", "POST"])
    address = "/drafts/<int:draft_id>/discard"
    blueprint.add_url_rule(address, "discard_draft", discard_draft, methods=["GET", "POST"])


def init_app(app: Flask) -> None:
    """Have drafts deleted on their day."""
    purging.add(app, draft_store.purge_due, draft_store.TABLES, ("events",))
