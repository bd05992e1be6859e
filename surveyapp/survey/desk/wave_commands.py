"""The command `surveyapp wave`: what the data steward does from the command line."""

import shlex
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from questionnaires.texts import LANGUAGES, Language
from surveyapp.core import municipalities
from surveyapp.core.access import Actor
from surveyapp.core.command import COMMAND_LINE, Group, RefusedError, format_option, in_app, municipality_option, print_json
from surveyapp.core.passphrases import read_passphrase
from surveyapp.staff import store as staff
from surveyapp.survey import key_end_store, key_files, opening, response_store, stopping_store, wave_store
from surveyapp.survey.key_files import NewFiles
from surveyapp.survey.opening import Agreement
from surveyapp.survey.population import read_population, uncounted
from surveyapp.survey.questionnaire_store import published
from surveyapp.survey.response_store import Figure
from surveyapp.survey.rules import Mode
from surveyapp.survey.sheets import recovery
from surveyapp.survey.wave_store import NewWave, WaveFacts

_MODES = {
    "code": "one code each",
    "group": "one code for each group",
    "open": "one open address",
    "import": "collected elsewhere",
}
_day = click.DateTime(["%Y-%m-%d"])
_file = click.Path(path_type=Path, dir_okay=False)
_existing = click.Path(path_type=Path, dir_okay=False, exists=True)
_wave = click.argument("wave_name", metavar="WAVE")
_key = click.option("--key", "key_file", required=True, type=_existing, help="The wave's private key.")
_passphrase = click.option(
    "--passphrase-file", type=_existing, default=None, help="File whose first line is the passphrase of the key."
)


@click.group(cls=Group)
def wave() -> None:
    """Waves of a questionnaire: make, prove the key, invite, close, open."""


@wave.command()
@click.option("--questionnaire", required=True, metavar="ID/VERSION", help="A published questionnaire.")
@click.option("--population", required=True, type=_existing, help="CSV with the columns stratum,population.")
@click.option("--opens", required=True, type=_day, help="First day on which answers are taken, such as 2026-11-01.")
@click.option("--closes", required=True, type=_day, help="Last day on which answers are taken.")
@click.option(
    "--mode",
    type=click.Choice(["code", "group", "open"]),
    default="code",
    show_default=True,
    help="Who may answer: one code each, one code for each group, or anyone with one open address.",
)
@click.option("--free-text", is_flag=True, help="Ask also the items that people answer in their own words.")
@click.option("--supplements", "main_wave", default=None, metavar="WAVE", help="Ask those who came late for a closed WAVE.")
@click.option("--key-out", required=True, type=_file, help="New file for the private key; the data steward keeps it.")
@click.option("--recovery-sheet", "sheet", type=_file, default=None, help="New PDF: the same key on paper, to lock away.")
@click.option(
    "--lang", "language", type=click.Choice(LANGUAGES), default="lv", show_default=True, help="Language of the sheet."
)
@click.option("--name", default=None, help="What to call the wave; without it ID and opening date.")
@_passphrase
@municipality_option
@format_option
@in_app
def create(  # noqa: PLR0913, PLR0917 - one parameter for each option
    questionnaire: str,
    population: Path,
    opens: datetime,
    closes: datetime,
    mode: Mode,
    free_text: bool,  # noqa: FBT001 - a flag on the command line
    main_wave: str | None,
    key_out: Path,
    sheet: Path | None,
    language: Language,
    name: str | None,
    passphrase_file: Path | None,
    municipality: str | None,
    output: str,
) -> None:
    """Make a wave and write the private key that will open it; the key is kept nowhere else."""
    place = municipalities.find(municipality).id
    passphrase = read_passphrase(passphrase_file)
    asked = published(place, questionnaire)[1]
    people = read_population(population, asked)
    called = name or f"{questionnaire.partition('/')[0]}-{opens:%Y-%m-%d}"
    main = wave_store.find(place, main_wave).id if main_wave else None
    new = NewWave(called, questionnaire, opens.date(), closes.date(), people, mode, free_text=free_text, supplements=main)

    def keep(private: X25519PrivateKey) -> None:
        pem = key_files.as_pem(private, passphrase)
        files.write(key_out, pem)
        if sheet:
            files.write(sheet, recovery.of_wave(called, pem, language))

    if missing := uncounted(people, asked):
        click.echo(f"Note: {population} counts nobody in {', '.join(missing)}. If people work there, name them.", err=True)
    with NewFiles() as files:
        made = wave_store.create(place, new, COMMAND_LINE, hand_over=keep)
    _print_wave(
        made, output, f"The wave {made.name!r} is made. Key: {key_out}. Next: surveyapp wave trial {made.name} --key {key_out}"
    )


@wave.command()
@_wave
@_key
@_passphrase
@municipality_option
@in_app
def trial(wave_name: str, key_file: Path, passphrase_file: Path | None, municipality: str | None) -> None:
    """Seal a trial box for WAVE and open it with the key; codes can be made only after that."""
    found = _find(municipality, wave_name)
    private = key_files.read_key(key_file, read_passphrase(passphrase_file))
    wave_store.trial(found, private, COMMAND_LINE)
    click.echo(f"The trial box was sealed and opened. Next: surveyapp wave invite {found.name} --count N --out FILE")


@wave.command("list")
@municipality_option
@format_option
@in_app
def list_waves(municipality: str | None, output: str) -> None:
    """List waves: dates, state, and how many answers there were when somebody first asked today."""
    lines = [_line(one) for one in wave_store.waves(municipalities.find(municipality).id)]
    if output == "json":
        print_json(lines)
        return
    for line in lines:
        click.echo(_as_text(line))


