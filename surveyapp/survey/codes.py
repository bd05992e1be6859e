"""Invitation codes and receipts: how they look, how they are checked, and the keyed hashes under which they are kept."""

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from surveyapp.survey.keyed import box_mark, keyed
from surveyapp.survey.stretching import stretcher

ALPHABET: Final = "ABCDEFGHJKMNPQRTUVWXY346789"
"""27 characters of which no two look alike in print or handwriting."""
TYPED_LENGTH: Final = 12
RECEIPT_LENGTH: Final = 16
SALT_BYTES: Final = 16
LOOKUP_BYTES: Final = 4
_LINK_BYTES: Final = 18  # 144 bits
_LINK_LENGTH: Final = 24
_GROUP: Final = 4
_SEPARATORS: Final = frozenset(" \t\r\n-\u2010\u2011\u2012\u2013\u2014\u2212._/")
_LINK_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
# A keyboard left in Russian gives letters that look the same on the card.
_FROM_CYRILLIC: Final = str.maketrans("АВЕКМНРСТУХ", "ABEKMHPCTYX")
# OWASP's second choice for Argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2


def _times_x(element: int) -> int:
    """Multiply an element of GF(27) = GF(3)[x]/(x^3 - x - 2), written as three base-3 digits, by x (a generator)."""
    low, middle, high = element % 3, element // 3 % 3, element // 9
    return (2 * high) % 3 + 3 * ((low + high) % 3) + 9 * middle


def _minus(one: int, other: int) -> int:
    return sum((one // place - other // place) % 3 * place for place in (1, 3, 9))


def check_character(letters: str) -> str:
    """Return the check character of *letters* (up to 25 of them).

    The code word's sum in GF(27), each place weighted with another power of x, is zero: so a single wrong character and an
    exchange of any two characters are always noticed (the method of Reed-Solomon codes, Roman 1992, ch. 5).
    """
    rest = 0
    for letter in letters:
        rest = _times_x(_minus(rest, ALPHABET.index(letter)))
    return ALPHABET[rest]


@dataclass(frozen=True, slots=True)
class Code:
    """A code in its canonical form; ``link`` tells the link form from the typed one."""

    text: str
    link: bool


def read(text: str) -> Code | None:
    """Return the code that somebody typed, scanned or pasted (case, spaces, dashes do not matter); None if it is mistyped."""
    text = unicodedata.normalize("NFKC", text).strip().rpartition("#")[2]
    if len(text) == _LINK_LENGTH and set(text) <= _LINK_LETTERS:
        return Code(text, link=True)
    letters = _letters(text)
    if len(letters) != TYPED_LENGTH + 1 or not set(letters) <= set(ALPHABET):
        return None
    return Code(letters, link=False) if check_character(letters[:-1]) == letters[-1] else None


def read_receipt(text: str) -> str | None:
    """Return the letters of a receipt, None if it cannot be one of ours."""
    letters = _letters(unicodedata.normalize("NFKC", text))
    return letters if len(letters) == RECEIPT_LENGTH and set(letters) <= set(ALPHABET) else None


def _letters(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter not in _SEPARATORS).translate(_FROM_CYRILLIC)


def new_typed() -> str:
    """Return a new typed code: 12 random characters (57 bits) and the check character, without separators."""
    letters = _random_letters(TYPED_LENGTH)
    return letters + check_character(letters)


def new_link() -> str:
    """Return a new link code: 144 random bits as 24 URL-safe characters."""
    return secrets.token_urlsafe(_LINK_BYTES)


def new_receipt() -> str:
    """Return a new receipt: 16 random characters (76 bits) in groups of four."""
    return shown(_random_letters(RECEIPT_LENGTH))


def shown(letters: str) -> str:
    """Return *letters* in groups of four, as they stand on a card."""
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _random_letters(number: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(number))


class Hasher:
    """The keyed hashes of one installation; the pepper is a secret file outside the database.

    A typed code does not tell its wave. It is stretched once under a salt drawn from the pepper; a short keyed hash finds the
    few codes that it may be, and a long one with the wave's own salt tells whether it is one of them: the same work for each
    try, however many waves are running.
    """

    def __init__(self, pepper: bytes) -> None:
        self._salt = keyed(pepper, b"stretching salt")[:SALT_BYTES]
        labels = (b"typed", b"link", b"box", b"mark", b"typed lookup", b"link lookup")
        keys = (keyed(pepper, label) for label in labels)
        self._typed, self._link, self._box, self.mark_key, self._typed_lookup, self._link_lookup = keys

    def stretched(self, code: Code) -> bytes:
        """Return what the wave's hash is taken of: a typed code stretched with Argon2id, a link code (144 bits) as it is."""
        if code.link:
            return code.text.encode()
        return stretcher(PASSES, MEMORY_KIB).stretch(code.text.encode(), self._salt)

    def hash(self, code: Code, stretched: bytes, wave_salt: bytes) -> bytes:
        """Return the 32-byte hash under which *code* is kept in the wave with that salt."""
        return keyed(self._link if code.link else self._typed, wave_salt, stretched)

    def lookup(self, code: Code, stretched: bytes) -> bytes:
        """Return the 4 bytes under which *code* is looked up among the codes of all waves; others may have the same."""
        return keyed(self._link_lookup if code.link else self._typed_lookup, stretched)[:LOOKUP_BYTES]

    def box_key(self, wave_id: int, typed_hash: bytes, receipt: str) -> bytes:
        """Return the 32-byte key of the box of a code *and* a receipt; nobody can find it with one of them alone."""
        return keyed(self._box, str(wave_id).encode(), typed_hash, receipt.encode())

    def box_mark(self, wave_id: int, box_key: bytes, ciphertext: bytes) -> bytes:
        """Return the 32-byte mark of a box that this installation sealed."""
        return box_mark(self.mark_key, wave_id, box_key, ciphertext)
