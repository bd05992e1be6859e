"""The questionnaire workshop: a draft is checked, compared, decided about and published, and nothing typed is lost."""

from collections.abc import Callable

import pytest
from flask import Flask

from questionnaires.grammar import parse_questionnaire
from questionnaires.survey_types import Questionnaire
from questionnaires.texts import Text
from questionnaires.xlsform import read_sheets, to_sheets
from surveyapp.core import audit, municipalities, workbooks
from surveyapp.core.database import reading
from surveyapp.survey import questionnaire_store
from surveyapp.survey.drafting import draft_store
from tests.surveyapp.signing_in import csrf_token
from tests.surveyapp.survey.workshops import DECISION, DUTY, OTHER_DUTY, REWORDED, SECOND, THIRD, Coordinator, plain

BEFORE = """        favourable: [course]
      - id: took_part
        kind: single
        label: {lv: "Vai atbildējāt pagājušoreiz?", en: "Did you answer last time?", ru: "Вы отвечали в прошлый раз?"}
        choices:
          - {id: "yes", label: {lv: "Jā", en: "Yes", ru: "Да"}}
          - {id: "no", label: {lv: "Nē", en: "No", ru: "Нет"}}
answered_before: {item: took_part, yes: ["yes"], no: ["no"]}
"""


@pytest.fixture
def coordinator(one_app: Flask) -> Coordinator:
    return Coordinator(one_app)


def test_a_text_becomes_a_draft_is_published_and_is_locked(app: Flask) -> None:
    coordinator = Coordinator(app)
    draft = coordinator.drafted(THIRD)
    assert "It reads the same word for word." in coordinator.shown(draft)
    assert coordinator.post(draft, "publish").status_code == 422, "it has to be confirmed"
    done = coordinator.post(draft, "publish", sure="y")
    assert (done.status_code, done.location) == (302, "/questionnaires/helpers/3")
    assert coordinator.published() == ["helpers/2", "helpers/3"]
    assert coordinator.client.get(draft).status_code == 404, "the draft is gone"
    assert "locked" in coordinator.shown("/questionnaires/helpers/3")
    with app.app_context(), reading() as session:
        deeds = [entry.what for entry in audit.entries(session, coordinator.place, 2)]
        assert deeds == ["questionnaire.published", "questionnaire.draft_saved"]


@pytest.mark.parametrize("name", ["drafts", "new", "import"])
def test_no_id_of_a_questionnaire_hides_its_page(coordinator: Coordinator, name: str) -> None:
    text = SECOND.replace("id: helpers", f"id: {name}", 1).replace("version: 2", "version: 1", 1).replace(DECISION, "")
    done = coordinator.post(coordinator.drafted(text), "publish", sure="y")
    assert (done.status_code, done.location) == (302, f"/questionnaires/{name}/1")
    assert "locked" in coordinator.shown(f"/questionnaires/{name}/1")


def test_a_file_with_problems_is_kept_and_each_problem_is_told_with_its_line(coordinator: Coordinator) -> None:
    broken = THIRD.replace(', ru: "Ваша роль"', "").replace("kind: multiple", "kind: many")
    draft = coordinator.drafted(broken)
    shown = coordinator.shown(draft)
    assert "2 problems in the file" in shown
    line = broken[: broken.index("Jūsu loma")].count("\n") + 1
    assert f"line {line}, sections[about].items[role].label: the Russian text is missing; add ru:" in shown
    assert "many is not known here; allowed are single" in shown
    assert coordinator.draft().text == broken
    assert "Publish helpers/3 for good" not in shown
    assert coordinator.client.get(f"{draft}/preview").status_code == 404
    assert coordinator.post(draft, "publish", sure="y").status_code == 422
    mended = coordinator.post(draft, "text", text=THIRD)
    assert mended.status_code == 302
    assert "problems in the file" not in coordinator.shown(draft)


def test_a_text_that_cannot_be_filed_is_given_back_with_its_problems(coordinator: Coordinator) -> None:
    text = THIRD.replace("id: helpers\n", "")
    sent = coordinator.upload(text)
    assert sent.status_code == 422
    assert "the key id is missing; add it" in plain(sent)
    assert "Palīgu aptauja" in plain(sent), "what was typed stays typed"
    assert "not saved yet" in plain(sent)


