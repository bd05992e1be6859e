"""What is true of every setting: it is documented, and a wrong value is named."""

from pathlib import Path

import pytest

from surveyapp.settings import SETTINGS, SettingError, load
from surveyapp.settings_page import page

ROOT = Path(__file__).parents[2]


def test_the_page_about_settings_is_the_table_in_the_code() -> None:
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m surveyapp.settings_page > docs/settings.md"


def test_a_name_that_is_no_setting_is_refused() -> None:
    with pytest.raises(SettingError, match="SURVEYAPP_DATABSE_URL"):
        load({"SURVEYAPP_DATABSE_URL": "sqlite:///x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SURVEYAPP_BASE_URL", "survey.example.lv"),
        ("SURVEYAPP_GRACE_DAYS", "-1"),
        ("SURVEYAPP_WORKERS", "two"),
        ("SURVEYAPP_SMALLEST_BASE", "9"),
        ("SURVEYAPP_SMALLEST_DETAIL", "29"),
        ("SURVEYAPP_SMALLEST_BASE", "31"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_meaning(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        load({name: value})


def test_every_default_can_be_used() -> None:
    settings = load({})
    assert settings.database.startswith("sqlite:///")
    assert {setting.field for setting in SETTINGS} == set(type(settings).__slots__)
