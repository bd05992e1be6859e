"""What is told of a release, drawn once in each worker and language: it never changes, and is found by its check sum alone."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from markupsafe import Markup


class KeptPages:
    """The middle of pages by check sum, part and language; of more than ``most`` the longest unread goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], Markup] = OrderedDict()
        self._lock = Lock()

    def told(self, key: tuple[str, ...], draw: Callable[[], str]) -> Markup:
        """Return what is kept under *key*, drawn now if it is not; *key* names everything that it depends on."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = Markup(draw())  # noqa: S704 - from a template, which has escaped what it holds
        with self._lock:
            self._kept[key] = drawn
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return drawn
