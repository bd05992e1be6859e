"""What a report says of the surveys: what was asked and how sure it is, the findings with their figures, who did not answer."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from flask_babel import gettext as _
from flask_babel import ngettext

from questionnaires.survey_types import Score
from questionnaires.texts import Text
from surveyapp.core.i18n import here
from surveyapp.report import score_parts, survey_captions
from surveyapp.report.document import Block, Bullets, DataTable, Figure, Heading, Paragraph
from surveyapp.report.plan_chapters import chapter
from surveyapp.report.sources import Sources
from surveyapp.results import findings, level_words, margin_words, words
from surveyapp.results.change import Change
from surveyapp.results.drawn import alone, compared, pictures, scale
from surveyapp.results.drawn.pictures import Key
from surveyapp.results.drawn.scale import Line, Scale
from surveyapp.results.level import Level
from surveyapp.results.survey_results import ItemResults, SurveyResults
from surveyapp.results.wave_results import TOWN, ItemLevels, WaveResults
from surveyapp.survey.wave_store import WaveFacts

_Line = TypeVar("_Line")
_MOST_LINES: Final = 8
"""So many lines of a figure fit on a sheet, long questions too."""


def summary(sources: Sources) -> Iterator[Block]:
    """Yield what the surveys say in a few lines, for the report's first page."""
    if sources.comparison:
        told = tuple(f"{_subject(sources.comparison, line)} – {findings.title(line)}." for line in sources.comparison.headline)
        yield Paragraph(_("What changed between the two surveys of specialists:"))
        yield Bullets(told)
    elif alone := sources.alone:
        yield Paragraph(_("What specialists know and think, by the first survey:"))
        yield Bullets(tuple(f"{here(alone.subject(line))} – {level_words.title(alone, line)}." for line in alone.headline))
    else:
        yield Paragraph(_("No survey of specialists was opened by then, so nothing is said about their answers."))


def asked(sources: Sources) -> Iterator[Block]:
    """Yield what was asked, when, of whom, and how sure the numbers are."""
    yield Heading(1, _("What was asked, and how sure we are"))
    if not sources.waves:
        yield Paragraph(_("No survey of specialists was opened by then."))
        return
    for wave in sources.waves:
        yield Paragraph(_wave(sources, wave))
        if wave.mode in level_words.MODES:
            yield Paragraph(str(level_words.MODES[wave.mode]), "notice")
    yield Paragraph(
        _("The answers are anonymous. Nobody's two answers are joined, so two surveys are treated as two independent groups.")
    )
    yield Bullets(
        (
            _("The range beside a number says what is likely true of everybody who works here; it takes in how many answered."),
            _("“Clear” means more than chance, after correction for the number of questions."),
            _("“No clear change” does not mean that nothing changed: with so few people only large changes can be seen."),
            _("A hidden number protects single people, and so does whatever could be worked out from it."),
        )
    )


def results(sources: Sources) -> Iterator[Block]:
    """Yield the findings section by section, each with its figure."""
    yield chapter(sources, "survey")
    if sources.comparison:
        yield from _changes(sources.comparison, sources.by_themselves)
    elif sources.alone:
        yield from _levels(sources.alone)
    else:
        yield Paragraph(_("No survey of specialists was opened by then."))


def response(sources: Sources) -> Iterator[Block]:
    """Yield how many answered in each group, and what that means."""
    yield chapter(sources, "response")
    if not sources.waves:
        yield Paragraph(_("No survey of specialists was opened by then."))
        return
    parts = _parts(sources)
    header = (_("Group"), *(wave.name for wave in sources.waves))
    yield DataTable(_("People who answered, of all who work here"), header, parts, (4, *[3] * len(sources.waves)))
    yield Paragraph(
        _(
            "Who did not answer is not known and cannot be found out. Those who stayed away may think otherwise than those who "
            "answered: the fewer answered, the more careful everybody has to be with the numbers of this report."
        )
    )
    yield from _whatever_others_think(sources)


