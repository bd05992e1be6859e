"""How long does a results page take that is read from a release, beside a static file of the same size?"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import Flask, Response, send_file
from flask.testing import FlaskClient

from benchmarks import materials
from benchmarks.measuring import Case
from surveyapp.core import municipalities
from surveyapp.demo import build
from surveyapp.releases import making
from surveyapp.staff.commands import sign_in_address

_PAGES: Final = 10


@contextmanager
def cases(folder: Path) -> Iterator[Sequence[Case]]:
    """Yield the page of what changed between two surveys, and a static file of the same size from a bare Flask app."""
    with materials.app_in(folder) as app:
        build.everything()
        making.make(municipalities.find(None).id, "group", "benchmark")
        link = sign_in_address("group@example.org")
    client = app.test_client()
    sign_in(client, link)
    page = client.get("/results/releases/1/surveys").data
    (folder / "page.html").write_bytes(page)
    bare = _bare(folder / "page.html").test_client()
    name = f"{_PAGES} times the surveys' page of a release ({len(page) / 1000:.0f} kB)"
    yield (
        Case(name, "a static file of the same size from bare Flask", _many(client, "/results/releases/1/surveys"),
             _many(bare, "/page.html"), at_least=0.25),
    )  # fmt: skip


def sign_in(client: FlaskClient, link: str) -> None:
    """Follow a sign-in *link*; RuntimeError if that signs nobody in."""
    path = link[link.index("/staff/") :]
    found = client.get(path)
    form = found.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    if client.post(path, data={"csrf_token": form}).status_code != 302:  # noqa: PLR2004 - on to the first page
        raise RuntimeError("Nobody is signed in.")


def _many(client: FlaskClient, path: str) -> Callable[[], None]:
    def run() -> None:
        for _ in range(_PAGES):
            if client.get(path).status_code != 200:  # noqa: PLR2004 - found
                raise RuntimeError(f"{path} is not given.")

    return run


def _bare(file: Path) -> Flask:
    app = Flask("bare")

    @app.get("/page.html")
    def page() -> Response:
        return send_file(file)

    return app
