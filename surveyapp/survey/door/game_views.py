"""The player's pages: one question a page, a friendly word after each, and the answers sent once, at the end."""

import unicodedata
from typing import Final

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from questionnaires.survey_types import DONT_KNOW
from surveyapp.core import logs
from surveyapp.core.access import Permission, requires
from surveyapp.core.i18n import here
from surveyapp.survey import store
from surveyapp.survey.door import game, own_pages
from surveyapp.survey.door.game import Play, Stage
from surveyapp.survey.store import AlreadyReceived, CodeProblem, Door, Submitted

blueprint = Blueprint("game", __name__, template_folder="../templates", url_prefix="/s/game")
_LONGEST: Final = 200


def start(door: Door, code: str) -> ResponseReturnValue:
    """Show what the game is about and what happens to the answers."""
    return _intro(door, Play(code, store.new_receipt(), "intro", {}))


@blueprint.get("/")
@requires(Permission.PUBLIC)
def no_game() -> ResponseReturnValue:
    """Lead somebody who opens the address of the game without a code to the door."""
    return redirect(url_for("survey.enter"))


@blueprint.post("/")
@requires(Permission.PUBLIC)
def play() -> ResponseReturnValue:
    """Go on from the page that was sent, or show the same page in another language."""
    try:
        door = store.look_up(_sent("code"))
        if isinstance(door, CodeProblem):
            return _closed(door)
        if door.questionnaire.instrument != "game":
            return redirect(url_for("survey.enter"))
        this = _read(door)
        return _same(door, this) if "lang" in request.form else _next(door, this)
    except HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever fails on our side, the game goes on where it was
        logs.fault(error)
        return _again()


def _read(door: Door) -> Play:
    asked = _sent("stage")
    stage: Stage = next((each for each in game.STAGES if each == asked), "intro")
    return Play(_sent("code"), _sent("receipt"), stage, game.possible(door.questionnaire, request.form), _sent("choice"))


def _sent(name: str) -> str:
    text = request.form.get(name, "")[:_LONGEST]
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C")


def _same(door: Door, this: Play) -> ResponseReturnValue:
    match this.stage:
        case "intro":
            return _intro(door, this)
        case "question":
            return _question(door, this)
        case "feedback":
            return _feedback(door, this)
        case "end":
            return _end(door, this)


def _next(door: Door, this: Play) -> ResponseReturnValue:
    """Answer the button that leads on."""
    asked = game.next_question(door.questionnaire, this)
    if this.stage != "question" or asked is None:
        return _question(door, this)
    if not game.is_choice(asked.item, this.chosen):
        return _question(door, this, missing=True)
    return _feedback(door, this.answering(asked.item))


def _intro(door: Door, this: Play) -> ResponseReturnValue:
    return render_template("survey/game_intro.html", title=here(door.questionnaire.title), door=door, play=this)


def _question(door: Door, this: Play, *, missing: bool = False) -> ResponseReturnValue:
    """Show the next question; after the last one, send the answers."""
    asked = game.next_question(door.questionnaire, this)
    if asked is None:
        return _end(door, this)
    number, count = asked.number, len(door.questionnaire.asked)
    title = _("Question %(number)s of %(count)s", number=number, count=count)
    page = render_template(
        "survey/game_question.html", title=title, door=door, play=this, asked=asked, count=count, missing=missing
    )
    return page, 422 if missing else 200


def _feedback(door: Door, this: Play) -> ResponseReturnValue:
    """Say whether the last answer was right, and why."""
    item = game.last_answered(door.questionnaire, this)
    if item is None:
        return _question(door, this)
    chosen, correct = this.answers[item.id], item.correct or ""
    words = {correct: _("That is right!"), DONT_KNOW: _("Good that you say so honestly!")}
    return render_template(
        "survey/game_feedback.html",
        title=words.get(chosen, _("Not quite yet")),
        door=door,
        play=this,
        item=item,
        right=chosen == correct,
        correct=here(item.choice(correct).label),
        chosen=here(item.choice(chosen).label) if chosen not in {correct, DONT_KNOW} else "",
        number=len(this.answers),
        count=len(door.questionnaire.asked),
        last=game.next_question(door.questionnaire, this) is None,
    )


def _end(door: Door, this: Play) -> ResponseReturnValue:
    """Send the answers, once, and say how it went."""
    if game.next_question(door.questionnaire, this) is not None:
        return _question(door, this)
    outcome = store.submit(this.code, this.receipt, game.as_given(this.answers))
    match outcome:
        case Submitted(receipt):
            return _summary(door, this, receipt)
        case AlreadyReceived(same_receipt=True):
            return _summary(door, this, this.receipt)
        case CodeProblem.CROWDED:
            return _again()  # the teacher may try again from another network; nothing that was played is lost
        case AlreadyReceived():
            return _closed(CodeProblem.FULL)
        case _:
            return _closed(outcome)


def _summary(door: Door, this: Play, receipt: str) -> ResponseReturnValue:
    sent = Play(this.code, receipt, "end", this.answers)
    number, count = game.right(door.questionnaire, this), len(this.answers)
    return render_template(
        "survey/game_end.html", title=_("Thank you for playing!"), door=door, play=sent, right=number, count=count
    )


def _closed(problem: CodeProblem) -> ResponseReturnValue:
    status = 409 if problem in {CodeProblem.NOT_OPEN_YET, CodeProblem.FULL} else 410
    return render_template("survey/game_closed.html", title=_("The game is not open now"), problem=problem), status


def _again() -> ResponseReturnValue:
    """Give everything back when something failed on our side."""
    sent = [(name, value) for name, values in request.form.lists() if name != "lang" for value in values]
    return render_template("survey/game_again.html", title=_("A short break"), sent=sent), 503


def init_app(app: Flask) -> None:
    """Register the pages, and lead codes of games to them."""
    app.register_blueprint(blueprint)
    own_pages.register(app, "game", start)
