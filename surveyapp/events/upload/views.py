"""Pages of uploading events: the empty sheet, the file, what it would do, and doing it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, TextAreaField

from analysis import steps
from questionnaires.plan_types import Plan
from questionnaires.problems import FileRefusedError
from surveyapp.core import clock, work
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.core.costly import costly, turn
from surveyapp.core.downloads import XLSX, download
from surveyapp.core.i18n import day, here
from surveyapp.core.text import clean
from surveyapp.events import consequences, rules, words
from surveyapp.events import store as event_store
from surveyapp.events.consequences import Consequences
from surveyapp.events.doubt_words import doubt_text
from surveyapp.events.doubts import mark_of, number_doubts
from surveyapp.events.pages import Reader
from surveyapp.events.rules import Facts, LoggedEvent
from surveyapp.events.upload import store
from surveyapp.events.upload.changes import Change, corrected_and_new, digest
from surveyapp.events.upload.parcel import Parcel, seal, unseal
from surveyapp.events.upload.reading import MOST_MB, Uploader, read
from surveyapp.events.upload.template import file_name, template
from surveyapp.events.upload.words import lines
from surveyapp.plans import store as plan_store

_REFUSED: Final = 422
_MOST_BYTES: Final = 2 * MOST_MB * 1024 * 1024
"""The largest request: a file, or what it said, which a form carries as text that is a third longer."""
_MOST_SHOWN: Final = 500
_LONGEST_REASON: Final = 2000


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The file."""

    file = FileField(_l("File with events"), [FileRequired(_l("Choose the file."))])


class AgreeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What was shown, and why logged events are corrected."""

    parcel = HiddenField()
    seen = HiddenField()
    reason = TextAreaField(_l("Reason"))


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One event of the file as the page shows it; ``differences`` are label, value now, value then."""

    place: str
    day: str
    title: str
    row: str
    numbers: str
    differences: tuple[tuple[str, str, str], ...] = ()
    event_id: int | None = None
    twin: str = ""
    near: str = ""
    doubts: tuple[str, ...] = ()


def allow_files() -> None:
    """Take larger requests than other pages do."""
    request.max_content_length = _MOST_BYTES
    request.max_form_memory_size = _MOST_BYTES


@requires(Permission.LOG_EVENTS)
@costly
def empty_sheet() -> ResponseReturnValue:
    """Hand out the sheet to fill in, in the language of the request."""
    person = require_actor()
    plan = plan_store.current(person.municipality_id)
    if plan is None:
        return redirect(url_for("events.log_event"))
    return download(template(plan, _uploader(person)), XLSX, file_name(plan, clock.today()))


@requires(Permission.LOG_EVENTS)
@costly
def upload() -> ResponseReturnValue:
    """Take a file and show every problem in it, or what it would do; nothing is written."""
    allow_files()
    person = require_actor()
    plan = plan_store.current(person.municipality_id)
    if plan is None:
        return render_template("events/no_plan.html", title=_("Upload events"))
    form = UploadForm()
    if not form.validate_on_submit():
        return _file_page(form, plan), _REFUSED if form.is_submitted() else 200
    content, name = form.file.data.read(), form.file.data.filename or ""
    title = _("Reading the file")
    return work.run(title, ("read", "check"), lambda: _told(person, plan, content, name), url_for("events.upload"))


def _told(person: Actor, plan: Plan, content: bytes, name: str) -> ResponseReturnValue:
    """Return the page that tells what a file would do, or what is wrong with it."""
    with turn():
        try:
            steps.at("read")
            said = read(content, name, plan, clock.today(), _uploader(person))
            steps.at("check")
            changes = store.preview(_author(person), said)
        except FileRefusedError as error:
            return _file_page(UploadForm(formdata=None), plan, refused=error, name=name), _REFUSED
        parcel = Parcel(said, clean(name[-100:], 200), hashlib.sha256(content).hexdigest())
        return _changes_page(person, plan, parcel, changes)


