"""What stands in the way of a command, in plain words for whoever typed it."""

import re
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from questionnaires.problems import FileRefusedError
from surveyapp.core import troubles
from surveyapp.core.command import RefusedError
from surveyapp.settings import SettingError

_NO_TABLES: Final = re.compile(r"no such (table|column)|(relation|column) .* does not exist")


def told(error: Exception) -> str | None:
    """Return in plain words what stands in the way of a command; None for a fault of the app itself."""
    if isinstance(error, FileRefusedError | RefusedError | SettingError):
        return str(error)
    if isinstance(error, OperationalError | ProgrammingError) and _NO_TABLES.search(str(error.orig)):
        return "The database has no tables yet, or older ones: run 'surveyapp init' first."
    trouble = troubles.of(error) if isinstance(error, DBAPIError | OSError) else None
    if trouble is None:
        return None
    place = f"{error.filename}: " if isinstance(error, OSError) and error.filename else ""
    return f"{place}{troubles.MEND[trouble]} Nothing was changed by what failed."
