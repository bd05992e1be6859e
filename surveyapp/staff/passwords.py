"""Whether a password is among those tried first: one or two common words, with numbers, signs and rows of keys."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

SHORTEST: Final = 12
LONGEST: Final = 1024
_MOST_WORDS: Final = 2
_FEW_LETTERS: Final = 4
_ROW: Final = 4
_LOOKED_AT: Final = 64  # more letters than that are never put together from two words
_KEYBOARDS: Final = (
    ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    ("abcdefghijklmnopqrstuvwxyz",),
)
_RUSSIAN_KEYS: Final = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")
_LOOKALIKES: Final = str.maketrans("013457@$!|€", "oieastasiie")
_FILE: Final = Path(__file__).with_name("common_words.txt")


def too_common(password: str, about: Iterable[str] = ()) -> bool:
    """Say whether *password* is among those that are guessed first; *about* are words that others know of the person.

    Lists of leaked passwords of twelve characters and more are nearly all of this kind: a common word or two, perhaps with
    numbers, signs or repetitions, with letters swapped for signs that look like them, or keys that lie beside each other.
    """
    text = _folded(password)
    own = {_folded(word) for word in about if len(word) > 2}  # noqa: PLR2004 - shorter ones are in everything
    if len(set(text)) <= _FEW_LETTERS or re.fullmatch(r"(.{1,7}?)\1+.?", text):
        return True
    return len(text) <= _LOOKED_AT and _covered(text, _words() | own)


def words_of(email: str) -> list[str]:
    """Return the words of an address that a password must not be put together from."""
    return [part for part in re.split(r"[^\w]+", email) if part] + re.findall(r"[^\W\d_]+", email)


def _covered(text: str, words: frozenset[str]) -> bool:
    # At each place: the sets of words with which everything before it can be put together, two at most.
    reached: list[set[frozenset[str]]] = [set() for _ in range(len(text) + 1)]
    reached[0].add(frozenset())
    longest, swapped = max(map(len, words)), text.translate(_LOOKALIKES)
    for start in range(len(text)):
        if not reached[start]:
            continue
        reached[start + _filler(text, start)] |= reached[start]
        for end in range(start + 2, min(len(text), start + longest) + 1):
            for word in {text[start:end], swapped[start:end]} & words:
                reached[end] |= {used | {word} for used in reached[start] if len(used | {word}) <= _MOST_WORDS}
    return bool(reached[-1])


def _filler(text: str, start: int) -> int:
    """Return how many characters from *start* cost nobody a thought: a digit, a sign, a repetition, keys in a row."""
    again = re.match(r"(.)\1\1+", text[start:])
    run = len(again[0]) if again else 0
    row = 1
    for here, after in pairwise(text[start:]):
        if here + after not in _neighbours():
            break
        row += 1
    return max(run, row if row >= _ROW else 0, 0 if text[start].isalpha() else 1)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    # Russian й and ё are letters of their own and stay.
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter) or letter in "\u0306\u0308")
    return unicodedata.normalize("NFC", plain)


@cache
def _words() -> frozenset[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    words = {_folded(word) for line in lines if not line.startswith("#") for word in line.split()}
    # Russian words typed while the keyboard stands on Latin letters.
    return frozenset(words | {word.translate(_RUSSIAN_KEYS) for word in words})


@cache
def _neighbours() -> frozenset[str]:
    found = set()
    for rows in _KEYBOARDS:
        keys = {key: (line, place) for line, row in enumerate(rows) for place, key in enumerate(row)}
        for one, (line, place) in keys.items():
            near = (key for key, at in keys.items() if abs(at[0] - line) <= 1 and abs(at[1] - place) <= 1 and key != one)
            found |= {one + key for key in near}
    return frozenset(found)
