"""What lies in a sealed box, as bytes of one fixed size a wave: the answers, own words where the wave asks them, the pool."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from questionnaires.conditions import Answers
from questionnaires.survey_types import Item, Questionnaire
from surveyapp.survey import packing
from surveyapp.survey.packing import PackingError

_BLOCK: Final = 64
_POOL_BYTES: Final = 64
_LENGTH_BYTES: Final = 2
_BYTES_A_CHARACTER: Final = 4  # the most that UTF-8 takes


@dataclass(frozen=True, slots=True)
class Content:
    """What one respondent sent: item to chosen choices, item to own words, and what feedback or a game is about."""

    answers: Answers
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """What the boxes of one wave hold; every box of a wave has the same size, whatever was answered."""

    questionnaire: Questionnaire
    free_text: bool

    @property
    def written(self) -> tuple[Item, ...]:
        """The items in one's own words that the wave asks."""
        return self.questionnaire.written if self.free_text else ()

    @property
    def pooled(self) -> bool:
        """Whether a box says what it is about: feedback and games do, surveys ask for the role instead."""
        return self.questionnaire.instrument != "survey"

    @property
    def size(self) -> int:
        """The bytes of every box before it is sealed, rounded up to 64."""
        more = sum(_text_width(item) for item in self.written) + (_POOL_BYTES + 1 if self.pooled else 0)
        return packing.size(self.questionnaire) + -(-more // _BLOCK) * _BLOCK

    def pack(self, content: Content) -> bytes:
        """Return *content* as ``size`` bytes.

        Raises:
            PackingError: answers, texts or pool do not fit; the message names the item at most.
        """
        if not set(content.texts) <= {item.id for item in self.written}:
            raise PackingError("There is a text to an item that the wave does not ask.")
        texts = b"".join(_text_field(item, content.texts.get(item.id, "")) for item in self.written)
        pool = _sized((content.pool or "").encode(), _POOL_BYTES, 1) if self.pooled else b""
        return (packing.pack(self.questionnaire, content.answers) + texts + pool).ljust(self.size, b"\0")

    def unpack(self, packed: bytes) -> Content:
        """Return what *packed* holds.

        Raises:
            PackingError: these are not the bytes of a box of this wave.
        """
        if len(packed) != self.size:
            raise PackingError("The box has another size than those of its wave.")
        answers = packing.unpack(self.questionnaire, packed[: packing.size(self.questionnaire)])
        texts, pool = self.apart(packed)
        return Content(answers, texts, pool)

    def apart(self, packed: bytes) -> tuple[dict[str, str], str | None]:
        """Return the own words in *packed*, which has the right size, and what it is about.

        Raises:
            PackingError: what stands behind the answers is not of a box of this wave.
        """
        rest = packed[packing.size(self.questionnaire) :]
        texts = dict(self._texts(rest))
        used = sum(_text_width(item) for item in self.written)
        pool, used = (_read(rest, used, _POOL_BYTES, 1), used + _POOL_BYTES + 1) if self.pooled else ("", used)
        if any(rest[used:]):
            raise PackingError("The box does not end where its wave says.")
        return texts, pool or None

    def _texts(self, rest: bytes) -> Iterator[tuple[str, str]]:
        start = 0
        for item in self.written:
            text = _read(rest, start, item.longest * _BYTES_A_CHARACTER, _LENGTH_BYTES)
            if len(text) > item.longest:
                raise PackingError(f"The text of {item.id} is longer than allowed.")
            if text:
                yield item.id, text
            start += _text_width(item)


def _text_width(item: Item) -> int:
    return _LENGTH_BYTES + item.longest * _BYTES_A_CHARACTER


def _text_field(item: Item, text: str) -> bytes:
    if len(text) > item.longest:
        raise PackingError(f"The text of {item.id} is longer than allowed.")
    return _sized(text.encode(), item.longest * _BYTES_A_CHARACTER, _LENGTH_BYTES)


def _sized(content: bytes, width: int, length_bytes: int) -> bytes:
    if len(content) > width:
        raise PackingError("A part of the box is longer than its place.")
    return len(content).to_bytes(length_bytes, "big") + content.ljust(width, b"\0")


def _read(packed: bytes, start: int, width: int, length_bytes: int) -> str:
    begin = start + length_bytes
    length = int.from_bytes(packed[start:begin], "big")
    if length > width or any(packed[begin + length : begin + width]):
        raise PackingError("A part of the box is longer than its place.")
    try:
        return packed[begin : begin + length].decode()
    except UnicodeDecodeError:
        raise PackingError("A part of the box is no text.") from None
