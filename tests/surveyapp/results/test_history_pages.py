"""What the group reads of a finished plan: every task with what its degree hides, every figure with its line, gaps as gaps."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.surveyapp.results.reading import table, text
from tests.surveyapp.signing_in import sign_in

NAME = "/results/history/child-crime-prevention-2013-2019"


@pytest.fixture
def group(app: Flask) -> FlaskClient:
    """Somebody of the cooperation group."""
    client = app.test_client()
    sign_in(client, app, "group")
    return client


def shown(client: FlaskClient, question: str = "") -> list[int]:
    """The numbers of the tasks on the page."""
    page = client.get(f"{NAME}?{question}").get_data(as_text=True)
    return [int(number) for number in re.findall(r'<tr id="task-(\d+)">', page)]


def chart(client: FlaskClient, series: str, language: str = "en") -> str:
    """The part of the page that shows one chart, with its tags."""
    page = client.get(f"{NAME}/figures?lang={language}").get_data(as_text=True)
    found = re.search(rf'<div class="chart" id="{series}">.*?</div>\s*</div>', page, re.DOTALL)
    assert found, series
    return page[found.start() : page.index("</p>", page.index("</details>", found.start()))]


def test_every_task_of_the_report_stands_in_the_table(group: FlaskClient) -> None:
    assert shown(group) == list(range(1, 50))
    assert group.get("/results/history").get_data() == group.get(NAME).get_data()


def test_a_task_says_who_by_when_with_what_money_what_was_done_and_to_what_degree(group: FlaskClient) -> None:
    page = text(group, f"{NAME}?lang=en")
    for words in (
        "35. Improving the probation register “PLUS” (line 941) Responsible Ministry of Justice",
        "Involved Information Centre of the Ministry of the Interior Deadline 2014 Money",
        "Extra money planned: 202,546 EUR (142,350 LVL), 2014 Money not granted",
        "Done in the report: “Izpildīts”, line 956 Late. Introduced in 2017; the deadline was 2014. (line 954)",
        "Partly done in the report: “Izpildīts / daļēji”, line 479",
        "every year: February, August",
        "second half of 2013",
        "quarter 4 of 2014",
        "in all 156,130 EUR (109,730 LVL)",
    ):
        assert words in page, words
    latvian = text(group, f"{NAME}?lang=lv")
    assert "ziņojumā: „Izpildīts daļēji”, 1015. rinda" in latvian
    assert "katru gadu: februāris, augusts" in latvian
    assert "2013. gada otrais pusgads" in latvian
    assert "каждый год: февраль, август" in text(group, f"{NAME}?lang=ru")


def test_tasks_can_be_chosen_by_degree_by_what_stands_beside_it_and_by_institution(group: FlaskClient) -> None:
    assert shown(group, "degree=partial") == [12, 15, 37]
    assert shown(group, "fact=late") == [1, 24, 35, 37, 41, 48, 49]
    assert shown(group, "degree=not_done&fact=money_refused") == [7, 8]
    assert shown(group, "institution=lia") == [43, 46]
    assert shown(group, "degree=nonsense&fact=&institution=nobody") == list(range(1, 50))
    assert "Shown: 0 of 49 tasks." in text(group, f"{NAME}?degree=partial&institution=lia&lang=en")


def test_what_was_chosen_stays_chosen(group: FlaskClient) -> None:
    page = group.get(f"{NAME}?degree=partial&institution=lia").get_data(as_text=True)
    assert '<option value="partial" selected>' in page
    assert '<option value="lia" selected>' in page


@pytest.mark.parametrize(
    ("series", "language", "title"),
    [
        (
            "consultations",
            "en",
            "Helpline consultations on safety on the internet: down from 751 in 2016 to 638 in 2019; most in 2017: 841",
        ),
        (
            "consultations",
            "lv",
            "konsultācijas par drošību internetā: kritums no 751 (2016) līdz 638 (2019); visvairāk – 841 (2017)",
        ),
        (
            "mediation_people",
            "en",
            "Participants of mediation week: down from about 969 in 2018 to about 800 in 2019",
        ),
        (
            "mediation_children",
            "ru",
            "23 (2013) и 18 (2019), но учтено не одно и то же",
        ),
        (
            "conferences_court",
            "en",
            "up from 5 in 2013 to 11 in 2018; least in 2015: 2; 10 in 2019 cannot be compared",
        ),
        (
            "trafficking_money",
            "en",
            "up from 20,993 EUR in 2014 to 26,290 EUR in 2016",
        ),
    ],
)
def test_the_title_of_a_chart_says_what_it_shows(group: FlaskClient, series: str, language: str, title: str) -> None:
    drawn = chart(group, series, language).replace("\N{NO-BREAK SPACE}", " ")
    assert title in drawn
    assert re.findall(r"<h3>([^<]*)</h3>", drawn) == re.findall(r"<title[^>]*>([^<]*)</title>", drawn)


def test_a_year_without_a_figure_stays_empty_and_is_told(group: FlaskClient) -> None:
    drawn = chart(group, "mediation_events")
    assert drawn.count("<circle") == 3
    assert re.findall(r'<polyline[^>]* points="([^"]*)"', drawn)[0].count(",") == 2, "only 2018 and 2019 are joined"
    assert "The report has no figure for 2014–2017." in drawn
    assert re.search(r'<th scope="row">2015</th><td><em class="nothing">no figure</em>', drawn)
    zero = chart(group, "police_press")
    assert re.search(r'<th scope="row">2017</th><td class="number">0 ', zero)
    assert "Line 1242 says 1 for 2017: one is described." in zero


def test_a_change_of_what_is_counted_is_drawn_and_told(group: FlaskClient) -> None:
    drawn = chart(group, "events_traffic")
    assert drawn.count('class="cut"') == 1
    assert "From 2014 on something else is counted: in 2013 the summer campaign alone was counted." in drawn
    assert re.findall(r'<polyline[^>]* points="([^"]*)"', drawn)[0].count(",") == 5, "2013 stands alone"


def test_every_chart_has_its_numbers_as_a_table_as_a_file_and_in_words(group: FlaskClient) -> None:
    page = group.get(f"{NAME}/figures?lang=en").get_data(as_text=True)
    charts = re.findall(r'<div class="chart" id="(\w+)">', page)
    assert (
        len(charts)
        == page.count('<svg class="picture" role="img"')
        == page.count("<summary>Numbers as a table</summary>")
        == 60
    )
    for series in charts:
        assert re.search(rf'<desc id="figure-{series}-d">\d{{4}}', page), series
        assert f'href="{NAME}/figures.csv?series={series}"' in page
        assert page.count(f'href="/results/figures/history/{series}.') == 2, "as SVG and as PNG"
    address = html.unescape(re.findall(r'href="(/results/figures/history/events_traffic.svg[^"]*)"', page)[0])
    drawn = group.get(address).get_data(as_text=True)
    assert "From 2014 on something else is counted" in drawn
    assert group.get(address.replace(".svg", ".png")).get_data().startswith(b"\x89PNG")
    assert group.get("/results/figures/history/events_traffic.svg?plan_history=nothing").status_code == 404


def test_how_many_of_a_figure_are_a_part_stands_below_the_chart_and_in_its_words(group: FlaskClient) -> None:
    drawn = chart(group, "programme_clients")
    told = "minors – 2016: 2; 2017: 4; 2018: 1; 2019: 4."
    assert f"<li>{told}</li>" in drawn
    assert told in re.findall(r"<desc[^>]*>([^<]*)</desc>", drawn)[0]


def test_small_numbers_of_people_are_said_to_be_copied_from_a_published_report(group: FlaskClient) -> None:
    told = "Small numbers of people: national figures, copied from a published report."
    assert told in chart(group, "programme_clients")
    assert told not in chart(group, "consultations")
    assert text(group, f"{NAME}/figures?lang=en").count(told) == 4


def test_tasks_and_figures_are_files_too(group: FlaskClient) -> None:
    tasks = table(group, f"{NAME}/tasks.csv?lang=lv")
    assert len(tasks) == 49
    assert tasks[36]["written"] == "Izpildīts daļēji"
    assert (tasks[36]["degree"], tasks[36]["degree_label"]) == ("partial", "Daļēji izpildīts")
    assert "Ar nokavēšanos (1014): Pārējās telpas plānotas 2020. gadā, pēc termiņa (2019)." in tasks[36]["facts"]
    everything = table(group, f"{NAME}/figures.csv?lang=en")
    assert len(everything) == 340
    clients = table(group, f"{NAME}/figures.csv?series=programme_clients&lang=en")
    assert [(row["first_year"], row["value"], row["part"], row["part_value"], row["line"]) for row in clients] == [
        ("2016", "6", "minors", "2", "938"),
        ("2017", "20", "minors", "4", "938"),
        ("2018", "23", "minors", "1", "938"),
        ("2019", "22", "minors", "4", "938"),
    ]
    assert {row["small_numbers"] for row in clients} == {"yes"}
    press = table(group, f"{NAME}/figures.csv?series=police_press&lang=en")[0]
    assert (press["value"], press["other_value"], press["other_line"]) == ("0", "1", "1242")


@pytest.mark.parametrize("address", ["/results/history/nothing", "/results/history/..", f"{NAME}/figures.csv?series=nothing"])
def test_what_does_not_exist_is_not_found(group: FlaskClient, address: str) -> None:
    assert group.get(address).status_code == 404
