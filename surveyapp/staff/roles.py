"""The permission matrix: what each role may do."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from surveyapp.core.access import Permission

ROLES: Final[Mapping[str, frozenset[Permission]]] = {
    "organiser": frozenset({Permission.LOG_EVENTS, Permission.MANAGE_REGISTRATION, Permission.SEE_DUE}),
    "group": frozenset(
        {Permission.SEE_RESULTS, Permission.SEE_ALL_EVENTS, Permission.DECIDE, Permission.RELEASE, Permission.SEE_DUE}
    ),
    "coordinator": frozenset(
        {
            Permission.LOG_EVENTS,
            Permission.MANAGE_REGISTRATION,
            Permission.SEE_ALL_EVENTS,
            Permission.SEE_DUE,
            Permission.SEE_REMINDERS,
            Permission.SEE_RESULTS,
            Permission.DECIDE,
            Permission.RELEASE,
            Permission.PUBLISH,
            Permission.LOAD_PLANS,
            Permission.SEE_WAVES,
            Permission.PLAN_WAVES,
        }
    ),
    "steward": frozenset({Permission.SEE_WAVES, Permission.KEEP_KEY}),
    "auditor": frozenset(
        {
            Permission.READ_AUDIT,
            Permission.SEE_RESULTS,
            Permission.SEE_ALL_EVENTS,
            Permission.SEE_DUE,
            Permission.SEE_WAVES,
            Permission.AGREE_OPENING,
        }
    ),
}
"""The coordinator never holds the key that opens a wave, and the steward sees no result before everybody does."""

NAMES: Final = {
    "organiser": _l("Organiser"),
    "group": _l("Cooperation group"),
    "coordinator": _l("Coordinator"),
    "steward": _l("Data steward"),
    "auditor": _l("Auditor"),
}

SECOND_FACTOR: Final = frozenset({"coordinator", "steward", "administrator"})
"""Roles that need a second factor: whoever has them could change what everybody sees, open answers, or let others in."""
