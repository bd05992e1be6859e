"""What is true of the documents and files for whoever runs the app: they name commands, settings and headers that exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from surveyapp.cli import commands
from surveyapp.settings import SETTINGS, load

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
DEPLOY = ROOT / "deploy"


def told() -> list[tuple[str, str]]:
    """Every command of the app that stands in a document or a unit: where, and its words."""
    found = [(path.name, text) for path in PAGES for text in _in_page(path.read_text(encoding="utf-8"))]
    units = [(path.name, line) for path in DEPLOY.glob("*.service") for line in path.read_text().splitlines()]
    return found + [(name, words) for name, line in units for words in re.findall(r"^Exec\w+=.*?bin/surveyapp (.+?)'?$", line)]


def _in_page(text: str) -> list[str]:
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = re.findall(r"^ {4,}(?:surveyapp|app) (.+?)(?: {2,}#.*)?$", joined, re.MULTILINE)
    inline = re.findall(r"`surveyapp ((?:[a-z]+ )?[^`\[]+)`", " ".join(joined.split()))
    return [*lines, *(words.rstrip(" …") for words in inline)]


@pytest.mark.parametrize(("where", "words"), sorted(set(told())))
def test_every_command_that_a_document_names_exists_with_its_options(where: str, words: str) -> None:
    command: click.Command = commands
    left = shlex.split(words.replace("|", " ").replace("*", ""))
    while left and isinstance(command, click.Group) and not left[0].startswith("-"):
        context = click.Context(command)
        name, *rest = left
        found = command.get_command(context, name)
        if found is None and command.get_command(context, "write"):  # the name of a file
            found, rest = command.get_command(context, "write"), left
        assert found is not None, f"{where}: {words}"
        command, left = found, rest
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    assert {word.partition("=")[0] for word in left if word.startswith("--")} <= known, f"{where}: {words}"


def test_every_setting_that_a_document_names_exists() -> None:
    known = {setting.name for setting in SETTINGS}
    for path in (*PAGES, *DEPLOY.iterdir()):
        named = set(re.findall(r"SURVEYAPP_[A-Z_]*[A-Z]\b(?!_)", path.read_text(encoding="utf-8")))
        assert named <= known, path.name


def test_the_settings_of_the_example_can_be_used() -> None:
    text = (DEPLOY / "surveyapp.env").read_text(encoding="utf-8")
    lines = dict(line.removeprefix("# ").split("=", 1) for line in text.splitlines() if re.match(r"(# )?[A-Z_]+=", line))
    settings = load({name: value for name, value in lines.items() if name != "PORT"})
    assert settings.https
    assert settings.proxies == 1
    unit = (DEPLOY / "surveyapp.service").read_text(encoding="utf-8")
    assert settings.data_dir == Path("/var/lib") / (re.search(r"^StateDirectory=(.+)$", unit, re.MULTILINE) or [""])[1]
    proxy = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert f"proxy_pass http://127.0.0.1:{lines['PORT']};" in proxy


def test_the_example_of_a_proxy_writes_nobody_down_and_lets_nobody_claim_an_address() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for server in text.split("server {")[1:]:
        assert "access_log off;" in server
        assert "error_log /dev/null crit;" in server
        assert "server_tokens off;" in server
    for header in ("For", "Proto", "Host", "Port"):  # those that the app believes behind one proxy
        assert len(re.findall(rf"proxy_set_header X-Forwarded-{header} \$(?!http_|proxy_add)\w+;", text)) == 1, header
