"""The menu of signed-in pages: each feature adds its entries, each person sees those they may open."""

from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel.speaklater import LazyString

from surveyapp.core.access import Permission, actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the menu: where it leads, its name (translated when shown), and who sees it."""

    endpoint: str
    name: LazyString
    permission: Permission


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


def init_app(app: Flask) -> None:
    """Give templates the menu."""
    app.jinja_env.globals["menu_entries"] = visible
