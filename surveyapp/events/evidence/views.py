"""Pages of evidence files: add one, get one, remove one; never shown in the browser, only handed out as downloads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge

from surveyapp.core import purging, unfinished
from surveyapp.core.access import Actor, Permission, require_actor, requires
from surveyapp.core.backups import backup_files
from surveyapp.core.costly import costly
from surveyapp.core.doctor import checks
from surveyapp.core.doctor.checks import Finding, ok, problem
from surveyapp.core.downloads import download
from surveyapp.core.form_parts import reason_field
from surveyapp.events import consequences, doubts, rules
from surveyapp.events import store as event_store
from surveyapp.events.evidence import apart, folder, kinds, store
from surveyapp.events.evidence.kinds import FileRefusedError, Wrong
from surveyapp.events.evidence.store import Evidence
from surveyapp.events.pages import Reader
from surveyapp.events.rules import LoggedEvent

_REQUEST: Final = kinds.MOST_BYTES + 64 * 1024
_MEGABYTE: Final = 1024 * 1024


class FileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The file."""

    file = FileField(_l("File"), [FileRequired(_l("Choose the file."))])


class RemoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a file is removed."""

    reason = reason_field()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The files of an event as one person sees them: ``closed`` is how many there are that are not for them."""

    files: tuple[Evidence, ...]
    closed: int


def shelf_of(person: Actor, event: LoggedEvent, *, sensitive: bool) -> Shelf:
    """Return the files of *event* that *person* may open, and how many others are there."""
    every = store.of_event(event)
    mine = tuple(each for each in every if rules.may_open(person, event, each.account_id, sensitive=sensitive))
    return Shelf(mine, sum(each.reason is None for each in every if each not in mine))


def size_text(size: int) -> str:
    """Return a size as people say it, such as "1.4 MB"."""
    return f"{format_decimal(max(size / _MEGABYTE, 0.01), '0.0#')} MB"


@requires(Permission.LOG_EVENTS)
@costly
def add_evidence(event_id: int) -> ResponseReturnValue:
    """Take a file for an event."""
    request.max_content_length = _REQUEST
    person = require_actor()
    event = _event_or_404(person, event_id)
    try:
        form = FileForm()
    except RequestEntityTooLarge:
        form = FileForm(formdata=None)
        form.form_errors.append(_wrong_text("too_large"))
        return _add_page(person, event, form), 413
    if not form.validate_on_submit():
        return _add_page(person, event, form), 422 if form.is_submitted() else 200
    try:
        file = apart.prepare(form.file.data.read(kinds.MOST_BYTES + 1))
        added = store.add(person, event, kinds.shown_name(form.file.data.filename or "", file.kind), file)
    except FileRefusedError as error:
        form.file.errors = [_wrong_text(error.wrong)]
        return _add_page(person, event, form), 422
    except store.NoRoomError:
        form.file.errors = [_("An event holds at most %(most)s files; remove one first.", most=store.MOST)]
        return _add_page(person, event, form), 422
    except store.FullError as error:
        form.file.errors = [
            _(
                "The files of this institution hold as much as they may together (%(most)s MB); remove some that are no longer "
                "needed, or ask whoever runs the app for more room.",
                most=error.most,
            )
        ]
        return _add_page(person, event, form), 422
    flash(_("The file is kept.") if added else _("This file is here already."), "info")
    return redirect(url_for("events.event", event_id=event_id, _anchor="evidence"))


@requires(Permission.SIGNED_IN)
def evidence_file(event_id: int, file_id: int) -> ResponseReturnValue:
    """Hand out a file, to be saved and not shown."""
    person = require_actor()
    event = _event_or_404(person, event_id)
    evidence = _file_or_404(person, event, file_id)
    try:
        content = store.content_of(evidence)
    except store.DamagedFileError:
        return render_template("events/evidence_damaged.html", title=_("This file is damaged"), event_id=event_id), 500
    response = download(content, kinds.TYPES.get(evidence.kind, "application/octet-stream"), evidence.name)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@requires(Permission.LOG_EVENTS)
