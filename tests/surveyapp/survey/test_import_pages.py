"""The pages of an import, as a browser without JavaScript walks them: file, columns, texts, a last look, the wave."""

import html
import io
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from surveyapp.core import municipalities
from surveyapp.survey import opened_store, wave_store
from surveyapp.survey.importing import import_views
from surveyapp.survey.wave_store import WaveFacts
from tests.surveyapp.signing_in import csrf_token, sign_in
from tests.surveyapp.survey import small
from tests.surveyapp.survey.export_styles import MARKER, SMALL, STYLES, google
from tests.surveyapp.survey.rounds import Given
from tests.surveyapp.survey.tables import as_csv, as_xlsx
from tests.surveyapp.survey.test_import_commands import EXPORTS, PEOPLE, expected

START = "/waves/import/"
POPULATION = {"people-schools": "20", "people-clinics": "2 0"}


class Page:
    """One page of an import with the form on it, filled as it came."""

    def __init__(self, client: FlaskClient, response: TestResponse) -> None:
        self.client, self.status = client, response.status_code
        self.text = response.get_data(as_text=True)
        self.said = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    @property
    def fields(self) -> dict[str, str]:
        """What a browser would send back untouched."""
        inputs = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', self.text)
        found = {name: html.unescape(value) for name, value in inputs}
        for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', self.text, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
            found[name] = html.unescape(chosen[1]) if chosen else ""
        return found

    def send(self, where: str, **changed: str) -> "Page":
        """Send the form to *where* with some fields *changed*."""
        return Page(self.client, self.client.post(START + where, data=self.fields | changed, query_string={"lang": "en"}))


def coordinator(app: Flask) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        small.publish()
    sign_in(client, app, "coordinator")
    client.get("/?lang=en")
    return client


def chosen(content: bytes, name: str) -> FileStorage:
    """A file as a browser sends it."""
    return FileStorage(io.BytesIO(content), name)


def upload(client: FlaskClient, content: bytes, file_name: str = "answers.csv", **changed: str | FileStorage) -> Page:
    start = client.get(START)
    data: dict[str, str | FileStorage] = {
        "csrf_token": csrf_token(start),
        "file": chosen(content, file_name),
        "questionnaire": small.REFERENCE,
        "collected": "2026-04-01",
        "name": "",
    }
    boundary, body = encode_multipart(data | changed)  # the test client would use a temporary file of its own
    return Page(client, client.post(START, data=body, content_type=f"multipart/form-data; boundary={boundary}"))


def table(rows: Sequence[Sequence[str]]) -> bytes:
    return as_csv(rows).encode()


def imported(name: str = "small-2026-04-01") -> WaveFacts:
    return wave_store.find(municipalities.find("cesis").id, name)


@pytest.mark.postgres
@pytest.mark.parametrize("style", sorted(STYLES))
def test_an_export_of_each_tool_is_imported_on_pages(app: Flask, tmp_path: Path, style: str) -> None:
    client = coordinator(app)
    file = as_xlsx(EXPORTS / f"{style}.csv", tmp_path / f"{style}.xlsx")
    columns = upload(client, file.read_bytes(), file.name)
    assert "Dropped unread" in columns.said
    check = columns.send("step", show="next")
    assert "People who answered 24 Schools 12 Clinics 12" in check.said
    assert not any(MARKER in page.text for page in (columns, check))
    done = check.send("save", **POPULATION)
    assert done.status == 302
    assert "24 answers are in as the wave “small-2026-04-01”" in html.unescape(client.get("/waves/").get_data(as_text=True))
    with app.app_context():
        assert opened_store.counts(imported()) == expected(PEOPLE)


