"""The questionnaire on paper: one copy a code, to be filled in by hand, handed in and typed in by a clerk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from flask_babel import force_locale
from flask_babel import gettext as _

from questionnaires.survey_types import Item, Questionnaire, Section
from questionnaires.texts import Language
from surveyapp.core import typesetting
from surveyapp.core.command import RefusedError
from surveyapp.core.i18n import day
from surveyapp.survey.codes import shown
from surveyapp.survey.door import clerk, fields
from surveyapp.survey.rules import FEWEST
from surveyapp.survey.sheets.cards import link_of
from surveyapp.survey.wave_store import NewCode, WaveFacts

_TEMPLATE: Final = Path(__file__).with_name("paper.typ")
_LOCALES: Final[Mapping[Language, str]] = {"lv": "lv", "en": "en_GB", "ru": "ru"}
_COLUMNS: Final = ((14, 4), (24, 3), (42, 2))
"""How long the longest choice may be for so many columns."""
_LINES: Final = 2
_LINES_OF_A_LONG_TEXT: Final = 7
Block = dict[str, object]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What every part of a sheet needs to know: language, the marks before the items and the rules in words."""

    questionnaire: Questionnaire
    language: Language
    free_text: bool
    marks: Mapping[str, str]
    only_if: Mapping[str, str]

    def asks(self, item: Item) -> bool:
        """Say whether the item stands on the sheet."""
        return item.kind != "text" or self.free_text


def as_pdf(codes: Sequence[NewCode], base_url: str, wave: WaveFacts, language: Language) -> bytes:
    """Return one copy of the wave's questionnaire for each of *codes*, each beginning on a front side; needs an app context.

    A group's code may stand in *codes* as often as the group needs copies.

    Raises:
        RefusedError: answers of this wave are not taken on paper.
    """
    if not clerk.suits(wave.mode, wave.questionnaire):
        raise RefusedError("Only waves with codes, of one person each or of groups, are answered on paper; games are not.")
    copies = [{"code": shown(code.typed), "qr": typesetting.qr(link_of(base_url, code))} for code in codes]
    with force_locale(_LOCALES[language]):
        layout = _layout(wave.questionnaire, language, free_text=wave.free_text)
        data = _common(layout) | _of_wave(wave) | {"copies": copies, "address": f"{base_url.partition('://')[2]}/s/"}
    return typesetting.as_pdf(_TEMPLATE, data)


def blank(questionnaire: Questionnaire, language: Language) -> bytes:
    """Return one copy without a code, to read and to discuss, with all that could be asked; needs an app context."""
    with force_locale(_LOCALES[language]):
        data = _common(_layout(questionnaire, language, free_text=True)) | {
            "copies": [None],
            "promise": _promise(),
            "facts": [],
        }
        data["facts"] = [_("To read only: without a code, this copy is not counted.")]
    return typesetting.as_pdf(_TEMPLATE, data)


def _layout(questionnaire: Questionnaire, language: Language, *, free_text: bool) -> _Layout:
    drawn = fields.parts(questionnaire, language, {}, {})
    rules = {field.name.removeprefix(fields.PREFIX): field.only_if for part in drawn for field in part.fields}
    return _Layout(questionnaire, language, free_text, clerk.marks(questionnaire), rules)


def _common(layout: _Layout) -> dict[str, object]:
    asked, language = layout.questionnaire, layout.language
    return {
        "language": language,
        "words": _words(),
        "title": asked.title.get(language),
        "intro": asked.intro.get(language),
        "how": _how(),
        "help": _help(),
        "sections": [drawn for section in asked.sections if (drawn := _section(section, layout))["blocks"]],
    }


def _words() -> dict[str, str]:
    return {
        "page": _("Page"),
        "scan": _("Scan this square with the camera of your phone."),
        "promise": _("What happens to your answers"),
        "how": _("How to fill this in"),
        "return": _("How to hand it in"),
        "statement": _("Tick one answer in each row."),
        "help": _("If a worry came up while answering"),
    }


def _of_wave(wave: WaveFacts) -> dict[str, object]:
    personal = wave.mode == "code"
    once = (
        _("The same code on paper and online counts once: what was received first.")
        if personal
        else _("Answer once only: on paper or online.")
    )
    return {
        "facts": [_("Last day for answering: %(day)s", day=day(wave.closes))],
        "promise": [*_promise(), _code(personal=personal)],
        "online": " ".join((_("You can also answer online: scan the square, or open the address and type the code."), once)),
        "hand-in": _hand_in(),
    }