def remove_evidence(event_id: int, file_id: int) -> ResponseReturnValue:
    """Remove a file for a reason: its bytes go, that it was there stays."""
    person = require_actor()
    event = _event_or_404(person, event_id)
    # Whoever wrote a reason while somebody else removed the file is not sent away with it.
    evidence = _file_or_404(person, event, file_id, removed=request.method == "POST")
    form, follow = RemoveForm(), consequences.of_removal(person, event, file_id)
    sure = doubts.mark_of(follow)
    anew = bool(follow) and form.is_submitted() and request.form.get("sure") != sure
    if not anew and form.validate_on_submit():
        first = store.remove(person, event, file_id, form.reason.data)
        flash(_("The file is removed.") if first else _("The file was removed already; every reason stands beside it."), "info")
        return redirect(url_for("events.event", event_id=event_id, _anchor="evidence"))
    reader = Reader(person)
    page = render_template(
        "events/evidence_remove.html",
        title=_("Remove the file"),
        form=form,
        file=evidence,
        line=reader.line(event),
        follow=follow,
        sure=sure,
        anew=anew,
        row=reader.indicator(event),
    )
    return page, 409 if anew else 422 if form.is_submitted() else 200


def _add_page(person: Actor, event: LoggedEvent, form: FileForm) -> str:
    reader = Reader(person)
    return render_template(
        "events/evidence_add.html",
        title=_("Add an evidence file"),
        form=form,
        line=reader.line(event),
        most=kinds.MOST_MB,
        sensitive=reader.sensitive(event),
    )


def _event_or_404(person: Actor, event_id: int) -> LoggedEvent:
    try:
        return event_store.find(person, event_id)
    except event_store.UnknownEventError:
        _not_there()


def _file_or_404(person: Actor, event: LoggedEvent, file_id: int, *, removed: bool = False) -> Evidence:
    """Return a file for this person that is there (or was *removed*); any other answers like one that does not exist."""
    found = store.find(event, file_id)
    sensitive = Reader(person).sensitive(event)
    if found is None or (found.reason is not None and not removed):
        _not_there()
    if not rules.may_open(person, event, found.account_id, sensitive=sensitive):
        _not_there()
    return found


def _not_there() -> NoReturn:
    abort(404)


def _wrong_text(wrong: Wrong) -> str:
    texts: dict[Wrong, str] = {
        "empty": _("The file is empty; choose another one."),
        "too_large": _(
            "The file is larger than %(most)s MB; make it smaller, such as by scanning in grey.", most=kinds.MOST_MB
        ),
        "unknown": _("This is none of the files that are taken: PDF, PNG, JPEG, XLSX, DOCX or CSV. Save it as one of them."),
        "damaged": _("The picture is damaged or not complete; take or save it again."),
        "macros": _("The file holds macros; save it without them."),
    }
    return texts[wrong]


def add_routes(blueprint: Blueprint) -> None:
    """Add the pages of this module to the feature's."""
    files = "/<int:event_id>/evidence"
    one = f"{files}/<int:file_id>"
    blueprint.add_url_rule(files, "add_evidence", add_evidence, methods=["GET", "POST"])
    blueprint.add_url_rule(one, "evidence_file", evidence_file)
    blueprint.add_url_rule(f"{one}/remove", "remove_evidence", remove_evidence, methods=["GET", "POST"])


def init_app(app: Flask) -> None:
    """Have what an interruption left of removed files deleted, and the files put into backups."""
    purging.add(app, store.sweep, (), ())
    unfinished.on_start(app, store.sweep)
    backup_files.add(app, folder.place)
    checks.add(app, "evidence", _looked)


def _looked() -> Iterator[Finding]:
    """Look at whether every file that the database names lies here: servers that share it must share the folder too."""
    missing = store.missing()
    if missing:
        yield problem(
            "evidence",
            f"{missing} evidence files that the database names are not in {folder.place()}.",
            "Mount the folder evidence/ that the servers share, or put the files back from a backup.",
        )
    else:
        yield ok("evidence", "Every evidence file that the database names is there.")
