"""A short invented questionnaire with every kind of item, and rounds of it in every mode."""

from datetime import date
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from surveyapp.core import municipalities
from surveyapp.survey import questionnaire_store, wave_store
from surveyapp.survey.rules import Mode
from surveyapp.survey.wave_store import NewCode, NewWave
from tests.surveyapp.survey.rounds import CLOSES, OPENS, WHO, Given, Round

REFERENCE: Final = "small/1"
YAML: Final = """
id: small
version: 1
title: {lv: "Īsa izmēģinājuma anketa", en: "A short trial form", ru: "Короткая пробная анкета"}
intro: {lv: "Izdomāta anketa.", en: "An invented form.", ru: "Вымышленная анкета."}
minutes: 2
strata:
  item: role
  label: {lv: "Visi", en: "Everybody", ru: "Все"}
  tree:
    - {id: schools, label: {lv: "Skolas", en: "Schools", ru: "Школы"}, parts: [teacher]}
    - {id: clinics, label: {lv: "Klīnikas", en: "Clinics", ru: "Клиники"}, parts: [doctor]}
headline: [ready]
scales:
  agreement:
    choices:
      - {id: "1", label: {lv: "Nē", en: "No", ru: "Нет"}}
      - {id: "2", label: {lv: "Daļēji", en: "Partly", ru: "Отчасти"}}
      - {id: "3", label: {lv: "Jā", en: "Yes", ru: "Да"}}
      - {id: hard_to_say, label: {lv: "Grūti pateikt", en: "Hard to say", ru: "Трудно сказать"}, outside_base: true}
    favourable: ["3"]
    favourable_reversed: ["1"]
sections:
  - id: all
    title: {lv: "Viss", en: "All", ru: "Всё"}
    items:
      - id: role
        kind: single
        label: {lv: "Kur Jūs strādājat?", en: "Where do you work?", ru: "Где Вы работаете?"}
        choices:
          - {id: teacher, label: {lv: "Skolā", en: "At a school", ru: "В школе"}}
          - {id: doctor, label: {lv: "Klīnikā", en: "At a clinic", ru: "В клинике"}}
      - id: years
        kind: number
        label: {lv: "Cik gadu Jūs tur strādājat?", en: "For how many years?", ru: "Сколько лет?"}
        minimum: 0
        maximum: 60
        bands: [0, 5, 15]
        unit: {lv: "gadi", en: "years", ru: "лет"}
      - id: ready
        kind: likert
        scale: agreement
        label: {lv: "Es esmu gatavs rīkoties.", en: "I am ready to act.", ru: "Я готов действовать."}
      - id: topics
        kind: multiple
        shuffled: true
        label: {lv: "Kādas mācības?", en: "Which training?", ru: "Какое обучение?"}
        choices:
          - {id: signs, label: {lv: "Pazīmes", en: "Signs", ru: "Признаки"}}
          - {id: talk, label: {lv: "Saruna", en: "Talking", ru: "Разговор"}}
          - {id: online, label: {lv: "Internets", en: "Online", ru: "Интернет"}}
          - {id: none, label: {lv: "Nekādas", en: "None", ru: "Никакого"}, exclusive: true}
      - id: short_word
        kind: text
        longest: 40
        label: {lv: "Vienā vārdā?", en: "In one word?", ru: "Одним словом?"}
      - id: long_word
        kind: text
        longest: 300
        long: true
        label: {lv: "Ko vēl vēlaties piebilst?", en: "Anything to add?", ru: "Что ещё добавить?"}
"""

_STAYED: Final = """
      - id: stayed
        kind: single
        requirement: optional
        label: {lv: "Vai paliksiet?", en: "Will you stay?", ru: "Останетесь ли Вы?"}
        choices:
          - {id: "yes", label: {lv: "Jā, palikšu", en: "Yes, I will", ru: "Да, останусь"}}
          - {id: "no", label: {lv: "Nē, neplānoju", en: "No, I will not", ru: "Нет, не собираюсь"}}
        show_if: {item: years, any_of: [from_5, from_15]}
"""
_READY: Final = "      - id: ready"
RULED: Final = YAML.replace("version: 1", "version: 2").replace(_READY, _STAYED.lstrip("\n") + _READY)
"""The same with an item that only those are asked who have been there for five years or more."""


def publish(text: str = YAML) -> int:
    """Publish the short questionnaire; returns the municipality's id."""
    place = municipalities.find("cesis").id
    questionnaire_store.publish(place, text, "small.yaml", WHO)
    return place


def sheet(number: int) -> Given:
    """The answers of one invented respondent; the same for the same number."""
    return {
        "role": ("teacher" if number % 2 else "doctor",),
        "years": (("from_0", "from_5", "from_15")[number % 3],),
        "ready": (str(number % 3 + 1),),
        "topics": ("signs", "talk") if number % 4 else ("none",),
    }


def running(
    app: Flask,
    mode: Mode = "code",
    *,
    codes: int = 12,
    free_text: bool = False,
    name: str = "small",
    supplements: int | None = None,
    days: tuple[date, date] = (OPENS, CLOSES),
    ruled: bool = False,
) -> Round:
    """A wave of the short questionnaire that takes answers: *codes* personal ones, or as many groups, or one address.

    *ruled* asks the version with a show-if rule.
    """
    with app.app_context():
        keys: list[X25519PrivateKey] = []
        people = {"schools": 20, "clinics": 20}
        asked = "small/2" if ruled else REFERENCE
        new = NewWave(name, asked, *days, people, mode, free_text=free_text, supplements=supplements)
        wave = wave_store.create(publish(RULED if ruled else YAML), new, WHO, hand_over=keys.append)
        wave_store.trial(wave, keys[0], WHO)
        made: list[NewCode] = []
        result = Round(name, keys[0], made)
        groups = {"code": [(codes, None)], "open": [(1, None)]}.get(mode, [(1, f"group {n}") for n in range(codes)])
        for count, group in groups:
            wave_store.invite(result.facts(), count, WHO, group=group, hand_over=made.extend)
        return result
