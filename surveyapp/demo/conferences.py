"""Invented conferences: one to register for, one of the first day, at whose door to stand, and one whose data are deleted."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Final

from surveyapp.core import clock, purging
from surveyapp.core.access import Actor
from surveyapp.demo.past import at
from surveyapp.registration import people_store, store
from surveyapp.registration.rules import USUAL_DAYS, USUAL_FIELDS, Conference, Person, State, Terms, Words

_ROW: Final = "1.5.a"
_INSTITUTION: Final = "social_service"
_SEATS: Final = 12
_WEEKS_TO_COME: Final = 5
_WEEKS_AGO: Final = 20
_TUESDAY: Final = 1
_COMMON: Final = {
    "lv": "Kopā bērnu drošībai: izdomāta konference",
    "en": "Together for children's safety: an invented conference",
    "ru": "Вместе за безопасность детей: вымышленная конференция",
}
_TODAY: Final = {
    "lv": "Sadarbības diena: izdomāta konference",
    "en": "Day of cooperation: an invented conference",
    "ru": "День сотрудничества: вымышленная конференция",
}
"""Titles."""
_PROGRAMME: Final = {
    "lv": "10:00 Atklāšana\n10:15 Ko rāda plāna divi gadi\n12:30 Pusdienas\n13:30 Darbs četrās grupās\n15:30 Noslēgums",
    "en": "10:00 Opening\n10:15 What the plan's two years show\n12:30 Lunch\n13:30 Work in four groups\n15:30 Closing",
    "ru": "10:00 Открытие\n10:15 Что показали два года плана\n12:30 Обед\n13:30 Работа в группах\n15:30 Завершение",
}
_PEOPLE: Final = (
    ("Ilze Izdomāta", "Izdomātā pamatskola", 0, None),
    ("Jānis Izdomātais", "Izdomātā vidusskola", 0, None),
    ("Dace Izdomāta", "Izdomātais bērnudārzs", 0, "Veģetāras pusdienas"),
    ("Pēteris Izdomātais", "Sociālais dienests (izdomāts)", 1, None),
    ("Līga Izdomāta", "Krīzes centrs (izdomāts)", 1, None),
    ("Anna Izdomāta", "Bāriņtiesa (izdomāta)", 1, "Ieeja bez pakāpieniem"),
    ("Marta Izdomāta", "Ģimenes ārsta prakse (izdomāta)", 2, None),
    ("Kārlis Izdomātais", "Izdomātā klīnika", 2, None),
    ("Olga Izdomāta", "Izdomātā klīnika", 2, "Tulkojums krievu valodā"),
    ("Andris Izdomātais", "Pašvaldības policija (izdomāta)", 3, None),
    ("Zane Izdomāta", "Valsts policija (izdomāta)", 3, None),
    ("Elīna Izdomāta", "Izdomātā mūzikas skola", 0, None),
    ("Raimonds Izdomātais", "Jauniešu centrs (izdomāts)", 1, None),
    ("Sanita Izdomāta", "Izdomātā sākumskola", 0, None),
)
"""Everybody here is invented; the last two wait."""


def build(coordinator: Actor, plan_key: str) -> None:
    """Make the three conferences."""
    today = clock.today()
    earlier = today - timedelta(weeks=_WEEKS_AGO)
    earlier += timedelta((_TUESDAY - earlier.weekday()) % 7)
    _with_people(coordinator, plan_key, _terms(_COMMON, earlier), earlier - timedelta(weeks=3))
    with at(earlier + timedelta(USUAL_DAYS)):
        purging.run()
    coming = today + timedelta(weeks=_WEEKS_TO_COME)
    _with_people(coordinator, plan_key, _terms(_TODAY, today), today - timedelta(weeks=3))
    _with_people(coordinator, plan_key, _terms(_COMMON, coming + timedelta((_TUESDAY - coming.weekday()) % 7)), today)


def address(coordinator: Actor) -> str:
    """Return the path of the page of the latest conference."""
    return f"/r/{store.listed(coordinator)[0].slug}"


def _with_people(coordinator: Actor, plan_key: str, terms: Terms, made_on: date) -> None:
    with at(made_on):
        draft = store.make(coordinator, plan_key, terms)
        conference = store.go_to(coordinator, draft, State.PUBLISHED, since=frozenset({State.DRAFT}))
        for number, person in enumerate(_PEOPLE, start=1):
            _register(conference, number, person)


def _register(conference: Conference, number: int, person: tuple[str, str, int, str | None]) -> None:
    name, institution, field, needs = person
    given = Person(name, f"dalibnieks{number}@example.org", institution, field, needs, "lv")
    people_store.register(conference.id, given, f"demonstration {conference.id}/{number}", "Izdomāts pieteikums.")


def _terms(titles: Mapping[str, str], held_on: date) -> Terms:
    places = {"lv": "Koncertzāle (izdomāta)", "en": "Concert hall (invented)", "ru": "Концертный зал (вымышленный)"}
    words = {
        language: Words(
            titles[language], places[language], "", _PROGRAMME[language], tuple(USUAL_FIELDS) if language == "lv" else ()
        )
        for language in titles
    }
    return Terms(
        institution=_INSTITUTION,
        indicator=_ROW,
        held_on=held_on,
        starts=time(9, 30),
        ends=time(16),
        capacity=_SEATS,
        opens_on=None,
        deadline=held_on - timedelta(7),
        delete_on=held_on + timedelta(USUAL_DAYS),
        ask_institution=True,
        ask_field=True,
        ask_needs=True,
        contact="Izdomāta Rīkotāja, 60 000 000",
        words=words,
    )
