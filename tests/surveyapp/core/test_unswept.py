"""The collector rests while a sheet is read and works again afterwards, whatever became of it."""

import gc
from datetime import date

import pytest
from flask import Flask

from questionnaires.problems import FileRefusedError
from surveyapp.core.unswept import unswept
from tests.surveyapp.events.plans import load_plan
from tests.surveyapp.events.sheets import reading, workbook


def test_the_collector_works_again_when_the_last_that_wanted_rest_has_done() -> None:
    with unswept():
        with unswept():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_works_again_after_a_sheet_was_read_or_refused(one_app: Flask) -> None:
    load_plan(one_app)
    assert reading(one_app, workbook(("1.1.a", date(2026, 10, 1), "Mācības", 5, 6))).events
    assert gc.isenabled()
    with pytest.raises(FileRefusedError):
        reading(one_app, workbook(("1.1.a", "nekad", "Mācības", 5, 6)))
    assert gc.isenabled()
