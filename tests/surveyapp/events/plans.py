"""A small plan and the people around it, for tests of events."""

from datetime import date
from typing import Final

from flask import Flask

from questionnaires.plan_types import Plan
from surveyapp.core import municipalities
from surveyapp.core.access import Actor
from surveyapp.events.rules import Facts, Row
from surveyapp.plans import store as plan_store
from surveyapp.staff import store as staff_store
from surveyapp.staff.roles import ROLES

PLAN: Final = """\
id: small
version: 1
municipality: cesis
title: {lv: "Plāns", en: "Plan", ru: "План"}
source: "Programma"
starts: 2025-01-01
ends: 2027-12-31
institutions:
  social_service: {lv: "Sociālais dienests", en: "Social service", ru: "Социальная служба"}
  education_board: {lv: "Izglītības pārvalde", en: "Education board", ru: "Управление образования"}
audiences:
  specialists: {lv: "Speciālisti", en: "Specialists", ru: "Специалисты"}
  parents: {lv: "Vecāki", en: "Parents", ru: "Родители"}
reference_sets:
  kindergartens:
    name: {lv: "Bērnudārzi", en: "Kindergartens", ru: "Детские сады"}
    source: "Reģistrs"
    members:
      - {id: sun, name: "Saulīte", until: 2026-08-31}
      - {id: moon, name: "Mēnestiņš"}
goals:
  - {number: "1", title: {lv: "Zināšanas", en: "Knowledge", ru: "Знания"}}
actions:
  - {number: "1.1", goal: "1", title: {lv: "Apmācība", en: "Training", ru: "Обучение"}}
  - {number: "1.2", goal: "1", title: {lv: "Atbalsts", en: "Support", ru: "Поддержка"}}
indicators:
  - id: 1.1.a
    action: "1.1"
    name: {lv: "Speciālistu apmācība", en: "Training of specialists", ru: "Обучение специалистов"}
    source_line: 1
    responsible: [social_service]
    targets:
      - {id: people, kind: count_min, comparator: ge, value: 40, unit: persons, counted: unique_persons, period: plan,
         audience: specialists, label: {lv: "40 speciālisti", en: "40 specialists", ru: "40 специалистов"}}
  - id: 1.1.b
    action: "1.1"
    name: {lv: "Bērnudārzu programma", en: "Kindergarten programme", ru: "Программа детских садов"}
    source_line: 2
    responsible: [education_board]
    targets:
      - {id: all, kind: set_all, comparator: all, unit: institutions, counted: institutions, period: plan,
         of_set: kindergartens, label: {lv: "Visi bērnudārzi", en: "All kindergartens", ru: "Все сады"}}
  - id: 1.1.c
    action: "1.1"
    name: {lv: "Aptauja", en: "Survey", ru: "Опрос"}
    source_line: 3
    responsible: [social_service]
    targets:
      - {id: done, kind: deliverable, comparator: exists, unit: steps, counted: not_stated, period: plan,
         label: {lv: "Aptauja", en: "Survey", ru: "Опрос"},
         steps: [{id: asked, label: {lv: "Izjautāti", en: "Asked", ru: "Опрошены"}},
                 {id: counted, label: {lv: "Saskaitīti", en: "Counted", ru: "Подсчитаны"}}]}
  - id: 1.2.a
    action: "1.2"
    name: {lv: "Atbalsta grupa", en: "Support group", ru: "Группа поддержки"}
    source_line: 4
    responsible: [social_service]
    sensitive: true
    targets:
      - {id: people, kind: count_min, comparator: ge, value: 10, unit: persons, counted: unique_persons, period: year,
         label: {lv: "10 vecāki", en: "10 parents", ru: "10 родителей"}}
"""

NEXT_VERSION: Final = PLAN.replace("version: 1", "version: 2")


def load_plan(app: Flask, text: str = PLAN) -> Plan:
    """Load the small plan for the municipality of the tests."""
    with app.app_context():
        return plan_store.load(text, "small.yaml", municipalities.find("cesis").id, "test")


def somebody(role: str, institution: str | None = None, slug: str = "cesis", email: str | None = None) -> Actor:
    """Add an account and return the person; inside an app context."""
    municipality = municipalities.find(slug).id
    address = email or f"{role}-{institution or 'any'}-{slug}@example.org".replace("_", "-")
    account = staff_store.add_account(municipality, address, role, institution, by="test")
    return Actor(account, municipality, address, role, institution, ROLES[role])


TRAINING: Final = Row("small", "1.1.a", "social_service")
SUPPORT: Final = Row("small", "1.2.a", "social_service")


def held(day: str = "2026-10-01", people: int | None = 25, visits: int | None = None, title: str = "Apmācība") -> Facts:
    """Facts about an event."""
    return Facts(date.fromisoformat(day), title, unique_persons=people, attendances=visits)
