"""Documents of releases that this worker has read and checked before: one that is stored as it was is not read again."""

import hashlib
import json
from collections import OrderedDict
from threading import Lock

from surveyapp.ledger.documents import Document


class ReadDocuments:
    """Documents by check sum, with the text that each was read from, ``most`` letters of text together.

    The text in the database is compared with it every time, so that what somebody changed there is found out as before.
    Nobody may change a document: it is read by many at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._letters = 0
        self._read: OrderedDict[str, tuple[str, Document]] = OrderedDict()
        self._lock = Lock()

    def document(self, hash_: str, text: str) -> Document | None:
        """Return the document that is stored as *text*; None if its check sum is another than *hash_*."""
        with self._lock:
            found = self._read.get(hash_)
            if found is not None:
                self._read.move_to_end(hash_)
        if found is not None:
            return found[1] if found[0] == text else None
        if hash_of(text) != hash_:
            return None
        document: Document = json.loads(text)
        with self._lock:
            if hash_ not in self._read:
                self._letters += len(text)
            self._read[hash_] = (text, document)
            while self._letters > self._most:
                self._letters -= len(self._read.popitem(last=False)[1][0])
        return document


def hash_of(text: str) -> str:
    """Return the check sum of a document's canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()
