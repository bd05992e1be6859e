"""Invented things to measure with: questionnaires of any size, answers drawn from a seed, and an app with data in it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import Flask

from questionnaires.conditions import Answers
from questionnaires.grammar import parse_questionnaire
from questionnaires.survey_types import Questionnaire
from surveyapp.app import create_app
from surveyapp.core import schema
from surveyapp.settings import load

_SEED: Final = 2026
OPTIONS: Final = ("1", "2", "3", "4", "5", "hard_to_say")
WEIGHTS: Final = (8, 14, 22, 30, 18, 8)
_HEAD: Final = """\
id: measured
version: {version}
title: {{lv: "Mērījums", en: "Measured", ru: "Измерение"}}
intro: {{lv: "Izdomāts.", en: "Invented.", ru: "Выдумано."}}
minutes: 10
strata:
  item: role
  label: {{lv: "Visi", en: "Everybody", ru: "Все"}}
  tree: [{groups}]
scales:
  agreement:
    choices:
      - {{id: "1", label: {{lv: "1", en: "1", ru: "1"}}}}
      - {{id: "2", label: {{lv: "2", en: "2", ru: "2"}}}}
      - {{id: "3", label: {{lv: "3", en: "3", ru: "3"}}}}
      - {{id: "4", label: {{lv: "4", en: "4", ru: "4"}}}}
      - {{id: "5", label: {{lv: "5", en: "5", ru: "5"}}}}
      - {{id: hard_to_say, label: {{lv: "Grūti pateikt", en: "Hard to say", ru: "Трудно сказать"}}, outside_base: true}}
    favourable: ["4", "5"]
    favourable_reversed: ["1", "2"]
headline: [a0]
sections:
  - id: about
    title: {{lv: "Par Jums", en: "About you", ru: "О Вас"}}
    items:
      - id: role
        kind: single
        label: {{lv: "Loma", en: "Role", ru: "Роль"}}
        choices:
{roles}
  - id: main
    title: {{lv: "Jautājumi", en: "Questions", ru: "Вопросы"}}
    items:
{items}
"""


def questionnaire_text(items: int, groups: int, version: int = 1) -> str:
    """Return a questionnaire file with that many statements to agree with and that many groups of people."""
    names = [f"group{number}" for number in range(groups)]
    roles = "\n".join(f'          - {{id: {name}, label: {{lv: "{name}", en: "{name}", ru: "{name}"}}}}' for name in names)
    labels = [f'{{lv: "A{number}", en: "A{number}", ru: "A{number}"}}' for number in range(items)]
    asked = "\n".join(
        f"      - {{id: a{number}, kind: likert, scale: agreement, label: {label}}}" for number, label in enumerate(labels)
    )
    return _HEAD.format(version=version, groups=", ".join(names), roles=roles, items=asked)


def questionnaire(items: int, groups: int) -> Questionnaire:
    """Return a questionnaire of that size."""
    return parse_questionnaire(questionnaire_text(items, groups), "measured.yaml")


def people(asked: Questionnaire, each_group: int, seed: int = _SEED) -> Iterator[tuple[str, Answers]]:
    """Yield invented people, *each_group* of every group: the group and what they answer."""
    source = random.Random(seed)  # noqa: S311 - invented data must come out the same every time
    role = asked.item(asked.stratum_item or "role")
    items = [item for item in asked.asked if item.id != role.id]
    for group in (choice.id for choice in role.choices for _ in range(each_group)):
        drawn = source.choices(OPTIONS, WEIGHTS, k=len(items))
        yield group, {role.id: (group,), **{item.id: (option,) for item, option in zip(items, drawn, strict=True)}}


@contextmanager
def app_in(folder: Path, database: str = "") -> Iterator[Flask]:
    """Make an app on an empty database, SQLite in *folder* if none is named, inside its context."""
    app = create_app(load({"SURVEYAPP_DATA_DIR": str(folder)} | ({"SURVEYAPP_DATABASE_URL": database} if database else {})))
    try:
        with app.app_context():
            schema.upgrade()
            yield app
    finally:
        app.extensions["engine"].dispose()
