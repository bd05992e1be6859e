"""The command `surveyapp wave invite`: codes for a wave, as a list or as cards."""

import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app

from questionnaires.texts import LANGUAGES, Language
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, in_app, municipality_option
from surveyapp.core.csv_files import guarded
from surveyapp.settings import Settings
from surveyapp.survey import cards, wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.key_files import NewFiles
from surveyapp.survey.wave_store import NewCode

_file = click.Path(path_type=Path, dir_okay=False)
_wave = click.argument("wave_name", metavar="WAVE")


@click.command()
@_wave
@click.option("--count", required=True, type=int, help="How many codes; some more than people, as spares.")
@click.option("--group", default=None, help="Whom they are for; needs ten codes or more, its response can be told then.")
@click.option("--out", required=True, type=_file, help="New file: .csv (code,link,group) or .pdf (cards to cut out).")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="lv", show_default=True, help="Language of cards.")
@municipality_option
@in_app
def invite(wave_name: str, count: int, group: str | None, out: Path, language: Language, municipality: str | None) -> None:
    """Make codes for WAVE and write them, shuffled, to a file; only their hashes are kept."""
    found = wave_store.find(municipalities.find(municipality).id, wave_name)
    if out.suffix not in {".csv", ".pdf"}:
        raise RefusedError(f"{out} must end in .csv or .pdf.")
    base_url = _settings().base_url

    def write_codes(codes: Sequence[NewCode]) -> None:
        csv_wanted = out.suffix == ".csv"
        days = (found.opens, found.closes)
        files.write(out, _as_csv(codes, base_url) if csv_wanted else cards.as_pdf(codes, base_url, days, language))

    with NewFiles() as files, click.progressbar(length=count, label="Codes", file=sys.stderr) as bar:
        wave_store.invite(found, count, COMMAND_LINE, group=group, hand_over=write_codes, progress=lambda _: bar.update(1))
    click.echo(f"{count} codes are in {out}, in random order. Delete the file once they are handed out.")


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _as_csv(codes: Sequence[NewCode], base_url: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "link", "group"])
    writer.writerows([shown(code.typed), cards.link_of(base_url, code), guarded(code.group or "")] for code in codes)
    return text.getvalue().encode()
