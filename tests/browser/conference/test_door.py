"""The door of a conference on phones: by code, by name, walk-ins, two doors of which one is offline, no scripts."""

import re
import subprocess

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conference.pages import PEOPLE, Phone, Scene, link_for_helpers, looked_at, registers, row, scanned, total
from tests.browser.looks import walked

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_scanned_code_checks_in_after_one_tap(scene: Scene, phone: Phone) -> None:
    guest, helper = phone(), phone()
    guest.goto(scene.own_links[0])
    looked_at(guest, "own page with the code")
    code = scanned(guest)
    helper.goto(code)
    looked_at(helper, "a code where there is no door")
    expect(helper.locator("main")).not_to_contain_text("Žanete")
    helper.goto(link_for_helpers(scene))
    looked_at(helper, "door of helpers")
    expect(helper.locator("main")).not_to_contain_text("@")
    helper.goto(code)
    looked_at(helper, "ticket")
    helper.get_by_role("button", name="Atzīmēt").click()
    expect(helper.get_by_role("status")).to_contain_text("Ierašanās atzīmēta.")
    looked_at(helper, "ticket, checked in")
    helper.get_by_role("link", name="Uz ieejas sarakstu").click()
    expect(total(helper)).to_have_text("1")
    guest.reload()
    expect(guest.get_by_text("Jūsu ierašanās ir atzīmēta.")).to_be_visible()
    looked_at(guest, "own page afterwards")


def test_a_name_is_found_while_typing_without_diacritics_and_taken_back_with_a_trace(scene: Scene) -> None:
    page = scene.desk
    page.goto(scene.door)
    looked_at(page, "door")
    page.get_by_role("searchbox").fill("ozolins girts")
    expect(row(page, "Žanete")).to_be_hidden()
    row(page, "Ģirts").get_by_role("button", name="Atzīmēt").click()
    expect(row(page, "Ģirts").get_by_text("ir klāt")).to_be_visible()
    expect(total(page)).to_have_text("1")
    row(page, "Ģirts").get_by_role("button", name="Atsaukt").click()
    expect(total(page)).to_have_text("0")
    page.get_by_role("searchbox").fill("nav tāda")
    expect(page.get_by_text("Neviens neatbilst")).to_be_visible()
    page.goto(scene.door)
    page.get_by_text("Atsauktās atzīmes").click()
    looked_at(page, "door with a trace")
    assert list(walked(page, "Tab")) == []


def test_two_doors_of_which_one_is_offline_count_everybody_once(scene: Scene, phone: Phone) -> None:
    link = link_for_helpers(scene)
    first, second = phone(), phone()
    first.goto(link)
    second.goto(link)
    second.context.set_offline(offline=True)
    for name in PEOPLE[:2]:
        row(second, name).get_by_role("button", name="Atzīmēt").click()
    second.get_by_label(re.compile("^Vārds")).fill("Garāmgājēja Izdomāta")
    second.get_by_label("Izglītība").check()
    second.get_by_role("button", name="Pieskaitīt dalībnieku").click()
    expect(second.locator("[data-waiting]")).to_have_text("Gaida nosūtīšanu: 3")
    looked_at(second, "offline")
    kept = str(second.evaluate("JSON.stringify(sessionStorage)"))
    assert "check_in" in kept
    assert "Izdom" not in kept
    row(first, PEOPLE[0]).get_by_role("button", name="Atzīmēt").click()
    expect(total(first)).to_have_text("1")
    second.context.set_offline(offline=False)
    expect(second.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    expect(total(second)).to_have_text("3")
    expect(total(first)).to_have_text("3", timeout=20_000)  # the other door learns of it by itself
    first.locator("[data-walked] a").click()
    expect(first.get_by_text("Garāmgājēja Izdomāta")).to_be_visible()
    expect(first.locator("[data-walked]")).to_be_hidden()
    expect(first.locator("[data-newer]")).to_be_hidden()
    registers(phone(), scene.own_links[0].partition("/own/")[0], "Jauna Pieteikusies (izdomāta)")
    expect(first.locator("[data-newer]")).to_be_visible(timeout=20_000)  # or they would be taken for a walk-in
    first.locator("[data-newer] a").click()
    expect(row(first, "Jauna Pieteikusies (izdomāta)")).to_be_visible()


def test_an_answer_that_is_lost_on_the_way_does_not_count_twice(scene: Scene, phone: Phone) -> None:
    page = phone()
    page.goto(link_for_helpers(scene))
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # it reaches the server, its answer does not come back
            route.abort()
        else:
            route.continue_()

    page.route("**/r/door/*", lose_the_first)
    page.get_by_label("Izglītība").check()
    page.get_by_role("button", name="Pieskaitīt dalībnieku").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden(timeout=20_000)
    assert lost == [200]
    expect(total(page)).to_have_text("1")


def test_a_certificate_is_downloaded_read_and_checked_and_the_head_count_logged(scene: Scene, phone: Phone) -> None:
    desk, guest = scene.desk, phone()
    row(desk, "Žanete").get_by_role("button", name="Atzīmēt").click()
    expect(total(desk)).to_have_text("1")
    guest.goto(scene.own_links[0])
    with guest.expect_download() as download:
        guest.get_by_role("button", name="Apliecinājums par dalību").click()
    command = ["pdftotext", "-layout", str(download.value.path()), "-"]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Žanete Bērziņa (izdomāta)" in words
    code = re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){3}", words)
    assert code
    guest.goto("/r/verify")
    looked_at(guest, "check of a code")
    guest.get_by_label("Apliecinājuma kods").fill(code[0])
    guest.get_by_role("button", name="Pārbaudīt").click()
    expect(guest.get_by_role("status")).to_contain_text("Derīgs.")
    expect(guest.locator("main")).not_to_contain_text("Žanete")
    looked_at(guest, "a valid code")
    guest.goto("/r/verify?code=AAAA")
    looked_at(guest, "a code that attests nothing")
    desk.goto(scene.door.replace("/door", "/certificates"))
    looked_at(desk, "certificates")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Lejupielādēt visus").click()
    assert download.value.suggested_filename.endswith(".pdf")
    desk.goto(scene.door.replace("/door", "/head-count"))
    looked_at(desk, "head count")
    desk.get_by_role("button", name="Reģistrēt dalībnieku skaitu").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Kopā bērnu drošībai")
    desk.goto(scene.door.replace("/door", "/head-count"))
    expect(desk.get_by_text("Pasākums ir reģistrēts ar šiem skaitļiem.")).to_be_visible()
    looked_at(desk, "head count, logged")


def test_the_door_works_without_scripts_and_paper_is_typed_in(scene: Scene, phone: Phone) -> None:
    page = phone(script=False)
    page.goto(link_for_helpers(scene))
    page.get_by_role("searchbox").fill("berzina")
    page.get_by_role("button", name="Meklēt").click()
    expect(page.locator("[data-guest]")).to_have_count(1)
    row(page, "Žanete").get_by_role("button", name="Atzīmēt").click()
    expect(page.get_by_text("Ierašanās atzīmēta.")).to_be_visible()
    page.get_by_label("Izglītība").check()
    page.get_by_role("button", name="Pieskaitīt dalībnieku").click()
    expect(total(page)).to_have_text("2")
    desk = scene.desk
    desk.goto(f"{scene.door}/print")
    looked_at(desk, "list for ticking")
    desk.goto(f"{scene.door}/ticked")
    desk.get_by_label("Līga").check()
    desk.get_by_label("Veselība").last.fill("2")
    looked_at(desk, "typing in")
    desk.get_by_role("button", name="Atzīmēt").click()
    expect(total(desk)).to_have_text("5")
