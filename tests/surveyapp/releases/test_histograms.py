"""A town whose score has bins of points: its histogram tells the same wherever it stands, and a planted one is found there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from questionnaires.yaml_writer import to_yaml
from tests.analysis.invented import POPULATION, questionnaire, rows, wider
from tests.attacker.attacks import totals_minus_parts
from tests.attacker.histograms import histograms
from tests.attacker.judging import caught_by, learnt, more_told_of_groups, told_to, weak_points
from tests.attacker.loot import Loot
from tests.attacker.telling import tell_tales
from tests.conftest import app_on
from tests.databases import fresh
from tests.surveyapp.releases.stealing import Town

ASKED = wider(questionnaire(), 5)
"""Eight questions are scored: 2 people have one right, nobody none or two."""
FIGURE = re.compile(r'<figure class="figure" id="figure-points-knowledge.*?</figure>', re.DOTALL)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town with one wave, for tests that only read."""
    folder = tmp_path_factory.mktemp("histograms")
    app = app_on(fresh(folder), folder)
    made = Town.settled(app, to_yaml(ASKED))
    made.takes_in("first", rows(ASKED, 4, 150), date(2026, 11, 1), POPULATION)
    yield made
    app.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def loot(town: Town) -> Loot:
    """Everything that it hands out."""
    numbers = [town.releases(), town.publishes(town.releases("public"))]
    return town.loot(numbers=numbers, questions=False, figures=True, published=numbers[1:], reports=("html", "docx", "pdf"))


def test_people_by_points_are_the_same_everywhere_and_tell_nobody(town: Town, loot: Loot) -> None:
    read = learnt(loot)
    assert tell_tales(loot) == []
    assert weak_points(loot, town.truths, read=read) == [], caught_by(loot, town.truths)
    for name, truth in town.truths.items():
        assert more_told_of_groups(loot, name, truth, read[name]) == []
        for known in ([0], [0, 1], [0, 1, 2, 3]):
            insiders = [town.insider(name, place) for place in known]
            assert told_to(loot, name, truth, insiders, read[name]) == []


def test_a_figure_of_a_release_leads_to_the_lines_that_it_is_drawn_from(town: Town, loot: Loot) -> None:
    assert loot.releases
    figure = FIGURE.search(town.group.get("/results/releases/1/surveys/first?lang=en").text)
    assert figure
    (link,) = re.findall(r'that it is drawn from: <a href="([^"]+)"[^>]*>first</a></p>', figure[0])
    address, _, line = link.replace("&amp;", "&").partition("#")
    shown = town.group.get(f"{address}&lang=en").text
    first = re.search(rf'<tr id="{line}">.*?</tr>', shown, re.DOTALL)
    assert first
    assert "Knowledge" in first[0]


def test_rounded_counts_of_a_release_for_everybody_are_not_added_up(town: Town, loot: Loot) -> None:
    """Over the exact ones stands a share; beside rounded ones it would differ from the true one."""
    assert [each.level for each in loot.releases] == ["group", "public"]
    for_group, for_everybody = (town.group.get(f"/results/releases/{number}/surveys/first?lang=en").text for number in (1, 2))
    assert re.search(r"or more right answers: \d+ of 150", for_group)
    assert ": how many people have how many right answers" in for_everybody
    for page in (for_group, for_everybody):
        assert page.count("A low number is no fault of any question") == page.count("Cronbach") == 1


def on_its_own_page(loot: Loot, change: Callable[[str], str]) -> Loot:
    """Change the histogram on the first wave's page in Latvian."""
    wave = loot.waves["first"]
    forged = replace(wave, pages={**wave.pages, "lv": FIGURE.sub(lambda found: change(found[0]), wave.pages["lv"])})
    return replace(loot, waves={**loot.waves, "first": forged})


def in_its_table(loot: Loot) -> Loot:
    """As a row of the table."""
    return on_its_own_page(
        loot, lambda figure: figure.replace("<tbody>", '<tbody><tr><th scope="row">1</th><td>2</td><td>2 %</td></tr>', 1)
    )


def in_its_text(loot: Loot) -> Loot:
    """In the words for those who cannot see the drawing."""
    return on_its_own_page(loot, lambda figure: figure.replace("</desc>", " pareizas atbildes 1: 2 no 120 (2 %).</desc>", 1))


def in_its_drawing(loot: Loot) -> Loot:
    """As a bar of its own."""
    return on_its_own_page(
        loot, lambda figure: figure.replace("<rect", '<rect class="bar" x="42.3" y="120" width="32.8" height="7.4"/><rect', 1)
    )


def on_the_page_of_the_score(loot: Loot) -> Loot:
    """On the page of the score, where histograms of all surveys stand."""
    pages = loot.scores["knowledge"]
    named = re.compile(r'(<figure class="figure" id="figure-points-knowledge-\d+".*?first\. .*?<tbody>)', re.DOTALL)
    row = r'\1<tr><th scope="row">1</th><td>2</td><td>2 %</td></tr>'
    return replace(loot, scores={"knowledge": {**pages, "ru": named.sub(row, pages["ru"])}})


def in_a_release(loot: Loot) -> Loot:
    """On the page of a release for everybody, where it is rounded to nobody."""
    row = '<tbody><tr><th scope="row">1</th><td>0</td><td>2 %</td></tr>'
    release = loot.releases[0]
    pages = release.pages["en"]
    forged = FIGURE.sub(lambda found: found[0].replace("<tbody>", row, 1), pages[1])
    told = replace(release, pages={**release.pages, "en": (pages[0], forged, *pages[2:])})
    return replace(loot, releases=(told, *loot.releases[1:]))


def in_report(loot: Loot, change: Callable[[str], str]) -> Loot:
    """Change the report in Latvian."""
    told = loot.reports["lv", "html"].decode()
    forged = change(told)
    assert forged != told
    return replace(loot, reports={**loot.reports, ("lv", "html"): forged.encode()})


def in_the_table_of_the_report(loot: Loot) -> Loot:
    """As a row of the report's table."""
    row = r'\1<tr><th scope="row">0</th><td>2</td><td>2 %</td></tr>'
    return in_report(loot, lambda page: re.sub(r"(Cik cilvēkiem ir cik.*?<tbody>)", row, page, count=1, flags=re.DOTALL))


def in_the_text_of_the_report(loot: Loot) -> Loot:
    """In the words that stand for the report's drawing."""
    return in_report(
        loot,
        lambda page: page.replace(
            'aria-label="pareizo atbilžu skaits',
            'aria-label="pareizo atbilžu skaits 1: 2 no 120 (2 %). pareizo atbilžu skaits',
            1,
        ),
    )


@pytest.mark.parametrize(
    "plant",
    [
        in_its_table,
        in_its_text,
        in_its_drawing,
        on_the_page_of_the_score,
        in_a_release,
        in_the_table_of_the_report,
        in_the_text_of_the_report,
    ],
    ids=lambda plant: plant.__doc__,
)
def test_a_bin_of_two_people_is_found_wherever_it_stands(town: Town, loot: Loot, plant: Callable[[Loot], Loot]) -> None:
    assert weak_points(plant(loot), town.truths, (totals_minus_parts, histograms)) != []
