"""Pages that state something about the plan: the form of each kind, its history, and taking a statement back."""

from dataclasses import dataclass
from typing import NoReturn

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from analysis.cases import Degree
from analysis.statements import Measurement
from questionnaires.plan_types import Plan
from surveyapp.core import clock
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.core.i18n import here
from surveyapp.events.consequences import Consequences
from surveyapp.events.doubts import mark_of
from surveyapp.plans import forms, places, statement_store
from surveyapp.plans import rules as statement_rules
from surveyapp.plans import words as statement_words
from surveyapp.plans.places import Place
from surveyapp.plans.rules import Chain, Told
from surveyapp.plans.statement_store import Author, ChangedMeanwhileError, DoesNotFitError, Manner
from surveyapp.results import fault_words, plan_choice
from surveyapp.results.conclusion_numbers import Numbers, of_section
from surveyapp.results.plan_foretold import foretold

_ON_QUEUE = frozenset({"reading", "answer"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One statement of a history, as this person may see it."""

    told: Told
    lines: list[tuple[str, str]]
    in_force: bool


def shown(plan: Plan, person: Actor, chain: Chain) -> list[Shown]:
    """Return everything stated about one thing, newest first."""
    return [_shown(plan, person, told, newest=told is chain.newest) for told in chain.history[::-1]]


def hidden_from(plan: Plan, person: Actor, told: Told) -> bool:
    """Say whether a small number of people at risk is hidden from this person, who did not state it."""
    statement = told.statement
    small = isinstance(statement, Measurement) and statement_rules.guards_value(plan, statement)
    return small and told.account_id != person.account_id


@requires(Permission.DECIDE)
def state(kind: str) -> ResponseReturnValue:
    """State something about the plan, or correct what was stated; what stood before stays visible."""
    person = require_actor()
    plan, place = _place(kind)
    chain = statement_store.chain(person.municipality_id, plan.id, place.kind, place.about)
    if chain and hidden_from(plan, person, chain.newest):
        return _hidden(plan, place)
    form = _form(plan, place, chain)
    theirs, status, follow = None, 200, Consequences()
    if form.validate_on_submit():
        try:
            follow = _not_told_yet(person, plan, place, form)
            if follow:
                return _page(plan, person, place, form, chain, theirs, follow), 409
            _save(person, plan, place, form)
        except ChangedMeanwhileError as error:
            theirs, status = shown(plan, person, error.chain)[0], 409
            place, chain = _met(person, plan, place, form, error.chain)
        except (DoesNotFitError, statement_rules.SecondJudgementError) as error:
            fault_words.put(form, error)
            status = 422
        else:
            flash(_("Saved. What stood before stays visible in the history."), "info")
            return redirect(_back(place))
    elif form.is_submitted():
        status = 422
    return _page(plan, person, place, form, chain, theirs, follow), status


@requires(Permission.DECIDE)
def withdraw(kind: str) -> ResponseReturnValue:
    """Take a statement back: it stays visible, but holds no more."""
    person = require_actor()
    plan, place = _place(kind)
    chain = statement_store.chain(person.municipality_id, plan.id, place.kind, place.about)
    if chain is None or not chain.holds:
        abort(404)
    form = forms.WithdrawalForm(data={"seen": chain.newest.number})
    theirs, status = None, 200
    if form.validate_on_submit():
        try:
            manner = Manner(form.seen.data, form.reason.data, form.mark.data)
            statement_store.withdraw(Author.of(person), plan, place.kind, place.about, manner)
        except ChangedMeanwhileError as error:
            form.seen.data, form.seen.raw_data = error.chain.newest.number, None
            theirs, status = shown(plan, person, error.chain)[0], 409
        else:
            flash(_("It holds no more; it stays visible in the history."), "info")
            return redirect(_back(place))
    elif form.is_submitted():
        status = 422
    title = _("Take back: %(what)s", what=statement_words.kind(place.kind))
    history = shown(plan, person, chain)
    page = render_template(
        "results/row_withdraw.html",
        title=title,
        form=form,
        plan=plan,
        place=place,
        history=history,
        theirs=theirs,
        follow=foretold(person, plan, chain.newest.statement, withdrawn=True),
        back=_back(place),
    )
    return page, status


@requires(Permission.SEE_RESULTS)
def stated(kind: str) -> str:
    """Show everything ever stated about one thing."""
    person = require_actor()
    plan, place = _place(kind)
    chain = statement_store.chain(person.municipality_id, plan.id, place.kind, place.about)
    if chain is None:
        abort(404)
    return render_template(
        "results/row_stated.html",
        title=statement_words.kind(place.kind),
        plan=plan,
        place=place,
        history=shown(plan, person, chain),
        holds=chain.holds,
        back=_back(place),
    )


def _not_told_yet(person: Actor, plan: Plan, place: Place, form: forms.StatementForm) -> Consequences:
    """Return what the statement would move elsewhere if the person has not agreed to that yet.

    Raises:
        DoesNotFitError: it does not fit the plan.
    """
    statement = form.statement(plan, place)
    statement_store.check(plan, statement)
    if statement_store.saved_already(Author.of(person), form.mark.data):
        return Consequences()
    follow = foretold(person, plan, statement)
    return Consequences() if request.form.get("sure") == mark_of(follow) else follow


def _met(person: Actor, plan: Plan, place: Place, form: forms.StatementForm, theirs: Chain) -> tuple[Place, Chain | None]:
    """Return what the next press of the button is about: the same thing, in sight of what somebody else stated of it.

    Of two who add a proposal at once each has one of their own: the second gets the next number.
    """
    if place.kind == "proposal" and not form.seen.data:
        taken = statement_store.chains(person.municipality_id, plan.id)
        free = places.find(plan, place.kind, f"{statement_rules.next_number(taken, place.year or 0)}@{place.year}")
        if free is not None:
            return free, None
    form.seen.data, form.seen.raw_data = theirs.newest.number, None
    form.reason.flags.required = True  # what was the first statement would replace theirs now
    return place, theirs


def _save(person: Actor, plan: Plan, place: Place, form: forms.StatementForm) -> None:
    manner = Manner(form.seen.data or 0, form.reason.data, form.mark.data)
    statement_store.state(Author.of(person), plan, form.statement(plan, place), manner)


def _form(plan: Plan, place: Place, chain: Chain | None) -> forms.StatementForm:
    data: dict[str, object] = {"seen": 0, "day": clock.today().isoformat()}
    if chain is not None:
        data = {**forms.as_typed(chain.newest.statement), "seen": chain.newest.number}
    else:
        data |= _suggested(place)
    form = forms.FORMS[place.kind](data=data)
    form.fit(plan, place)
    # Only what replaces a statement that the person has seen needs a reason.
    if not form.seen.data:
        form.reason.validators, form.reason.flags.required = [], False
    return form


def _suggested(place: Place) -> dict[str, object]:
    """Return what the plan itself says already."""
    if place.kind == "money" and place.row:
        planned = dict(place.row.money.by_year).get(place.year or 0)
        return {"planned": planned, "source": "; ".join(place.row.money.sources)}
    if place.kind == "members" and place.of_set and place.of_set.members:
        typed = "\n".join(statement_words.member_line(each) for each in place.of_set.members)
        return {"members": typed, "source": place.of_set.source}
    return {}


def _place(kind: str) -> tuple[Plan, Place]:
    plan = plan_choice.plan()
    found = places.find(plan, kind, request.args.get("about", "")) if plan else None
    if plan is None or found is None:
        _not_there()
    return plan, found


def _not_there() -> NoReturn:
    abort(404)


def _back(place: Place) -> str:
    if place.kind in _ON_QUEUE:
        return url_for("results.decisions", _anchor=f"about-{place.about.replace('/', '-')}")
    if place.kind in {"conclusion", "proposal"}:
        return url_for("results.conclusions", year=place.year, _anchor=place.about.replace("@", "-"))
    if place.row:
        return url_for("results.row", row_id=place.row.id)
    return url_for("results.lists")


def _page(
    plan: Plan,
    person: Actor,
    place: Place,
    form: forms.StatementForm,
    chain: Chain | None,
    theirs: Shown | None,
    follow: Consequences,
) -> str:
    return render_template(
        "results/row_state.html",
        title=statement_words.kind(place.kind),
        plan=plan,
        place=place,
        form=form,
        history=shown(plan, person, chain) if chain else [],
        withdrawn=chain is not None and not chain.holds,
        holds=chain is not None and chain.holds,
        replaces=bool(form.seen.data),
        theirs=theirs,
        now=_now(place),
        numbers=_numbers(person, plan, place),
        follow=follow,
        sure=mark_of(follow),
        back=_back(place),
    )


def _now(place: Place) -> tuple[Degree, ...]:
    """Return the degrees that somebody is about to overrule: of the row to date, or of the window under each reading of it."""
    judged = plan_choice.judged_as_known() if place.kind == "override" else None
    row = judged.row(place.row.id) if judged and place.row else None
    if row is None:
        return ()
    if place.target is None:
        return (row.result.to_date,)
    mine = (each.result for each in row.targets if each.result.target == place.target.id)
    return tuple(dict.fromkeys(each.degree for each in mine if each.window_start == place.window))


def _numbers(person: Actor, plan: Plan, place: Place) -> Numbers | None:
    """Return the numbers that a conclusion is drawn from."""
    return of_section(person.municipality_id, plan, place.about) if place.kind == "conclusion" else None


def _hidden(plan: Plan, place: Place) -> ResponseReturnValue:
    title = _("This value cannot be changed here")
    name = here(place.row.name) if place.row else plan.id
    return render_template("results/row_hidden.html", title=title, name=name, back=_back(place)), 409


def _shown(plan: Plan, person: Actor, told: Told, *, newest: bool) -> Shown:
    lines = statement_words.lines(plan, told.statement, hidden=hidden_from(plan, person, told))
    return Shown(told, lines, newest)


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    blueprint.add_url_rule("/plan/state/<kind>", "state", state, methods=["GET", "POST"])
    blueprint.add_url_rule("/plan/withdraw/<kind>", "withdraw", withdraw, methods=["GET", "POST"])
    blueprint.add_url_rule("/plan/stated/<kind>", "stated", stated)
