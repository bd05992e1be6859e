"""Work that takes longer than a second: done in a thread, while a page shows its steps and then leads to what came of it.

Every worker, on every server that shares the database, can tell how far it is (surveyapp.core.work_shelf); what came of it is
sealed for the account that began it. A file that must be nowhere else, such as one with codes, is sealed besides with a key
that only the browser holds, and is handed over once.
"""

import json
import os
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from threading import Event, Thread
from typing import Any, Final

from flask import Flask, Request, Response, current_app, flash, redirect, request, session, url_for
from flask.ctx import RequestContext
from flask.sessions import SecureCookieSession
from flask.typing import ResponseReturnValue

from analysis import steps
from surveyapp.core import logs, parcels
from surveyapp.core.access import require_actor
from surveyapp.core.work_shelf import shelf

_BEAT_S: Final = 10
_OFTEN_S: Final = 0.2
_PURPOSE: Final = "outcome of long work"
_BROWSER_KEY: Final = "work_key"
"""Where a session keeps the key of what is handed over once. The session lies in the cookie: no disk of a server holds it."""
_COPIED: Final = ("Content-Type", "Content-Disposition", "Location")
Work = Callable[[], ResponseReturnValue]


@dataclass(slots=True)
class Desk:
    """How many seconds a request waits for its work before it leads to the page of steps; 0: not at all; None: to the end."""

    patience: float | None = 0.8


@dataclass(slots=True)
class State:
    """How far some work is: its *plan* of steps, the step it is at, how much of that is done of how much (0: not known)."""

    title: str
    account: int
    pid: int
    back: str
    plan: list[str]
    step: str = ""
    done: int = 0
    of: int = 0
    finished: bool = False
    failed: bool = False
    download: bool = False
    passed: list[str] = field(default_factory=list)
    gone: bool = False
    once: bool = False
    taken: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a file waits that is handed over once: only to somebody who asks for it, never to a look."""
        return self.finished and self.once and self.download

    @property
    def interrupted(self) -> bool:
        """Whether nothing will come of it: its worker is gone, or what came of it could not be kept."""
        return self.failed or (self.gone and not self.finished)

    def as_text(self) -> str:
        """Return it as it is kept."""
        return json.dumps(asdict(self))


def shows_steps() -> bool:
    """Say whether work that takes longer than a moment leads to a page that shows its steps."""
    desk: Desk = current_app.extensions["work"]
    return desk.patience is not None


def run(title: str, plan: Sequence[str], work: Work, back: str, *, once: bool = False) -> ResponseReturnValue:
    """Do *work* and return its answer; if that takes longer than a moment, lead to the page that shows its steps.

    *back* is the address of the page where it began. *plan* names the steps that it will say (see `analysis.steps`), in their
    order. The work sees the request as it came, but what was sent with it must be read before; messages that it leaves for the
    next page arrive there.

    *once*: what comes of it must not lie anywhere for others. It waits sealed with a key that the session's cookie alone holds,
    and a file is deleted here as it is handed over.
    """
    desk: Desk = current_app.extensions["work"]
    if desk.patience is None:
        return work()
    forget_old()
    token = secrets.token_urlsafe(24)
    state = State(title, require_actor().account_id, os.getpid(), back, list(plan), once=once)
    if once:
        hold_key()
    purpose = _purpose(state)
    shelf().keep(token, state.as_text())
    ended = Event()
    told: list[dict[str, Any]] = []

    here = _own_context()

    def do() -> None:
        with here:
            try:
                told.append(_outcome(work, _Reporter(token, state)))
                _keep_outcome(token, state, told[0], purpose)
            except Exception as error:  # noqa: BLE001 - nobody above this thread would tell
                _note_failure(token, state, error)
            finally:
                ended.set()

    Thread(target=do, name="long-work").start()
    if desk.patience and ended.wait(desk.patience) and told:
        shelf().remove(token)
        return _answer(told[0])
    _say_that_it_goes_on(token, ended)
    return redirect(url_for("work.page", token=token), 303)


def hold_key() -> None:
    """Have the browser hold the key of what is handed over once: from the form on, so that of two sent at once both fit it."""
    session.setdefault(_BROWSER_KEY, secrets.token_urlsafe(32))


def _say_that_it_goes_on(token: str, ended: Event) -> None:
    """Have the worker heard of until the work has *ended*: another server cannot look at its processes."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way into threads

    def beat() -> None:
        with app.app_context():
            while not ended.wait(_BEAT_S):
                shelf().beat(token)

    Thread(target=beat, name="long-work-beat", daemon=True).start()


