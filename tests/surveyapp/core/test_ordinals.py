"""Latvian ordinals stay on one line with their noun; what goes back to the server stays as it was typed."""

import pytest
from flask import Flask

from surveyapp.core.i18n import bound, speaking

NO_BREAK = "\u00a0"


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("<p>2. aptauja</p>", f"<p>2.{NO_BREAK}aptauja</p>"),
        ("<p>Ir 2. Aptauja beidzās.</p>", None),
        ('<input value="2. aptauja"><p title="1. laidiens">', None),
        ("<textarea>2. aptauja</textarea>", None),
        ("<option>2. aptauja</option>", None),
        ("<p>a<b>5</b>. un 6. klase &gt; 7. šķira", f"<p>a<b>5</b>. un 6.{NO_BREAK}klase &gt; 7.{NO_BREAK}šķira"),
    ],
)
def test_no_line_ends_after_the_number_of_an_ordinal_and_nothing_typed_is_altered(
    one_app: Flask, page: str, wanted: str | None
) -> None:
    with one_app.test_request_context():
        with speaking("lv"):
            assert bound(page) == (wanted or page)
        with speaking("en"):
            assert bound(page) == page


def test_pages_are_bound(one_app: Flask) -> None:
    with one_app.test_request_context():
        template = one_app.jinja_env.from_string('{% extends "base.html" %}{% block content %}<p>3. laidiens</p>{% endblock %}')
        with speaking("lv"):
            page = template.render(title="2. aptauja & <b>")
    assert f"<p>3.{NO_BREAK}laidiens</p>" in page
    assert f"<h1>2.{NO_BREAK}aptauja &amp; &lt;b&gt;</h1>" in page
