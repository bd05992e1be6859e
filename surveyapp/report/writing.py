"""Writing the report as a file, its steps told to whoever waits."""

from analysis import steps
from surveyapp.report.files import WRITERS
from surveyapp.report.sources import Sources
from surveyapp.report.yearly import report as yearly_report


def written(sources: Sources, kind: str, language: str) -> bytes:
    """Return the report as a file of a *kind* of `files.WRITERS`."""
    steps.at("lay_out")
    document = yearly_report(sources, language)
    steps.at("write")
    return WRITERS[kind](document)