def test_columns_and_texts_are_matched_by_hand(one_app: Flask) -> None:
    rows = google(SMALL, PEOPLE)
    rows[0][2], rows[1][2], rows[2][5] = "Darba vieta", "Ambulancē", "Pazīmes, Viss"
    columns = upload(coordinator(one_app), table(rows), name="pirms")
    assert columns.fields["column-3"] == ""
    assert "No column says" in columns.said
    texts = columns.send("step", **{"column-3": "role", "column-4": ""}, show="next")
    assert "“Ambulancē”" in texts.said
    problems = texts.send("step", show="check")
    assert "Column C (Darba vieta) row 2 “Ambulancē” is none of the choices" in problems.said
    assert "Column F (Kādas mācības?) row 3 “Viss” is none of the choices" in problems.said
    again = problems.send("step", show="texts")
    check = again.send("step", **{"text-role-0": "doctor", "text-topics-0": "ignore"}, show="check")
    assert "1 question has no column" in check.said
    saved = check.send("mapping").text
    assert '"Ambulancē": "doctor"' in saved
    assert check.send("save", **POPULATION).status == 302
    with one_app.app_context():
        counted = opened_store.counts(imported("pirms"))
    assert sum(part.respondents for part in counted.strata.values()) == 24
    assert sum(part.items["years"].answered for part in counted.strata.values()) == 0
    assert sum(part.items["topics"].options["signs"] for part in counted.strata.values()) == 18


def test_a_role_that_no_column_tells_is_asked_for_before_the_page_of_columns_is_left(one_app: Flask) -> None:
    columns = upload(coordinator(one_app), table(google(SMALL, PEOPLE)))
    role = next(name for name, value in columns.fields.items() if value == "role")
    refused = columns.send("step", show="next", **{role: ""})
    assert refused.status == 422
    assert "Which column is which question?" in refused.said
    assert "match one, because reporting groups are made from it" in refused.said
    assert f'href="#{role}"' in refused.text
    assert re.search(rf'id="{role}" name="{role}" aria-invalid="true" aria-describedby="{role}-error"', refused.text)
    assert refused.send("step", show="next").status == 422
    assert "People who answered 24" in refused.send("step", show="next", **{role: "role"}).said


def test_a_question_that_two_columns_answer_is_mended_at_the_second_of_them(one_app: Flask) -> None:
    columns = upload(coordinator(one_app), table(google(SMALL, PEOPLE)))
    first, second = [name for name, value in columns.fields.items() if name.startswith("column-") and value][:2]
    refused = columns.send("step", show="next", **{second: columns.fields[first]})
    assert refused.status == 422
    assert f'href="#{second}"' in refused.text
    assert "is filled from more than one column" in refused.said


def test_another_language_keeps_what_was_filled_in(one_app: Flask) -> None:
    rows = google(SMALL, PEOPLE)
    rows[0][2] = "Darba vieta"
    columns = upload(coordinator(one_app), table(rows))
    assert re.search(r'form="import" formaction="/waves/import/step\?lang=ru"', columns.text)
    latvian = Page(columns.client, columns.client.post(START + "step?lang=lv", data=columns.fields | {"column-3": "role"}))
    assert "Kura kolonna ir kurš jautājums?" in latvian.said
    assert latvian.fields["column-3"] == "role"
    check = latvian.send("step", show="check").send("step", **{"people-schools": "17"})
    assert "A last look before the import" in check.said
    assert check.fields["people-schools"] == "17"


def test_the_page_of_an_imported_wave_says_where_it_came_from(one_app: Flask) -> None:
    client = coordinator(one_app)
    upload(client, table(google(SMALL, PEOPLE))).send("step", show="next").send("save", **POPULATION)
    with one_app.app_context():
        number = imported().id
    shown = Page(client, client.get(f"/waves/{number}?lang=en"))
    assert "The answers came from a file; they were never sealed here." in shown.said
    assert f'href="/results/survey/{number}"' in shown.text
    alone = Page(client, client.get(f"/results/survey/{number}?lang=en")).said
    assert "was collected elsewhere and imported here" in alone
    assert "Who answered" in alone
    assert client.get("/waves/").status_code == 200


