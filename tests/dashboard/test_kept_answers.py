"""Answers that are kept: the same as those made anew, for the same reader, until the build, the day or luck changes."""

import gzip
import json
import threading
import time
from datetime import date

import flask
import orjson
import pytest
from fictional_build import SMALL, TARROWBY, write_build
from plotly.io.json import to_json_plotly
from test_application import callback
from test_identity import PEOPLE, SETTINGS, client_of
from test_pages import every_page, parts_of

from dashboard import kept as kept_answers
from dashboard import pages
from dashboard.app import FILLED, _body, create_app
from dashboard.drawn import drawn
from dashboard.identity import read_identity
from dashboard.kept import Answer, Kept, keeping


@every_page
def test_a_page_is_written_as_dash_writes_it(module, reading):
    layout = module.layout(**parts_of(module))
    assert json.loads(orjson.dumps(drawn(layout))) == json.loads(to_json_plotly(layout))


@pytest.fixture
def fresh(tmp_path):
    write_build(tmp_path)
    return create_app(tmp_path)


def counted(monkeypatch, path: str) -> list[str]:
    """The calls of a page's layout from now on."""
    module, _ = pages.find(path)
    real, calls = module.layout, []

    def layout(**query: str):
        calls.append(str(query))
        return real(**query)

    monkeypatch.setattr(module, "layout", layout)
    return calls


def test_the_same_question_is_answered_once(fresh, monkeypatch):
    calls = counted(monkeypatch, "/schools")
    client = fresh.server.test_client()
    first, again = (callback(client, "/schools") for _ in range(2))
    assert first.json == again.json
    callback(client, "/schools", "?phase=primary")
    assert len(calls) == 2


def test_another_visit_is_sent_the_same(fresh, monkeypatch):
    """Dash puts a name of the visit into each callback's address, so that no two browsers ask the same."""
    calls = counted(monkeypatch, "/schools")
    client = fresh.server.test_client()
    real, answers = client.post, []
    for visit in ("a", "b"):
        client.post = lambda path, visit=visit, **sent: real(f"{path}?endId={visit}", **sent)
        answers.append(callback(client, "/schools").json)
    assert answers[0] == answers[1]
    assert len(calls) == 1


def test_a_browser_that_takes_no_gzip_gets_the_same(fresh):
    client = fresh.server.test_client()
    plain = callback(client, "/schools")
    assert "Content-Encoding" not in plain.headers
    client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip"
    packed = callback(client, "/schools")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Cache-Control"] == "no-store"
    assert packed.headers["Content-Security-Policy"]


@pytest.mark.parametrize("order", [("adviser", "lead", "viewer"), ("viewer", "lead", "adviser")])
def test_nobody_is_sent_what_was_kept_for_another_role(tmp_path, order):
    write_build(tmp_path)
    settings = tmp_path / "identity.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    app = create_app(tmp_path, read_identity(settings))
    alone = {
        name: callback(client_of(create_app(tmp_path, app.identity), PEOPLE[name]), f"/school/{SMALL}").data
        for name in order
    }
    together = {name: callback(client_of(app, PEOPLE[name]), f"/school/{SMALL}").data for name in order}
    assert together == alone
    assert alone["adviser"] != alone["viewer"]
    assert callback(client_of(app, {}), f"/school/{SMALL}").status_code == 401


def test_a_new_build_is_shown_at_once(fresh, monkeypatch):
    calls = counted(monkeypatch, "/schools")
    client = fresh.server.test_client()
    callback(client, "/schools")
    folder = fresh.store.folder
    before = folder / (folder / "current").read_text().strip()
    (folder / "schools-later.duckdb").write_bytes(before.read_bytes())
    (folder / "current").write_text("schools-later.duckdb")
    callback(client, "/schools")
    assert len(calls) == 2


def test_tomorrow_is_asked_anew(fresh, monkeypatch):
    calls = counted(monkeypatch, "/schools")

    class Tomorrow(date):
        @classmethod
        def today(cls):
            return date(2099, 1, 1)

    client = fresh.server.test_client()
    callback(client, "/schools")
    monkeypatch.setattr(kept_answers, "date", Tomorrow)
    callback(client, "/schools")
    assert len(calls) == 2


