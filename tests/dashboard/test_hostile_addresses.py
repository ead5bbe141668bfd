"""Addresses that nobody means well by: whatever is asked, a page or a refusal in words comes back, never a fault."""

import json
import string
from urllib.parse import quote, urlencode

import pytest
from fictional_build import EXAMPLES, example_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_application import callback
from test_kept_answers import body
from test_pages import every_page

from dashboard import answers, pages
from dashboard.app import create_app
from dashboard.components.downloads import FORMATS

FAULT = "Something went wrong"
WORDS = (
    *("' or 1=1 --", "'; drop table mart.school; --", '" union select * from mart.school_risk --', "%27%20or%201%3D1"),
    *(
        "=1+1",
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "{{7*7}}",
        "${7*7}",
    ),
    *(
        "../../../etc/passwd",
        "..%2f..%2f",
        "\x00",
        "\x1b[31m",
        "\r\nSet-Cookie: a=b",
        "\ufeff",
        "\u202e",
        "\ud83d\ude00",
    ),
    *("0", "-1", "9" * 20, "9" * 5_000, "1e308", "nan", "inf", "-0", "²", "٣", "１２", "1_000", "0x10", "2025.0"),
    *(
        " ",
        "",
        ",",
        ",,,",
        "a" * 3_000,
        "true",
        "null",
        "None",
        "[]",
        "{}",
        "ß",
        "İ",
        "K",
        "e\u0301",
        "%",
        "%%",
        "%zz",
        "&",
        "=",
    ),
)
"""Values that broke other sites: SQL, formulas, markup, paths, control signs, numbers that are none, odd letters."""

KEYS = (
    *(
        "urn",
        "cluster",
        "q",
        "name",
        "page",
        "sort",
        "view",
        "group",
        "show",
        "share",
        "phase",
        "mine",
        "list",
        "measure",
    ),
    *(
        "year",
        "status",
        "data",
        "type",
        "model",
        "self",
        "kind",
        "query",
        "pathname",
        "",
        " ",
        "a b",
        "__class__",
        "\x00",
    ),
)
value = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(list(map(str, EXAMPLES.values()))),
)
key = st.one_of(st.sampled_from(KEYS), st.text(string.ascii_letters + "_-. ", max_size=12))
choice_list = st.lists(st.tuples(key, value), max_size=8)
often = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def shown(client, path: str, search: str = "") -> str:
    """What the callback puts on the page, which must be no fault."""
    answer = callback(client, path, search)
    assert answer.status_code == 200, (path, search)
    assert FAULT not in answer.text, (path, search)
    return answer.text


@every_page
@often
@given(made=choice_list)
def test_no_choice_breaks_a_page(client, module, made):
    search = "?" + "&".join(f"{encoded(key)}={encoded(value)}" for key, value in made)
    shown(client, example_of(module.PAGE.path), search)
    assert client.get(example_of(module.PAGE.path) + search).status_code in (200, 414)


@pytest.mark.parametrize("module", [m for m in pages.modules() if "<" in m.PAGE.path], ids=lambda m: m.PAGE.path)
@often
@given(value=value, made=choice_list)
def test_no_part_of_a_path_breaks_a_page(client, module, value, made):
    path = module.PAGE.path
    for name in EXAMPLES:
        path = path.replace(f"<{name}>", encoded(value))
    shown(client, path, "?" + urlencode(made, errors="replace"))
    assert client.get(path).status_code in (200, 308, 404, 414)


@often
@given(path=st.text(max_size=60), search=st.text(max_size=120))
def test_no_address_at_all_breaks_the_site(client, path, search):
    shown(client, f"/{path}", search)
    shown(client, path, f"?{search}")
    assert client.get(f"/{encoded(path)}").status_code in (200, 308, 404)


@often
@given(asked=value)
def test_no_search_breaks_the_search(client, asked):
    answer = client.get(f"/find?q={encoded(asked)}")
    assert answer.status_code in (302, 414)
    target = answer.headers.get("Location", "/")
    assert target.startswith("/")
    assert not target.startswith("//")


