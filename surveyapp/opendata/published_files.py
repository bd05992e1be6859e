"""The files of a public release, written once when it is first published: each format, and each language for words."""

from collections.abc import Iterator
from typing import Any, Final

from questionnaires.texts import LANGUAGES
from surveyapp.core.csv_files import MARK
from surveyapp.core.downloads import XLSX
from surveyapp.core.i18n import speaking
from surveyapp.ledger.publication_store import PublicFile
from surveyapp.ledger.store import Release
from surveyapp.opendata import facts, words
from surveyapp.releases import files
from surveyapp.releases import words as release_words

CSV: Final = "text/csv; charset=utf-8"
JSON: Final = "application/json"
ZIP: Final = "application/zip"


def stem(place: str, release: Release) -> str:
    """Return how the names of files begin, with the label of made-up data."""
    return f"{place}-release-{release.number}" + ("-invented" if release.document["invented"] else "")


def group_of(name: str) -> str | None:
    """Return what kind of whole release a file is (a key of `words.GROUPS`), None for one table or a descriptor alone."""
    if name.startswith("datapackage-"):
        return None
    ends = {".xlsx": "xlsx", "-csv.zip": "csv", "-csv-excel.zip": "excel", ".json": "json"}
    found = next((kind for end, kind in ends.items() if name.endswith(end)), None)
    return "package" if "-datapackage-" in name else found


def written(place: str, publisher: str, release: Release, licence: str, base_url: str) -> Iterator[PublicFile]:
    """Yield every file of *release*; the descriptor of a data package beside the plain tables, where its paths lead."""
    begin = stem(place, release)
    plain, marked = files.csv_files(release, ""), files.csv_files(release, MARK)
    address = base_url + facts.page_of(place, release.number)
    about = _about(publisher, release, licence, address)
    yield PublicFile(f"{begin}.json", JSON, next(iter(files.json_file(release).values())))
    yield PublicFile(f"{begin}-csv.zip", ZIP, files.zipped({**plain, "notes.txt": about}))
    yield PublicFile(f"{begin}-csv-excel.zip", ZIP, files.zipped({**marked, "notes.txt": about}))
    for name, content in plain.items():
        yield PublicFile(name, CSV, content)
    for name, content in marked.items():
        yield PublicFile(name.replace(".csv", "-excel.csv"), CSV, content)
    for language in LANGUAGES:
        with speaking(language):
            more = words.notes(publisher, licence, address)
            book = files.workbook(release, more)
            package = files.data_package(release, _described(place, publisher, release, licence, address))
        yield PublicFile(f"{begin}-{language}.xlsx", XLSX, next(iter(book.values())))
        yield PublicFile(f"{begin}-datapackage-{language}.zip", ZIP, files.zipped(package))
        yield PublicFile(f"datapackage-{language}.json", JSON, package["datapackage.json"])


def _about(publisher: str, release: Release, licence: str, address: str) -> bytes:
    """Return the notes in every language as plain text: CSV itself has no place for them."""
    told: list[str] = []
    for language in LANGUAGES:
        with speaking(language):
            lines = [*release_words.notes(release), *words.notes(publisher, licence, address)]
            told += [f"{name}: {text}" for name, text in lines]
            told.append("")
    return "\r\n".join(told).encode()


def _described(place: str, publisher: str, release: Release, licence: str, address: str) -> dict[str, Any]:
    name, link = words.LICENCES[licence]
    first, last = facts.period(release.document)
    about = [f"{each}: {text}" for each, text in release_words.notes(release)]
    return {
        "name": stem(place, release),
        "title": words.heading(publisher, release),
        "description": "\n".join([words.description(release), *about]),
        "homepage": address,
        "licenses": [{"name": licence, "title": name, "path": link}],
        "contributors": [{"title": publisher, "role": "publisher"}],
        "temporal": {"start": first, "end": last},
        "invented": release.document["invented"],
    }
