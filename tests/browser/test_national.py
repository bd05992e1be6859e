"""The national view in a browser: a coordinator hands a release over, and a national coordinator compares, also on a phone."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import check
from tests.surveyapp.national.test_comparison import PAGE, furnish
from tests.surveyapp.national.towns import TOWNS, hand_over
from tests.surveyapp.opendata.test_foreign_readers import address
from tests.surveyapp.opendata.test_open_data import one_app
from tests.surveyapp.signing_in import sign_in

__all__ = ["address", "furnish", "one_app"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def opened(browser: Browser, address: str, app: Flask, role: str, width: int, municipality: str = "cesis") -> Page:
    """A page of somebody new who is signed in, in Latvian."""
    client = app.test_client()
    sign_in(client, app, role, email=f"{role}-{width}@example.org", municipality=municipality)
    cookie = client.get_cookie("session")
    assert cookie
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800}, locale="lv-LV")
    context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    return context.new_page()


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.patient)])
def test_a_coordinator_hands_over_and_a_national_coordinator_compares(
    browser: Browser, address: str, one_app: Flask, width: int
) -> None:
    first, *others = TOWNS
    hand_over(one_app, *others[:4])
    reader = opened(browser, address, one_app, "national", width)
    reader.goto("/national/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Pašvaldību salīdzinājums")
    check(reader, f"four municipalities at {width}")
    assert reader.locator(f'a[href="{PAGE}"]').count() == 0
    desk = opened(browser, address, one_app, "coordinator", width, municipality=first)
    desk.goto("/results/releases/1")
    desk.locator('a[href="/results/releases/1/national"]').click()
    expect(desk.locator("#agreed")).to_be_visible()
    check(desk, f"the coordinator's page at {width}")
    desk.locator("#agreed").check()
    desk.get_by_role("main").get_by_role("button").click()
    expect(desk.locator("#reason")).to_be_visible()
    check(desk, f"handed over at {width}")
    reader.goto("/national/")
    reader.locator(f'a[href="{PAGE}"]').click()
    expect(reader.locator("figure").first).to_be_visible()
    reader.locator("main summary").last.click()
    check(reader, f"the comparison at {width}")
    reader.locator(f'a[href="{PAGE}/duty"]').click()
    expect(reader.locator("#figure-favourable-duty")).to_be_visible()
    check(reader, f"one question at {width}")
    for page in (reader, desk):
        page.context.close()
