"""The menu: many places stand under headings, a few under none, and each page says to which of them it belongs."""

import re
from html import unescape

import pytest
from flask import Flask

from surveyapp.core import menu
from surveyapp.core.access import Permission, declared
from surveyapp.staff.roles import ROLES
from tests.surveyapp.signing_in import sign_in


def shown(page: str) -> dict[str, list[str]]:
    """The menu of *page*: the names of the places under each heading; under none, the heading is empty."""
    nav = re.search(r'<nav class="menu".*?</nav>', page, re.DOTALL)
    assert nav
    parts = re.split(r'<div class="menu-part">', nav[0])[1:]
    heading = [re.search(r"<p class=[^>]* id=[^>]*>(.*?)</p>", part) for part in parts]
    places = [[unescape(name) for name in re.findall(r"<li><a [^>]*>(.*?)</a>", part)] for part in parts]
    return {found[1] if found else "": names for found, names in zip(heading, places, strict=True)}


def marked(page: str) -> list[tuple[str, str]]:
    """The places of the menu that *page* marks as where the reader is, and how."""
    nav = re.search(r'<nav class="menu".*?</nav>', page, re.DOTALL)
    assert nav
    return [(name, how) for how, name in re.findall(r'aria-current="(\w+)">(.*?)</a>', nav[0])]


def test_the_coordinators_many_places_stand_under_headings(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "coordinator")
    assert shown(client.get("/waves/").get_data(as_text=True)) == {
        "Rezultāti": ["Kopsavilkums", "Aptaujas", "Secinājumi", "Spēles rezultāti", "Laidieni", "Gada pārskats"],
        "Plāns un termiņi": ["Termiņi", "Plāns", "Plānu versijas", "Jautājumi", "Nauda", "Agrāks plāns"],
        "Pasākumi": ["Mūsu pasākumi", "Visi pasākumi", "Spēle klasēm", "Konferences"],
        "Aptauju rīkošana": ["Kārtas", "Anketas"],
        "Konts": ["Mans konts"],
    }


def test_a_few_places_stand_under_no_heading(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "administrator")
    page = client.get("/staff/people?lang=en").get_data(as_text=True)
    assert shown(page) == {"": ["Accounts", "My account"]}
    assert "<details>" not in page


@pytest.mark.parametrize("role", ROLES)
def test_headings_hide_nothing_from_anybody(one_app: Flask, role: str) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, role)
    page = client.get("/staff/account?lang=en").get_data(as_text=True)
    own = ROLES[role] | {Permission.SIGNED_IN}
    may = sorted(str(entry.name) for entry in menu.every(one_app) if declared(one_app, entry.endpoint) in own)
    assert sorted(name for names in shown(page).values() for name in names) == may


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/waves/", [("Waves", "page")]),
        ("/waves/new", [("Waves", "true")]),
        ("/results/", [("Summary", "page")]),
        ("/results/methods", []),
        ("/results/overview", [("Plan", "true")]),
        ("/results/contradictions", [("Questions", "true")]),
        ("/events/", [("Our events", "page")]),
        ("/events/log", [("Our events", "true")]),
        ("/events/all", [("All events", "page")]),
        ("/plans/upload", [("Plan versions", "true")]),
        ("/registration/new", [("Conferences", "true")]),
    ],
)
def test_each_page_says_to_which_place_it_belongs(one_app: Flask, address: str, place: list[tuple[str, str]]) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "coordinator")
    assert marked(client.get(f"{address}?lang=en").get_data(as_text=True)) == place