def test_a_file_that_is_not_utf8_is_shown_with_what_could_be_read(coordinator: Coordinator) -> None:
    sent = coordinator.upload_file(THIRD.encode("windows-1257", errors="replace"), "helpers.yaml")
    assert sent.status_code == 302
    shown = coordinator.shown(str(sent.location))
    assert "Jeder" not in shown
    assert "\ufffd" in coordinator.draft().text


def test_a_file_with_other_line_ends_and_a_mark_is_the_same_text(coordinator: Coordinator) -> None:
    content = b"\xef\xbb\xbf" + SECOND.replace("\n", "\r\n").encode()
    sent = coordinator.upload_file(content, "helpers.yaml")
    assert (sent.status_code, sent.location) == (302, "/questionnaires/helpers/2")


def workbook(change: Callable[[dict[str, list[list[str]]]], object] = lambda _: None) -> bytes:
    """The third version as an XLSForm workbook, its sheets changed."""
    sheets = to_sheets(parse_questionnaire(THIRD, "third"))
    change(sheets)
    return workbooks.write(sheets)


def test_a_workbook_becomes_the_same_draft_as_its_text(coordinator: Coordinator) -> None:
    sent = coordinator.upload_file(workbook(), "Helpers.XLSX")
    assert sent.status_code == 302
    assert parse_questionnaire(coordinator.draft().text, "draft") == parse_questionnaire(THIRD, "third")


def test_a_workbook_with_problems_is_refused_with_sheet_and_row(coordinator: Coordinator) -> None:
    def damage(sheets: dict[str, list[list[str]]]) -> None:
        sheets["survey"].append(["geopoint", "where"])
        sheets["notes"] = [["remember"]]

    sent = coordinator.upload_file(workbook(damage), "helpers.xlsx")
    assert sent.status_code == 422
    assert "geopoint exists in XLSForm, but nothing here answers to it" in plain(sent)
    assert "row " in plain(sent)
    damaged = coordinator.upload_file(b"PK\x03\x04 and nothing more", "helpers.xlsx")
    assert (damaged.status_code, "this is no .xlsx workbook, or a damaged one" in plain(damaged)) == (422, True)


def test_a_published_version_takes_no_other_text_but_offers_the_next_number(coordinator: Coordinator) -> None:
    changed = SECOND.replace(DUTY, OTHER_DUTY)
    sent = coordinator.upload(changed)
    assert sent.status_code == 409
    assert "helpers/2 is published already with another text" in plain(sent)
    saved = coordinator.upload(changed, how="next")
    assert saved.status_code == 302
    kept = changed.replace("version: 2", "version: 3").replace(DECISION, "")
    assert parse_questionnaire(coordinator.draft().text, "draft") == parse_questionnaire(kept, "kept")


def test_a_draft_is_not_replaced_unasked(coordinator: Coordinator) -> None:
    coordinator.drafted(THIRD)
    sent = coordinator.upload(REWORDED)
    assert sent.status_code == 409
    assert f"{coordinator.email} saved it" in plain(sent)
    assert coordinator.draft().text == THIRD
    assert coordinator.upload(REWORDED, how="replace").status_code == 302
    assert coordinator.draft().text == REWORDED


