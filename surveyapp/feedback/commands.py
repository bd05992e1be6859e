"""The command `surveyapp wave yearly`: the yearly ceremony without a browser."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.texts import LANGUAGES, Language
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, format_option, in_app, municipality_option, print_json
from surveyapp.core.passphrases import read_passphrase
from surveyapp.feedback import yearly as ceremony
from surveyapp.survey import key_files
from surveyapp.survey.commands import wave
from surveyapp.survey.key_files import NewFiles
from surveyapp.survey.sheets import recovery

__all__ = ["wave"]

_file = click.Path(path_type=Path, dir_okay=False)
_existing = click.Path(path_type=Path, dir_okay=False, exists=True)


@wave.command()
@click.argument("year", type=int)
@click.option("--key-out", required=True, type=_file, help="New file for the private key; the data steward keeps it.")
@click.option("--passphrase-file", type=_existing, default=None, help="File whose first line is the passphrase of the key.")
@click.option("--recovery-sheet", "sheet", type=_file, default=None, help="New PDF: the same key on paper, to lock away.")
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="lv", show_default=True, help="Language of the sheet."
)
@municipality_option
@format_option
@in_app
def yearly(
    year: int,
    key_out: Path,
    passphrase_file: Path | None,
    sheet: Path | None,
    language: Language,
    municipality: str | None,
    output: str,
) -> None:
    """Make and prove the key for event feedback and games of YEAR; organisers can make their codes afterwards."""
    place = municipalities.find(municipality).id
    passphrase = read_passphrase(passphrase_file)

    def keep(private: X25519PrivateKey) -> None:
        pem = key_files.as_pem(private, passphrase)
        files.write(key_out, pem)
        if sheet:
            files.write(sheet, recovery.of_year(year, pem, language))

    with NewFiles() as files:
        waves = ceremony.give_key(place, year, COMMAND_LINE, hand_over=keep)
    # Proved with what is on the disk: the file and its passphrase, not the key in memory.
    ceremony.prove(waves, key_files.read_key(key_out, passphrase), COMMAND_LINE)
    names = [one.name for one in waves]
    if output == "json":
        print_json({"year": year, "waves": names, "key": str(key_out)})
    else:
        click.echo(f"The key of {year} is in {key_out} and proved. Waves: {', '.join(names)}. Closes on {year}-12-31.")
