"""Show-if rules as data: which earlier answers make an item appear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Answers = Mapping[str, Sequence[str]]
"""Item id to the chosen choice ids; an item that was not answered is absent or empty."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """True if any of *choices* was chosen in *item* (or none of them, if *negated*)."""

    item: str
    choices: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """True if every part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """True if at least one part is."""

    parts: tuple["Condition", ...]


Condition = Chosen | Every | Some


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Say whether *condition* is met by *answers*; no condition is always met."""
    match condition:
        case None:
            return True
        case Chosen(item, choices, negated):
            return negated != bool(set(choices) & set(answers.get(item, ())))
        case Every(parts):
            return all(holds(part, answers) for part in parts)
        case Some(parts):
            return any(holds(part, answers) for part in parts)


def items_of(condition: Condition | None) -> frozenset[str]:
    """Return the ids of the items that *condition* looks at."""
    match condition:
        case None:
            return frozenset()
        case Chosen(item):
            return frozenset({item})
        case Every(parts) | Some(parts):
            return frozenset[str]().union(*(items_of(part) for part in parts))


def renamed(condition: Condition | None, names: Mapping[str, str]) -> Condition | None:
    """Return *condition* with the items that *names* knows (old id to new id) under their new ids."""
    match condition:
        case None:
            return None
        case Chosen(item, choices, negated):
            return Chosen(names.get(item, item), choices, negated)
        case Every(parts):
            return Every(tuple(part for old in parts if (part := renamed(old, names)) is not None))
        case Some(parts):
            return Some(tuple(part for old in parts if (part := renamed(old, names)) is not None))
