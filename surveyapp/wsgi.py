"""The app as servers look for it."""

from surveyapp import create_app

app = create_app()