def _hand_in() -> str:
    words = _(
        "Put the sheets into an envelope without a name, close it, and hand it in where you got it – some days before the "
        "last day for answering, so that there is time to type it in. Do not tear off the code."
    )
    return str(words)


def _promise() -> list[str]:
    return [
        _("We do not ask who you are. Write no name, and nothing else that shows who you are or whom it is about."),
        _("A clerk types the sheets in. The clerk sees them but is not told whose they are; afterwards they are destroyed."),
        _(
            "What is typed in is sealed at once, as if you had answered online. It is opened only when no more "
            "answers are taken, together with all other answers, and only if there are at least %(number)s of them.",
            number=FEWEST,
        ),
    ]


def _code(*, personal: bool) -> str:
    if personal:
        return str(
            _("The code only makes sure that every sheet counts once. Nothing that is stored joins it with the answers.")
        )
    return str(_("The code is the same for your whole group. It says which group a sheet is from, and nothing else."))


def _how() -> list[str]:
    return [
        _("Put a cross into the box beside your answer. Tick one box, unless it says that you can tick several."),
        _("A wrong cross? Fill that box completely and put a cross into the right one."),
        _("If it says “Answer only if …” and that is not so, go on to the next question."),
        _("The small numbers are for typing the sheet in; you need not mind them."),
    ]


def _help() -> list[str]:
    children = _("Children and teenagers can call, and so can adults who worry about a child:")
    breach = _(
        "You know of a breach of children's rights: tell the State Police, the orphan's court or the Children's Protection "
        "Centre (BAC),"
    )
    return [
        f"{_('A child is in danger now:')} 110 ({_('State Police')}).",
        f"{children} 116111 ({_('helpline for children and teenagers')}).",
        f"{breach} www.bac.gov.lv.",
    ]


def _section(section: Section, layout: _Layout) -> dict[str, object]:
    shown_items = [item for item in section.items if layout.asks(item)]
    # Statements of one scale that follow one another share its heading; everything else stands alone.
    runs = groupby(shown_items, key=lambda item: item.scale if item.kind == "likert" else None)
    return {
        "title": section.title.get(layout.language),
        "intro": section.intro.get(layout.language) if section.intro else "",
        "blocks": [block for scale, items in runs for block in _blocks(scale, list(items), layout)],
    }


def _blocks(scale: str | None, items: Sequence[Item], layout: _Layout) -> Iterator[Block]:
    if scale is None:
        for item in items:
            yield _facts(item, layout) | _drawn(item, layout)
        return
    choices = items[0].choices
    yield {
        "kind": "likert",
        "scale": [choice.label.get(layout.language) for choice in choices],
        "apart": next((place for place, choice in enumerate(choices) if choice.outside_base), -2),
        "rows": [_facts(item, layout) for item in items],
    }


def _facts(item: Item, layout: _Layout) -> Block:
    """Return what stands above the answers of every kind of item."""
    rule = layout.only_if.get(item.id, "")
    return {
        "mark": layout.marks.get(item.id, ""),
        "label": item.label.get(layout.language),
        "hint": item.hint.get(layout.language) if item.hint else "",
        "only": _("Answer only if %(condition)s.", condition=rule) if rule else "",
        "note": _note(item, layout),
    }


def _note(item: Item, layout: _Layout) -> str:
    if item.id == layout.questionnaire.stratum_item:
        return str(_("Please answer this one in any case: without it the sheet cannot be counted."))
    if item.kind == "multiple" and not item.hint:
        return str(_("You can tick several answers."))
    if item.kind == "text":
        return str(_("May stay empty. No names and nothing by which a child or a colleague could be recognised."))
    return ""


def _drawn(item: Item, layout: _Layout) -> Block:
    match item.kind:
        case "information":
            return {"kind": "information"}
        case "text":
            return {"kind": "written", "lines": _LINES_OF_A_LONG_TEXT if item.long else _LINES}
        case "number":
            unit = item.unit.get(layout.language) if item.unit else ""
            return {"kind": "number", "unit": f"{unit} ({item.minimum}–{item.maximum})".strip()}
        case _:
            return _choices(item, layout)


def _choices(item: Item, layout: _Layout) -> Block:
    labels = [choice.label.get(layout.language) for choice in item.choices]
    longest = max(map(len, labels))
    options = [{"number": str(number), "label": label} for number, label in enumerate(labels, 1)]
    return {"kind": "choices", "options": options, "columns": next((n for size, n in _COLUMNS if longest <= size), 1)}
