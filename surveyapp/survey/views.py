"""What the survey adds to the app: the pages of each of its rooms, and what every start sees to: secret, marks, openings."""

from functools import partial

from flask import Flask

from surveyapp.core import purging, unfinished
from surveyapp.core.command import COMMAND_LINE
from surveyapp.core.doctor import checks
from surveyapp.survey import finding, key_custody, marks, scrubbing
from surveyapp.survey.desk import wave_views
from surveyapp.survey.door import answer_views, change_views, clerk_views
from surveyapp.survey.drafting import codebook_views, workshop_views
from surveyapp.survey.importing import import_views
from surveyapp.survey.letters import mail_views


def init_app(app: Flask) -> None:
    """Register the pages, and have every start mark older boxes and finish an opening's scrubbing that was interrupted."""
    for room in (answer_views, change_views, clerk_views, wave_views, import_views, workshop_views, codebook_views, mail_views):
        room.init_app(app)
    unfinished.on_start(app, marks.mark_older)  # before the next: it may make the secret anew for whoever lost it for good
    unfinished.on_start(app, finding.hasher)  # its secret is there from the first start on, so that it can be kept
    unfinished.on_start(app, partial(scrubbing.finish, COMMAND_LINE))
    purging.add(app, scrubbing.forget_backups, (), ())
    checks.add(app, "key custody", key_custody.looked)
