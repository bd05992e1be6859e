"""Roles: what each may do, as the permission matrix says, and what it is called."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from surveyapp.core.access import ROLE_NAMES, ROWS, Permission

EVERYBODYS: Final = frozenset({Permission.PUBLIC, Permission.SIGNED_IN, Permission.SECOND_STEP, Permission.SET_UP})
"""What no role gives: it depends on how far somebody is with signing in."""
ROLES: Final[Mapping[str, frozenset[Permission]]] = {
    role: frozenset(row.permission for row in ROWS if role in row.roles) - EVERYBODYS for role in ROLE_NAMES
}

NAMES: Final = {
    "organiser": _l("Organiser"),
    "group": _l("Cooperation group"),
    "coordinator": _l("Coordinator"),
    "steward": _l("Data steward"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
    "national": _l("National coordinator"),
}

HINTS: Final = {
    "organiser": _l("logs the events and conferences of one institution"),
    "group": _l("reads results, decides what the plan leaves unclear, makes releases"),
    "coordinator": _l("looks after surveys, the plan and events of all; publishes; never has the key"),
    "steward": _l("keeps the key and opens surveys; sees neither results nor events"),
    "auditor": _l("reads everything that was done, and changes nothing"),
    "administrator": _l("lets people in and helps them sign in; sees nothing else"),
    "national": _l("compares municipalities by the releases that each handed over; sees nothing else of any"),
}
"""What each role is for, in a few words: the matrix says it in full."""

SECOND_FACTOR: Final = frozenset({"coordinator", "steward", "administrator", "national"})
"""Roles that need a second factor: whoever has them could change what everybody sees, open answers, or let others in, or sees
what several municipalities handed over."""