def _whatever_others_think(sources: Sources) -> Iterator[Block]:
    """Yield within what the headline numbers lie whatever those think who did not answer; nothing where that is not known."""
    rows = tuple(
        (here(found.subject(line)), found.wave.name, findings.people(line.count, line.n, line.hidden, line.band), *_ends(*ends))
        for found in sources.by_themselves
        for line in found.headline
        if (ends := level_words.whatever_others_think(found, line))
    )
    if not rows:
        return
    header = (_("Question"), _("Survey"), _("People"), _("At least"), _("At most"))
    caption = _("Right or favourable, of all who work here, whatever those would have answered who did not")
    yield DataTable(caption, header, rows, (7, 4, 3, 3, 3), frozenset({3, 4}))
    yield Paragraph(
        _(
            "At least: as if all who did not answer had answered otherwise. At most: as if all of them had answered so. "
            "Nothing is assumed about them, so the truth about everybody lies in between."
        ),
        "hint",
    )


def _ends(least: int, most: int, population: int) -> tuple[str, str]:
    low, high = (_of(number, population, None) for number in (least, most))
    return low, high


def numbers(sources: Sources) -> Iterator[Block]:
    """Yield every line of the surveys as tables, for the annex."""
    if sources.comparison:
        yield from _change_tables(sources.comparison)
    elif sources.alone:
        yield from _level_tables(sources.alone)


def _wave(sources: Sources, wave: WaveFacts) -> str:
    facts = {"name": wave.name, "first": words.short_day(wave.opens), "last": words.short_day(wave.closes)}
    told = _("%(name)s: answers were taken from %(first)s to %(last)s.", **facts)
    count = ngettext("It asked %(num)s question.", "It asked %(num)s questions.", len(wave.questionnaire.asked))
    answered = next((text for stratum, text in _answered(sources, wave) if stratum == TOWN), "")
    if answered:
        answered = _("Answered: %(people)s.", people=answered)
    aside = wave.boxes_set_aside and ngettext(
        "%(num)s box could not be read at the opening and was set aside.",
        "%(num)s boxes could not be read at the opening and were set aside.",
        wave.boxes_set_aside,
    )
    return " ".join(filter(None, (told, count, answered, aside or "")))


def _answered(sources: Sources, wave: WaveFacts) -> list[tuple[str, str]]:
    """Return each stratum of a wave with how many answered, in words."""
    if sources.alone:
        return [(part.stratum, _of(part.respondents, part.population, "base")) for part in sources.alone.response]
    parts = sources.comparison.response if sources.comparison else ()
    then = sources.comparison is not None and wave is sources.comparison.before
    return [
        (part.stratum, _of(part.then, part.then_population, part.why_not_then))
        if then
        else (part.stratum, _of(part.now, part.now_population, part.why_not_now))
        for part in parts
    ]


def _of(n: int | None, population: int | None, why: str | None) -> str:
    if n is None:
        return str(findings.NOT_TOLD if why == "not_told" else findings.HIDDEN["base"])
    if not population:
        return words.number(n)
    facts = {"n": words.number(n), "population": words.number(population), "share": findings.percent(n / population)}
    return str(_("%(n)s of %(population)s (%(share)s %%)", **facts))


def _parts(sources: Sources) -> tuple[tuple[str, ...], ...]:
    columns = [dict(_answered(sources, wave)) for wave in sources.waves]
    strata = dict.fromkeys(stratum for column in reversed(columns) for stratum in column)
    return tuple((here(_stratum(sources, stratum)), *(column.get(stratum, "–") for column in columns)) for stratum in strata)


def _stratum(sources: Sources, stratum: str) -> Text | None:
    found = sources.comparison or sources.alone
    return found.stratum(stratum) if found else None


