"""The menu of signed-in pages: each feature adds its entries under a heading, each person sees those they may open."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from surveyapp.core.access import Permission, actor

MANY: Final = 6
"""With more places than this, headings part the menu, and on a phone it stays folded: it would fill the first screen."""


class Heading(Enum):
    """What the places of the menu are about, in the order of the menu."""

    RESULTS = "results"
    PLAN = "plan"
    EVENTS = "events"
    SURVEYS = "surveys"
    ACCOUNT = "account"


HEADINGS: Final = {
    Heading.RESULTS: _l("Results"),
    Heading.PLAN: _l("Plan and deadlines"),
    Heading.EVENTS: _l("Events"),
    Heading.SURVEYS: _l("Running surveys"),
    Heading.ACCOUNT: _l("Account"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the menu: where it leads, its name (translated when shown), who sees it, and under which heading.

    *also* names pages that are found from it though their address does not lie below its own.
    """

    endpoint: str
    name: LazyString
    permission: Permission
    heading: Heading
    also: tuple[str, ...] = ()


def add(app: Flask, *entries: Entry) -> None:
    """Add *entries* to the menu of *app*, in order."""
    app.extensions.setdefault("menu", []).extend(entries)


def every(app: Flask) -> tuple[Entry, ...]:
    """Return every entry of *app*."""
    return tuple(app.extensions.get("menu", ()))


def visible() -> tuple[Entry, ...]:
    """Return the entries that the person behind this request may open; what everybody has, such as the account, last."""
    person = actor()
    if person is None:
        return ()
    entries = every(current_app)
    own = tuple(entry for entry in entries if person.may(entry.permission))
    return own + tuple(entry for entry in entries if entry.permission is Permission.SIGNED_IN)


def parts(entries: tuple[Entry, ...]) -> tuple[tuple[LazyString | None, tuple[Entry, ...]], ...]:
    """Return *entries* under their headings; a few stand together under none."""
    if len(entries) <= MANY:
        return ((None, entries),)
    under = {heading: tuple(entry for entry in entries if entry.heading is heading) for heading in Heading}
    return tuple((HEADINGS[heading], found) for heading, found in under.items() if found)


def here(entries: tuple[Entry, ...]) -> Entry | None:
    """Return the entry to which the page of this request belongs: its own, the one that names it, or the nearest above it."""
    own = [entry for entry in entries if entry.endpoint == request.endpoint]
    named = [entry for entry in entries if request.endpoint in entry.also]
    if own or named:
        return (own or named)[-1]
    # An entry above other entries, such as /results/, would claim every page that none of them has.
    addresses = {entry.endpoint: url_for(entry.endpoint) for entry in every(current_app)}
    doors = {one for one in addresses.values() if any(_below(other, one) for other in addresses.values() if other != one)}
    above = [
        entry for entry in entries if addresses[entry.endpoint] not in doors and _below(request.path, addresses[entry.endpoint])
    ]
    return max(above, key=lambda entry: len(addresses[entry.endpoint]), default=None)


def _below(address: str, place: str) -> bool:
    return address.startswith(place.rstrip("/") + "/")


def init_app(app: Flask) -> None:
    """Give templates the menu."""
    app.jinja_env.globals["menu_entries"] = visible
    app.jinja_env.globals["menu_parts"] = parts
    app.jinja_env.globals["menu_here"] = here
