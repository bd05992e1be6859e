"""How long does the upload of a sheet of 10,000 events take, beside reading the sheet with openpyxl?"""

import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from openpyxl import Workbook, load_workbook
from sqlalchemy import delete

from benchmarks import many_events, materials
from benchmarks.measuring import Case
from questionnaires.library import find_plan
from questionnaires.plan_types import Plan
from surveyapp.core import municipalities
from surveyapp.core.database import writing
from surveyapp.events.models import Event, HeadCount
from surveyapp.events.upload import store
from surveyapp.events.upload.changes import digest
from surveyapp.events.upload.reading import Uploader, read
from surveyapp.plans import store as plan_store

_EVENTS: Final = 10_000
_WHO: Final = "benchmark"
_TODAY: Final = date(2027, 12, 31)
_COLUMNS: Final = ("indicator", "held_on", "title", "unique_persons", "attendances", "hours", "audience", "step", "place")


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield a sheet of new events read, checked, compared with what is logged, and logged."""
    with materials.app_in(folder) as app, app.test_request_context("/?lang=en"):
        place = municipalities.create("cesis", "Measured")
        plan = plan_store.load_file(find_plan(many_events.PLAN), place, _WHO)
        sheet = _sheet(place, plan)
        yield (
            Case(
                f"{_EVENTS:,} events read, checked, compared with what is logged, and logged in one transaction",
                "openpyxl reading the same sheet row by row",
                lambda: _upload(place, plan, sheet),
                lambda: _read(sheet),
                at_most=2,
            ),
        )


def _sheet(place: int, plan: Plan) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Events")
    sheet.append(_COLUMNS)
    for event, statements in many_events.events(place, plan, _EVENTS):
        stated = {**event, **statements[0], "title": f"Izdomāts pasākums {event['id']}"}
        sheet.append([stated[column] for column in _COLUMNS])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _upload(place: int, plan: Plan, content: bytes) -> float:
    """Return the seconds that it took; what was logged is taken away again, for the next run."""
    start = time.perf_counter()
    author = store.Author(place, _WHO, None, lambda _event: True)
    said = read(content, "events.xlsx", plan, _TODAY, Uploader("social_service", anybody=True))
    seen = store.preview(author, said)
    done = store.apply(author, plan, said, digest(seen), None, "benchmark")
    if sum(each.kind == "new" for each in done) != _EVENTS:
        raise RuntimeError("Not every event was logged.")
    took = time.perf_counter() - start
    with writing() as session:
        session.execute(delete(HeadCount))
        session.execute(delete(Event))
    return took


def _read(content: bytes) -> None:
    book = load_workbook(io.BytesIO(content), read_only=True)
    for sheet in book.worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass
