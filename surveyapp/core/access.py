"""Who may do what: permissions, the person behind a request, and the check that no route goes without one."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.core import logs


class Permission(StrEnum):
    """What a route asks of the person behind a request; MATRIX says what each means and who has it."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    SECOND_STEP = "second_step"
    SET_UP = "set_up"
    LOG_EVENTS = "log_events"
    SEE_ALL_EVENTS = "see_all_events"
    SEE_DUE = "see_due"
    SEE_REMINDERS = "see_reminders"
    SEE_RESULTS = "see_results"
    DECIDE = "decide"
    RELEASE = "release"
    PUBLISH = "publish"
    LOAD_PLANS = "load_plans"
    SEE_WAVES = "see_waves"
    PLAN_WAVES = "plan_waves"
    KEEP_KEY = "keep_key"
    AGREE_OPENING = "agree_opening"
    MANAGE_REGISTRATION = "manage_registration"
    HAND_OVER = "hand_over"
    SEE_NATIONAL = "see_national"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"


MATRIX: Final = """
permission          | organiser group coordinator steward auditor administrator national | what it allows
public              |     x       x        x         x       x          x          x     | anybody, also without an account
second_step         |     x       x        x         x       x          x          x     | show the second factor
set_up              |     x       x        x         x       x          x          x     | set a second factor up
signed_in           |     x       x        x         x       x          x          x     | the own account, events one may see
log_events          |     x       .        x         .       .          .          .     | log events of the own institution
manage_registration |     x       .        x         .       .          .          .     | conferences of the own institution
see_due             |     x       x        x         .       x          .          .     | what is due, and a calendar of it
see_all_events      |     .       x        x         .       x          .          .     | events of every institution
see_results         |     .       x        x         .       x          .          .     | protected results, judged targets
decide              |     .       x        x         .       .          .          .     | decisions, measured values of a plan
release             |     .       x        x         .       .          .          .     | make releases, which never change
publish             |     .       .        x         .       .          .          .     | put releases before the public
hand_over           |     .       .        x         .       .          .          .     | hand releases to the national view
see_reminders       |     .       .        x         .       .          .          .     | when and to how many reminders went
load_plans          |     .       .        x         .       .          .          .     | new plans, which one is in force
plan_waves          |     .       .        x         .       .          .          .     | questionnaires, waves, codes, letters
see_waves           |     .       .        x         x       x          .          .     | where each wave stands
keep_key            |     .       .        .         x       .          .          .     | the key, openings, texts in own words
agree_opening       |     .       .        .         .       x          .          .     | agree to open what does not match
read_audit          |     .       .        .         .       x          .          .     | the audit trail
manage_accounts     |     .       .        .         .       .          x          .     | invite people, roles, second factors
see_national        |     .       .        .         .       .          .          x     | what municipalities handed over
"""
"""Who may do what. The coordinator never holds the key that opens a wave, the steward sees no result before everybody does,
the auditor changes nothing, the administrator, who lets people in, sees nothing of what they do, and the national coordinator
sees of every municipality what it handed over, and of none anything else."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the matrix."""

    permission: Permission
    roles: frozenset[str]
    meaning: str


def _read_matrix() -> tuple[tuple[str, ...], tuple[Row, ...]]:
    head, *lines = MATRIX.strip().splitlines()
    names = tuple(head.split("|")[1].split())
    rows = []
    for line in lines:
        permission, marks, meaning = (part.strip() for part in line.split("|"))
        held = frozenset(name for name, mark in zip(names, marks.split(), strict=True) if mark == "x")
        rows.append(Row(Permission(permission), held, meaning))
    return names, tuple(rows)


ROLE_NAMES, ROWS = _read_matrix()


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person behind a request."""

    account_id: int
    municipality_id: int
    email: str
    role: str
    institution: str | None
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Say whether this person has *permission*."""
        return permission in self.permissions


class Stage(StrEnum):
    """How far somebody is with signing in."""

    COMPLETE = "complete"
    SECOND_STEP = "second_step"  # the account has a second factor, which was not shown yet
    SET_UP = "set_up"  # the role needs a second factor, and the account has none yet


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is behind a request, and how far they are with signing in."""

    person: Actor
    stage: Stage


_ON_THE_WAY: Final = {Stage.SECOND_STEP: Permission.SECOND_STEP, Stage.SET_UP: Permission.SET_UP}
_EVERYBODYS: Final = frozenset({Permission.SIGNED_IN, Permission.SET_UP, Permission.SECOND_STEP})
View = TypeVar("View", bound=Callable[..., Any])
StandingLoader = Callable[[], Standing | None]
_ATTRIBUTE: Final = "required_permission"


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare what a route asks; every route declares it, or it cannot be reached."""

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, permission)
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Permission | None:
    """Return what *endpoint* asks, None if it was not declared."""
    found: Permission | None = getattr(app.view_functions[endpoint], _ATTRIBUTE, None)
    return found


def standing() -> Standing | None:
    """Return who is behind this request and how far they are with signing in; asked of the accounts once a request."""
    if "standing" not in g:
        loader: StandingLoader | None = current_app.extensions.get("standing_loader")
        g.standing = loader() if loader else None
    found: Standing | None = g.standing
    return found


def actor() -> Actor | None:
    """Return the signed-in person behind this request, None for anybody else, also for who is only half signed in."""
    found = standing()
    return found.person if found and found.stage is Stage.COMPLETE else None


def require_actor() -> Actor:
    """Return the signed-in person; 401 without one."""
    found = actor()
    if found is None:
        abort(401)
    return found


def require_standing() -> Standing:
    """Return who is behind this request, at whatever step of signing in; 401 without anybody."""
    found = standing()
    if found is None:
        abort(401)
    return found


def init_app(app: Flask) -> None:
    """Check the declared permission before every view."""
    requires(Permission.PUBLIC)(app.view_functions["static"])
    app.before_request(_check)


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    permission = declared(current_app, request.endpoint)
    if permission is None:
        raise RuntimeError(f"The route {request.endpoint} does not declare a permission.")
    if permission is Permission.PUBLIC:
        return None
    found = standing()
    if found is None or found.stage is not Stage.COMPLETE:
        if found is not None and permission is _ON_THE_WAY[found.stage]:
            return None
        back = request.full_path.removesuffix("?") if request.method == "GET" else None
        return redirect(url_for("staff.sign_in", next=back))  # which leads on to the step that is missing
    if permission not in _EVERYBODYS and not found.person.may(permission):
        logs.refused(request.endpoint, found.person.role)
        abort(403)
    return None