@requires(Permission.LOG_EVENTS)
def agree() -> ResponseReturnValue:
    """Do what was shown, all of it or nothing; show it again if it has become something else."""
    allow_files()
    person = require_actor()
    plan = plan_store.current(person.municipality_id)
    form = AgreeForm()
    parcel = unseal(form.parcel.data or "", person.account_id)
    if plan is None or parcel is None or parcel.upload.plan != plan.id or not form.validate_on_submit():
        flash(_("Please choose the file once more; nothing was written."), "error")
        return redirect(url_for("events.upload"))
    reason = clean((form.reason.data or "")[: 2 * _LONGEST_REASON], 4 * _LONGEST_REASON, lines=True)[:_LONGEST_REASON]
    sent = Sent(parcel, form.seen.data or "", reason, request.form.get("sure") or "")
    return work.run(_("Logging the events"), ("check", "save"), lambda: _done(person, plan, sent), url_for("events.upload"))


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody agreed to: the file as read, what was shown of it, why, and the sight of what follows."""

    parcel: Parcel
    seen: str
    reason: str
    sure: str


def _done(person: Actor, plan: Plan, sent: Sent) -> ResponseReturnValue:
    """Do what was agreed to, or show it again."""
    author, parcel, reason = _author(person), sent.parcel, sent.reason
    try:
        steps.at("check")
        changes = store.preview(author, parcel.upload)
        follow = _follow(person, plan, changes)
        if digest(changes) == sent.seen and follow and sent.sure != mark_of(follow):
            return _changes_page(person, plan, parcel, changes, reason, anew=True), 409
        steps.at("save")
        done = store.apply(author, plan, parcel.upload, sent.seen, reason, parcel.file)
    except store.ChangedMeanwhileError as error:
        return _changes_page(person, plan, parcel, error.changes, reason, meanwhile=True), 409
    except ValueError as error:
        if isinstance(error, FileRefusedError):
            return _file_page(UploadForm(formdata=None), plan, refused=error, name=parcel.name), _REFUSED
        return _changes_page(person, plan, parcel, store.preview(author, parcel.upload), unexplained=True), _REFUSED
    flash(_done_text(done), "info")
    return redirect(url_for("events.own"))


def _uploader(person: Actor) -> Uploader:
    return Uploader(person.institution, person.may(Permission.SEE_ALL_EVENTS))


def _author(person: Actor) -> store.Author:
    reader = Reader(person)
    return store.Author(person.municipality_id, person.email, person.account_id, reader.may_correct)


def _file_page(form: UploadForm, plan: Plan, refused: FileRefusedError | None = None, name: str = "") -> str:
    wrong, more = lines(refused.problems) if refused else ([], "")
    return render_template(
        "events/upload.html",
        title=_("Upload events"),
        form=form,
        plan=plan,
        wrong=wrong,
        more=more,
        name=name[-100:],
        most=MOST_MB,
    )


def _changes_page(
    person: Actor,
    plan: Plan,
    parcel: Parcel,
    changes: Sequence[Change],
    reason: str = "",
    *,
    meanwhile: bool = False,
    unexplained: bool = False,
    anew: bool = False,
) -> str:
    form = AgreeForm(formdata=None)
    form.parcel.data, form.seen.data, form.reason.data = seal(parcel, person.account_id), digest(changes), reason
    form.reason.flags.required = True
    if unexplained:
        form.reason.errors = [_("Write in a few words why; it stays visible with the old numbers.")]
    reader = Reader(person)
    usual, follow = _Usual(person, plan, reader), _follow(person, plan, changes)
    by_kind = {kind: [each for each in changes if each.kind == kind] for kind in ("new", "corrected", "repeated", "withdrawn")}
    return render_template(
        "events/upload_changes.html",
        title=_("What the file would do"),
        form=form,
        name=parcel.name,
        counts={kind: len(found) for kind, found in by_kind.items()},
        lines={kind: [_line(reader, plan, each, usual) for each in found[:_MOST_SHOWN]] for kind, found in by_kind.items()},
        most=_MOST_SHOWN,
        follow=follow,
        sure=mark_of(follow),
        anew=anew,
        meanwhile=meanwhile,
        button=_button_text(len(by_kind["new"]), len(by_kind["corrected"])),
    )


def _follow(person: Actor, plan: Plan, changes: Sequence[Change]) -> Consequences:
    return consequences.of_events(person, plan, *corrected_and_new(plan.id, changes))


class _Usual:
    """What is usual of each row and institution in the eyes of one person, read once."""

    def __init__(self, person: Actor, plan: Plan, reader: Reader) -> None:
        self._person, self._plan, self._reader = person, plan, reader
        self._events: dict[tuple[str, str], list[LoggedEvent]] = {}

    def doubts(self, change: Change, hidden: frozenset[str]) -> list[str]:
        """Return in words which numbers of an event that would be added or corrected are far from the usual."""
        if change.kind not in {"new", "corrected"}:
            return []
        place = (change.indicator, change.institution)
        if place not in self._events:
            self._events[place] = event_store.groups_of(self._person, self._plan.id, *place)
        others = [each for each in self._events[place] if change.event is None or each.id != change.event.id]
        found = number_doubts(rules.without(change.facts, hidden), self._reader.seen(others))
        return [doubt_text(each, change.facts) for each in found]


def _line(reader: Reader, plan: Plan, change: Change, usual: _Usual) -> ChangeLine:
    hidden = reader.hidden(change.event, change.event.newest) if change.event else frozenset[str]()
    indicator = rules.find_row(plan, change.indicator)
    before = change.event.newest.facts if change.event else change.facts
    differences = [
        (str(words.LABELS[name]), _said(plan, change, before, name), _said(plan, change, change.facts, name))
        for name in change.changed
    ]
    sheet = f"{change.place.sheet}, " if change.place.sheet else ""
    return ChangeLine(
        place=sheet + _("row %(row)s", row=change.place.row),
        day=day(change.facts.held_on),
        title=change.facts.title,
        row=f"{change.indicator} {here(indicator.name) if indicator else ''}",
        numbers=" · ".join(words.numbers_text(plan, change.indicator, change.facts, hidden)),
        differences=tuple(differences),
        event_id=change.event.id if change.event else None,
        twin=_("row %(row)s", row=change.twin.row) if change.twin else "",
        near=change.near.newest.facts.title if change.near else "",
        doubts=tuple(usual.doubts(change, hidden)),
    )


def _said(plan: Plan, change: Change, facts: Facts, name: str) -> str:
    return words.fact_text(plan, change.indicator, facts, name, hidden=False) or "–"


def _button_text(new: int, corrected: int) -> str:
    adds = ngettext("Add %(num)s event", "Add %(num)s events", new) if new else ""
    corrects = ngettext("correct %(num)s event", "correct %(num)s events", corrected) if corrected else ""
    if new and corrected:
        return str(_("%(adds)s and %(corrects)s", adds=adds, corrects=corrects))
    return str(adds or corrects[:1].upper() + corrects[1:])


def _done_text(done: Sequence[Change]) -> str:
    counted = {kind: sum(each.kind == kind for each in done) for kind in ("new", "corrected", "repeated")}
    parts = [
        ngettext("%(num)s event is added.", "%(num)s events are added.", counted["new"]),
        ngettext("%(num)s event is corrected.", "%(num)s events are corrected.", counted["corrected"]),
        ngettext("%(num)s was there already.", "%(num)s were there already.", counted["repeated"]),
    ]
    return " ".join(part for part, number in zip(parts, counted.values(), strict=True) if number)


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    blueprint.add_url_rule("/template.xlsx", "empty_sheet", empty_sheet)
    blueprint.add_url_rule("/upload", "upload", upload, methods=["GET", "POST"])
    blueprint.add_url_rule("/upload/agree", "upload_agree", agree, methods=["POST"])
