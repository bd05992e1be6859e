"""The language of a page: asked for in the address, remembered in a cookie, Latvian otherwise."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from babel import dates as babel_dates
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, force_locale, format_datetime, format_decimal, get_locale
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from questionnaires.texts import LANGUAGES, Text
from surveyapp.core.access import Permission, declared

_COOKIE: Final = "lang"
_YEAR: Final = 365 * 24 * 3600
_LOCALES: Final = {"en": "en_GB"}  # 20 January 2027, as in Europe
_OPEN: Final = frozenset({"page", "next"})
"""What pages for everybody keep of their address when the language changes: a part of a table, and where signing in leads."""
_ORDINAL: Final = re.compile(r"(?<=\d\.) (?=[a-zāčēģīķļņšūž])")
"""After an ordinal, as in Latvian “2. aptauja”; after the point of a sentence stands a capital."""
_AS_TYPED: Final = ("<textarea", "<option", "<script", "<style")
"""What stands in these goes back to the server or to a program as it is."""
_SECRET: Final = re.compile("code|receipt|token|secret|key|pass", re.IGNORECASE)


def language() -> str:
    """Return the language of this request: ``lv``, ``en`` or ``ru``."""
    if "language" not in g:
        asked = (request.args.get("lang"), _in_form(), request.cookies.get(_COOKIE))
        g.language = next((code for code in asked if code in LANGUAGES), LANGUAGES[0])
    found: str = g.language
    return found


def language_link(code: str) -> str:
    """Return the link to this same page in the language *code*: with its filters and its place in a list, and no secret.

    Respondents' pages have nothing to keep, and other pages for everybody next to nothing, so that no link can plant it there.
    """
    return "?" + urlencode([("lang", code), *((name, value) for name, value in request.args.items(multi=True) if _kept(name))])


def _kept(name: str) -> bool:
    if name == "lang" or _SECRET.search(name) or request.endpoint is None or request.path.startswith("/s/"):
        return False
    return name in _OPEN or declared(current_app, request.endpoint) is not Permission.PUBLIC


def bound(page: str) -> Markup:
    """Return the markup of a page with no-break spaces after ordinals, whose number would stand alone at the end of a line."""

    def space(found: re.Match[str]) -> str:
        tag = page.rfind("<", 0, found.start())
        inside = page.rfind(">", 0, found.start()) < tag
        return " " if inside or page.startswith(_AS_TYPED, tag) else "\u00a0"

    return Markup(_ORDINAL.sub(space, page) if language() == LANGUAGES[0] else page)  # noqa: S704 - markup already


def _locale() -> str:
    return _LOCALES.get(language(), language())


def _in_form() -> str | None:
    if request.method in {"GET", "HEAD"}:
        return None  # no form came, and to look for one is a twentieth of the page
    try:
        return request.form.get("lang")
    except RequestEntityTooLarge:
        return None  # the page that says so needs a language as well


def here(text: Text | None) -> str:
    """Return *text* in the language of this request; nothing for no text."""
    if text is None:
        return ""
    locale = get_locale()
    return text.get(locale.language if locale else LANGUAGES[0])


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have everything inside said in *language*, whatever the request asks for; also where there is no request."""
    before = g.get("language")
    g.language = language
    try:
        with force_locale(_LOCALES.get(language, language)):
            yield
    finally:
        if before is None:
            g.pop("language", None)
        else:
            g.language = before


def day(value: date) -> str:
    """Return a date as people of this request's language write it."""
    return day_in(value, str(get_locale() or LANGUAGES[0]))


def day_in(value: date, locale: str) -> str:
    """Return a date as people of *locale* (a language, or one with its country) write it, with no point of an abbreviation."""
    # "2026 г." before the point that ends a sentence would end it twice.
    pattern = "d MMMM y 'года'" if locale.startswith("ru") else "long"
    return str(babel_dates.format_date(value, pattern, locale=locale))


def moment(value: datetime) -> str:
    """Return a moment (UTC) in Latvian time, as people of this request's language write it."""
    return str(format_datetime(value, "medium"))


def init_app(app: Flask, packages: Sequence[str] | None = None) -> None:
    """Have the texts of *packages* translated, by default of all; remember the language that was asked for."""
    root = Path(app.root_path)
    folders = sorted(str(path) for name in packages or ("*",) for path in root.glob(f"{name}/translations"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders)
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Riga"
    Babel(app, locale_selector=_locale)
    app.jinja_env.globals.update(language=language, language_link=language_link, languages=LANGUAGES, here=here)
    app.jinja_env.filters.update(day=day, moment=moment, number=format_decimal, bound=bound)
    app.after_request(_remember)


def _remember(response: Response) -> Response:
    asked = request.args.get("lang")
    # What caches may keep for everybody must set nobody's language, and what programs read has none.
    page = response.mimetype == "text/html" and not response.cache_control.public
    if page and asked in LANGUAGES and request.cookies.get(_COOKIE) != asked:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(_COOKIE, asked, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
