"""Text in the three languages of the app, and the list of those languages."""

from dataclasses import dataclass
from typing import Final, Literal, cast

Language = Literal["lv", "en", "ru"]
LANGUAGES: Final[tuple[Language, ...]] = ("lv", "en", "ru")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Latvian, English and Russian; never empty in any of them."""

    lv: str
    en: str
    ru: str

    def get(self, language: str) -> str:
        """Return the text in *language*; Latvian, the app's first language, for any other code."""
        return cast("str", getattr(self, language)) if language in LANGUAGES else self.lv
