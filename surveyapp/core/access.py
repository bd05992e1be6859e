"""Who may do what: permissions, the person behind a request, and the check that no route goes without one."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue


class Permission(StrEnum):
    """What a route asks of the person behind a request."""

    PUBLIC = "public"  # anybody
    SIGNED_IN = "signed_in"  # any account
    SECOND_STEP = "second_step"  # whoever has shown a password or a link and still has to show the second factor
    SET_UP = "set_up"  # any account, also one that has to set up its second factor before anything else
    LOG_EVENTS = "log_events"  # log and correct events of the own institution
    SEE_ALL_EVENTS = "see_all_events"  # events of every institution
    SEE_DUE = "see_due"  # what is due, of the own institution or of all; a calendar of it
    SEE_REMINDERS = "see_reminders"  # when quarterly reminders went out, and to how many
    SEE_RESULTS = "see_results"  # protected survey results and judged targets
    DECIDE = "decide"  # what the cooperation group decides and measures about the plan
    RELEASE = "release"  # releases, which never change afterwards
    PUBLISH = "publish"  # what everybody may read: releases for the public, notes beside them, taking them back
    LOAD_PLANS = "load_plans"  # new plans and versions of plans, and which of them is in force
    SEE_WAVES = "see_waves"  # where each wave stands
    PLAN_WAVES = "plan_waves"  # drafts of questionnaires and waves, codes, letters, closing, waves from elsewhere
    KEEP_KEY = "keep_key"  # the key ceremony, its trial, the opening, and what respondents wrote in their own words
    AGREE_OPENING = "agree_opening"  # agree with the steward to open a wave whose boxes do not match its codes
    MANAGE_REGISTRATION = "manage_registration"  # conferences of the own institution and who registered for them
    READ_AUDIT = "read_audit"  # the audit trail


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
        back = request.full_path if request.method == "GET" else None
        return redirect(url_for("staff.sign_in", next=back))  # which leads on to the step that is missing
    if permission not in _EVERYBODYS and not found.person.may(permission):
        abort(403)
    return None
