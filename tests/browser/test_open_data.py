"""Open data in a browser: somebody without an account finds a table on a phone, in three languages, without a barrier."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looks import check
from tests.surveyapp.opendata.test_foreign_readers import address
from tests.surveyapp.opendata.test_open_data import BASE, furnish, one_app

__all__ = ["address", "furnish", "one_app"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_visitor_reads_a_published_table_on_a_phone_and_on_a_desk(browser: Browser, address: str) -> None:
    for language, width in (("lv", 320), ("ru", 320), ("en", 1280)):
        page = browser.new_page(base_url=address, viewport={"width": width, "height": 800})
        page.goto(f"/?lang={language}")
        page.locator('a[href="/open-data/"]').click()
        check(page, f"the list at {width}")
        page.locator("h2 a").click()
        expect(page.locator("dl")).to_be_visible()
        check(page, f"the release at {width}")
        page.locator(f'a[href="{BASE}plan_targets/"]').click()
        expect(page.get_by_role("table")).to_be_visible()
        check(page, f"the table at {width}")
        page.goto("/open-data/methods")
        check(page, f"the methods at {width}")
        page.context.close()
