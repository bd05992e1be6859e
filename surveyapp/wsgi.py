"""The app as servers look for it: ``app`` for any WSGI server, ``front`` for the built-in one."""

from typing import Final

from surveyapp import create_app
from surveyapp.core import lifeline
from surveyapp.core.front import Front

app: Final = create_app()
front: Final = Front(app)
lifeline.end_with_parent()
