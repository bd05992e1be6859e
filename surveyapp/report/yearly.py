"""The yearly report from front to back: which chapter follows which, and the words on its first page."""

from collections.abc import Iterator
from dataclasses import replace

from flask_babel import gettext as _

from surveyapp.core.i18n import here
from surveyapp.releases import words as release_words
from surveyapp.report import annex, plan_chapters, survey_chapters
from surveyapp.report.document import Block, Bullets, DataTable, Document, Figure, Heading, PageTurn, Paragraph
from surveyapp.report.sources import Sources
from surveyapp.report.typography import bound
from surveyapp.results import words
from surveyapp.settings import current_settings


def report(sources: Sources, language: str) -> Document:
    """Return the whole report in the language that is spoken around the call; *language* is its code."""
    return Document(
        language=language,
        title=_("Evaluation report for %(year)s", year=str(sources.year)),
        subtitle=here(sources.judged.plan.title),
        author=sources.place.name,
        made_on=sources.made_on,
        facts=tuple(_facts(sources)),
        blocks=tuple(_bound(block) for block in _blocks(sources)),
        notice=_notice(sources),
        words={"contents": _("Contents"), "page": _("page {number} of {all}")},
    )


def _facts(sources: Sources) -> Iterator[tuple[str, str]]:
    if sources.release:
        yield _("Release"), release_words.title(sources.release)
        yield _("Check sum (SHA-256)"), sources.release.hash
    yield _("The plan is judged as of"), words.short_day(sources.judged.as_of)
    yield _("Made on"), words.short_day(sources.made_on)
    yield _("Version of the plan"), f"{sources.judged.written.id}/{sources.judged.written.version}"
    yield _("Rules of judging"), str(sources.judged.rules_version)
    for name, frozen in (("comparison", sources.comparison), ("alone", sources.alone)):
        if frozen:
            label = _("Comparison of surveys") if name == "comparison" else _("Results of the survey")
            facts = {"number": frozen.frozen.number, "hash": frozen.frozen.hash[:12]}
            yield label, _("result %(number)s, check sum %(hash)s", **facts)


def _notice(sources: Sources) -> str | None:
    told = []
    if sources.place.demo:
        told.append(_("Invented demonstration data: nothing here is about real people."))
    if not sources.release:
        told.append(_("Working copy: its numbers may still change. The report to hand in is made from a release."))
    if not sources.is_over:
        told.append(_("The year is not over: this is how things stand so far."))
    return " ".join(told) or None


def _blocks(sources: Sources) -> Iterator[Block]:
    yield PageTurn()
    yield plan_chapters.chapter(sources, "summary")
    yield from plan_chapters.summary(sources)
    yield from survey_chapters.summary(sources)
    yield from plan_chapters.concluded(sources, "summary")
    yield PageTurn()
    yield from survey_chapters.asked(sources)
    yield from plan_chapters.goals(sources)
    yield from plan_chapters.money(sources)
    yield from survey_chapters.results(sources)
    yield from plan_chapters.concluded(sources, "survey")
    yield from survey_chapters.response(sources)
    yield from plan_chapters.concluded(sources, "response")
    yield from plan_chapters.decisions(sources)
    yield Heading(1, _("Proposals for the next year"))
    yield from plan_chapters.proposals(sources)
    yield from plan_chapters.still_to_do(sources)
    yield from _method()
    yield from _followed(sources)
    yield from annex.annexes(sources)


def _method() -> Iterator[Block]:
    yield Heading(1, _("Method and privacy"))
    yield Bullets(
        (
            _(
                "Answers are sealed on arrival, opened only after the survey has closed, and joined to no person, device, "
                "address or moment."
            ),
            _(
                "Groups with fewer than 10 answers are not shown, nor counts of one or two people, nor anything from which "
                "they could be worked out, also not together with earlier results."
            ),
            _(
                "Shares are given with a likely range (95 %) that takes in how many of all specialists answered. Whether "
                "a change is more than chance is tested without that advantage, and corrected for the number of questions."
            ),
            _(
                "The same question can have two numbers: by itself a survey is weighted by groups and counted among those who "
                "gave an opinion wherever it shows them; beside another survey only where both show them, so that like is "
                "compared with like."
            ),
            _(
                "People at events are counted once where that is known. Where the same people may have come again, the lower "
                "number counts. Numbers below 5 about people at risk or harmed are hidden."
            ),
            _("A row that can be read in different ways is not assessed until the cooperation group has decided about it."),
        )
    )


def _followed(sources: Sources) -> Iterator[Block]:
    """Yield where each kind of number of this report leads to what it was counted from, outside the report."""
    yield Heading(2, _("From a number to what it was counted from"))
    if sources.release is None:
        yield Paragraph(
            _("The numbers of a working copy stand on the pages of today. Those of a release can be followed for good.")
        )
        return
    address = f"{current_settings().base_url}/results/releases/{sources.release.number}"
    yield Paragraph(
        _(
            "Every number of this report stands in release %(number)s or is a sum of its lines. Its page leads from each line "
            "to what that was counted from: %(address)s",
            number=sources.release.number,
            address=address,
        )
    )
    tables = release_words.TABLES
    yield DataTable(
        caption=_("From a number to what it was counted from"),
        header=(_("Numbers"), _("Table of the release"), _("What it was counted from")),
        rows=(
            (
                _("Degrees, numbers reached, numbers of events"),
                f"{tables['plan_rows']}, {tables['plan_targets']}, {tables['head_counts']}",
                _("Events with their evidence, values and degrees that were stated, decisions"),
            ),
            (_("Money"), str(tables["money"]), _("What was stated about a row and year, or what the plan plans")),
            (
                _("Shares, mean scores, Cronbach's alpha, groups"),
                str(tables["survey_levels"]),
                _("How many people of one survey answered so, of how many, and by which method"),
            ),
            (_("Changes between two surveys"), str(tables["survey_changes"]), _("The numbers of both surveys, with the test")),
            (
                _("Who answered"),
                str(tables["survey_waves"]),
                _("Answers that were opened and counted together, and the population"),
            ),
        ),
        widths=(3, 3, 4),
    )


def _bound(block: Block) -> Block:
    match block:
        case Heading() | Paragraph():
            return replace(block, text=bound(block.text))
        case Bullets():
            return Bullets(tuple(bound(item) for item in block.items))
        case DataTable():
            return replace(block, rows=tuple(tuple(bound(cell) for cell in row) for row in block.rows))
        case Figure():
            return replace(block, caption=bound(block.caption))
    return block
