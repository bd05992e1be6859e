"""The commands `surveyapp wave invite` and `wave remind`: codes for a wave, as a list, on cards or by e-mail."""

import csv
import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from flask_babel import force_locale

from analysis import steps
from questionnaires.texts import LANGUAGES, Language
from surveyapp.core import municipalities
from surveyapp.core.command import COMMAND_LINE, RefusedError, in_app, municipality_option
from surveyapp.core.csv_files import guarded
from surveyapp.settings import current_settings
from surveyapp.survey import wave_store
from surveyapp.survey.codes import shown
from surveyapp.survey.key_files import NewFiles
from surveyapp.survey.letters import mail_list, mail_reasons, mail_store, mailing
from surveyapp.survey.letters.mail_store import Kind
from surveyapp.survey.letters.mailing import Outcome
from surveyapp.survey.sheets import cards
from surveyapp.survey.sheets import paper as paper_sheets
from surveyapp.survey.wave_store import NewCode, WaveFacts

_file = click.Path(path_type=Path, dir_okay=False)
_existing = click.Path(path_type=Path, dir_okay=False, exists=True)
_wave = click.argument("wave_name", metavar="WAVE")


@click.command()
@_wave
@click.option("--count", type=int, help="How many codes; some more than people, as spares.")
@click.option("--group", default=None, help="Whom they are for; needs ten codes or more, its response can be told then.")
@click.option("--out", type=_file, help="New file for them: .csv (code,link,group) or .pdf (cards to cut out).")
@click.option("--emails", type=_existing, help="File with one address a line, or CSV with the column email: one letter each.")
@click.option("--paper", is_flag=True, help="With a .pdf: the whole questionnaire to fill in by hand, a copy for each code.")
@click.option("--lang", "language", type=click.Choice(LANGUAGES), default="lv", show_default=True, help="Language of the .pdf.")
@municipality_option
@in_app
def invite(
    wave_name: str,
    count: int | None,
    group: str | None,
    out: Path | None,
    emails: Path | None,
    paper: bool,  # noqa: FBT001 - a flag of the command line
    language: Language,
    municipality: str | None,
) -> None:
    """Make codes for WAVE: write them, shuffled, to a file, send them by e-mail, or both; only their hashes are kept.

    With --emails, --count spare codes go to the file of --out. If sending stops in the middle, repeat the command: only
    addresses that still wait get a letter, each with a fresh code.
    """
    found = wave_store.find(municipalities.find(municipality).id, wave_name)
    if (count is None) != (out is None) or (emails is None and count is None):
        raise RefusedError(
            "Say how many codes to write where (--count N --out FILE), whom to send them to (--emails), or both."
        )
    if out is not None and out.suffix not in {".csv", ".pdf"}:
        raise RefusedError(f"{out} must end in .csv or .pdf.")
    if paper and (out is None or out.suffix != ".pdf"):
        raise RefusedError("Questionnaires on paper are a PDF: name it (--count N --out FILE.pdf), or leave out --paper.")
    outcome: Outcome | None = None
    with NewFiles() as files:

        def write_codes(codes: Sequence[NewCode]) -> None:
            if out is not None:
                steps.at("write")
                files.write(out, _written(codes, out, found, language, paper=paper))

        if emails is not None:
            _take_list(found, emails, group)
            outcome = _send(found, "invitation", spare=count or 0, keep_spare=write_codes)
        elif count is not None:
            told = partial(steps.at, "make_codes", of=count)
            wave_store.invite(found, count, COMMAND_LINE, group=group, hand_over=write_codes, progress=told)
    if out is not None and not (outcome and outcome.no_codes):
        codes = "1 code is" if count == 1 else f"{count} codes are"
        click.echo(f"{codes} in {out}, in random order. Delete the file once they are handed out.")
    if outcome is not None:
        _tell(found, outcome)


@click.command()
@_wave
@municipality_option
@in_app
def remind(wave_name: str, municipality: str | None) -> None:
    """Send a reminder, without a code, to every address that was sent one; nobody knows who answered.

    If it stops in the middle, repeat the command: only addresses without this reminder get it.
    """
    found = wave_store.find(municipalities.find(municipality).id, wave_name)
    _tell(found, _send(found, "reminder"))


def _take_list(wave: WaveFacts, file: Path, group: str | None) -> None:
    if group is not None:
        raise RefusedError("Codes that are sent by e-mail belong to no group; leave out --group.")
    text = mail_list.decoded(file.read_bytes())
    if text is None:
        raise RefusedError(f"{file} holds no text; save the table as CSV and name that file.")
    read = mail_list.read(text)
    if read.problems:
        with force_locale("en"):
            lines = [mail_reasons.list_problem(problem) for problem in read.problems]
        raise RefusedError("\n".join([f"{file} was refused and nobody was written to:", *lines]))
    added = mail_store.sort(wave.id, read.addresses)
    _refuse(wave, "invitation", more=added.new + added.again)
    mailing.take_list(wave, read.addresses, COMMAND_LINE)
    if read.repeated or added.known:
        click.echo(f"{read.repeated} addresses stood there again, {added.known} were in an earlier list.", err=True)


def _refuse(wave: WaveFacts, kind: Kind, more: int = 0) -> None:
    if reason := mailing.refusal(wave, kind, more=more):
        with force_locale("en"):
            raise RefusedError(mail_reasons.refusal(reason))


def _send(wave: WaveFacts, kind: Kind, *, spare: int = 0, keep_spare: mailing.HandOver = lambda _: None) -> Outcome:
    _refuse(wave, kind)
    mine = mailing.claim(wave, kind)
    if mine is None:
        with force_locale("en"):
            raise RefusedError(mail_reasons.refusal("busy"))
    told = partial(steps.at, "send", of=len(mail_store.pending(mine)))
    return mailing.run(wave, mine, COMMAND_LINE, spare=spare, keep_spare=keep_spare, progress=told)


def _tell(wave: WaveFacts, outcome: Outcome) -> None:
    for one in mail_store.undelivered(wave.id):
        click.echo(f"refused: {one.address}: {one.reason}")
    click.echo(f"{outcome.sent} letters were sent, {outcome.refused} addresses were refused, {outcome.waiting} still wait.")
    if outcome.stopped or outcome.waiting:
        with force_locale("en"):
            why = mail_reasons.stop(outcome.stopped or "put_off", outcome.said)
        raise RefusedError(f"{why} Repeat the command to go on.")


def _written(codes: Sequence[NewCode], out: Path, wave: WaveFacts, language: Language, *, paper: bool) -> bytes:
    base_url = current_settings().base_url
    if out.suffix == ".csv":
        return _as_csv(codes, base_url)
    if paper:
        return paper_sheets.as_pdf(codes, base_url, wave, language)
    return cards.as_pdf(codes, base_url, (wave.opens, wave.closes), language, wave.mode)


def _as_csv(codes: Sequence[NewCode], base_url: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "link", "group"])
    writer.writerows([shown(code.typed), cards.link_of(base_url, code), guarded(code.group or "")] for code in codes)
    return text.getvalue().encode()
