"""Sheets of events as organisers fill them in and as other programs write them."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Flask
from openpyxl import Workbook, load_workbook

from surveyapp.core import municipalities
from surveyapp.core.access import Actor
from surveyapp.events import store
from surveyapp.events.records import event_records
from surveyapp.events.rules import LoggedEvent
from surveyapp.events.upload.reading import Upload, Uploader, read
from surveyapp.plans import store as plan_store

HEADER = ("indicator", "held_on", "title", "unique_persons", "attendances")
TODAY = date(2026, 11, 21)


def workbook(*rows: Sequence[Any], header: Sequence[str] = HEADER, title: str = "Events") -> bytes:
    """A workbook with one sheet, written by another program."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in (header, *rows):
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def opened(content: bytes) -> Workbook:
    """The workbook in *content*, read by another program."""
    return load_workbook(io.BytesIO(content))


def reading(app: Flask, content: bytes, institution: str | None = "social_service", *, anybody: bool = False) -> Upload:
    """What the small plan makes of a file."""
    with app.test_request_context("/?lang=en"):
        plan = plan_store.current(municipalities.find("cesis").id)
        assert plan is not None
        return read(content, "events.xlsx", plan, TODAY, Uploader(institution, anybody))


def logged(app: Flask) -> list[tuple[str, date, str, int | None, int | None]]:
    """The events that count now: row, day, title, people, visits."""
    with app.app_context():
        records = event_records(municipalities.find("cesis").id)
    return [(each.indicator, each.held_on, each.title, each.unique_persons, each.attendances) for each in records]


def everything(app: Flask, person: Actor) -> list[LoggedEvent]:
    """Every event of the person's institution with its history."""
    with app.app_context():
        return store.own_page(person).events
