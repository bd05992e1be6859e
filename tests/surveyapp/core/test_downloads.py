"""Files are saved under their names, whatever letters stand in them."""

import pytest
from flask import Flask

from surveyapp.core.downloads import download


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("events.csv", "attachment; filename=events.csv"),
        ("apliecība.pdf", "attachment; filename=aplieciba.pdf; filename*=UTF-8''apliec%C4%ABba.pdf"),
        ("отчёт 2026.pdf", "attachment; filename=\" 2026.pdf\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82%202026.pdf"),
    ],
)
def test_a_name_goes_out_in_plain_letters_and_as_it_is(one_app: Flask, name: str, told: str) -> None:
    with one_app.test_request_context():
        assert download(b"x", "application/pdf", name).headers["Content-Disposition"] == told
