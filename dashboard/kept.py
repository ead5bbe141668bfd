"""Finished answers, kept compressed: asked once for each build, reader and day, and sent again as they are."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import wraps

import flask

from dashboard import answers, db

MOST = 96_000_000
"""Bytes of all kept answers together."""

VISIT = "endId"
"""The part of a callback's address that is another one for each page load; only background callbacks read it."""

LARGEST = 4_000_000
"""Bytes of the largest answer that is kept."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it is kept: its content, compressed where that is worth it, and the headers that say what it is."""

    content: bytes
    is_packed: bool
    headers: tuple[tuple[str, str], ...]


class Kept:
    """Answers by question, those not asked for longest going first when all are more than `most` bytes.

    Who asks what somebody else is already being answered waits for that answer.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.size = 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """What is kept under a key."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: Answer) -> None:
        """Keep an answer, and let others go for it."""
        if len(answer.content) > min(LARGEST, self.most):
            return
        with self._lock:
            before = self._answers.pop(key, None)
            self._answers[key] = answer
            self.size += len(answer.content) - (len(before.content) if before else 0)
            while self.size > self.most:
                self.size -= len(self._answers.popitem(last=False)[1].content)

    def one_at_a_time(self, key: Hashable) -> threading.Lock:
        """The lock under which the answer to a question is made."""
        with self._lock:
            return self._making.setdefault(key, threading.Lock())

    def made(self, key: Hashable) -> None:
        """Forget the lock of a question that is answered."""
        with self._lock:
            self._making.pop(key, None)


def keeping(
    kept: Kept,
    store: db.Store,
    view: Callable[..., flask.Response],
    body: Callable[[bytes], Hashable] = bytes,
) -> Callable[..., flask.Response]:
    """A view that sends what it answered before to the same question.

    Every page is a function of the build, of what its reader may see, of the day and of the question: nothing
    else goes into an answer, so these are its key. An answer that failed (`flask.g.failed`), that is no
    success, or during which a new build came is not kept. `body` gives what a body asks.
    """

    @wraps(view)
    def answer(**parts: str) -> flask.Response:
        build, reader = store.current().path, db.reader()
        key = (build, reader, date.today(), *_question(flask.request), body(flask.request.get_data()))
        found = kept.get(key)
        if found is not None:
            return _sent(found)
        with kept.one_at_a_time(key):
            found = kept.get(key)
            if found is not None:
                return _sent(found)
            try:
                made = flask.make_response(view(**parts))
                if made.status_code != 200 or flask.g.get("failed") or store.current().path != build:
                    return made
                found = _packed(made)
                kept.put(key, found)
                return _sent(found)
            finally:
                kept.made(key)

    return answer


def _question(request: flask.Request) -> tuple[Hashable, ...]:
    """What is asked by method and address, without the name that Dash gives each visit."""
    choices = tuple((key, value) for key, value in request.args.items(multi=True) if key != VISIT)
    return request.method, request.path, choices


def _packed(response: flask.Response) -> Answer:
    headers = [(name, value) for name, value in response.headers if name in ("Content-Type", "Content-Disposition")]
    content, packed = response.get_data(), answers.is_worth_packing(response)
    if packed:
        content = answers.packed(content)
    return Answer(content=content, is_packed=packed, headers=tuple(headers))


def _sent(kept: Answer) -> flask.Response:
    if not kept.is_packed:
        return flask.Response(kept.content, headers=list(kept.headers))
    if not flask.request.accept_encodings["gzip"]:
        return flask.Response(gzip.decompress(kept.content), headers=list(kept.headers))
    return flask.Response(kept.content, headers=[*kept.headers, ("Content-Encoding", "gzip")])
