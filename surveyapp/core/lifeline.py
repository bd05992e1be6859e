"""Workers end with the process that started them: left behind, they would keep the port and go on with an older version."""

import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import Final

_GRACE_S: Final = 10.0


def end_with_parent() -> None:
    """Have this process end once the one that started it is gone, whatever that died of; does nothing in a first process."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), name="lifeline", daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)  # what is being answered is answered
    threading.Event().wait(_GRACE_S)
    os._exit(1)
