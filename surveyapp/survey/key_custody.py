"""What the doctor looks at about waves' keys: opened waves whose key's end nobody attested, closed ones that wait for it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from surveyapp.core import clock, municipalities
from surveyapp.core.doctor.checks import Finding, ok, warning
from surveyapp.survey import key_end_store, wave_store
from surveyapp.survey.rules import State

_PATIENCE: Final = timedelta(days=14)


def looked() -> Iterator[Finding]:
    """Look at every wave's key: once a wave is opened, a key that is kept makes old backups readable."""
    alive, waiting, unscrubbed = list[str](), list[str](), list[str]()
    for place in municipalities.every_id():
        for wave in wave_store.waves(place):
            if wave.state is State.SCRUBBED and wave.public_key and not key_end_store.key_destroyed(wave):
                alive.append(wave.name)
            if wave.state is State.OPENED:
                unscrubbed.append(wave.name)
            if wave.state in {State.OPEN, State.CLOSED} and clock.today() - wave.closes > _PATIENCE:
                waiting.append(wave.name)
    if alive:
        yield warning(
            "key custody",
            f"Nobody attested that the key of {', '.join(alive)} is destroyed: with it, old backups can be read.",
            "The data steward destroys every copy and says so on the wave's page.",
        )
    if unscrubbed:
        yield warning("key custody", f"The opening of {', '.join(unscrubbed)} has left traces to remove.", "surveyapp init")
    if waiting:
        yield warning(
            "key custody",
            f"{', '.join(waiting)} ended more than two weeks ago and is not opened.",
            "The data steward opens it, or the coordinator says why not: a key that lies about is a risk.",
        )
    if not (alive or unscrubbed or waiting):
        yield ok("key custody", "No key of an opened wave is kept, as far as was attested.")