def test_what_somebody_else_saved_meanwhile_is_not_written_over(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(THIRD)
    before = coordinator.draft().mark
    coordinator.post(draft, "text", text=REWORDED)
    sent = coordinator.post(draft, "text", text=THIRD.replace("minutes: 10", "minutes: 9"), seen=before)
    assert sent.status_code == 409
    assert "Somebody changed this draft meanwhile" in plain(sent)
    assert "minutes: 9" in plain(sent), "what was typed stays typed"
    assert coordinator.draft().text == REWORDED
    assert coordinator.post(draft, "remove", seen=before).status_code == 409
    assert coordinator.post(draft, "publish", seen=before, sure="y").status_code == 409


def test_a_question_in_other_words_blocks_publishing_until_it_is_decided(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(REWORDED)
    shown = coordinator.shown(draft)
    assert "1 question in other words waits for a decision." in shown
    assert "Reporting is not my job duty" in shown, "words that went stand before words that came"
    assert coordinator.post(draft, "publish", sure="y").status_code == 422
    assert coordinator.published() == ["helpers/2"]
    assert coordinator.decide(draft, "duty", "same", "duty").status_code == 302
    assert coordinator.post(draft, "publish", sure="y").status_code == 302
    duty = questionnaire_of(coordinator, 3).item("duty")
    assert duty.wording is not None
    assert (duty.wording.decided_by, duty.wording.reason) == ("cooperation group", Text("Skaidrāk.", "Clearer.", "Понятнее."))


def test_the_same_question_needs_who_when_and_why_and_no_address(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(REWORDED)
    sent = coordinator.decide(
        draft, "duty", "same", "duty", decided_by="anna@example.org", decided_on="2030-01-01", reason_ru="", reason_lv="Īsāk."
    )
    assert sent.status_code == 422
    for sentence in ("Name a role or a body", "This day has not come yet", "Give the reason"):
        assert sentence in plain(sent)
    assert "Īsāk." in plain(sent), "what was typed stays typed"
    assert coordinator.draft().text == REWORDED


def test_a_new_question_gets_an_identifier_of_its_own_wherever_it_is_named(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(REWORDED)
    assert coordinator.decide(draft, "duty", "new", "duty", decided_by="", reason_lv="").status_code == 302
    read = parse_questionnaire(coordinator.draft().text, "draft")
    assert read.item("duty_2").replaces == "duty"
    assert [item.id for item in read.items if item.headline] == ["deadline", "duty_2"]
    shown = coordinator.shown(draft)
    assert "It replaces duty." in shown
    assert "a new trend begins" in shown
    assert coordinator.post(draft, "undo/duty_2").status_code == 302
    assert parse_questionnaire(coordinator.draft().text, "draft") == parse_questionnaire(REWORDED, "draft")


def test_a_new_question_may_continue_one_that_is_gone(coordinator: Coordinator) -> None:
    renamed = REWORDED.replace("- id: duty\n", "- id: obligation\n").replace(
        "headline: [deadline, duty]", "headline: [deadline]"
    )
    draft = coordinator.drafted(renamed)
    assert "It reads much like a question that is gone" in coordinator.shown(draft)
    assert coordinator.decide(draft, "obligation", "same", "duty").status_code == 302
    assert "same question" in coordinator.shown(draft)
    assert coordinator.post(draft, "publish", sure="y").status_code == 302
    wording = questionnaire_of(coordinator, 3).item("obligation").wording
    assert wording is not None
    assert wording.same_as == "duty"


def test_one_decision_serves_every_question_of_a_scale_whose_words_changed(coordinator: Coordinator) -> None:
    """Only one statement of the example uses the scale, so a second one is published first."""
    statement = SECOND[SECOND.index("      - id: duty\n") : SECOND.index("      - id: training\n")]
    twice = THIRD.replace("      - id: training\n", statement.replace("id: duty", "id: ease") + "      - id: training\n")
    twice = "\n".join(line for line in twice.splitlines() if "same_as" not in line) + "\n"
    with coordinator.app.app_context():
        questionnaire_store.publish(coordinator.place, twice, "helpers.yaml", "test")
    draft = coordinator.drafted(
        twice.replace("version: 3", "version: 4").replace('ru: "Согласен"', 'ru: "Согласна или согласен"')
    )
    assert "2 questions in other words wait for a decision." in coordinator.shown(draft)
    assert coordinator.decide(draft, "duty", "same", "duty", together="y").status_code == 302
    decided = parse_questionnaire(coordinator.draft().text, "draft")
    assert [item.wording and item.wording.same_as for item in (decided.item("duty"), decided.item("ease"))] == ["duty", "ease"]


def test_a_translation_left_behind_blocks_publishing_until_it_is_confirmed(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(
        THIRD.replace('lv: "Ko esat apguvis?"', 'lv: "Kas ir apgūts?"').replace("Par Jums", "Par Jūsu darbu")
    )
    assert "2 texts changed in some languages only" in coordinator.shown(draft)
    assert coordinator.decide(draft, "training", "same", "training").status_code == 302
    half = coordinator.post(draft, "publish", sure="y", confirmed=["training/label"])
    assert half.status_code == 422
    assert "confirm every text below" in plain(half)
    assert coordinator.post(draft, "publish", sure="y", confirmed=["training/label", "section:about/title"]).status_code == 302
    with coordinator.app.app_context(), reading() as session:
        entry = audit.entries(session, coordinator.place, 1)[0]
        assert entry.what == "questionnaire.translations_checked"
        assert "section:about/title" in entry.after


def test_a_margin_and_who_answered_before_are_named_in_the_draft_and_in_the_codebook(coordinator: Coordinator) -> None:
    asked = THIRD.replace("        favourable: [course]\n", BEFORE).replace(
        "items: [deadline]", "items: [deadline], margin: 0.5"
    )
    draft = coordinator.drafted(asked.replace("        correct: now\n", "        correct: now\n        margin: 12\n"))
    shown = coordinator.shown(draft)
    assert "what counts as practically the same: – → a change of less than 12 percentage points" in shown
    assert "What counts as practically the same: “Knowledge” new" in shown
    assert "Question who answered the time before: “Did you answer last time?” new" in shown
    assert coordinator.post(draft, "publish", sure="y").status_code == 302
    book = coordinator.shown("/questionnaires/helpers/3/codebook")
    assert "“Knowledge”: a change of less than 0.5 points counts as practically the same." in book
    assert "Practically the same a change of less than 12 percentage points" in book
    assert "whoever answered the time before: “Yes”; whoever did not: “No”" in book


def test_a_decision_carried_over_from_the_version_before_is_left_out_and_told(coordinator: Coordinator) -> None:
    carried = SECOND.replace("version: 2", "version: 3")
    draft = coordinator.drafted(carried)
    shown = coordinator.shown(draft)
    assert "Left out: decisions that an earlier version recorded about its own words, on duty." in shown
    assert "It reads the same word for word." in shown
    coordinator.post(draft, "text", text=carried)
    assert "A decision names a question that was not asked before: duty." in coordinator.shown(draft), "typed in again"
    assert coordinator.post(draft, "publish", sure="y").status_code == 422
    assert coordinator.post(draft, "undo/duty").status_code == 302
    assert coordinator.post(draft, "publish", sure="y").status_code == 302


def test_an_older_version_that_is_uploaded_as_a_new_one_has_to_be_decided_about_again(one_app: Flask) -> None:
    coordinator = Coordinator(one_app, published=REWORDED.replace("version: 3", "version: 1"))
    old_decision = DECISION.replace("duty_old", "duty")
    second = SECOND.replace(DECISION, old_decision)
    third = REWORDED.replace(OTHER_DUTY, f"{OTHER_DUTY}\n{old_decision.rstrip().replace('2026-08-20', '2026-09-20')}")
    with one_app.app_context():
        questionnaire_store.publish(coordinator.place, second, "2.yaml", "test")
        questionnaire_store.publish(coordinator.place, third, "3.yaml", "test")
    sent = coordinator.upload(second.replace("minutes: 5", "minutes: 6"), how="next")
    draft = str(sent.location)
    shown = coordinator.shown(draft)
    assert "Left out: decisions that an earlier version recorded about its own words, on duty." in shown
    assert "decision needed" in shown
    assert coordinator.post(draft, "publish", sure="y").status_code == 422, (
        "what was decided about version 2 is no decision now"
    )
    assert coordinator.decide(draft, "duty", "same", "duty").status_code == 302
    assert coordinator.post(draft, "publish", sure="y").status_code == 302
    assert coordinator.published()[-1] == "helpers/4"


def test_a_decision_of_an_older_version_that_is_typed_into_a_draft_decides_nothing(one_app: Flask) -> None:
    coordinator = Coordinator(one_app, published=SECOND.replace(DECISION, DECISION.replace("duty_old", "duty")))
    with one_app.app_context():
        questionnaire_store.publish(coordinator.place, REWORDED, "3.yaml", "test")
    draft = coordinator.drafted(REWORDED.replace("version: 3", "version: 4"))
    typed = SECOND.replace(DECISION, DECISION.replace("duty_old", "duty")).replace("version: 2", "version: 4")
    assert coordinator.post(draft, "text", text=typed).status_code == 302
    assert "decision needed" in coordinator.shown(draft)
    assert coordinator.post(draft, "publish", sure="y").status_code == 422


def test_the_next_version_begins_with_the_same_questions_and_without_spent_decisions(coordinator: Coordinator) -> None:
    page = coordinator.client.get("/questionnaires/helpers/2").get_data(as_text=True)
    assert "Start version 3" in page
    started = coordinator.start_next("/questionnaires/helpers/2")
    assert "It reads the same word for word." in coordinator.shown(started)
    assert parse_questionnaire(coordinator.draft().text, "draft").version == 3


def test_a_published_version_goes_into_a_spreadsheet_and_comes_back_the_same(coordinator: Coordinator) -> None:
    book = coordinator.client.get("/questionnaires/helpers/2/xlsform.xlsx")
    read = read_sheets(workbooks.read(book.get_data(), "helpers.xlsx"), "helpers.xlsx")
    assert read == parse_questionnaire(SECOND, "second")


def test_a_blank_copy_on_paper_comes_in_the_language_asked_for(coordinator: Coordinator) -> None:
    copies = [coordinator.client.get(f"/questionnaires/helpers/2/blank.pdf?in={code}") for code in ("lv", "ru")]
    assert [copy.headers["Content-Disposition"] for copy in copies] == [
        "inline; filename=helpers-2-lv.pdf",
        "inline; filename=helpers-2-ru.pdf",
    ]
    assert all(copy.get_data().startswith(b"%PDF") for copy in copies)


def test_a_draft_is_thrown_away_on_demand(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(THIRD)
    assert coordinator.post(draft, "remove").status_code == 302
    assert coordinator.client.get(draft).status_code == 404


def test_a_text_saved_after_its_draft_was_thrown_away_is_given_back(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(THIRD)
    page, mark = coordinator.client.get(draft), coordinator.draft().mark
    coordinator.post(draft, "remove")
    token = csrf_token(page)
    sent = coordinator.client.post(f"{draft}/text", data={"csrf_token": token, "seen": mark, "text": REWORDED})
    assert sent.status_code == 409
    assert "The draft is gone" in plain(sent)
    assert "Reporting is not my duty" in plain(sent)


def test_drafts_and_versions_of_another_municipality_are_out_of_reach(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(THIRD)
    with coordinator.app.app_context():
        municipalities.create("other", "Cits novads")
        other = municipalities.find("other").id
        assert draft_store.find(other, int(draft.rpartition("/")[2])) is None
        assert questionnaire_store.versions(other) == []
        copy = draft_store.add(other, REWORDED, "other@example.org")
    assert coordinator.client.get(f"/questionnaires/_drafts/{copy.id}").status_code == 404
    assert coordinator.draft().text == THIRD


def test_a_draft_older_than_what_is_published_takes_the_next_number(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(SECOND.replace("version: 2", "version: 1"))
    assert "A newer version is published already (2)" in coordinator.shown(draft)
    saved = coordinator.post(draft, "text", text=coordinator.draft().text, how="next")
    assert saved.status_code == 302
    assert coordinator.draft().reference == "helpers/3"


def test_the_preview_may_be_framed_by_our_pages_sends_nothing_and_holds_no_right_answer(coordinator: Coordinator) -> None:
    draft = coordinator.drafted(THIRD)
    answer = coordinator.client.get(f"{draft}/preview?in=ru")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert "frame-src 'self'" in coordinator.client.get(draft).headers["Content-Security-Policy"]
    page = answer.get_data(as_text=True)
    assert "Как скоро нужно сообщить?" in page
    assert "73. pants" not in page
    assert 'value="now"' in page
    assert "correct" not in page
    assert "lang=" not in answer.headers.get("Set-Cookie", ""), "the reader's own language stays"
    marked = coordinator.drafted(THIRD.replace("version: 3", "version: 4").replace("correct: now", "correct: week"))
    other = coordinator.client.get(f"{marked}/preview?in=ru").get_data(as_text=True)
    assert other.replace(marked, draft) == page, "the page does not depend on which answer is right"


def questionnaire_of(coordinator: Coordinator, version: int) -> Questionnaire:
    """A published version."""
    with coordinator.app.app_context():
        found = questionnaire_store.version(coordinator.place, "helpers", version)
        assert found is not None
        return found.questionnaire
