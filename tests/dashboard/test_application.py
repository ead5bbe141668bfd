"""The application: title and status in the first answer, headers, search, failures in plain words."""

import re

import pytest
from fictional_build import TARROWBY

from dashboard import pages
from dashboard.__main__ import main
from dashboard.app import choices, create_app, surroundings
from dashboard.identity import is_loopback
from dashboard.pages import Page


def callback(client, pathname: str, search: str = ""):
    parts = (
        "content.children",
        "page.data",
        "authority.children",
        "nav.children",
        "strip.children",
        "footer.children",
    )
    return client.post(
        "/_dash-update-component",
        json={
            "output": f"..{'...'.join(parts)}..",
            "outputs": [dict(zip(("id", "property"), part.split("."))) for part in parts],
            "inputs": [
                {"id": "address", "property": "pathname", "value": pathname},
                {"id": "address", "property": "search", "value": search},
            ],
            "changedPropIds": ["address.pathname"],
        },
    )


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/", 200, "Overview | School improvement"),
        (f"/school/{TARROWBY}?view=table", 200, "Tarrowby Primary School | School improvement"),
        ("/school/1", 404, "Page not found | School improvement"),
        ("/nothing/here", 404, "Page not found | School improvement"),
    ],
)
def test_the_first_answer_has_title_status_and_language(client, path, status, title):
    answer = client.get(path)
    text = answer.data.decode()
    assert answer.status_code == status
    assert f"<title>{title}</title>" in text
    assert '<html lang="en-GB">' in text


def test_headers_let_nothing_else_in(client):
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_first_answer_names_no_other_machine_and_no_version(client):
    text = client.get("/").data.decode().replace("\\u002f", "/")
    assert "://" not in text
    assert "python" not in text.lower()
    assert text.count('name="viewport"') == 1


def test_charts_are_drawn_by_the_smaller_file_and_only_when_there_are_some(client):
    text = client.get("/").data.decode()
    named = re.findall(r'<link rel="prefetch" as="script" href="([^"]+)" id="charts">', text)
    assert len(named) == 1
    assert "plotly" not in "".join(re.findall(r"<script[^>]*src=[^>]*>", text))
    answer = client.get(named[0])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("900001", "/school/900001"),
        ("EX1 2AB", "/school/900001"),
        ("primary", "/schools?q=primary&status=any"),
        ("a&b=c#d", "/schools?q=a%26b%3Dc%23d&status=any"),
        ("", "/schools"),
    ],
)
def test_search_goes_to_the_only_match(client, typed, target):
    assert client.get("/find", query_string={"q": typed}).headers["Location"] == target


def test_the_callback_fills_a_page(client):
    answer = callback(client, f"/school/{TARROWBY}").json["response"]
    assert answer["page"]["data"]["title"].startswith("Tarrowby")
    assert answer["authority"]["children"] == "Exemplar"


def test_a_failing_page_says_so_with_a_reference(curated, monkeypatch, caplog):
    def broken(**_: str):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(pages.modules()[0], "layout", broken)
    answer = callback(create_app(curated).server.test_client(), "/")
    text = answer.data.decode()
    assert "Something went wrong" in text
    assert "a secret detail" not in text
    assert "a secret detail" in caplog.text


def test_an_empty_folder_serves_a_page_that_says_so(tmp_path):
    client = create_app(tmp_path).server.test_client()
    assert client.get("/").status_code == 503
    assert "No data has been built yet" in callback(client, "/").data.decode()
    assert client.get("/download/about/files.csv").status_code == 503
    assert client.get("/find?q=x").status_code == 503


def test_health_answers(client):
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("example", False),
    ],
)
def test_only_this_machine_may_reach_it(host, allowed):
    assert is_loopback(host) is allowed


def test_it_refuses_to_listen_to_others(capsys):
    assert main(["--host", "0.0.0.0"]) == 2
    assert "Refused to listen" in capsys.readouterr().err


def test_a_choice_made_several_times_is_one_choice():
    assert choices("?mine=900001&phase=primary&mine=900002&q=") == {"mine": "900001,900002", "phase": "primary"}


def test_the_navigation_carries_what_a_page_keeps(reading, monkeypatch):
    module, _ = pages.find("/schools")
    monkeypatch.setattr(module, "PAGE", Page(path="/schools", title="All schools", order=9, keeps=("phase",)))
    links = str(surroundings("/", "?phase=primary&sort=name")["nav"])
    assert "/schools?phase=primary'" in links
    assert "sort=name" not in links
