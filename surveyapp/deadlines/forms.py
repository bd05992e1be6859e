"""Forms of what is due: a calendar's secret address, of which institution."""

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from questionnaires.plan_types import Plan
from surveyapp.core.access import Actor
from surveyapp.core.form_parts import ChoiceField
from surveyapp.core.i18n import here
from surveyapp.deadlines import rules

ALL: Final = "*"
"""Stands for all institutions in the form, where empty text would be no choice."""


class FeedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which institution's calendar; buttons say what is done with it."""

    institution = ChoiceField(_l("Institution"), [InputRequired(_l("Choose an institution."))])

    def fit(self, person: Actor, plan: Plan) -> None:
        """Offer what *person* may follow."""
        names = [(each.id, here(each.name)) for each in plan.institutions if rules.may_follow(person, each.id)]
        everything = [(ALL, str(_l("All institutions")))] if rules.may_follow(person, None) else []
        self.institution.choices = [*everything, *names]

    @property
    def chosen(self) -> str | None:
        """The institution, None for all."""
        return None if self.institution.data == ALL else str(self.institution.data)
