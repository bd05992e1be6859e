"""The app as servers look for it: ``app`` for any WSGI server, ``front`` for the built-in one."""

from typing import Final

from surveyapp.core import lifeline
from surveyapp.core.front import Front
from surveyapp.rooms import Rooms

app: Final = Rooms()
front: Final = Front(app)
lifeline.end_with_parent()
