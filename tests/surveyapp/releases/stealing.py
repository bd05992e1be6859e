"""A town with invented waves, and everything that it hands out, fetched as somebody of the cooperation group fetches it."""

import itertools
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from questionnaires.grammar import parse_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.core import municipalities
from surveyapp.ledger.store import Level
from surveyapp.releases import making
from surveyapp.survey import questionnaire_store
from surveyapp.survey.importing import import_store
from tests.analysis.invented import QUESTIONNAIRE_FILE, Row, truth
from tests.attacker.knowledge import Name
from tests.attacker.loot import LANGUAGES, Comparison, Loot, OwnPage, Release
from tests.conftest import app_on
from tests.surveyapp.events.plans import PLAN, load_plan
from tests.surveyapp.signing_in import sign_in

KINDS = ("csv", "xlsx", "json", "datapackage")
STEWARD = "steward@example.org"


class Ground:
    """One app on which one town after another is settled, each on an empty database: hundreds of towns need one app."""

    def __init__(self, empty: Path, folder: Path) -> None:
        self._empty, self._file = empty, folder / "surveyapp.sqlite3"
        shutil.copyfile(empty, self._file)
        self.app = app_on(f"sqlite:///{self._file}", folder)

    def cleared(self) -> Flask:
        """Return the app on an empty database."""
        self.app.extensions["engine"].dispose()
        for beside in self._file.parent.glob(f"{self._file.name}-*"):
            beside.unlink()
        shutil.copyfile(self._empty, self._file)
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

    def loot(self, *, numbers: Iterable[int] = (), reports: Sequence[str] = (), questions: bool = True) -> Loot:
        """Fetch everything: each wave, each pair, the trend, the releases with these numbers, these kinds of reports."""
        waves = {name: self._own(each) for name, each in self.ids.items()}
        pairs = tuple(self._pair(*pair) for pair in itertools.combinations(self.ids, 2))
        followed = tuple(self.ids) if len(self.ids) > 2 else ()
        return Loot(
            waves=waves,
            comparisons=tuple(
                sorted(pairs, key=lambda one: (list(self.ids).index(one.after), list(self.ids).index(one.before)))
            ),
            releases=tuple(map(self._release, numbers)),
            trend=self.pages("/results/survey/trend") if followed else {},
            followed=followed,
            questions={each.id: self.pages(f"/results/survey/questions/{each.id}") for each in self.asked.items if questions},
            groups={name: self.pages(f"/results/survey/groups?wave={wave}") for name, wave in self.ids.items() if questions},
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
        return Release("public" if b'"level":"public"' in files["json"] else "group", files)

    def _report(self, language: str, kind: str) -> bytes:
        content = self.fetched(f"/results/report/2026.{kind}?in={language}")
        if kind != "pdf":
            return content
        return subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout
