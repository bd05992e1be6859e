"""Pages that are the same for everybody but in a few places: drawn and compressed once, then only the places are filled.

A mould holds nothing of a respondent's own. What is put into its places is not compressed beside the rest of the page, so that
the length of the answer tells nothing of it.
"""

import re
import secrets
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from flask import Response, current_app, request, session

from surveyapp.core import municipalities
from surveyapp.core.access import actor
from surveyapp.core.i18n import language

Values = Mapping[str, str]
_KEY: Final = "moulds"
_INSIDE: Final = "moulds of pages inside"
_OUTSIDE: Final = "moulds of pages outside"
"""Each apart, so that readers of many releases do not push out the pages that respondents wait for."""
_MOST: Final = 128
"""Moulds of each kind that a worker keeps: pages of every language and wave that is answered now, or of released surveys."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]*")
"""What looks the same in a page, in an attribute and in an address; anything else is drawn with its page."""
_MESSAGES: Final = "_flashes"
"""Where the framework keeps messages in the session until a page shows them."""
_MARK: Final = secrets.token_hex(16)
_HEAD: Final = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
_END: Final = b"\x03\0"  # an empty last block
_WHOLE: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Mould:
    """A page in pieces, plain and compressed (RFC 1951), and the name of the place after each piece but the last."""

    plain: tuple[bytes, ...]
    packed: tuple[bytes, ...]
    places: tuple[str, ...]

    def filled(self, values: Values, *, packed: bool) -> bytes:
        """Return the page with *values* in its places, as gzip (RFC 1952) if ``packed``."""
        put = [values[name].encode() for name in self.places]
        page = b"".join(part for pair in zip_longest(self.plain, put, fillvalue=b"") for part in pair)
        if not packed:
            return page
        inner = b"".join(part for pair in zip_longest(self.packed, map(_stored, put), fillvalue=b"") for part in pair)
        return _HEAD + inner + _END + zlib.crc32(page).to_bytes(4, "little") + (len(page) & _WHOLE).to_bytes(4, "little")


def page(what: Hashable, values: Values, draw: Callable[[Values], str]) -> Response:
    """Return ``draw(values)``, out of a mould where that looks the same.

    *what* names everything on the page that *values* do not settle, but for language and whether demonstration data are there.
    Whoever is signed in here may have a message waiting, and an app below another address has other links: theirs are drawn.
    """
    own = request.script_root or current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if own or not all(_PLAIN.fullmatch(value) for value in values.values()):
        return Response(draw(values), mimetype="text/html")
    return _filled(_kept((what, language(), municipalities.any_demo()), values, draw), values)


def page_inside(what: Hashable, draw: Callable[[], str]) -> Response:
    """Return ``draw()``, a page for people who are signed in, out of a mould of their municipality and what they may do.

    *what* names everything on the page but that, its address, its language and whether demonstration data are there; nothing
    on it may be one person's own. A message that waits for somebody is told on a page that is drawn for them, and so is what
    they have in the address, which the links to other languages keep.
    """
    person = actor()
    if person is None or request.script_root or _MESSAGES in session or request.args.keys() - {"lang"}:
        return Response(draw(), mimetype="text/html")
    who = (person.municipality_id, person.permissions)
    key = (what, request.path, who, language(), municipalities.any_demo())
    return _filled(_kept(key, {}, lambda _values: draw(), _INSIDE), {})


def page_outside(what: Hashable, draw: Callable[[], str]) -> Response:
    """Return ``draw()``, a page for everybody, out of a mould for all who are not signed in; otherwise as `page_inside`."""
    signed_in = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if signed_in or request.script_root or request.args.keys() - {"lang"}:
        return Response(draw(), mimetype="text/html")
    key = (what, request.path, language(), municipalities.any_demo())
    return _filled(_kept(key, {}, lambda _values: draw(), _OUTSIDE), {})


def _filled(mould: Mould, values: Values) -> Response:
    packed = bool(request.accept_encodings["gzip"])
    response = Response(mould.filled(values, packed=packed), mimetype="text/html")
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _kept(key: Hashable, values: Values, draw: Callable[[Values], str], room: str = _KEY) -> Mould:
    moulds: OrderedDict[Hashable, Mould] = current_app.extensions.setdefault(room, OrderedDict())
    found = moulds.get(key)
    if found is None:
        found = moulds[key] = _cast(draw({name: f"{_MARK}{name}." for name in values}))
        while len(moulds) > _MOST:
            moulds.popitem(last=False)
    return found


def _cast(drawn: str) -> Mould:
    parts = re.split(rf"{_MARK}(\w+)\.", drawn)
    plain = tuple(part.encode() for part in parts[::2])
    return Mould(plain, tuple(map(_deflated, plain)), tuple(parts[1::2]))


def _deflated(piece: bytes) -> bytes:
    """Return *piece* compressed so that it stands for itself and ends with a byte."""
    packing = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return packing.compress(piece) + packing.flush(zlib.Z_FULL_FLUSH)


def _stored(piece: bytes) -> bytes:
    """Return *piece* (shorter than 64 kB) as a block that is not compressed."""
    return b"\0" + len(piece).to_bytes(2, "little") + (len(piece) ^ 0xFFFF).to_bytes(2, "little") + piece
