"""Texts that changed between two versions, language by language, and those that changed in some languages only."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from questionnaires.texts import LANGUAGES, Language, Text

Texts = tuple[str, Text | None, Text | None]
"""Which text it is, how it reads in the earlier and how in the later version."""


@dataclass(frozen=True, slots=True)
class Rewording:
    """One text in both versions; ``about`` is its item's id, ``section:ID`` and so on for parts, empty for the questionnaire.

    ``text`` says which one: ``label``, ``hint``, ``explanation``, ``title``, ``intro`` or ``choice`` with the choice's id.
    A hint, an explanation or an intro may have been added or dropped.
    """

    about: str
    text: str
    before: Text | None
    after: Text | None

    @property
    def changed_in(self) -> tuple[Language, ...]:
        """The languages in which the text reads differently."""
        return tuple(language for language in LANGUAGES if _in(self.before, language) != _in(self.after, language))

    @property
    def unchanged_in(self) -> tuple[Language, ...]:
        """The languages in which it still reads as before although it changed in another: their translation may be stale."""
        changed = self.changed_in
        return tuple(language for language in LANGUAGES if changed and language not in changed)

    @property
    def key(self) -> str:
        """A name of this text among all of one questionnaire, such as ``a_duty/label``."""
        return f"{self.about}/{self.text}"


def rewordings_of(about: str, texts: Iterable[Texts]) -> tuple[Rewording, ...]:
    """Return those of the *texts* (which one, before, after) of *about* that differ."""
    return tuple(Rewording(about, text, before, after) for text, before, after in texts if before != after)


def _in(text: Text | None, language: Language) -> str:
    return text.get(language) if text else ""


Mark = Literal["same", "gone", "new"]


def word_by_word(before: str, after: str) -> list[tuple[Mark, str]]:
    """Return how a text became another one, as runs of words that stayed, went or came; what went stands before what came."""
    old, new = before.split(), after.split()
    runs: list[tuple[Mark, str]] = []
    for _, first, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[first:end] == new[start:stop]:
            runs.append(("same", " ".join(new[start:stop])))
            continue
        runs += [("gone", " ".join(old[first:end]))] if end > first else []
        runs += [("new", " ".join(new[start:stop]))] if stop > start else []
    return runs
