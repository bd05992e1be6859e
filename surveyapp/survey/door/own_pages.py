"""Instruments with a page of their own: a code that opens such a questionnaire leads there instead of to the usual form."""

from collections.abc import Callable
from typing import Final

from flask import Flask, current_app
from flask.typing import ResponseReturnValue

from questionnaires.survey_types import Instrument
from surveyapp.survey.finding import Door

OwnPage = Callable[[Door, str], ResponseReturnValue]
"""Gets what the code opens and the code as it was typed; answers the request."""
_PAGES: Final = "instrument_pages"


def register(app: Flask, instrument: Instrument, page: OwnPage) -> None:
    """Let *page* answer for the codes of *instrument*; called while the app is made, by the feature that draws the page."""
    app.extensions.setdefault(_PAGES, {})[instrument] = page


def page_of(door: Door) -> OwnPage | None:
    """Return the page that answers for *door*, None for the usual form."""
    pages: dict[Instrument, OwnPage] = current_app.extensions.get(_PAGES, {})
    return pages.get(door.questionnaire.instrument)
