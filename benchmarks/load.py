"""Questions put to a server on this machine by several users at once, each waiting for its answer before the next."""

import gzip
import http.client
import json
import random
import statistics
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FAILED = b"Something went wrong"
PATIENCE = 60


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request: what it is about, and how it is put."""

    about: str
    method: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How long a question took from the asking to the last byte, what was sent, and whether it failed."""

    about: str
    milliseconds: float
    size: int
    is_error: bool


def ask(connection: http.client.HTTPConnection, question: Question) -> tuple[Answer, bytes]:
    """Put a question; returns how it went and the content, not compressed."""
    headers = {"Accept-Encoding": "gzip"}
    if question.body:
        headers["Content-Type"] = "application/json"
    started = time.perf_counter()
    connection.request(question.method, question.path, question.body or None, headers)
    response = connection.getresponse()
    sent = response.read()
    taken = (time.perf_counter() - started) * 1000
    content = gzip.decompress(sent) if response.headers.get("Content-Encoding") == "gzip" else sent
    is_error = response.status != 200 or FAILED in content
    return Answer(about=question.about, milliseconds=taken, size=len(sent), is_error=is_error), content


def each_once(port: int, questions: Sequence[Question], users: int) -> tuple[list[Answer], float]:
    """Every question once, shared out among the users; returns the answers and the seconds that it took."""
    waiting = iter(list(questions))
    lock = threading.Lock()

    def next_question() -> Question | None:
        with lock:
            return next(waiting, None)

    return _together(port, users, lambda _: next_question())


def for_a_while(port: int, questions: Sequence[Question], users: int, seconds: float) -> tuple[list[Answer], float]:
    """Questions drawn at random, by each user one after the other, for some seconds."""
    until = time.perf_counter() + seconds
    draws = [random.Random(user) for user in range(users)]
    return _together(port, users, lambda user: draws[user].choice(questions) if time.perf_counter() < until else None)


def _together(port: int, users: int, choose: Callable[[int], Question | None]) -> tuple[list[Answer], float]:
    answers: list[list[Answer]] = [[] for _ in range(users)]

    def use(user: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        while (question := choose(user)) is not None:
            try:
                answers[user].append(ask(connection, question)[0])
            except (OSError, http.client.HTTPException):
                connection.close()
                answers[user].append(Answer(about=question.about, milliseconds=PATIENCE * 1e3, size=0, is_error=True))
        connection.close()

    threads = [threading.Thread(target=use, args=(user,)) for user in range(users)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for own in answers for one in own], time.perf_counter() - started


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Answers in short: milliseconds, questions a second, errors, kilobytes of the median answer."""

    count: int
    median: float
    ninety_fifth: float
    each_second: float
    errors: int
    kilobytes: float


def summary(answers: Sequence[Answer], seconds: float) -> Summary:
    """The summary of some answers that took some seconds all together."""
    times = sorted(one.milliseconds for one in answers)
    return Summary(
        count=len(times),
        median=statistics.median(times),
        ninety_fifth=times[min(len(times) - 1, int(len(times) * 0.95))],
        each_second=len(times) / seconds,
        errors=sum(one.is_error for one in answers),
        kilobytes=statistics.median(one.size for one in answers) / 1000,
    )


class Server:
    """A server in a process of its own, on a port of this machine; stopped when the block ends."""

    def __init__(self, command: list[str], port: int, environment: dict[str, str]) -> None:
        self.command, self.port, self.environment = command, port, environment

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        started = time.perf_counter()
        while time.perf_counter() - started < 180:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).read()
                self.seconds_to_start = time.perf_counter() - started
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        self.process.kill()
        raise SystemExit(f"did not start: {' '.join(self.command)}")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def memory(self) -> float:
        """Megabytes that the process holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def callback(about: str, outputs: Sequence[str], inputs: dict[str, object]) -> Question:
    """A callback's request as the browser sends it; names are 'id.property'."""
    parts = [dict(zip(("id", "property"), name.split("."))) for name in outputs]
    body = {
        "output": f"..{'...'.join(outputs)}.." if len(outputs) > 1 else outputs[0],
        "outputs": parts if len(parts) > 1 else parts[0],
        "inputs": [dict(zip(("id", "property"), name.split(".")), value=value) for name, value in inputs.items()],
        "changedPropIds": list(inputs),
        "parsedChangedPropsIds": list(inputs),
    }
    visit = f"/_dash-update-component?endId={random.random()}"
    return Question(about=about, method="POST", path=visit, body=json.dumps(body).encode())
