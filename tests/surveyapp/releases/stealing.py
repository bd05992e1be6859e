"""A town with invented waves, and everything that it hands out, fetched as somebody of the cooperation group fetches it."""

import html
import itertools
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient

from questionnaires.grammar import parse_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.core import municipalities
from surveyapp.ledger.store import Level
from surveyapp.opendata import publishing
from surveyapp.releases import making
from surveyapp.survey import questionnaire_store
from surveyapp.survey.importing import import_store
from tests import databases
from tests.analysis.invented import QUESTIONNAIRE_FILE, Row, truth
from tests.attacker.files import tables_of
from tests.attacker.knowledge import Name
from tests.attacker.loot import LANGUAGES, Comparison, FigureFile, Loot, OpenData, OwnPage, Release
from tests.conftest import app_on
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.signing_in import sign_in

KINDS = ("csv", "xlsx", "json", "datapackage")
STEWARD = "steward@example.org"
_FIGURE: Final = re.compile(r'<figure class="figure" id="([^"]+)"(.*?)</figure>', re.DOTALL)
_FILE: Final = re.compile(r'href="(/results/figures/[^"]+\.(svg|csv)[^"]*)"')


class Ground:
    """One app on which one town after another is settled, each on an empty database: hundreds of towns need one app."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.app = app_on(databases.fresh(folder), folder)

    def cleared(self) -> Flask:
        """Return the app on an empty database."""
        self.app.extensions["engine"].dispose()
        databases.fresh(self._folder)
        return self.app


@dataclass
class Town:
    """An app with waves; ``truths`` are the counts that nobody outside may tell where they are small."""

    app: Flask
    group: FlaskClient
    asked: Questionnaire
    reference: str
    languages: Sequence[str] = LANGUAGES
    ids: dict[str, int] = field(default_factory=dict)
    truths: dict[str, dict[Name, int]] = field(default_factory=dict)
    people: dict[str, Sequence[Row]] = field(default_factory=dict)

    @classmethod
    def settled(cls, app: Flask, questionnaire: str | None = None) -> "Town":
        """Load the small plan, publish a questionnaire (the invented one if none is named) and sign somebody in."""
        load_plan(app, PLAN)
        text = questionnaire or QUESTIONNAIRE_FILE.read_text(encoding="utf-8")
        with app.app_context():
            reference = questionnaire_store.publish(municipalities.find("cesis").id, text, "asked.yaml", STEWARD).reference
        group = app.test_client()
        sign_in(group, app, "group")
        return cls(app, group, parse_questionnaire(text, "asked.yaml"), reference)

    def takes_in(self, name: str, people: Sequence[Row], day: date, population: Mapping[str, int]) -> None:
        """Take in the answers of a wave and keep what is true of them."""
        new = import_store.NewImport(name, self.reference, day, population)
        with self.app.app_context():
            place = municipalities.find("cesis").id
            self.ids[name] = import_store.import_wave(place, new, [answers for _, answers in people], STEWARD).id
        self.truths[name], self.people[name] = truth(self.asked, people), people

    def insider(self, name: str, place: int) -> list[Name]:
        """Return every column in which one person of a wave is counted."""
        counted = truth(self.asked, [self.people[name][place]])
        return [cell for cell, count in counted.items() if count]

    def releases(self, level: Level = "group") -> int:
        """Make a release and return its number."""
        with self.app.app_context():
            return making.make(municipalities.find("cesis").id, level, "test").number

    def fetched(self, address: str) -> bytes:
        """Fetch something."""
        found = self.group.get(address)
        assert found.status_code == 200, f"{address}: {found.get_data(as_text=True)[:500]}"
        return found.get_data()

    def pages(self, address: str) -> dict[str, str]:
        """Fetch a page in every language."""
        sign = "&" if "?" in address else "?"
        return {language: self.fetched(f"{address}{sign}lang={language}").decode() for language in self.languages}

    def loot(
        self,
        *,
        numbers: Iterable[int] = (),
        reports: Sequence[str] = (),
        questions: bool = True,
        figures: bool = False,
        published: Sequence[int] = (),
    ) -> Loot:
        """Fetch everything: each wave, each pair, the trend, the releases with these numbers, these kinds of reports.

        *figures* as files too, and the releases that are *published*, as everybody has them.
        """
        listed = list(numbers)
        waves = {name: self._own(each) for name, each in self.ids.items()}
        pairs = tuple(self._pair(*pair) for pair in itertools.combinations(self.ids, 2))
        followed = tuple(self.ids) if len(self.ids) > 2 else ()
        return Loot(
            waves=waves,
            comparisons=tuple(
                sorted(pairs, key=lambda one: (list(self.ids).index(one.after), list(self.ids).index(one.before)))
            ),
            releases=tuple(map(self._release, listed)),
            trend=self.pages("/results/survey/trend") if followed else {},
            followed=followed,
            questions={each.id: self.pages(f"/results/survey/questions/{each.id}") for each in self.asked.items if questions},
            scores={each.id: self.pages(f"/results/survey/scores/{each.id}") for each in self.asked.scores},
            groups={name: self.pages(f"/results/survey/groups?wave={wave}") for name, wave in self.ids.items() if questions},
            figures=tuple(self._figures()) if figures else (),
            open_data=tuple(self._published(place, number) for place, number in enumerate(listed) if number in published),
            reports={(language, kind): self._report(language, kind) for language in self.languages for kind in reports},
        )

    def _own(self, wave: int) -> OwnPage:
        address = f"/results/survey/{wave}"
        levels, response = (self.fetched(f"{address}/{name}.csv?lang=en") for name in ("levels", "response"))
        return OwnPage(self.asked, levels, response, self.pages(address))

    def _pair(self, before: str, after: str) -> Comparison:
        query = f"?before={self.ids[before]}&after={self.ids[after]}"
        return Comparison(
            before, after, self.fetched(f"/results/survey.csv{query}&lang=en"), self.pages(f"/results/survey{query}")
        )

    def _release(self, number: int) -> Release:
        files = {kind: self.fetched(f"/results/releases/{number}.{kind}") for kind in KINDS}
        held = {row["wave"] for row in tables_of("json", files["json"])["survey_levels"]}  # later surveys are not in it
        told = {language: (page, *self._each(number, held, language)) for language, page in self._surveys(number).items()}
        return Release("public" if b'"level":"public"' in files["json"] else "group", files, told)

    def _surveys(self, number: int) -> dict[str, str]:
        return self.pages(f"/results/releases/{number}/surveys")

    def _each(self, number: int, waves: Iterable[str], language: str) -> Iterator[str]:
        for name in sorted(waves):
            yield self.fetched(f"/results/releases/{number}/surveys/{name}?lang={language}").decode()

    def publishes(self, number: int) -> int:
        """Put a public release before everybody and return its number."""
        with self.app.app_context():
            publishing.publish(municipalities.find("cesis").id, number, "test")
        return number

    def _published(self, place: int, number: int) -> OpenData:
        everybody = self.app.test_client()

        def parts(address: str, name: str) -> list[Any]:
            found: list[Any] = []
            while part := everybody.get(f"{address}?offset={len(found)}&limit=1000").get_json()[name]:
                found += part
            return found

        api, page = f"/api/v1/releases/cesis/{number}", f"/open-data/cesis/{number}"
        tables = [each["name"] for each in everybody.get(api).get_json()["tables"]]
        changed = [(each["table"], field) for each in parts(f"{api}/changes", "changes") for field in each["fields"]]
        return OpenData(
            place,
            {name: parts(f"{api}/tables/{name}", "rows") for name in tables},
            {
                (name, language): "".join(self._every_part(everybody, f"{page}/{name}/?lang={language}"))
                for name in tables
                for language in self.languages
            },
            tuple((table, field["column"], field[side]) for table, field in changed for side in ("before", "after")),
        )

    @staticmethod
    def _every_part(everybody: FlaskClient, address: str) -> Iterator[str]:
        for part in itertools.count(1):
            found = everybody.get(f"{address}&page={part}")
            if found.status_code == 404:
                return
            yield found.get_data(as_text=True)

    def _figures(self) -> Iterator[FigureFile]:
        """Fetch the files of every figure on the pages of surveys, in the first of the languages."""
        every = [f"/results/survey/{wave}" for wave in self.ids.values()]
        every += [f"/results/survey?before={one}&after={other}" for one, other in itertools.combinations(self.ids.values(), 2)]
        every += [f"/results/survey/questions/{each.id}" for each in self.asked.items]
        every += [f"/results/survey/scores/{each.id}" for each in self.asked.scores]
        every += [f"/results/survey/groups?wave={wave}" for wave in self.ids.values()]
        every += ["/results/survey/trend"] if len(self.ids) > 2 else []
        for address in every:
            page = self.fetched(f"{address}{'&' if '?' in address else '?'}lang={self.languages[0]}").decode()
            for found in _FIGURE.finditer(page):
                addresses = {kind: html.unescape(link) for link, kind in _FILE.findall(found[2])}
                yield FigureFile(page, found[1], self.fetched(addresses["svg"]), self.fetched(addresses["csv"]))

    def _report(self, language: str, kind: str) -> bytes:
        content = self.fetched(f"/results/report/2026.{kind}?in={language}")
        if kind != "pdf":
            return content
        return subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout
