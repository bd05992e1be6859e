"""Answers as bytes of one fixed size per questionnaire, and back; no error here ever quotes an answer."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

from questionnaires.conditions import Answers
from questionnaires.survey_types import Item, Questionnaire

FORMAT: Final = 1
"""The first byte of packed answers."""
_BLOCK: Final = 64


class PackingError(ValueError):
    """Answers or bytes do not fit the questionnaire; the message names the item at most, never what was answered."""


def size(questionnaire: Questionnaire) -> int:
    """Return the bytes that any answers to *questionnaire* take: a format byte and all fields, rounded up to 64."""
    return _whole_blocks(1 + sum(_width(item) for item in questionnaire.asked))


def pack(questionnaire: Questionnaire, answers: Answers) -> bytes:
    """Return *answers* as ``size(questionnaire)`` bytes; an item that was not answered is zero.

    Raises:
        PackingError: an item or a choice is not in the questionnaire, or one place has two answers.
    """
    if not set(answers) <= {item.id for item in questionnaire.asked}:
        raise PackingError("There is an answer to an item that the questionnaire does not have.")
    fields = [_field(item, answers.get(item.id, ())).to_bytes(_width(item), "big") for item in questionnaire.asked]
    packed = bytes([FORMAT]) + b"".join(fields)
    return packed.ljust(_whole_blocks(len(packed)), b"\0")


def unpack(questionnaire: Questionnaire, packed: bytes) -> dict[str, tuple[str, ...]]:
    """Return the answers in *packed*; items that were not answered are left out, choices stand in the item's order.

    Raises:
        PackingError: these are not the packed answers of *questionnaire*.
    """
    if len(packed) != size(questionnaire) or packed[0] != FORMAT:
        raise PackingError("The packed answers are of another size or format than the questionnaire's.")
    answers: dict[str, tuple[str, ...]] = {}
    position = 1
    for item in questionnaire.asked:
        end = position + _width(item)
        chosen = choices(item, int.from_bytes(packed[position:end], "big"))
        if chosen:
            answers[item.id] = chosen
        position = end
    if any(packed[position:]):
        raise PackingError("The packed answers do not end where the questionnaire does.")
    return answers


def _whole_blocks(needed: int) -> int:
    return -(-needed // _BLOCK) * _BLOCK


def places(questionnaire: Questionnaire) -> dict[str, slice]:
    """Return where the answer to each item stands among packed answers."""
    ends = accumulate((_width(item) for item in questionnaire.asked), initial=1)
    return {item.id: slice(*place) for item, place in zip(questionnaire.asked, pairwise(ends), strict=True)}


def _width(item: Item) -> int:
    """Bytes of an item: one bit a choice for a multiple item, else the chosen choice's number from 1."""
    return (len(item.choices) + 7) // 8 if item.kind == "multiple" else (len(item.choices).bit_length() + 7) // 8


def _field(item: Item, chosen: Sequence[str]) -> int:
    places = [item.places.get(choice) for choice in chosen]
    known = [place for place in places if place is not None]
    if len(known) != len(places) or len(set(known)) != len(known):
        raise PackingError(f"The answer to {item.id} has a choice that is not there, or one twice.")
    if item.kind == "multiple":
        return sum(1 << place for place in known)
    if len(known) > 1:
        raise PackingError(f"The answer to {item.id} has more than one choice.")
    return known[0] + 1 if known else 0


def choices(item: Item, field: int) -> tuple[str, ...]:
    """Return the choices that *field*, the number in the place of *item*, stands for; none for 0.

    Raises:
        PackingError: it stands for none of the item's choices.
    """
    count = len(item.choices)
    if field >> count if item.kind == "multiple" else field > count:
        raise PackingError(f"The packed answer to {item.id} is not one of its choices.")
    if item.kind == "multiple":
        return tuple(choice.id for number, choice in enumerate(item.choices) if field >> number & 1)
    return (item.choices[field - 1].id,) if field else ()
