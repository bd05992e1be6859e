"""The form that makes a release."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from analysis.event_cells import day
from surveyapp.core.form_parts import CellField, SingleUseForm
from surveyapp.releases.words import LEVELS


class ReleaseForm(SingleUseForm):
    """At which level, and judged as of which day."""

    level = RadioField(_l("For whom"), [InputRequired(_l("Choose for whom it is."))], choices=[], default="group")
    as_of = CellField(_l("Judged as of"), day, [InputRequired(_l("Fill this in."))])

    def fit(self) -> "ReleaseForm":
        """Offer the levels, in the reader's language."""
        self.level.choices = [(level, str(name)) for level, name in LEVELS.items()]
        return self
