"""The command `surveyapp questionnaire codebook`: the codebook of a published version as a file."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click
from flask import render_template

from questionnaires.codebook import COLUMNS, Codebook, codebook, document, table
from questionnaires.texts import LANGUAGES
from surveyapp.core import municipalities
from surveyapp.core.command import RefusedError, in_app, municipality_option
from surveyapp.core.csv_files import MARK, csv_text
from surveyapp.core.i18n import speaking
from surveyapp.survey import questionnaire_store
from surveyapp.survey.drafting import workshop_words


@click.command("codebook")
@click.argument("reference", metavar="ID/VERSION")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File: .html, .csv or .json.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Headings of the HTML.")
@municipality_option
@in_app
def codebook_command(reference: str, out: Path, language: str, municipality: str | None) -> None:
    """Write the codebook of the published questionnaire ID/VERSION, right answers and all; the suffix says how."""
    write = _WRITERS.get(out.suffix.lower())
    if write is None:
        raise RefusedError(f"A codebook is written as .html, .csv or .json, not as {out.suffix or 'a file without suffix'!r}.")
    place = municipalities.find(municipality)
    _, asked = questionnaire_store.published(place.id, reference)
    earlier = [one.questionnaire for one in questionnaire_store.versions(place.id, asked.id) if one.version < asked.version]
    text = write(codebook(asked, earlier), language)
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    click.echo(f"The codebook of {reference} is in {out}.")


def _html(book: Codebook, language: str) -> str:
    with speaking(language):
        return str(render_template("survey/codebook_file.html", book=book, words=workshop_words, language=language))


def _csv(book: Codebook, language: str) -> str:  # noqa: ARG001 - the writers' one signature
    return MARK + csv_text(COLUMNS, table(book))


def _json(book: Codebook, language: str) -> str:  # noqa: ARG001 - the writers' one signature
    return json.dumps(document(book), ensure_ascii=False, indent=2) + "\n"


_WRITERS: Final[Mapping[str, Callable[[Codebook, str], str]]] = {".html": _html, ".csv": _csv, ".json": _json}
