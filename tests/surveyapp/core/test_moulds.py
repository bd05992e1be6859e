"""Pages out of a mould: to the letter what would be drawn, and nothing of anybody's stays in it."""

import gzip

import pytest
from flask import Flask

from surveyapp.core import moulds


def drawn(values: moulds.Values) -> str:
    """A page with two places, one of them twice."""
    return f'<p title="{values["one"]}">ā {values["two"]}</p>{values["one"]}'


@pytest.mark.parametrize(
    "values",
    [{"one": "rXczB3u79-LbOf_8", "two": "9HGP-YVRE"}, {"one": "", "two": "x" * 5000}, {"one": "with a space", "two": "ā"}],
)
def test_a_page_is_to_the_letter_what_is_drawn_packed_or_not(one_app: Flask, values: moulds.Values) -> None:
    for _again in range(2):
        with one_app.test_request_context():
            assert moulds.page("this", values, drawn).get_data(as_text=True) == drawn(values)
        with one_app.test_request_context(headers={"Accept-Encoding": "gzip"}):
            packed = moulds.page("this", values, drawn)
            whole = packed.get_data()
            assert (gzip.decompress(whole) if packed.content_encoding == "gzip" else whole).decode() == drawn(values)


def test_nothing_that_was_put_into_a_page_stays_in_the_worker(one_app: Flask) -> None:
    for number in range(3):
        with one_app.test_request_context():
            moulds.page("this", {"one": f"code{number}", "two": f"receipt{number}"}, drawn)
    kept = repr(one_app.extensions["moulds"])
    assert "this" in kept
    assert not any(word in kept for word in ("code0", "code1", "code2", "receipt0"))


def test_a_page_of_somebody_who_is_signed_in_here_is_drawn(one_app: Flask) -> None:
    with one_app.test_request_context(headers={"Cookie": "session=x"}):
        assert moulds.page("own", {"one": "1", "two": "2"}, drawn).get_data(as_text=True) == drawn({"one": "1", "two": "2"})
    assert "moulds" not in one_app.extensions
