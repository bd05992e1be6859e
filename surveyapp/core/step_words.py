"""The steps of long undertakings in words, for pages and terminals alike."""

from collections.abc import Mapping
from typing import Final

from flask import has_app_context
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from surveyapp.core.i18n import speaking

STEPS: Final[Mapping[str, LazyString]] = {
    "judge": _l("Judging the plan"),
    "protect": _l("Protecting the numbers of the surveys that nobody has looked at yet"),
    "compare": _l("Comparing the surveys"),
    "tables": _l("Putting the tables together"),
    "again": _l("Making the release again, to see that it comes out the same"),
    "collect": _l("Collecting the numbers"),
    "lay_out": _l("Putting chapters, tables and figures together"),
    "write": _l("Writing the file"),
    "unseal": _l("Opening the boxes"),
    "count": _l("Shuffling and counting the answers"),
    "clean": _l("Cleaning traces from the database"),
    "read": _l("Reading the file"),
    "check": _l("Checking what it would do"),
    "save": _l("Saving"),
    "trail": _l("Going through the audit trail"),
    "purge": _l("Deleting what is due"),
    "make_codes": _l("Making the codes"),
    "send": _l("Sending the letters"),
    "copy": _l("Copying the database"),
    "try_backup": _l("Restoring the backup in a temporary place"),
    "look_over": _l("Looking the installation over"),
    "restore": _l("Restoring the backup"),
}
"""By the name that the code says."""


def name(step: str) -> str:
    """Return what a step is called in the language of the reader."""
    return str(STEPS.get(step, step))


def in_english(step: str) -> str:
    """Return what a step is called on the command line."""
    if not has_app_context():
        return name(step)
    with speaking("en"):
        return name(step)
