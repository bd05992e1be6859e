"""`python -m benchmarks.answering LINK`: answer with an open address again and again until the input ends; tell each wait."""

import sys
import threading
import time
from typing import Final

from sqlalchemy.exc import OperationalError

from questionnaires.conditions import Answers
from surveyapp.app import create_app
from surveyapp.settings import load
from surveyapp.survey import store

_PAUSE_S: Final = 0.02


def main(link: str) -> None:
    """Answer until standard input ends, then print how many seconds each answer took, also one that was told to try again."""
    app = create_app(load())
    ended = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=listen, daemon=True).start()
    with app.app_context():
        door = store.look_up(link)
        if not isinstance(door, store.Door):
            raise RuntimeError(f"The address opens nothing: {door}")  # noqa: TRY004 - not a matter of types
        answers = {item.id: (item.choices[0].id,) for item in door.questionnaire.asked}
        waits = [_wait(link, answers)]
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        while not ended.wait(_PAUSE_S):
            waits.append(_wait(link, answers))
    sys.stdout.writelines(f"{wait}\n" for wait in waits)


def _wait(link: str, answers: Answers) -> float:
    begun = time.perf_counter()
    try:
        done = store.submit(link, store.new_receipt(), answers)
    except OperationalError:  # the database was kept busy for too long
        return time.perf_counter() - begun
    if not isinstance(done, store.Submitted):
        raise RuntimeError(f"The answers were not taken: {done}")  # noqa: TRY004 - not a matter of types
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1])
