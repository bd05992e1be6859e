"""One line of a frozen wave, read back from its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Level:
    """What one wave says about an item, one of its answers or a score; None where a number is hidden or does not exist.

    The fields are those of `analysis.levels.LevelRow`.
    """

    item: str
    choices: tuple[str, ...]
    stratum: str
    measure: str
    base: str
    n: int | None
    population: int | None
    count: int | None
    level: float | None
    low: float | None
    high: float | None
    people_low: int | None
    people_high: int | None
    least: int | None
    most: int | None
    rounding: float | None
    lumped: bool
    headline: bool
    method: str
    hidden: str | None
    band: str | None

    @property
    def everybody(self) -> bool:
        """Whether as many answered as there are, so that nothing is estimated."""
        return self.n is not None and self.n == self.population

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Level":
        """Read one object of the list of levels."""
        values = {name: row[name] for name in _NAMES}
        return cls(**values | {"choices": tuple(filter(None, row["choices"].split(";")))})


_NAMES: Final = tuple(field.name for field in fields(Level))
