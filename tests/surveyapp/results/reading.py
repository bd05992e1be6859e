"""Reading pages and files of the results as a person does."""

import csv
import html
import io
import re

from flask.testing import FlaskClient


def text(client: FlaskClient, address: str) -> str:
    """The words of a page, without its tags."""
    page = client.get(address)
    assert page.status_code == 200, page.get_data(as_text=True)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True))).split())


def table(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """The lines of a file."""
    content = client.get(address).get_data()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
