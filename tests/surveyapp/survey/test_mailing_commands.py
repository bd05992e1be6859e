"""Inviting by e-mail, reminding, spare codes and paper from the command line."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from surveyapp import cli
from surveyapp.core.addresses import as_address
from surveyapp.survey import store
from surveyapp.survey.letters import mail_list, mail_store
from tests.mail_server import MailServer, mail_server
from tests.surveyapp.survey import small
from tests.surveyapp.survey.letters import people, ready, states


class Desk:
    """A wave whose key is proved, a folder, the command line and a mail server."""

    def __init__(self, app: Flask, server: MailServer, folder: Path) -> None:
        self.app, self.server, self.folder = app, server, folder
        self.this = ready(app)

    def list(self, text: str = "\n".join(people())) -> str:
        """Write a list of addresses and return its path."""
        file = self.folder / "list.txt"
        file.write_text(text, encoding="utf-8")
        return str(file)

    def run(self, *words: str) -> Result:
        """Run ``surveyapp wave`` with *words*."""
        return CliRunner().invoke(cli.commands, ["wave", *words], obj=lambda: self.app)

    def steps(self, *words: str) -> tuple[str, ...]:
        """Run a command and return the steps that it tells."""
        done = CliRunner().invoke(cli.commands, ["--progress", "wave", *words], obj=lambda: self.app)
        assert done.exit_code == 0, done.output
        return tuple(line for line in done.stderr.splitlines() if line.endswith("…"))

    def refused(self, *words: str) -> str:
        """Run a command that is refused and return the reason."""
        result = self.run(*words)
        assert result.exit_code == 1
        return str(result.exception)


@pytest.fixture
def desk(one_app: Flask, tmp_path: Path) -> Iterator[Desk]:
    """A desk whose mail server takes everything."""
    with mail_server() as server:
        server.serve(one_app)
        yield Desk(one_app, server, tmp_path)


def test_a_list_is_written_to_and_reminded(desk: Desk) -> None:
    done = desk.run("invite", "second", "--emails", desk.list())
    assert done.exit_code == 0, done.output
    assert "12 letters were sent, 0 addresses were refused, 0 still wait." in done.stdout
    assert sorted(desk.server.to()) == people()
    assert not any(one.link in done.output or one.typed in done.output for one in desk.server.received)
    assert "12 letters were sent" in desk.run("remind", "second").stdout
    assert len(desk.server.received) == 24


def test_it_is_told_whether_codes_are_made_laid_out_or_sent(desk: Desk) -> None:
    cards = str(desk.folder / "cards.pdf")
    assert desk.steps("invite", "second", "--count", "12", "--out", cards) == ("Making the codes …", "Writing the file …")
    assert desk.steps("invite", "second", "--emails", desk.list()) == ("Making the codes …", "Sending the letters …")


def test_spare_codes_beside_letters_go_to_a_file_and_are_nobody_s(desk: Desk) -> None:
    out = desk.folder / "spare.csv"
    done = desk.run("invite", "second", "--emails", desk.list(), "--count", "3", "--out", str(out))
    assert done.exit_code == 0, done.output
    spare = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert len(spare) == 3
    assert {row["code"] for row in spare}.isdisjoint(letter.typed for letter in desk.server.received)
    with desk.app.app_context():
        assert all(isinstance(store.look_up(row["code"]), store.Door) for row in spare)
        assert mail_store.codes_made(desk.this.facts().id) == 15


def test_spare_codes_stay_if_the_sending_stops_and_the_command_repeated_goes_on(desk: Desk) -> None:
    taken = iter(range(4))
    desk.server.answer_to_letters = lambda _: None if next(taken, None) is not None else "421 going down"
    out = desk.folder / "spare.csv"
    reason = desk.refused("invite", "second", "--emails", desk.list(), "--count", "3", "--out", str(out))
    assert "The mail server ended the connection." in reason
    assert "Repeat the command to go on." in reason
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4
    desk.server.answer_to_letters = lambda _: None
    assert "8 letters were sent" in desk.run("invite", "second", "--emails", desk.list()).stdout
    assert sorted(desk.server.to()) == people()


def test_refused_addresses_are_named_with_the_reason(desk: Desk) -> None:
    desk.server.refuse = {people()[0]: "550 5.1.1 no such user"}
    done = desk.run("invite", "second", "--emails", desk.list())
    assert done.exit_code == 0
    assert f"refused: {people()[0]}: 550 5.1.1 no such user" in done.stdout


def test_every_wrong_line_of_a_list_is_named_and_nobody_is_written_to(desk: Desk) -> None:
    reason = desk.refused("invite", "second", "--emails", desk.list("\n".join(["x", *people(), "a b@", "c@d.lv\r\nBcc:e"])))
    for line in ("Line 1: “x”", "Line 14: “a”", "Line 14: “b@”", "Line 16: “Bcc:e”"):
        assert line in reason
    assert desk.server.received == []
    assert states(desk.app) == {}


def test_combinations_that_make_no_sense_are_refused(desk: Desk) -> None:
    out = str(desk.folder / "x.csv")
    assert "--count N --out FILE" in desk.refused("invite", "second")
    assert "--count N --out FILE" in desk.refused("invite", "second", "--emails", desk.list(), "--count", "3")
    assert "leave out --group" in desk.refused("invite", "second", "--emails", desk.list(), "--group", "school")
    assert "are a PDF" in desk.refused("invite", "second", "--paper", "--count", "12", "--out", out)
    assert "at least ten codes" in desk.refused("invite", "second", "--emails", desk.list("a@example.org"))
    assert "nobody to write to" in desk.refused("remind", "second")


def test_without_a_mail_server_letters_are_refused_and_cards_remain(one_app: Flask, tmp_path: Path) -> None:
    desk = Desk(one_app, MailServer(1), tmp_path)
    assert "Print cards with codes instead" in desk.refused("invite", "second", "--emails", desk.list())
    assert desk.run("invite", "second", "--count", "12", "--out", str(tmp_path / "cards.pdf")).exit_code == 0


def test_codes_leave_as_questionnaires_on_paper(one_app: Flask, tmp_path: Path) -> None:
    small.running(one_app)
    words = ("wave", "invite", "small", "--paper", "--count", "2", "--out", str(tmp_path / "paper.pdf"))
    done = CliRunner().invoke(cli.commands, words, obj=lambda: one_app)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    "text",
    [
        "anna@example.org\nbob@example.org\n",
        "\ufeffANNA@example.org\r\n\r\nbob@Example.org",
        "anna@example.org; bob@example.org, Anna@example.org",
        '"Bērziņa, Anna" <anna@example.org>; Bob <bob@example.org>',
        'vārds,E-pasts\n"Bērziņa, Anna",anna@example.org\nBob,bob@example.org\n',
        "email\nanna@example.org\nbob@example.org",
        "epasts;grupa\nanna@example.org;1\nbob@example.org;2\n;\n",
        "e-mail\tname\nanna@example.org\tAnna\nbob@example.org\tBob",
    ],
)
def test_lists_are_read_as_people_have_them(text: str) -> None:
    found = mail_list.read(text)
    assert (found.addresses, found.problems) == (("anna@example.org", "bob@example.org"), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
def test_a_file_is_read_as_spreadsheets_write_it(encoding: str) -> None:
    table = "vārds;epasts\nJānis;janis@example.org\n"
    assert mail_list.decoded(table.encode(encoding)) == table.encode(encoding).decode(encoding)


def test_a_spreadsheet_s_own_file_is_no_list(desk: Desk) -> None:
    (desk.folder / "list.xlsx").write_bytes(b"PK\x03\x04\0\0\0sheet")
    assert "save the table as CSV" in desk.refused("invite", "second", "--emails", str(desk.folder / "list.xlsx"))


def test_a_row_without_an_address_is_named() -> None:
    found = mail_list.read("vārds;epasts\nAnna;anna@example.org\nBob;\nJānis\n")
    assert [(problem.line, problem.code) for problem in found.problems] == [(3, "no_address"), (4, "no_address")]


@pytest.mark.parametrize(
    "text",
    [
        *("a@b", "@example.org", "a@", "a@@example.org", "a b@example.org", "a@exa mple.org", "a@-example.org", "a@example.1"),
        *(
            "jānis@example.org",
            '"a b"@example.org',
            "a@[127.0.0.1]",
            "a@example.org\nRCPT TO:<b@example.org>",
            "a\0@example.org",
        ),
        *("a..b@example.org", ".a@example.org", f"{'a' * 65}@example.org", f"a@{'b' * 64}.org", f"a@{'b.' * 130}org"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert as_address(text) is None


def test_a_domain_with_latvian_letters_is_written_as_servers_know_it() -> None:
    assert as_address("Anna@Cēsis.LV") == "anna@xn--csis-bva.lv"


@given(st.text(max_size=200))
def test_whatever_is_pasted_only_plain_addresses_come_out(text: str) -> None:
    found = mail_list.read(text)
    for address in found.addresses:
        assert address.isascii()
        assert address.isprintable()
        assert not set(address) & set(' <>,;:"()[]\\\r\n')
        assert as_address(address) == address
    assert found.addresses or found.problems
