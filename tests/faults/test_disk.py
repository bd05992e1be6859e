"""A disk that is full, read-only or broken under a running server: everybody is told, nothing is lost, and it mends itself."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from surveyapp.core.database import reading
from surveyapp.events.models import HeadCount
from surveyapp.survey.models import SealedBox
from tests.faults.harming import failing
from tests.faults.load import LOG, People, Reply, answers, ask, event, field_of, send_file, thanked
from tests.faults.scene import Served, install
from tests.surveyapp.events.sheets import workbook

pytestmark = pytest.mark.patient
UPLOAD = "/events/upload"
FULL = "Diskā vairs nav vietas."
BROKEN = "Disks ziņo par kļūdu."
FORBIDDEN = "Lietotne nedrīkst rakstīt savā diskā."


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """A running server with codes and an organiser who is signed in."""
    made = install(tmp_path_factory.mktemp("disk") / "data", number=20)
    with Served(made) as served:
        people = People(served, 1, codes=[code.link for code in made.codes])
        people.sign_in(made.sign_in_link())
        yield people


def hidden(reply: Reply) -> list[tuple[str, str]]:
    """What the form of a page would send again."""
    form = reply.text.partition("<main")[2]
    return [(unescape(n), unescape(v)) for n, v in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)]


def stored(people: People) -> tuple[int, Counter[str]]:
    """How many boxes there are, and every event that was logged."""
    app = people.served.installation.app()
    with app.app_context(), reading() as session:
        boxes, titles = len(session.scalars(select(SealedBox.box_key)).all()), Counter(session.scalars(select(HeadCount.title)))
    app.extensions["engine"].dispose()
    return boxes, titles


@pytest.mark.parametrize(
    ("calls", "error", "told"),
    [
        ("pwrite64", "ENOSPC", FULL),
        ("pwrite64", "EROFS", BROKEN),
        ("fdatasync", "EIO", BROKEN),
    ],
)
def test_what_the_disk_refuses_is_not_lost_and_is_stored_as_soon_as_it_can_be(
    people: People, calls: str, error: str, told: str
) -> None:
    port = people.served.port
    title = f"Mācības {calls} {error}"
    before = stored(people)
    page = ask(port, LOG, cookies=people.cookies)
    _, form = answers(people.codes.pop(), 1)
    logged = {**event(page.text, title, 100), "held_on": f"2026-01-{10 + before[1].total()}"}
    with failing(people.served, calls, error):
        refused = ask(port, "/s/answer?lang=lv", form)
        kept = ask(port, f"{LOG}&lang=lv", logged, people.cookies)
        looked = ask(port, LOG, cookies=people.cookies)
    assert (refused.status, kept.status, looked.status) == (503, 503, 200)
    assert 'role="alert"' in refused.text
    assert sorted(hidden(refused)) == sorted(form)
    assert told in unescape(kept.text)
    assert dict(hidden(kept)) == logged
    assert kept.headers["Retry-After"]
    assert stored(people) == before

    assert thanked(ask(port, "/s/answer?lang=lv", hidden(refused)))
    assert ask(port, LOG, hidden(kept), people.cookies).status == 302
    assert ask(port, LOG, hidden(kept), people.cookies).status == 302  # pressed twice
    boxes, titles = stored(people)
    assert boxes == before[0] + 1
    assert titles == before[1] + Counter([title])


def test_a_sheet_of_events_for_which_the_disk_has_no_room_is_not_lost_and_is_added_whole_once_there_is_some(
    people: People,
) -> None:
    port, agree = people.served.port, f"{UPLOAD}/agree?lang=lv"
    titles = [f"Mācības no lapas {number}" for number in range(30, 60)]
    days = (date(2026, 2, 1 + number % 28) for number in range(30, 60))
    sheet = workbook(*(("1.1.a", day, title, 100, 100) for day, title in zip(days, titles, strict=True)))
    before = stored(people)
    page = ask(port, UPLOAD, cookies=people.cookies)
    with failing(people.served, "pwrite64", "ENOSPC"):
        token = {"csrf_token": field_of(page.text, "csrf_token")}
        shown = send_file(port, f"{UPLOAD}?lang=lv", sheet, token, people.cookies, "notikumi.xlsx")
        shown = followed(people, shown)
        assert shown.status == 200, "what it would do is only read"
        form = {**{name: field_of(shown.text, name) for name in ("csrf_token", "parcel", "seen")}, "reason": "Gada lapa"}
        refused = ask(port, agree, form, people.cookies)
    assert refused.status == 503
    assert FULL in unescape(refused.text)
    assert dict(hidden(refused)) == form
    assert stored(people) == before, "all of it or nothing"

    assert ask(port, agree, hidden(refused), people.cookies).status == 302
    assert ask(port, agree, hidden(refused), people.cookies).status == 409  # pressed twice: all is there already
    assert stored(people) == (before[0], before[1] + Counter(titles))


def followed(people: People, reply: Reply) -> Reply:
    """What came of some work: on a machine that is busy, a page with its steps leads there."""
    step = ""
    for _ in range(300):
        step = urlsplit(reply.headers.get("Location", "")).path or step
        if not step or "parcel" in reply.text:
            break
        time.sleep(0.2)
        reply = ask(people.served.port, f"{step}?lang=lv", cookies=people.cookies)
    return reply
