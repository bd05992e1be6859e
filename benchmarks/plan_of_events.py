"""How long does a plan of 52 rows take from a million events, beside one pass over the events in SQL?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks import many_events, materials
from benchmarks.measuring import Case
from surveyapp.core import municipalities
from surveyapp.results import plan_results

EVENTS: Final = 1_000_000
_AS_OF: Final = date(2027, 1, 15)


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield the plan judged as its page needs it."""
    with materials.app_in(folder):
        place = municipalities.create("cesis", "Measured")
        plan = many_events.log(place, EVENTS)
        yield (
            Case(
                f"{len(plan.indicators)} rows judged from {EVENTS:,} events",
                "one pass over them in SQL: counts, sums and maxima by row, year and audience",
                lambda: plan_results.judged(place, _AS_OF, bundled=True),
                lambda: many_events.one_pass(place),
                at_most=3,
                runs=3,
            ),
        )