def test_results_and_the_audit_trail_say_that_waves_were_collected_elsewhere(one_app: Flask) -> None:
    client = coordinator(one_app)
    for name, day in (("first", "2025-04-01"), ("second", "2026-04-01")):
        upload(client, table(google(SMALL, PEOPLE)), name=name, collected=day).send("step", show="next").send(
            "save", **POPULATION
        )
    for where in ("/results/survey", "/results/"):
        shown = Page(client, client.get(where, query_string={"lang": "en"}))
        for name in ("first", "second"):
            assert f"“{name}” was collected elsewhere and imported here" in shown.said, where
    auditor = one_app.test_client()
    sign_in(auditor, one_app, "auditor")
    trail = Page(auditor, auditor.get("/staff/audit?lang=en")).said
    assert "Wave collected elsewhere imported" in trail
    assert "people who answered" in trail


def test_a_saved_mapping_is_loaded_again(one_app: Flask) -> None:
    client = coordinator(one_app)
    rows = google(SMALL, PEOPLE)
    rows[0][2] = "Darba vieta"
    saved = upload(client, table(rows)).send("step", **{"column-3": "role"}, show="next").send("mapping").text
    again = upload(client, table(rows), mapping=chosen(saved.encode(), "mapping.yaml"))
    assert again.fields["column-3"] == "role"
    broken = upload(client, table(rows), mapping=chosen(saved.replace('"role"', '"rolle"').encode(), "mapping.yaml"))
    assert broken.status == 422
    assert "rolle" in broken.said
    assert upload(client, table(rows), mapping=chosen(b"\xff\xfe\x00", "mapping.yaml")).status == 422


def test_numbers_of_people_that_cannot_be_read_stay_typed(one_app: Flask) -> None:
    check = upload(coordinator(one_app), table(google(SMALL, PEOPLE))).send("step", show="next")
    again = check.send("save", **{"people-schools": "daudz", "people-clinics": "20"})
    assert again.status == 422
    assert "Write a whole number" in again.said
    assert again.fields["people-schools"] == "daudz"
    few = again.send("save", **{"people-schools": "3", "people-clinics": "20"})
    assert "More people answered than there are" in few.said
    assert few.send("save", **POPULATION, name="cits").status == 302
    with one_app.app_context():
        assert imported("cits").name == "cits"


def summary(page: Page) -> list[str]:
    """Where the links of the summary of what is to be mended lead; each has to be a field or a button of the page."""
    found = re.search(r'<section class="error-summary" role="alert" tabindex="-1".*?</section>', page.text, re.DOTALL)
    assert found, "a summary that can have the focus"
    targets = re.findall(r'<a href="#([^"]+)"', found[0])
    assert all(f'id="{target}"' in page.text for target in targets)
    assert page.text.index(found[0]) < page.text.index('id="import"'), "before the form"
    return targets


def test_what_is_wrong_on_the_last_page_is_summed_up_with_links_to_the_fields(one_app: Flask) -> None:
    check = upload(coordinator(one_app), table(google(SMALL, PEOPLE))).send("step", show="next")
    assert "error-summary" not in check.text, "nothing was sent yet"
    unread = check.send("save", **{"people-schools": "daudz", "people-clinics": "-"})
    assert summary(unread) == ["people-schools", "people-clinics"]
    assert "Schools : Write a whole number, 0 if nobody worked there." in unread.said
    few = check.send("save", **{"people-schools": "3", "people-clinics": "20"})
    assert summary(few) == ["people-schools"]
    kept = check.send("save", **POPULATION, name="feedback-2026")
    assert summary(kept) == ["name"]
    assert 'aria-invalid="true" aria-describedby="name-error"' in kept.text
    assert kept.fields["people-schools"] == "20"
    assert kept.send("save", name="cits").status == 302


