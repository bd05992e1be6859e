"""The page of the door, the same for organisers and for helpers with the link, and the steps that it sends."""

from collections.abc import Sequence
from typing import Final, cast, get_args
from urllib.parse import quote

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _

from surveyapp.core import clock
from surveyapp.core.i18n import language
from surveyapp.registration import words
from surveyapp.registration.door import rules, store
from surveyapp.registration.door.forms import StepForm, WalkInForm
from surveyapp.registration.door.offline_views import with_worker
from surveyapp.registration.door.rules import Entrance, Guest, Outcome
from surveyapp.registration.door.words import TOLD

_JSON: Final = "application/json"
_LONGEST_SEARCH: Final = 100


def answer(entrance: Entrance, address: str) -> ResponseReturnValue:
    """Show the door of a conference under *address*, or take a step with somebody; scripts get JSON."""
    if request.method != "POST":
        return jsonify(_state(entrance)) if for_script() else with_worker(page(entrance, address))
    walk_in = WalkInForm() if "walk_in" in request.form else None
    if walk_in:
        walk_in.fit(entrance.conference.terms)
        if not walk_in.validate():
            told = " ".join(str(error) for errors in walk_in.errors.values() for error in errors)
            return (jsonify(message=told), 422) if for_script() else with_worker((page(entrance, address, walk_in), 422))
    told = _walked_in(entrance, walk_in) if walk_in else _step(entrance, StepForm())
    if for_script():
        return jsonify(told=told, message=str(TOLD[told]), **_state(entrance))
    search = request.form.get("q", "")[:_LONGEST_SEARCH]
    return redirect(_back(address, told, search))


def page(entrance: Entrance, address: str, walk_in: WalkInForm | None = None) -> str:
    """Show who is expected, who came, and a form for walk-ins."""
    conference = entrance.conference
    search = request.args.get("q", "")[:_LONGEST_SEARCH]
    if walk_in is None:
        walk_in = WalkInForm(formdata=None)
        walk_in.fit(conference.terms)
    return render_template(
        "registration/door.html",
        title=_("At the door"),
        entrance=entrance,
        conference=conference,
        address=address,
        is_open=rules.door_open(conference, clock.today(), organiser=entrance.organiser),
        guests=store.guests(conference, search),
        list_mark=_list_mark(store.guests(conference)),
        walk_ins=store.walk_ins(conference),
        undone=store.undone(conference) if entrance.organiser else [],
        total=sum(store.counts(conference).values()),
        names=conference.terms.fields_in(language()),
        told=_told(),
        search=search,
        form=StepForm(formdata=None),
        walk_in=walk_in,
        words=words,
        time=format_time,
    )


def check_in(entrance: Entrance, registration: int, mark: str) -> Outcome:
    """Check in somebody of a page on which each person's step has a mark of its own."""
    return store.check_in(entrance, registration, f"{mark}/{registration}")


def _step(entrance: Entrance, form: StepForm) -> Outcome:
    form.validate()
    coming, taken_back = form.number("check_in"), form.number("undo")
    if taken_back is not None:
        return store.undo(entrance, taken_back)
    return "gone" if coming is None else check_in(entrance, coming, form.mark.data)


def _walked_in(entrance: Entrance, form: WalkInForm) -> Outcome:
    return store.walk_in(entrance, form.name.data or None, form.number, form.mark.data)


def _state(entrance: Entrance) -> dict[str, object]:
    """Return who came, by numbers alone."""
    expected = store.guests(entrance.conference)
    here = {str(guest.registration): guest.attendance for guest in expected if guest.attendance}
    return {"here": here, "total": sum(store.counts(entrance.conference).values()), "list": _list_mark(expected)}


def _list_mark(expected: Sequence[Guest]) -> str:
    """Return what differs as soon as somebody registered or cancelled: how many there are and the newest one's number."""
    return f"{len(expected)}/{max((guest.registration or 0 for guest in expected), default=0)}"


def for_script() -> bool:
    """Say whether a script asks, which wants JSON."""
    return request.accept_mimetypes.best == _JSON


def _told() -> Outcome | None:
    sent = request.args.get("told")
    return cast("Outcome", sent) if sent in get_args(Outcome) else None


def _back(address: str, told: Outcome, search: str) -> str:
    return f"{address}?told={told}" + (f"&q={quote(search)}" if search else "")
