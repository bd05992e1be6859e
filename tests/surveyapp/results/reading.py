"""Reading pages and files of the results as a person does."""

import csv
import html
import io
import re
import struct
from xml.etree import ElementTree as ET

import lxml.html
from flask.testing import FlaskClient

SVG = "{http://www.w3.org/2000/svg}"
_FIGURE = re.compile(r'href="(/results/figures/[^"]+)"')


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


def figures(client: FlaskClient, page: str, lang: str = "en") -> list[lxml.html.HtmlElement]:
    """The figures of a page as they stand in it."""
    found: list[lxml.html.HtmlElement] = lxml.html.fromstring(client.get(f"{page}?lang={lang}").get_data(as_text=True)).xpath(
        "//figure[@class='figure']"
    )
    assert found, page
    return found


def files(figure: lxml.html.HtmlElement) -> dict[str, str]:
    """The addresses of a figure's files by their kind."""
    return {link.text: link.get("href") for link in figure.xpath(".//p[contains(@class, 'files')]/a")}


def words(element: lxml.html.HtmlElement) -> str:
    """The words of a part of a page."""
    return " ".join(element.text_content().split())


def check_files(client: FlaskClient, figure: lxml.html.HtmlElement) -> None:
    """Fail unless a figure's finding, text and table stand the same on the page and in its files."""
    finding = words(figure.xpath(".//*[contains(@class, 'finding')]")[0])
    addresses = files(figure)
    assert finding
    assert list(addresses) == ["SVG", "PNG", "CSV"]
    drawn = ET.fromstring(client.get(addresses["SVG"]).get_data(as_text=True))  # noqa: S314 - made by the app
    assert drawn.findtext(f"{SVG}title") == finding
    told = drawn.findtext(f"{SVG}desc")
    assert told
    assert told == figure.xpath(".//*[local-name()='desc']")[0].text
    picture = client.get(addresses["PNG"]).get_data()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">I", picture[16:20])[0] > 1000
    lines = list(csv.reader(io.StringIO(client.get(addresses["CSV"]).get_data().decode("utf-8-sig"))))
    shown = [[_plain(words(cell)) for cell in row.xpath("./*")] for row in figure.xpath(".//table//tr")]
    assert [[_plain(" ".join(cell.split())) for cell in line] for line in lines] == shown


def figure_files(client: FlaskClient, *pages: str) -> dict[str, bytes]:
    """Every file of every figure of some pages, by its address."""
    found = (address for page in pages for address in _FIGURE.findall(client.get(page).get_data(as_text=True)))
    return {address: client.get(html.unescape(address)).get_data() for address in sorted(set(found))}


def _plain(cell: str) -> str:
    """A cell without the sign and the marks of thousands that only the page writes; a dash there is an empty cell."""
    number = cell.lstrip("-\u2212+'").replace(",", "")
    return number.removesuffix(".0") if number != "\u2013" else ""
