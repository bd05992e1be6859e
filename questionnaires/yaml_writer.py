"""A questionnaire as the text of its file, laid out to be read by people and read back to the same questionnaire."""

from collections.abc import Sequence

from questionnaires.conditions import Chosen, Condition, Every, Some
from questionnaires.survey_types import AnsweredBefore, Choice, Item, Questionnaire, Scale, Score, Section, Stratum, Wording
from questionnaires.texts import LANGUAGES
from questionnaires.yaml_lines import Entries, OneLine, Plain, Quoted, Tall, Value, if_any, kept, texts_of, to_text


def to_yaml(questionnaire: Questionnaire) -> str:
    """Return the text of a file that ``parse_questionnaire`` reads as an equal questionnaire.

    The same questionnaire always gives the same text; what stands at its default is not written.
    """
    return to_text(_questionnaire(questionnaire))


# ---- the questionnaire as keys and values, in the order in which people read them ----


def _questionnaire(read: Questionnaire) -> Entries:
    entries: Entries = {"id": read.id, "version": read.version}
    if read.instrument != "survey":
        entries["instrument"] = read.instrument
    entries |= {"title": texts_of(read.title), "intro": texts_of(read.intro), "minutes": read.minutes}
    if read.instrument == "survey":
        entries["strata"] = Tall(_strata(read))
    if read.scales:
        entries["scales"] = Tall({scale.id: Tall(_scale(scale)) for scale in read.scales})
    if read.scores:
        entries["scores"] = Tall({score.id: _score(score) for score in read.scores})
    if read.instrument == "survey":
        entries["headline"] = [item.id for item in read.items if item.headline]
    if read.answered_before:
        entries["answered_before"] = _before(read.answered_before)
    return {**entries, "sections": Tall([Tall(_section(section)) for section in read.sections])}


def _strata(read: Questionnaire) -> Entries:
    named = {"item": read.stratum_item, "band": read.band_item}
    entries: Entries = {key: name for key, name in named.items() if name}
    return {**entries, "label": texts_of(read.strata.label), "tree": Tall([_part(part) for part in read.strata.parts])}


def _part(part: Stratum) -> Value:
    """Return a leaf by its id alone, a group with its parts."""
    if not part.parts:
        return part.id
    parts: Value = [each.id for each in part.parts]
    if any(each.parts for each in part.parts):
        parts = Tall([_part(each) for each in part.parts])
    return Tall({"id": part.id, "label": texts_of(part.label), "parts": parts})


def _scale(scale: Scale) -> Entries:
    return {
        "choices": _choices(scale.choices),
        "favourable": list(scale.favourable),
        "favourable_reversed": list(scale.favourable_reversed),
    }


def _score(score: Score) -> Entries:
    entries: Entries = {"label": texts_of(score.label), "items": list(score.items)}
    return {**entries, "margin": Plain(score.margin_text)} if score.margin_text else entries


def _before(before: AnsweredBefore) -> Entries:
    return {"item": before.item, "yes": list(before.yes), "no": list(before.no)}


def _section(section: Section) -> Entries:
    entries: Entries = {"id": section.id, "title": texts_of(section.title)}
    if section.intro:
        entries["intro"] = texts_of(section.intro)
    return {**entries, "items": Tall([Tall(_item(item)) for item in section.items])}


def _item(item: Item) -> Entries:
    """Return the keys of *item* that are not at their default; what a scale or the bands say is not said again."""
    usual = "optional" if item.kind == "text" else "required"
    own = item.choices if item.kind in ("single", "multiple", "knowledge") else ()
    entries: dict[str, Value | None] = {
        "id": item.id,
        "kind": item.kind,
        "scale": item.scale,
        "reversed": item.reversed or None,
        "requirement": item.requirement if item.requirement != usual and item.kind != "information" else None,
        "label": texts_of(item.label),
        "hint": if_any(item.hint, texts_of),
        "choices": _choices(own) if own else None,
        "shuffled": item.shuffled or None,
        "minimum": item.minimum,
        "maximum": item.maximum,
        "bands": list(item.bands) or None,
        "unit": if_any(item.unit, texts_of),
        "longest": item.longest or None,
        "long": item.long or None,
        "favourable": list(item.favourable) or None if item.kind != "likert" else None,
        "correct": item.correct,
        "margin": item.margin,
        "explanation": if_any(item.explanation, texts_of),
        "show_if": if_any(item.show_if, _condition),
        "source": if_any(item.source, Quoted),
        "wording": if_any(item.wording, _wording),
        "replaces": item.replaces,
    }
    return kept(entries)


def _choices(choices: Sequence[Choice]) -> Tall:
    return Tall([OneLine(_choice(choice)) for choice in choices])


def _choice(choice: Choice) -> Entries:
    marks: Entries = {"outside_base": True} if choice.outside_base else {}
    marks |= {"exclusive": True} if choice.exclusive else {}
    return {"id": choice.id, "label": texts_of(choice.label), **marks}


def _condition(condition: Condition) -> Entries:
    match condition:
        case Chosen(item, choices, negated):
            return {"item": item, "none_of" if negated else "any_of": list(choices)}
        case Every(parts):
            return {"all": [_condition(part) for part in parts]}
        case Some(parts):
            return {"any": [_condition(part) for part in parts]}


def _wording(wording: Wording) -> Tall:
    everywhere = {wording.reason.get(language) for language in LANGUAGES}
    entries: Entries = {
        "same_as": wording.same_as,
        "decided_by": Quoted(wording.decided_by),
        "decided_on": Quoted(wording.decided_on.isoformat()),
        "reason": Quoted(wording.reason.lv) if len(everywhere) == 1 else texts_of(wording.reason),
    }
    return Tall(entries)
