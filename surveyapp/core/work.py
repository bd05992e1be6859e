"""Work that takes longer than a second: done in a thread, while a page shows its steps and then leads to what came of it.

What is known of it lies in files of the data folder and not in the database: a wave is opened in one transaction, during which
nobody else can write there, and every worker has to be able to tell how far it is.
"""

import json
import os
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from flask import Flask, Request, Response, current_app, flash, redirect, request, session, url_for
from flask.ctx import RequestContext
from flask.sessions import SecureCookieSession
from flask.typing import ResponseReturnValue

from analysis import steps
from surveyapp.core import logs, parcels
from surveyapp.core.access import require_actor
from surveyapp.settings import current_settings

_FOLDER: Final = "work"
_KEPT_S: Final = 3600
"""Seconds after which what came of something is deleted, whether or not somebody fetched it."""
_OFTEN_S: Final = 0.2
_PURPOSE: Final = "outcome of long work"
_COPIED: Final = ("Content-Type", "Content-Disposition", "Location")
Work = Callable[[], ResponseReturnValue]


@dataclass(slots=True)
class Desk:
    """How long a request waits for its work before it leads to the page that shows it, in seconds; None: until it is done."""

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

    @property
    def interrupted(self) -> bool:
        """Whether nothing will come of it: its worker is gone, or what came of it could not be kept."""
        if self.finished or self.failed:
            return self.failed
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # somebody else's, so it is there
        return False


def run(title: str, plan: Sequence[str], work: Work, back: str) -> ResponseReturnValue:
    """Do *work* and return its answer; if that takes longer than a moment, lead to the page that shows its steps.

    *back* is the address of the page where it began. *plan* names the steps that it will say (see `analysis.steps`), in their
    order. The work sees the request as it came, but what was sent with it must be read before; messages that it leaves for the
    next page arrive there.
    """
    desk: Desk = current_app.extensions["work"]
    if desk.patience is None:
        return work()
    forget_old()
    token = secrets.token_urlsafe(24)
    place = _place(token)
    state = State(title, require_actor().account_id, os.getpid(), back, list(plan))
    _keep(place, state)
    ended = Event()
    told: list[dict[str, Any]] = []

    here = _own_context()

    def do() -> None:
        with here:
            try:
                told.append(_outcome(work, _Reporter(place, state)))
                _keep_outcome(place, state, told[0])
            except Exception as error:  # noqa: BLE001 - nobody above this thread would tell
                logs.fault(error, "work")
                state.failed = True
                with suppress(OSError):
                    _keep(place, state)
            finally:
                ended.set()

    Thread(target=do, name="long-work").start()
    if ended.wait(desk.patience) and told:
        _remove(token)
        return _answer(told[0])
    return redirect(url_for("work.page", token=token), 303)


def _own_context() -> RequestContext:
    """Return a context like that of this request with a session of its own: the answer may be on its way meanwhile."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way into threads
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    return RequestContext(app, asked.environ, request=asked, session=SecureCookieSession(dict(session)))


def _keep_outcome(place: Path, state: State, told: Mapping[str, Any]) -> None:
    sealed = parcels.seal(json.dumps(told).encode(), _PURPOSE, state.account)
    _write(place.with_suffix(".outcome"), sealed.encode())
    state.finished, state.download = True, "Content-Disposition" in told["headers"]
    _keep(place, state)


def find(token: str) -> State | None:
    """Return how far some work of the person behind this request is; None if there is none such."""
    forget_old()
    try:
        state = State(**json.loads(_place(token).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return state if state.account == require_actor().account_id else None


def outcome(token: str) -> Response | None:
    """Return what came of finished work, with the messages that it left; None if there is nothing (any more)."""
    forget_old()
    try:
        sealed = _place(token).with_suffix(".outcome").read_text(encoding="utf-8")
    except OSError:
        return None
    plain = parcels.unseal(sealed, _PURPOSE, require_actor().account_id)
    return _answer(json.loads(plain)) if plain is not None else None


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

    def __init__(self, place: Path, state: State) -> None:
        self._place, self._state, self._kept = place, state, 0.0

    def __call__(self, step: str, done: int, of: int) -> None:
        state, now = self._state, time.monotonic()
        if step not in state.plan:
            return  # a part of a step
        if step != state.step and state.step:
            state.passed.append(state.step)
        fresh = step != state.step
        state.step, state.done, state.of = step, done, of
        if fresh or now - self._kept > _OFTEN_S:
            _keep(self._place, state)
            self._kept = now


def _place(token: str) -> Path:
    folder = current_settings().data_dir / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{token}.json"


def _keep(place: Path, state: State) -> None:
    _write(place, json.dumps(asdict(state)).encode())


def _write(place: Path, content: bytes) -> None:
    """Write a file that its owner alone reads; whoever reads meanwhile gets the old one or the new one."""
    beside = place.with_suffix(place.suffix + ".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
    beside.replace(place)


def _remove(token: str) -> None:
    for suffix in (".json", ".outcome"):
        _place(token).with_suffix(suffix).unlink(missing_ok=True)


def forget_old() -> None:
    """Delete what was kept longer than an hour: with every look at some work, and whenever deletion is due."""
    folder = current_settings().data_dir / _FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _KEPT_S:
                path.unlink()