def test_a_text_that_nobody_matched_leads_from_the_summary_to_the_button_of_its_page(one_app: Flask) -> None:
    rows = google(SMALL, PEOPLE)
    rows[1][2] = "Ambulancē"
    texts = upload(coordinator(one_app), table(rows)).send("step", show="next")
    problems = texts.send("step", show="check")
    assert summary(problems) == ["to-texts"]
    mended = problems.send("step", show="texts").send("step", **{"text-role-0": "doctor"}, show="check")
    assert "error-summary" not in mended.text


def test_nine_people_are_not_imported_and_no_number_of_them_is_told(one_app: Flask) -> None:
    check = upload(coordinator(one_app), table(google(SMALL, PEOPLE[:9]))).send("step", show="next")
    assert "fewer than 10 people" in check.said
    assert "People who answered" not in check.said
    assert "fewer than 10 people" in check.send("save", **POPULATION).said


def test_a_group_below_ten_is_told_nowhere(one_app: Flask) -> None:
    sheets: list[Given] = [{"role": ("teacher" if number < 12 else "doctor",)} for number in range(20)]
    check = upload(coordinator(one_app), table(google(SMALL, sheets))).send("step", show="next")
    assert check.said.count("not told, because some group has fewer than ten") == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"file": chosen(b"", "")}, "Choose the file with the answers."),
        ({"collected": "soon"}, "Write the day like 2026-03-15."),
        ({"questionnaire": "other/1"}, "Choose one of the list."),
        ({"file": chosen(b"a,b,c", "a.csv")}, "There is no row of answers"),
        ({"file": chosen(b"PK\x03\x04broken", "a.xlsx")}, "The file was not taken"),
    ],
)
def test_what_is_wrong_with_the_first_page_is_said_there(
    one_app: Flask, changed: dict[str, str | FileStorage], said: str
) -> None:
    page = upload(coordinator(one_app), table(google(SMALL, PEOPLE)), "answers.csv", **changed)
    assert page.status == 422
    assert said in page.said


def test_a_form_of_somebody_else_or_altered_starts_again(one_app: Flask) -> None:
    columns = upload(coordinator(one_app), table(google(SMALL, PEOPLE)))
    parcel = columns.fields["parcel"]
    other = one_app.test_client()
    sign_in(other, one_app, "coordinator", email="other@example.org")
    token = csrf_token(other.get(START))
    for where in ("step", "mapping", "save"):
        sent = other.post(START + where, data={"csrf_token": token, "parcel": parcel, "show": "next"})
        assert sent.status_code == 302
    assert columns.send("step", parcel=parcel[:-9] + "AAAAAAAA=", show="next").status == 302
    assert columns.send("step", parcel="ā", show="next").status == 302
    assert columns.send("step", show="next").status == 200


def test_the_file_travels_sealed_and_nothing_of_it_stays_while_matching(one_app: Flask, tmp_path: Path) -> None:
    rows = google(SMALL, PEOPLE)
    for number, row in enumerate(rows[1:]):
        row[6] = f"own-words-{number}"
    columns = upload(coordinator(one_app), table(rows))
    check = columns.send("step", show="next")
    assert "own-words" not in columns.text + check.text
    left = b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"own-words" not in left
    assert MARKER.encode() not in left


def test_a_large_file_never_touches_the_disk_and_a_larger_one_is_refused_kindly(
    one_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = coordinator(one_app)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))  # whoever wants a temporary file fails
    sheets = [PEOPLE[number % 24] for number in range(10_000)]
    content = table(google(SMALL, sheets))
    assert len(content) > 1_000_000
    check = upload(client, content).send("step", show="next")
    assert "People who answered 10000" in check.said
    assert upload(client, b"x" * import_views.MOST_BYTES).status == 413


def test_only_the_coordinator_imports(one_app: Flask) -> None:
    client = one_app.test_client()
    sign_in(client, one_app, "steward")
    assert client.get(START).status_code == 403