def _note_failure(token: str, state: State, error: Exception) -> None:
    logs.fault(error, "work")
    state.failed = True
    with suppress(OSError):
        shelf().keep(token, state.as_text())


def _own_context() -> RequestContext:
    """Return a context like that of this request with a session of its own: the answer may be on its way meanwhile."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way into threads
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    return RequestContext(app, asked.environ, request=asked, session=SecureCookieSession(dict(session)))


def _purpose(state: State) -> str:
    """Return for what the outcome is sealed: parcels make their key from it, and so from what the browser holds."""
    return f"{_PURPOSE} {session.get(_BROWSER_KEY, '')}" if state.once else _PURPOSE


def _keep_outcome(token: str, state: State, told: Mapping[str, Any], purpose: str) -> None:
    sealed = parcels.seal(json.dumps(told).encode(), purpose, state.account)
    state.finished, state.download = True, "Content-Disposition" in told["headers"]
    shelf().keep_outcome(token, sealed, state.as_text())


def find(token: str) -> State | None:
    """Return how far some work of the person behind this request is; None if there is none such."""
    forget_old()
    try:
        state = State(**json.loads(shelf().state(token) or ""))
    except (ValueError, TypeError):
        return None
    if state.account != require_actor().account_id:
        return None
    state.gone = not (state.finished or state.failed or shelf().alive(token, state.pid))
    return state


def outcome(token: str) -> Response | None:
    """Return what came of finished work, with the messages that it left; None if there is nothing (any more)."""
    state = find(token)
    sealed = shelf().outcome(token) if state else None
    plain = parcels.unseal(sealed, _purpose(state), state.account) if state and sealed is not None else None
    if state is None or plain is None:
        return None
    if state.by_hand:
        if not shelf().take(token):
            return None  # another request was quicker
        state.taken = True
        shelf().keep(token, state.as_text())
    return _answer(json.loads(plain))


def _outcome(work: Work, listener: steps.Listener) -> dict[str, Any]:
    """Return the answer of *work* as it is kept, an error as the page that tells of it."""
    try:
        with steps.heard_by(listener):
            answer = current_app.make_response(work())
    except Exception as error:  # noqa: BLE001 - told as it would have been told without a thread
        answer = current_app.make_response(_explained(error))
    answer.direct_passthrough = False
    return {
        "status": answer.status_code,
        "headers": {name: answer.headers[name] for name in _COPIED if name in answer.headers},
        "body": b64encode(answer.get_data()).decode(),
        "messages": session.get("_flashes", []),
    }


def _explained(error: Exception) -> Any:  # noqa: ANN401 - whatever a handler answers
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way into threads
    try:
        return app.handle_user_exception(error)
    except Exception as unexpected:  # noqa: BLE001 - no handler knows it: the page of a fault on our side
        return app.handle_exception(unexpected)


def _answer(told: Mapping[str, Any]) -> Response:
    for category, message in told["messages"]:
        flash(message, category)
    answer = Response(b64decode(told["body"]), told["status"])
    answer.headers.update(told["headers"])
    return answer


class _Reporter:
    """Keeps what a thread says of its steps, now and then."""

    def __init__(self, token: str, state: State) -> None:
        self._token, self._state, self._kept = token, state, 0.0

    def __call__(self, step: str, done: int, of: int) -> None:
        state, now = self._state, time.monotonic()
        if step not in state.plan:
            return  # a part of a step
        if step != state.step and state.step:
            state.passed.append(state.step)
        fresh = step != state.step
        state.step, state.done, state.of = step, done, of
        if fresh or now - self._kept > _OFTEN_S:
            shelf().keep(self._token, state.as_text())
            self._kept = now


def forget_old() -> None:
    """Delete what was kept longer than an hour: with every look at some work, and whenever deletion is due."""
    shelf().forget_old()
