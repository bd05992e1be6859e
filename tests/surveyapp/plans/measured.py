"""The small plan with rows that are measured, judged by people, and paid for."""

from tests.surveyapp.events.plans import PLAN

MEASURED_PLAN = (
    PLAN
    + """\
  - id: 1.1.d
    action: "1.1"
    name: {lv: "Sadarbība", en: "Cooperation", ru: "Сотрудничество"}
    source_line: 6
    responsible: [social_service]
    targets:
      - {id: better, kind: text_only, comparator: none, unit: items, counted: not_stated, period: plan,
         label: {lv: "Labāka sadarbība", en: "Better cooperation", ru: "Сотрудничество лучше"}}
  - id: 1.1.e
    action: "1.1"
    name: {lv: "Ziņojumi", en: "Reports", ru: "Сообщения"}
    source_line: 7
    responsible: [social_service]
    money: {by_year: {2026: 500}, sources: ["ESF"]}
    targets:
      - {id: more, kind: delta_up, comparator: delta_up, value: 150, unit: items, counted: not_stated, period: plan,
         label: {lv: "Par 150 ziņojumiem vairāk", en: "150 reports more", ru: "На 150 сообщений больше"}}
  - id: 1.2.b
    action: "1.2"
    name: {lv: "Cietušie bērni", en: "Children who were harmed", ru: "Пострадавшие дети"}
    source_line: 8
    responsible: [social_service]
    sensitive: true
    targets:
      - {id: fewer, kind: delta_down, comparator: delta_down, value: 10, unit: persons, counted: unique_persons, period: plan,
         label: {lv: "Par 10 mazāk", en: "10 fewer", ru: "На 10 меньше"}}
"""
)
