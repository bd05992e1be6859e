"""What is told at the door, in words."""

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from surveyapp.registration.door.rules import Outcome

TOLD: Final[Mapping[Outcome, LazyString]] = {
    "in": _l("Checked in."),
    "already": _l("Checked in already; counted once."),
    "undone": _l("Taken back; not counted."),
    "gone": _l("This registration was cancelled meanwhile. Count the person as a walk-in."),
    "not_in": _l("There is nothing to take back."),
    "closed": _l("The door is not open today: people are checked in on the day itself, afterwards by the organiser."),
    "crowded": _l("More people than a conference can have here."),
}