@pytest.mark.parametrize("offer", ["download", "document"])
@often
@given(name=value, made=choice_list)
def test_no_name_of_a_table_breaks_a_download(client, offer, name, made):
    kinds = list(FORMATS) if offer == "download" else ["pdf"]
    for module in pages.modules():
        if hasattr(module, offer):
            path = example_of(module.PAGE.path).rstrip("/")
            address = f"/download{path}/{encoded(name)}.{kinds[0]}?{urlencode(made, errors='replace')}"
            assert client.get(address).status_code in (200, 308, 404, 414), address


@pytest.mark.parametrize("word", WORDS)
def test_each_known_word_in_every_place(client, word):
    shown(client, "/schools", f"?q={encoded(word)}&phase={encoded(word)}&page={encoded(word)}&sort={encoded(word)}")
    shown(client, f"/school/{encoded(word)}")
    assert client.get(f"/find?q={encoded(word)}").status_code in (302, 414)


def test_an_address_has_a_length_and_a_number_of_choices(client):
    assert client.get("/schools?q=" + "a" * answers.LONGEST_ADDRESS).status_code == 414
    assert "Choose fewer schools" in client.get("/schools?q=" + "a" * answers.LONGEST_ADDRESS).text
    shown(client, "/schools", "?" + "&".join(f"k{n}=1" for n in range(5_000)))
    assert client.post("/_dash-update-component", data=b"x" * (answers.LARGEST_BODY + 1)).status_code == 413


def test_the_same_choice_many_times_is_bounded(client):
    shown(client, "/schools", "?" + "&".join(["phase=primary"] * 400))
    shown(client, "/talk-first", "?" + "&".join(f"mine={n}" for n in range(400)))


BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[1]",
    "no output": b"{}",
    "an output that is not there": b'{"output": "x.y", "inputs": []}',
    "an output that is no text": b'{"output": {"a": 1}, "inputs": []}',
    "a list as output": b'{"output": ["content.children"], "inputs": []}',
    "deep": b'{"output":' + b"[" * 30_000,
    "fewer inputs": json.dumps({**body("/"), "inputs": []}).encode(),
    "not UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_callback_that_is_none_is_refused_in_words(client, body):
    answer = client.post("/_dash-update-component", data=body, content_type="application/json")
    assert answer.status_code in (400, 413)
    assert FAULT not in answer.text
    again = client.post("/_dash-update-component", data=body, content_type="text/plain")
    assert again.status_code == answer.status_code


@pytest.mark.parametrize("value", [1, None, True, [], {}, ["/schools"], {"a": 1}, 1e400])
@pytest.mark.parametrize("place", [0, 1])
def test_an_address_that_is_no_text_is_none(client, place, value):
    parts: list[object] = ["/schools", ""]
    parts[place] = value
    answer = callback(client, *parts)
    assert answer.status_code == 200
    assert FAULT not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_change_nothing(client, method):
    for path in ("/", "/schools", "/find", "/download/schools/schools.csv", "/assets/dashboard.css"):
        assert client.open(path, method=method).status_code == 405


def test_files_beside_the_assets_are_not_served(client):
    for path in (
        "/assets/../app.py",
        "/assets/%2e%2e/app.py",
        "/assets/..%2fapp.py",
        "/assets//etc/passwd",
        "/static/app.py",
    ):
        answer = client.get(path)
        assert b"import" not in answer.data
        assert answer.status_code in (200, 308, 404)


def test_what_a_stranger_typed_is_never_markup(client):
    text = client.get("/nowhere/%3Cscript%3Ealert(1)%3C%2Fscript%3E?x=%3Cscript%3E").text
    assert "<script>alert" not in text
    assert "<script>" not in client.get("/find/%3Cscript%3E").text.replace("<script>var", "")


def test_a_host_that_is_not_ours_is_refused(curated):
    client = create_app(curated).server.test_client()
    for host in (
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "[::1].evil",
        "[::1",
        "2130706433",
        "local host",
    ):
        assert client.get("/", headers={"Host": host}).status_code == 400, host
    for host in ("localhost", "LOCALHOST:8050", "127.0.0.1:80", "[::1]:8050"):
        assert client.get("/", headers={"Host": host}).status_code == 200, host
    assert client.get("/", headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"}).status_code == 200
