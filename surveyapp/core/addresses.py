"""E-mail addresses as people type them, and what every mail server takes."""

import re
from typing import Final

LONGEST: Final = 254
_LONGEST_LOCAL: Final = 64
# What every mail server takes (RFC 5321 without quoted and international local parts): nothing here can end a line or a header.
_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")


def as_address(text: str) -> str | None:
    """Return an address in lower case, its domain in ASCII; None if it cannot be one."""
    local, _, domain = text.strip().lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    fits = _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) and len(local) <= _LONGEST_LOCAL
    address = f"{local}@{domain}"
    return address if fits and len(address) <= LONGEST else None