@wave.command()
@_wave
@municipality_option
@in_app
def close(wave_name: str, municipality: str | None) -> None:
    """Take no more answers for WAVE from now on."""
    wave_store.close(_find(municipality, wave_name), COMMAND_LINE)
    click.echo(f"The wave {wave_name!r} is closed. Next: surveyapp wave open {wave_name} --key FILE")


@wave.command()
@_wave
@click.option("--group", default="", help="The group whose code is given up; leave it out for an open address.")
@municipality_option
@in_app
def stop(wave_name: str, group: str, municipality: str | None) -> None:
    """Stop every code of a group, or every open address, of WAVE made so far, for good; boxes under it stay."""
    found = _find(municipality, wave_name)
    if found.mode == "group" and not group:
        raise RefusedError("Say whose code to stop (--group).")
    if found.mode == "open" and group:
        raise RefusedError("An open address is of no group; leave out --group.")
    stopping_store.stop(found, group, COMMAND_LINE)
    again = f" --group {shlex.quote(group)}" if group else ""
    click.echo(f"Stopped for good. A new one: surveyapp wave invite {found.name} --count 1{again} --out FILE")


@wave.command("open")
@_wave
@_key
@_passphrase
@click.option("--agreed-by", multiple=True, metavar="EMAIL", help="Twice, steward and auditor: go on without unreadable boxes.")
@click.option("--reason", default="", help="Why they agreed; stands in the audit trail.")
@municipality_option
@format_option
@in_app
def open_wave(
    wave_name: str,
    key_file: Path,
    passphrase_file: Path | None,
    agreed_by: tuple[str, ...],
    reason: str,
    municipality: str | None,
    output: str,
) -> None:
    """Open the boxes of a closed WAVE, once, and remove every trace of codes and boxes; repeat it if it was interrupted."""
    found = _find(municipality, wave_name)
    agreement = _agreement(found.municipality_id, agreed_by, reason)
    private = key_files.read_key(key_file, read_passphrase(passphrase_file))
    number = opening.open_wave(found, private, COMMAND_LINE, agreement)
    if output == "json":
        print_json({"wave": found.name, "responses": number})
    else:
        click.echo(f"{number} answers were opened. {_end_of_key(found)}")


def _end_of_key(wave_: WaveFacts) -> str:
    if others := key_end_store.still_needed_for(wave_):
        return f"Keep the key: it also opens {', '.join(others)}."
    end = f"surveyapp wave key-destroyed {wave_.name} --by EMAIL"
    return f"Now destroy every copy of the key, with which an old backup could be read, and attest it: {end}"


@wave.command("key-destroyed")
@_wave
@click.option("--by", "steward", required=True, metavar="EMAIL", help="The data steward who destroyed it.")
@municipality_option
@in_app
def key_destroyed(wave_name: str, steward: str, municipality: str | None) -> None:
    """Attest that every copy of the key of an opened WAVE is destroyed; it stands in the audit trail."""
    found = _find(municipality, wave_name)
    if _person(found.municipality_id, steward).role != "steward":
        raise RefusedError(f"{steward} is not a data steward here; name the one who kept the key (--by).")
    key_end_store.attest_destroyed(found, steward)
    click.echo("Recorded. From now on old backups stay sealed for ever.")


def _person(municipality_id: int, email: str) -> Actor:
    try:
        return staff.person(municipality_id, email)
    except staff.AccountError as error:
        raise RefusedError(str(error)) from error


def _agreement(municipality_id: int, emails: tuple[str, ...], reason: str) -> Agreement | None:
    """Return the agreement of a steward and an auditor, None if nobody was named."""
    if not emails:
        return None
    by_role = {person.role: person.email for person in (_person(municipality_id, email) for email in emails)}
    if set(by_role) != {"steward", "auditor"} or not reason.strip():
        raise RefusedError("Name one steward and one auditor (--agreed-by twice) and say why (--reason).")
    return Agreement(by_role["steward"], by_role["auditor"], reason.strip())


def _find(municipality: str | None, name: str) -> WaveFacts:
    return wave_store.find(municipalities.find(municipality).id, name)


def _line(found: WaveFacts) -> dict[str, Any]:
    told = response_store.response(found)
    return {
        "wave": found.name,
        "questionnaire": found.reference,
        "opens": found.opens.isoformat(),
        "closes": found.closes.isoformat(),
        "mode": found.mode,
        "free_text": found.free_text,
        "state": found.state.value,
        "boxes_set_aside": found.boxes_set_aside,
        **_figure(told.whole),
        "as_of": told.whole.day.isoformat(),
        "groups": [{"group": name, **_figure(figure)} for name, figure in told.groups.items()],
    }


def _figure(figure: Figure) -> dict[str, int | None]:
    return {"codes": figure.codes, "received": figure.received}


def _as_text(line: dict[str, Any]) -> str:
    received = "fewer than 10" if line["received"] is None else line["received"]
    state = line["state"].replace("_", " ")
    return (
        f"{line['wave']}: {line['questionnaire']}, {line['opens']} to {line['closes']}, {_MODES[line['mode']]}, {state}, "
        f"{line['codes']} codes, {received} answers (counted once a day, last on {line['as_of']})"
    )


def _print_wave(made: WaveFacts, output: str, sentence: str) -> None:
    dates: dict[str, date] = {"opens": made.opens, "closes": made.closes}
    if output == "json":
        print_json({"wave": made.name, "state": made.state.value, **{key: day.isoformat() for key, day in dates.items()}})
    else:
        click.echo(sentence)
