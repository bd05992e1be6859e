"""Two small opened waves, made the way a municipality makes them: codes, sealed answers, closing, opening."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask

from surveyapp.core import municipalities
from surveyapp.survey import opening, questionnaire_store, store, wave_store
from surveyapp.survey.rules import Mode
from surveyapp.survey.wave_store import NewCode, NewWave

STEWARD: Final = "steward@example.org"
PEOPLE: Final = {"teacher": 26, "police": 24}
ANSWERING: Final = 20
"""How many of each role answer."""

FIRST: Final = """\
id: helpers
version: 1
title: {lv: "Palīgu aptauja", en: "Helpers' survey", ru: "Опрос помощников"}
intro: {lv: "Atbildes ir anonīmas.", en: "Answers are anonymous.", ru: "Ответы анонимны."}
minutes: 5
strata:
  item: role
  label: {lv: "Visi palīgi", en: "All helpers", ru: "Все помощники"}
  tree: [teacher, police]
scales:
  agreement:
    choices:
      - {id: "1", label: {lv: "Nepiekrītu", en: "Disagree", ru: "Не согласен"}}
      - {id: "2", label: {lv: "Piekrītu", en: "Agree", ru: "Согласен"}}
      - {id: hard_to_say, label: {lv: "Grūti pateikt", en: "Hard to say", ru: "Трудно сказать"}, outside_base: true}
    favourable: ["2"]
    favourable_reversed: ["1"]
scores:
  knowledge: {label: {lv: "Zināšanas", en: "Knowledge", ru: "Знания"}, items: [deadline, whom]}
headline: [deadline]
sections:
  - id: about
    title: {lv: "Par Jums", en: "About you", ru: "О вас"}
    items:
      - id: role
        kind: single
        label: {lv: "Jūsu loma", en: "Your role", ru: "Ваша роль"}
        choices:
          - {id: teacher, label: {lv: "Skolotājs", en: "Teacher", ru: "Учитель"}}
          - {id: police, label: {lv: "Policists", en: "Police officer", ru: "Полицейский"}}
  - id: main
    title: {lv: "Jautājumi", en: "Questions", ru: "Вопросы"}
    items:
      - id: deadline
        kind: knowledge
        label: {lv: "Cik drīz jāziņo?", en: "How soon must one report?", ru: "Как скоро нужно сообщить?"}
        choices:
          - {id: now, label: {lv: "Nekavējoties", en: "At once", ru: "Сразу"}}
          - {id: week, label: {lv: "Nedēļas laikā", en: "Within a week", ru: "В течение недели"}}
          - {id: dont_know, label: {lv: "Nezinu", en: "Don't know", ru: "Не знаю"}}
        correct: now
        source: "Bērnu tiesību aizsardzības likums, 73. pants"
      - id: whom
        kind: knowledge
        label: {lv: "Kam jāziņo?", en: "Whom must one tell?", ru: "Кому нужно сообщить?"}
        choices:
          - {id: police_station, label: {lv: "Policijai", en: "The police", ru: "Полиции"}}
          - {id: nobody, label: {lv: "Nevienam", en: "Nobody", ru: "Никому"}}
          - {id: dont_know, label: {lv: "Nezinu", en: "Don't know", ru: "Не знаю"}}
        correct: police_station
        source: "Bērnu tiesību aizsardzības likums, 73. pants"
      - id: duty
        kind: likert
        scale: agreement
        label: {lv: "Ziņot ir mans darbs", en: "Reporting is my job", ru: "Сообщать – моя работа"}
      - id: cut
        kind: likert
        scale: agreement
        label: {lv: "Protu sarunāties", en: "I can talk", ru: "Умею разговаривать"}
      - id: training
        kind: multiple
        label: {lv: "Ko esat apguvis?", en: "What have you learnt?", ru: "Чему вы научились?"}
        choices:
          - {id: course, label: {lv: "Kursu", en: "A course", ru: "Курс"}}
          - {id: abroad, label: {lv: "Ārzemēs", en: "Abroad", ru: "За границей"}}
"""
SECOND: Final = (
    FIRST.replace("version: 1", "version: 2")
    .replace(
        'label: {lv: "Ziņot ir mans darbs", en: "Reporting is my job", ru: "Сообщать – моя работа"}',
        'label: {lv: "Ziņot pienākas man", en: "Reporting is up to me", ru: "Сообщать должен я"}\n'
        '        wording: {same_as: duty, decided_by: "Darba grupa", decided_on: 2026-08-20,'
        ' reason: {lv: "Skaidrāk.", en: "Clearer.", ru: "Понятнее."}}',
    )
    .replace('lv: "Protu sarunāties", en: "I can talk"', 'lv: "Protu uzklausīt", en: "I can listen"')
)
Answers = Mapping[str, tuple[str, ...]]


def answers(right: int, abroad: int, people: int = 2 * ANSWERING) -> Iterator[Answers]:
    """Forty people, roles by turns: the first *right* know everything, the first *abroad* learnt abroad, all took a course."""
    for number in range(people):
        knows = number < right
        yield {
            "role": ("teacher" if number % 2 else "police",),
            "deadline": ("now" if knows else "dont_know",),
            "whom": ("police_station" if knows else "dont_know",),
            "duty": ("2" if number % 4 else "1",),
            "cut": ("2" if number % 4 else "1",),
            "training": ("course", "abroad") if number < abroad else ("course",),
        }


def opened_wave(
    app: Flask,
    name: str,
    questionnaire: str,
    given: Iterator[Answers],
    opens: date,
    *,
    mode: Mode = "code",
    supplements: int | None = None,
    municipality: str = "cesis",
) -> int:
    """Publish, create, invite, answer, close and open; the number of the wave."""
    keys: list[X25519PrivateKey] = []
    codes: list[NewCode] = []
    sheets = list(given)
    with app.app_context():
        place = municipalities.find(municipality).id
        reference = questionnaire_store.publish(place, questionnaire, "helpers.yaml", STEWARD).reference
        new = NewWave(name, reference, opens, date(2026, 11, 30), PEOPLE, mode, supplements=supplements)
        wave = wave_store.create(place, new, STEWARD, hand_over=keys.append)
        wave_store.trial(wave, keys[0], STEWARD)
        group = "visi" if mode == "group" else None
        wanted = len(sheets) if mode == "code" else 1
        wave_store.invite(wave_store.find(place, name), wanted, STEWARD, group=group, hand_over=codes.extend)
        for code, one in zip(codes if mode == "code" else codes * len(sheets), sheets, strict=True):
            done = store.submit(code.link, store.new_receipt(), one)
            assert isinstance(done, store.Submitted), done
        wave_store.close(wave_store.find(place, name), STEWARD)
        opening.open_wave(wave_store.find(place, name), keys[0], STEWARD)
    return wave.id


def two_waves(app: Flask) -> None:
    """A wave in which 12 of 40 knew, and one in which 30 did; 1 and 2 people learnt abroad: too few to be shown."""
    opened_wave(app, "pirmā", FIRST, answers(12, abroad=1), date(2026, 11, 1))
    opened_wave(app, "otrā", SECOND, answers(30, abroad=2), date(2026, 11, 15))