def _changes(found: SurveyResults, by_themselves: Sequence[WaveResults]) -> Iterator[Block]:
    yield Heading(2, _("Headline questions"))
    yield Paragraph(_("These were declared before the answers were seen."), "hint")
    header = (_("Question"), _("Last time"), _("Now"), _("Changed by"), _("Verdict"))
    yield DataTable(
        _("Headline questions and the knowledge score, everybody"),
        header,
        tuple(_headline(found, line) for line in found.headline),
        (8, 2, 2, 3, 3),
        frozenset({1, 2, 3}),
    )
    for score in found.questionnaire.scores:
        lines = [line for line in found.scores if line.item == score.id]
        if lines:
            yield Heading(2, here(score.label))
            yield from _finding(
                found, lines, [here(found.stratum(line.stratum)) for line in lines], scale.points(len(score.items))
            )
            yield from score_parts.beside_means(by_themselves, score)
    for section, items in found.sections:
        yield Heading(2, here(section.title))
        yield from _section(found, items)
    if found.not_compared:
        yield Heading(2, _("What is not compared"))
        yield Bullets(tuple(f"{here(each.item.label)} – {findings.CUTS[each.cut or '']}" for each in found.not_compared))


def _headline(found: SurveyResults, line: Change) -> tuple[str, ...]:
    counted = findings.counted(found.questionnaire, line)
    return (
        "\n".join(filter(None, (_subject(found, line), counted))),
        findings.level(line, line.then) or "–",
        findings.level(line, line.now) or "–",
        findings.moved_points(line) or "–",
        "; ".join(filter(None, (findings.judged(line), margin_words.told(line)))),
    )


def _section(found: SurveyResults, items: Sequence[ItemResults]) -> Iterator[Block]:
    """Yield a section's questions that are judged as a whole in one figure, then every question in words."""
    whole = [(here(each.item.label), each.whole[0]) for each in items if each.whole and not each.cut]
    for some in _sheets(whole):
        drawn = [compared.line_of(label, line) for label, line in some]
        told = " ".join(f"{label} – {findings.title(line)}." for label, line in some)
        yield from _drawn(drawn, scale.PERCENT, _legend(found), survey_captions.of_changes(some), told)
    for each in items:
        if each.cut or not each.lines:
            continue
        yield Paragraph(here(each.item.label), "lead")
        lines = each.whole or each.drawn
        if each.whole:
            yield Bullets(tuple(_told(found, line) for line in lines))
        else:
            yield Paragraph(f"{findings.count_title(lines)}.")
            yield from _finding(found, lines, [_choice(found, line) for line in lines], scale.PERCENT)


def _finding(found: SurveyResults, lines: Sequence[Change], labels: Sequence[str], on: Scale) -> Iterator[Block]:
    told = tuple(
        " ".join(filter(None, (f"{label}: {findings.sentence(line)}", margin_words.same(line))))
        for label, line in zip(labels, lines, strict=True)
    )
    title = findings.title(lines[0]) if lines[0].measure == "score" else findings.count_title(lines)
    drawn = [compared.line_of(label, line) for label, line in zip(labels, lines, strict=True)]
    yield from _drawn(drawn, on, _legend(found), f"{title}.", " ".join(told))
    yield Bullets(told)


def _drawn(lines: Sequence[Line], on: Scale, legend: Sequence[Key], caption: str, told: str) -> Iterator[Block]:
    """Yield the figure of some lines; nothing if no number of them may be shown."""
    if any(line.marks for line in lines):
        yield Figure(pictures.within(scale.marks(lines, on), legend), caption, told)


def _legend(found: SurveyResults) -> tuple[Key, ...]:
    return compared.legend(found.before.name, found.after.name)