def test_a_failure_is_not_kept(fresh, monkeypatch):
    module, _ = pages.find("/schools")
    real, luck = module.layout, iter([RuntimeError("once")])

    def layout(**query: str):
        for fault in luck:
            raise fault
        return real(**query)

    monkeypatch.setattr(module, "layout", layout)
    client = fresh.server.test_client()
    assert "Something went wrong" in callback(client, "/schools").text
    assert "All schools" in callback(client, "/schools").text


def test_downloads_are_kept_by_their_whole_address(fresh):
    client = fresh.server.test_client()
    path = f"/download/school/{TARROWBY}/reading_writing_maths_expected"
    first = client.get(f"{path}.csv")
    assert client.get(f"{path}.csv").data == first.data
    assert client.get(f"{path}.csv").headers["Content-Disposition"] == first.headers["Content-Disposition"]
    assert client.get(f"{path}.csv?group=disadvantaged").data != first.data
    book = client.get(f"{path}.xlsx", headers={"Accept-Encoding": "gzip"})
    assert book.data.startswith(b"PK")
    assert client.get("/download/nothing.csv").status_code == client.get("/download/nothing.csv").status_code == 404


def test_what_is_kept_has_a_limit_and_the_oldest_goes():
    kept = Kept(most=25)
    for name in "abc":
        kept.put(name, Answer(content=b"0123456789", is_packed=False, headers=()))
        kept.get("a")
    assert kept.size == 20
    assert [kept.get(name) is not None for name in "abc"] == [True, False, True]
    kept.put("a", Answer(content=b"012", is_packed=False, headers=()))
    assert kept.size == 13
    kept.put("large", Answer(content=b"0" * 26, is_packed=False, headers=()))
    assert kept.get("large") is None
    assert kept.get("a") is not None


def test_who_asks_at_the_same_time_waits_for_one_answer(fresh):
    made = []

    def slow():
        made.append(1)
        time.sleep(0.2)
        return flask.Response("x" * 2_000, content_type="text/plain")

    view, answers = keeping(Kept(), fresh.store, slow), []

    def ask():
        with fresh.server.test_request_context("/slow"):
            answers.append(view().get_data())

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [b"x" * 2_000] * 6
    assert len(made) == 1


def body(pathname: str, search: str = "") -> dict:
    """The body of the question for a page, as `_body` takes it."""
    return {
        "output": "..{}..".format("...".join(".".join(part) for part in FILLED)),
        "outputs": [{"id": name, "property": one} for name, one in FILLED],
        "inputs": [
            {"id": "address", "property": "pathname", "value": pathname},
            {"id": "address", "property": "search", "value": search},
        ],
        "changedPropIds": ["address.pathname"],
    }


def test_a_page_is_the_same_whatever_led_to_it():
    asked = body("/schools", "?phase=primary")
    assert _body(json.dumps(asked).encode()) == ("/schools", "?phase=primary")
    asked |= {"changedPropIds": ["address.search"], "parsedChangedPropsIds": ["address.search"]}
    assert _body(json.dumps(asked).encode()) == ("/schools", "?phase=primary")


def altered() -> dict[str, object]:
    """Bodies that are nearly the question for a page: what they are answered must not be sent to those who ask it."""
    page = body("/schools")
    turned = {**page, "inputs": page["inputs"][::-1]}
    return {
        "inputs turned round": turned,
        "another output": {**page, "outputs": page["outputs"][::-1]},
        "fewer outputs": {**page, "outputs": page["outputs"][:1]},
        "a third input": {**page, "inputs": [*page["inputs"], page["inputs"][0]]},
        "one input": {**page, "inputs": page["inputs"][:1]},
        "another key": {**page, "state": []},
        "a number": body(1),
        "a list": body(["/schools"]),
        "nothing": body(None),
        "another property": {**page, "inputs": [{**part, "property": "hash"} for part in page["inputs"]]},
        "no object": [page],
    }


@pytest.mark.parametrize("how", altered())
def test_a_body_that_is_nearly_that_of_a_page_is_not_kept_as_it(fresh, how):
    sent = json.dumps(altered()[how]).encode()
    assert _body(sent) == sent
    client = fresh.server.test_client()
    expected = callback(create_app(fresh.store.folder).server.test_client(), "/schools").json
    client.post("/_dash-update-component", data=sent, content_type="application/json")
    assert callback(client, "/schools").json == expected


@pytest.mark.parametrize("sent", [b"", b"[", b"\xff\xfe", b'{"inputs": 3}', b'{"inputs": [3]}', b"[" * 20_000])
def test_a_body_that_is_none_is_only_itself(sent):
    assert _body(sent) == sent
