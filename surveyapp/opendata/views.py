"""Pages of open data, for everybody; and the coordinator's page where a release is put before the public."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from flask import Blueprint, Flask, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from surveyapp.core import moulds, municipalities, work
from surveyapp.core.access import Permission, require_actor, requires
from surveyapp.core.command import RefusedError
from surveyapp.ledger import publication_store
from surveyapp.ledger.publication_store import Publication
from surveyapp.opendata import api, facts, published_files, publishing, sending, words
from surveyapp.opendata.forms import NoteForm, PublishForm, WithdrawForm
from surveyapp.plans import words as statement_words
from surveyapp.releases import act_pages, late, meanings, naming, origins, parted
from surveyapp.releases import words as release_words
from surveyapp.releases.naming import Names
from surveyapp.releases.origins import Origins
from surveyapp.results import methods_page
from surveyapp.results import words as plan_words

blueprint = Blueprint("open_data", __name__, template_folder="templates")
_FORMS: Final[Mapping[str, type[FlaskForm]]] = {"publish": PublishForm, "withdraw": WithdrawForm, "note": NoteForm}
_MOST_SHOWN: Final = 100


@blueprint.get("/open-data/")
@requires(Permission.PUBLIC)
def every() -> Response:
    """List everything that is public."""
    return _page("every", _("Open data"), publications=publication_store.every())


@blueprint.get("/open-data/<place>/")
@requires(Permission.PUBLIC)
def of_place(place: str) -> Response:
    """List what one municipality has published; 404 where that is nothing, as if there were no such place."""
    found = publication_store.every(place) or abort(404)
    return _page("every", _("Open data: %(publisher)s", publisher=found[0].publisher), publications=found, place=place)


@blueprint.get("/open-data/methods")
@requires(Permission.PUBLIC)
def methods() -> Response:
    """Say how the numbers are computed; the same as for the group, without what needs an account."""
    return _fresh(methods_page.page(for_everybody=True))


@blueprint.get("/open-data/<place>/<int:number>/")
@requires(Permission.PUBLIC)
def one(place: str, number: int) -> Response:
    """Show a public release: what it is, its files and tables, what changed since the one before, what is known since."""
    found = _found(place, number)
    everything = publication_store.every(place)
    earlier, newest = facts.earlier_than(found, everything), facts.newest_after(found, everything)
    # What a release and its files hold never changes, nor do the plan and the surveys that it names; what is said of it does.
    told = (facts.told(found), earlier and facts.told(earlier), newest and newest.release.number)
    return _fresh(moulds.page_outside(told, lambda: _one(found, earlier, newest)))


def _one(found: Publication, earlier: Publication | None, newest: Publication | None) -> str:
    before, after = (earlier or found).release.document, found.release.document
    came = late.came(municipalities.find(found.place).id, before, after)
    everything_changed = facts.changed(earlier, found)
    changed = late.without(everything_changed, came)
    return render_template(
        "open_data/one.html",
        title=words.heading(found.publisher, found.release),
        one=found,
        names=_names(found),
        earlier=earlier,
        newest=newest,
        came=came,
        raised=late.raised(before, after),
        changed=changed[:_MOST_SHOWN],
        more=max(0, len(changed) - _MOST_SHOWN),
        nothing=not everything_changed,
        groups=[(kind, name, _whole(found, kind)) for kind, name in words.GROUPS],
    )


@blueprint.get("/open-data/<place>/<int:number>/<table>/")
@requires(Permission.PUBLIC)
def table(place: str, number: int, table: str) -> Response:
    """Show one table of a public release, some rows at a time, as people read them."""
    found = _found(place, number)
    part = parted.part_of(found.release.document, table, request.args.get("page", 1, type=int)) or abort(404)
    title = f"{release_words.TABLES[table]} – {words.heading(found.publisher, found.release)}"
    return _page("table", title, one=found, part=part, names=_names(found))


@blueprint.get("/open-data/<place>/<int:number>/<table>/<int:at>/")
@requires(Permission.PUBLIC)
def origin(place: str, number: int, table: str, at: int) -> Response:
    """Show what one line of a published table was counted from: what it means, of whom, when, and by which rules."""
    one = _found(place, number)
    base = url_for(".one", place=place, number=number)
    known = Origins(one.release, _names(one), lambda name, line: f"{base}{name}/{line}/", inside=False)
    found = known.origin(table, at) or abort(404)
    title = f"{origins.title(found)} – {words.heading(one.publisher, one.release)}"
    return _page("origin", title, one=one, found=found, part=parted.part_with(at))


@blueprint.get("/open-data/<place>/<int:number>/files/<name>")
@requires(Permission.PUBLIC)
def file(place: str, number: int, name: str) -> Response:
    """Give a file of a public release, the same bytes whenever somebody asks."""
    found = publication_store.file(place, number, name) or abort(404)
    return sending.answered(found.content, found.kind, found.name)


@blueprint.route("/results/releases/<int:number>/public", methods=["GET", "POST"])
@requires(Permission.PUBLISH)
def publication(number: int) -> ResponseReturnValue:
    """Publish a release made for the public, take it back, or put a note beside it."""
    release = act_pages.release_or_404(number)
    sent = act_pages.sent(_FORMS, partial(_do, number))
    if sent.done:
        return sent.done
    told = publication_store.statements(require_actor().municipality_id, number)
    page = render_template(
        "open_data/publication.html",
        title=_("Before the public: release %(number)s", number=number),
        release=release,
        told=told,
        who=statement_words.who,
        public=publication_store.is_public(told),
        sent=sent,
        kinds={
            "published": _("the release was published"),
            "withdrawn": _("the release was taken back"),
            "noted": _("a note was added"),
        },
    )
    return page, sent.status


def _do(number: int, act: str, form: FlaskForm) -> ResponseReturnValue:
    """Do what a checked form asks for. Raises RefusedError: it was done already or cannot be done any more."""
    person = require_actor()
    match form:
        case WithdrawForm():
            publication_store.withdraw(person.municipality_id, number, person.email, form.reason.data)
        case NoteForm():
            publication_store.note(person.municipality_id, number, person.email, form.text.data)
        case _:
            publishing.fit(person.municipality_id, number)  # refused while the form is still there
            title, page = _("Publishing the release"), url_for(".publication", number=number)
            return work.run(title, ("write",), lambda: _published(number), page)
    said = {
        "withdraw": _l("Release %(number)s is not public any more.", number=number),
        "note": _l("The note stands beside release %(number)s.", number=number),
    }
    flash(said[act], "info")
    return redirect(url_for(".publication", number=number))


def _published(number: int) -> ResponseReturnValue:
    person = require_actor()
    try:
        publishing.publish(person.municipality_id, number, person.email)
    except RefusedError:
        flash(_("That was done already, or cannot be done any more; this is how it stands now."), "error")
    else:
        flash(_("Release %(number)s is published; everybody may read it.", number=number), "info")
    return redirect(url_for(".publication", number=number))


def _found(place: str, number: int) -> Publication:
    return publication_store.find(place, number) or abort(404)


def _names(found: Publication) -> Names:
    """Return the names of rows, bodies, questions and answers; what they are of is published, and so are plan and questions."""
    return naming.names_of(municipalities.find(found.place).id, found.release)


def _whole(found: Publication, kind: str) -> list[publication_store.FileFacts]:
    return [each for each in found.files if published_files.group_of(each.name) == kind]


def _page(page: str, title: str, **told: object) -> Response:
    return _fresh(render_template(f"open_data/{page}.html", title=title, **told))


def _fresh(page: str | Response) -> Response:
    """Have a page asked for again each time: it is in the reader's language, and a release may have been withdrawn."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Cookie")
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {
        "open_words": words,
        "open_facts": facts,
        "meanings": meanings,
        "release_words": release_words,
        "plan_short_day": plan_words.short_day,
    }


def init_app(app: Flask) -> None:
    """Register the pages, which have their door on the first page and at the foot of every one, and the interface."""
    app.register_blueprint(blueprint)
    api.init_app(app)
