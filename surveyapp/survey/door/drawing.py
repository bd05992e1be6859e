"""Items as HTML: one that nobody has filled in looks the same to everybody and is drawn once a process in each language."""

from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup

from surveyapp.core.i18n import language
from surveyapp.survey.door.fields import Field


def draw(field: Field) -> Markup:
    """Return *field* as HTML in the language of this request; what somebody filled in is drawn anew and kept nowhere."""
    return _blank(field, language()) if field.blank else _drawn(field)


@lru_cache(maxsize=4096)
def _blank(field: Field, language: str) -> Markup:  # noqa: ARG001 - what the template says depends on it
    return _drawn(field)


def _drawn(field: Field) -> Markup:
    template: Any = current_app.jinja_env.get_template("survey/items.html").module
    return Markup(template.draw(field))  # noqa: S704 - a template has made it
