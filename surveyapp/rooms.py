"""The app in two rooms of one process: respondents' pages are there at once, all others come with the first request for one.

Loading all features takes four times as long, and holds far more memory, than what respondents need. Both rooms answer alike;
they share settings, secrets, limits of respondents and the connections to the database, and nothing else (docs/decisions/0024).
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final

from flask import Flask

from surveyapp.app import create_app, create_floor
from surveyapp.core import clock, front, logs, troubles
from surveyapp.core.front import Application
from surveyapp.core.troubles import LoadingError, NotReadyError
from surveyapp.settings import Settings
from surveyapp.survey import crowds, wrong_codes
from surveyapp.survey.door import answer_views, change_views, game_views

_SPOKEN: Final = ("core", "survey")
"""The packages whose texts stand on respondents' pages; to read the catalogues of all takes longer than to draw one."""
_DOOR: Final = ("/s/", "/assets/", "/health/")
"""How the addresses of respondents begin, with what their pages and a monitor ask for."""
_STAFF: Final = "/s/clerk/"
"""The one place among them in the other room: questionnaires on paper are typed in there, with or without an account."""
_HEALTH: Final = "/health/"
"""With each day's first request for it what is due is deleted, and only features know what."""
_LOADED_ON: Final = clock.day_of(clock.system_clock())
"""The day of the server's start, on which ``surveyapp init`` has just deleted what was due (docs/privacy.md)."""
_WAITING: Final = 8
"""So many requests at most wait while the second room is made; the other threads are there for respondents."""


def create_door(settings: Settings | None = None, now: clock.Clock = clock.system_clock) -> Flask:
    """Make the app with respondents' pages alone; *now* is its clock."""
    app = create_floor(settings, now, _SPOKEN)
    for views in (answer_views, change_views, game_views):
        views.init_app(app)
    # At the foot of every page stands a link to the other room.
    app.add_url_rule("/open-data/", "open_data.every", build_only=True)
    return app


class Rooms:
    """Both rooms as one WSGI application."""

    def __init__(self, settings: Settings | None = None, now: clock.Clock = clock.system_clock) -> None:
        self.door: Final = create_door(settings, now)
        self._whole: Flask | None = None
        self._making: Final = threading.Lock()
        self._places: Final = threading.BoundedSemaphore(_WAITING)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request in the room that it belongs to."""
        try:
            app = self.room(str(environ.get("PATH_INFO", "")))
        except Exception as error:  # noqa: BLE001 - whatever fails there, respondents' pages go on and can say so
            app, environ[front.FAILED] = self.door, error
        return app(environ, start_response)

    def room(self, path: str) -> Application:
        """Return the app that answers requests for *path*. Raises as `whole`."""
        whole = f"{path}/"
        if whole == _HEALTH and (self._whole is not None or clock.day_of(self.door.extensions["clock"]()) != _LOADED_ON):
            return self.whole()
        return self.door if whole.startswith(_DOOR) and not whole.startswith(_STAFF) else self.whole()

    def whole(self) -> Flask:
        """Return the app with every feature, made when it is first asked for.

        Raises:
            LoadingError: enough requests wait for it already.
            NotReadyError: it could not be made; the next request tries again.
        """
        if self._whole is not None:
            return self._whole
        if not self._places.acquire(blocking=False):
            raise LoadingError
        try:
            with self._making:
                self._whole = self._whole or self._made()
            return self._whole
        finally:
            self._places.release()

    def _made(self) -> Flask:
        try:
            app = create_app(self.door.extensions["settings"], self.door.extensions["clock"])
        except Exception as error:
            logs.fault(error, "rooms")
            if troubles.of(error):
                raise
            raise NotReadyError from error
        app.extensions["engine"] = self.door.extensions["engine"]  # its own has opened no connection yet
        for limit in (crowds, wrong_codes):  # sheets are typed in there: else who tries codes could try twice as many
            limit.share(self.door, app)
        return app
