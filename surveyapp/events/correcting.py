"""Pages that correct or withdraw an event; nothing that was stated before is lost."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import NoReturn

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from questionnaires.plan_types import Indicator, Plan
from surveyapp.core import clock
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.events import consequences, doubts, store
from surveyapp.events.consequences import Consequences
from surveyapp.events.doubt_words import DoubtLine, doubt_lines
from surveyapp.events.forms import CorrectionForm, WithdrawForm, check, fit
from surveyapp.events.pages import Reader, Statement
from surveyapp.events.rules import Asked, LoggedEvent


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a correction stands on."""

    event: LoggedEvent
    form: CorrectionForm
    asked: Asked
    plan: Plan
    row: Indicator


def find_or_404(person: Actor, event_id: int) -> LoggedEvent:
    """Return the event; one that is not for this person answers like one that does not exist."""
    try:
        return store.find(person, event_id)
    except store.UnknownEventError:
        _not_there()


def _not_there() -> NoReturn:
    abort(404)


@requires(Permission.LOG_EVENTS)
def correct(event_id: int) -> ResponseReturnValue:
    """Correct an event: new facts and a reason; what stood before stays visible as superseded."""
    person = require_actor()
    event = find_or_404(person, event_id)
    reader = Reader(person)
    plan, indicator = reader.plan(event), reader.indicator(event)
    if plan is None or indicator is None or not reader.may_correct(event):
        return _refused(event)
    groups = store.groups_of(person, plan.id, indicator.id, event.institution)
    earlier = [each for each in groups if each.id != event.id]
    form = CorrectionForm(data=_as_typed(event))
    asked = fit(form, indicator, plan, earlier, for_anybody=False)
    shown = Shown(event, form, asked, plan, indicator)
    facts = check(form, indicator, plan, earlier) if form.is_submitted() else None
    if facts is None:
        return _correction_page(shown), 422 if form.is_submitted() else 200
    told = doubts.doubts(facts, earlier, reader.seen(earlier))
    follow = consequences.of_facts(person, event, facts)
    sure = doubts.mark_of((told, follow))
    once_more = store.of_form(person, form.mark.data) == event_id  # the same form again: it is saved already
    if (told or follow) and request.form.get("sure") != sure and not once_more:
        return _correction_page(shown, told=doubt_lines(told, facts), follow=follow, sure=sure), 409
    try:
        store.correct(person, event_id, form.seen.data, facts, form.reason.data, form.mark.data)
    except store.CorrectedMeanwhileError as error:
        # The next save is a decision made in sight of both: it supersedes what the other person stated.
        form.seen.data = error.event.newest.number
        form.seen.raw_data = None
        theirs = reader.history(error.event)[0]
        return _correction_page(replace(shown, event=error.event), theirs=theirs), 409
    except store.NotAllowedError:
        return _refused(event)
    flash(_("The correction is saved; the old numbers stay visible below."), "info")
    return redirect(url_for("events.event", event_id=event_id))


@requires(Permission.LOG_EVENTS)
def withdraw(event_id: int) -> ResponseReturnValue:
    """Withdraw an event that was logged by mistake; it stays visible, but counts no more."""
    person = require_actor()
    event = find_or_404(person, event_id)
    reader = Reader(person)
    if not reader.may_correct(event) or event.newest.withdrawn:
        return _refused(event)
    form = WithdrawForm(data={"seen": event.newest.number})
    theirs, status = None, 200
    follow = consequences.of_facts(person, event, None)
    sure = doubts.mark_of(follow)
    anew = bool(follow) and form.is_submitted() and request.form.get("sure") != sure
    if anew:
        status = 409
    elif form.validate_on_submit():
        try:
            store.withdraw(person, event_id, form.seen.data, form.reason.data, form.mark.data)
        except store.CorrectedMeanwhileError as error:
            form.seen.data = error.event.newest.number
            form.seen.raw_data = None
            theirs, status = reader.history(error.event)[0], 409
        except store.NotAllowedError:
            return _refused(event)
        else:
            flash(_("The event is withdrawn and counts no more."), "info")
            return redirect(url_for("events.event", event_id=event_id))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "events/withdraw.html",
        title=_("Withdraw the event"),
        form=form,
        line=reader.line(event),
        theirs=theirs,
        follow=follow,
        sure=sure,
        anew=anew,
        row=reader.indicator(event),
    )
    return page, status


def _as_typed(event: LoggedEvent) -> dict[str, object]:
    facts = asdict(event.newest.facts)
    group = facts["same_group_as"]
    return {
        **facts,
        "held_on": event.newest.facts.held_on.isoformat(),
        "member_id": facts["member"],
        "same_group_as": None if group is None else str(group),
        "seen": event.newest.number,
    }


def _correction_page(
    shown: Shown,
    *,
    theirs: Statement | None = None,
    told: Sequence[DoubtLine] = (),
    follow: Consequences | None = None,
    sure: str = "",
) -> str:
    return render_template(
        "events/correct.html",
        title=_("Correct the event"),
        form=shown.form,
        asked=shown.asked,
        plan=shown.plan,
        row=shown.row,
        event_id=shown.event.id,
        withdrawn=shown.event.newest.withdrawn,
        theirs=theirs,
        doubts=told,
        follow=follow,
        sure=sure,
        today=clock.today(),
    )


def _refused(event: LoggedEvent) -> ResponseReturnValue:
    return render_template("events/refused.html", title=_("This event cannot be changed here"), event_id=event.id), 409


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    for name, view in (("correct", correct), ("withdraw", withdraw)):
        blueprint.add_url_rule(f"/<int:event_id>/{name}", name, view, methods=["GET", "POST"])