def _sheets(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Part the lines of a figure as evenly as they go, so that each part fits on a sheet."""
    parts = -(-len(lines) // _MOST_LINES)
    for at in range(parts):
        yield lines[at * len(lines) // parts : (at + 1) * len(lines) // parts]


def _told(found: SurveyResults, line: Change) -> str:
    said = f"{here(found.stratum(line.stratum))}: {findings.VERDICTS[line.verdict]}. {findings.sentence(line)}"
    return " ".join(filter(None, (said, findings.smallest(line), margin_words.same(line))))


def _subject(found: SurveyResults, line: Change) -> str:
    return here(found.subject(line))


def _choice(found: SurveyResults, line: Change) -> str:
    choice = found.choice(line)
    return here(choice.label) if choice else here(found.stratum(line.stratum))


def _levels(found: WaveResults) -> Iterator[Block]:
    yield Heading(2, _("Headline questions"))
    header = (_("Question"), _("Level"), _("Likely between"), _("People"))
    rows = tuple(
        (
            "\n".join(filter(None, (here(found.subject(line)), findings.counted(found.questionnaire, line)))),
            level_words.level(line) or "–",
            level_words.interval(line) or "–",
            findings.people(line.count, line.n, line.hidden, line.band),
        )
        for line in found.headline
    )
    yield DataTable(_("Headline questions and the knowledge score, everybody"), header, rows, (8, 2, 3, 3), frozenset({1, 2}))
    for score in found.questionnaire.scores:
        lines = [line for line in found.scores if line.item == score.id]
        if lines:
            yield Heading(2, here(score.label))
            yield from _score(found, score, lines)
            yield from score_parts.beside_means([found], score)
    for section, items in found.sections:
        yield Heading(2, here(section.title))
        yield from _level_section(found, items)


def _score(found: WaveResults, score: Score, lines: Sequence[Level]) -> Iterator[Block]:
    """Yield the means of one score in one survey, everybody's first."""
    named = [(level_words.name(found, line), line) for line in lines]
    told = tuple(f"{name}: {level_words.sentence(found, line)}" for name, line in named)
    drawn = [alone.line_of(name, line) for name, line in named]
    finding = f"{here(score.label)}: {level_words.title(found, lines[0])}."
    yield from _drawn(drawn, scale.points(len(score.items)), alone.legend(), finding, " ".join(told))
    yield Bullets(told)


def _level_section(found: WaveResults, items: Sequence[ItemLevels]) -> Iterator[Block]:
    whole = [(here(each.item.label), each.whole[0]) for each in items if each.whole]
    for some in _sheets(whole):
        drawn = [alone.line_of(label, line) for label, line in some]
        told = " ".join(f"{label} – {level_words.title(found, line)}." for label, line in some)
        yield from _drawn(drawn, scale.PERCENT, alone.legend(), survey_captions.of_levels(found, some), told)
    for each in items:
        yield Paragraph(here(each.item.label), "lead")
        lines = each.whole or each.drawn
        names = [here(found.stratum(line.stratum)) if each.whole else level_words.name(found, line) for line in lines]
        yield Bullets(tuple(f"{name}: {level_words.sentence(found, line)}" for name, line in zip(names, lines, strict=True)))


def _change_tables(found: SurveyResults) -> Iterator[Block]:
    header = (
        _("Question and answer"),
        _("Group"),
        _("Last time"),
        _("Level"),
        _("Now"),
        _("Level"),
        _("Changed by"),
        _("Verdict"),
    )
    for section, items in found.sections:
        rows = tuple(_change_row(found, line) for each in items for line in each.lines)
        yield DataTable(here(section.title), header, rows, (8, 4, 3, 3, 3, 3, 3, 3), frozenset({3, 5, 6}))


def _change_row(found: SurveyResults, line: Change) -> tuple[str, ...]:
    choice = found.choice(line)
    about = here(choice.label) if choice else str(findings.MEASURES[line.measure])
    return (
        f"{_subject(found, line)}\n{about}",
        here(found.stratum(line.stratum)),
        findings.people(line.count_then, line.n_then, line.hidden_then, line.band_then),
        _with_range(findings.level(line, line.then), findings.interval(line, line.then_low, line.then_high)),
        findings.people(line.count_now, line.n_now, line.hidden_now, line.band_now),
        _with_range(findings.level(line, line.now), findings.interval(line, line.now_low, line.now_high)),
        _with_range(findings.moved(line), findings.moved_interval(line)),
        findings.judged(line),
    )


def _level_tables(found: WaveResults) -> Iterator[Block]:
    header = (_("Question and answer"), _("Group"), _("People"), _("Level"))
    for section, items in found.sections:
        rows = tuple(
            (
                f"{here(each.item.label)}\n{level_words.name(found, line)}",
                here(found.stratum(line.stratum)),
                findings.people(line.count, line.n, line.hidden, line.band),
                _with_range(level_words.level(line), level_words.interval(line)),
            )
            for each in items
            for line in each.lines
        )
        yield DataTable(here(section.title), header, rows, (8, 4, 3, 4), frozenset({3}))


def _with_range(level: str, span: str) -> str:
    return f"{level}\n({span})" if level and span else level or "–"
