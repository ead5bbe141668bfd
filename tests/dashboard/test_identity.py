"""Who may see what: nobody without a name from the proxy, each role its own, on every route and every page."""

import json
import re
import threading
from pathlib import Path

import duckdb
import pytest
import waitress
from fictional_build import SMALL, TARROWBY, example_of
from test_application import callback

from dashboard import pages, queries
from dashboard.__main__ import SERVING, main
from dashboard.app import create_app
from dashboard.db import CHANCES, EVERYTHING, NotAllowed, Reader, Store, ask, is_shared, reads_as, remembered
from dashboard.identity import VIEWER, BadSettings, read_identity

PROXY = "10.0.0.5"
SETTINGS = f"""
proxy = "{PROXY}"
user_header = "X-Forwarded-User"
groups_header = "X-Forwarded-Groups"
hosts = ["schools.council.example"]

[people]
"Adviser@Council.Example" = {{role = "adviser"}}
"lead@council.example" = {{role = "cluster lead", clusters = ["brackwater"]}}
"odd@council.example" = {{role = "emperor"}}
"both@council.example" = {{role = "viewer"}}

[groups]
"sg-strategy" = {{role = "strategy"}}
"sg-data" = {{role = "data manager"}}
"""
PEOPLE = {
    "adviser": {"X-Forwarded-User": "adviser@council.example"},
    "lead": {"X-Forwarded-User": "lead@council.example"},
    "viewer": {"X-Forwarded-User": "somebody@council.example"},
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("identity") / "identity.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def identity(settings):
    return read_identity(settings)


@pytest.fixture(scope="module")
def guarded(curated, identity):
    return create_app(curated, identity)


def client_of(guarded, headers: dict[str, str], peer: str = PROXY):
    client = guarded.server.test_client()
    client.environ_base["REMOTE_ADDR"] = peer
    client.environ_base.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()})
    return client


@pytest.fixture(params=list(PEOPLE))
def anybody(request, guarded):
    return client_of(guarded, PEOPLE[request.param])


@pytest.fixture
def people(guarded):
    return {name: client_of(guarded, headers) for name, headers in PEOPLE.items()}


STRANGERS = {
    "no header": ({}, PROXY),
    "an empty name": ({"X-Forwarded-User": "  "}, PROXY),
    "two names": ({"X-Forwarded-User": "adviser@council.example, lead@council.example"}, PROXY),
    "groups without a name": ({"X-Forwarded-Groups": "sg-strategy"}, PROXY),
    "another machine with the header": (PEOPLE["adviser"], "10.0.0.6"),
    "this machine with the header": (PEOPLE["adviser"], "127.0.0.1"),
    "a proxy named in a header": (
        {**PEOPLE["adviser"], "X-Forwarded-For": PROXY, "Forwarded": f"for={PROXY}"},
        "10.0.0.6",
    ),
}


def routes(app) -> list[tuple[str, str]]:
    """Every rule of the server, its parts filled in, and what is served without a rule of its own."""
    found = []
    for rule in app.server.url_map.iter_rules():
        path = str(rule)
        for name in rule.arguments:
            before, _, after = path.partition(f"{name}>")
            path = before[: before.rindex("<")] + "x" + after
        found += [(method, path) for method in sorted(rule.methods - {"OPTIONS"})]
    return [*found, ("OPTIONS", "/_dash-update-component"), ("GET", "/assets/dashboard.css"), ("HEAD", "/health")]


@pytest.mark.parametrize("who", STRANGERS)
def test_every_route_is_closed_to_strangers(guarded, who):
    headers, peer = STRANGERS[who]
    client = client_of(guarded, headers, peer)
    seen = routes(guarded)
    assert {"/_dash-layout", "/_dash-dependencies", "/_dash-update-component", "/find"} <= {path for _, path in seen}
    for method, path in seen:
        answer = client.open(path, method=method)
        if (method, path) == ("GET", "/health"):
            assert answer.status_code == 200
        else:
            assert answer.status_code in (401, 413), (method, path)
            assert b"Tarrowby" not in answer.data


def test_only_the_exact_question_for_health_is_open(guarded):
    client = client_of(guarded, {})
    assert client.get("/health").status_code == 200
    for path in ("/health/", "/health/x", "/Health"):
        assert client.get(path).status_code in (308, 401), path
    assert client.post("/health", json={}).status_code == 401


def test_another_pathname_in_the_body_opens_nothing(guarded):
    stranger = client_of(guarded, {})
    for path in ("/", "/health", "/about", f"/school/{TARROWBY}"):
        answer = callback(stranger, path)
        assert answer.status_code == 401
        assert b"Tarrowby" not in answer.data


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        ({"X-Forwarded-User": "ADVISER@council.example"}, EVERYTHING),
        ({"X-Forwarded-User": "new@council.example", "X-Forwarded-Groups": "x, SG-Strategy"}, EVERYTHING),
        ({"X-Forwarded-User": "new@council.example", "X-Forwarded-Groups": "sg-strategy-not"}, VIEWER),
        ({"X-Forwarded-User": "new@council.example"}, VIEWER),
        ({"X-Forwarded-User": "odd@council.example"}, VIEWER),
        ({"X-Forwarded-User": "both@council.example", "X-Forwarded-Groups": "sg-strategy"}, VIEWER),
        (
            {"X-Forwarded-User": "lead@council.example"},
            Reader(chances=False, small_numbers=False, clusters=frozenset({"brackwater"})),
        ),
    ],
)
def test_a_name_becomes_a_role(identity, headers, seen):
    assert identity.reader(PROXY, headers) == seen
    assert identity.reader(f"::ffff:{PROXY}", headers) == seen
    assert identity.reader(None, headers) is None


@pytest.mark.parametrize(
    "name",
    [
        "gro\u00df@council.example",  # Python folds ß to ss, and the sign for kelvin to k
        "\u212aim@council.example",
        "adviser@council.example\u00a0",
        "\u00a0adviser@council.example",
        "adviser@council.example\x00",
        "adviser@council.example\x0b",
        "ADV\u0130SER@council.example",
    ],
)
def test_a_name_that_looks_like_another_is_not_that_other(tmp_path, name):
    path = tmp_path / "identity.toml"
    more = '[people]\n"gross@council.example" = {role = "adviser"}\n"kim@council.example" = {role = "adviser"}\n'
    path.write_text(SETTINGS.replace("[people]\n", more), encoding="utf-8")
    assert read_identity(path).reader(PROXY, {"X-Forwarded-User": name}) in (None, VIEWER)
    groups = {"X-Forwarded-User": "new@council.example", "X-Forwarded-Groups": "sg-\u017ftrategy,sg-data\u00a0"}
    assert read_identity(path).reader(PROXY, groups) == VIEWER


def test_a_name_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "identity.toml"
    path.write_text(SETTINGS.replace("[groups]", '"ADVISER@council.example" = {role = "viewer"}\n[groups]'))
    with pytest.raises(BadSettings, match="names somebody"):
        read_identity(path)


DOORS = ("/talk-first", "/talk-first/", "/talk-first?share=yes", "/record", "/record/", "/talk-first?urn=1&page=x")


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("name", ["lead", "viewer"])
def test_no_spelling_of_an_address_opens_a_closed_page(people, guarded, path, name):
    where, _, query = path.partition("?")
    assert people[name].get(path).status_code in (308, 403)
    assert people[name].head(path).status_code in (308, 403)
    text = callback(people[name], where, f"?{query}" if query else "").text
    assert "Not for your role" in text
    with reads_as(EVERYTHING), guarded.store.reading():
        listed = ask("select name from mart.school_risk join mart.school using (urn)")["name"].to_list()
    assert listed
    assert not any(school in text for school in listed)


@pytest.mark.parametrize(
    "path", ["//talk-first", "/talk-first//", "/TALK-FIRST", "/talk-first;x", "/./talk-first", "/talk%2dfirst"]
)
def test_an_odd_spelling_of_an_address_is_no_way_round(people, path):
    text = callback(people["viewer"], path).text
    assert "Page not found" in text or "Not for your role" in text


def test_headers_that_only_look_trusted_change_nothing(guarded):
    """What a visitor may send through a careless proxy: none of these is the header of the settings."""
    others = {
        "X-Forwarded-Email": "adviser@council.example",
        "X-Forwarded-User-": "adviser@council.example",
        "X-User": "adviser@council.example",
        "Remote-User": "adviser@council.example",
        "X-Original-User": "adviser@council.example",
        "Authorization": "Basic YWR2aXNlckBjb3VuY2lsLmV4YW1wbGU6eA==",
        "X-Forwarded-For": PROXY,
        "X-Real-Ip": PROXY,
        "X-Original-Url": "/health",
        "X-Rewrite-Url": "/health",
        "X-Forwarded-Prefix": "/health",
        "X-Http-Method-Override": "GET",
    }
    client = client_of(guarded, others)
    for path in ("/", "/talk-first", "/_dash-layout", "/_dash-dependencies", "/assets/dashboard.css", "/find?q=x"):
        assert client.get(path).status_code == 401, path
    viewer = client_of(guarded, {**others, **PEOPLE["viewer"]})
    assert "Not for your role" in callback(viewer, "/talk-first").text


def test_the_shell_of_a_page_holds_nothing_of_the_data(people):
    for path in ("/_dash-layout", "/_dash-dependencies"):
        assert people["viewer"].get(path).data == people["adviser"].get(path).data
        assert b"Tarrowby" not in people["viewer"].get(path).data


def test_a_viewer_saves_what_may_be_shared_and_an_adviser_no_more(people):
    path = f"/download/school/{SMALL}/reading_writing_maths_expected.csv"
    assert people["viewer"].get(path).data == people["adviser"].get(path).data == people["lead"].get(path).data


def test_what_is_not_understood_is_said_without_a_name(identity):
    assert any("emperor" in note for note in identity.notes)
    assert "odd@" not in " ".join(identity.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("proxy = ", "not TOML"),
        ('user_header = "X"', "proxy"),
        ('proxy = "10.0.0.5"', "user_header"),
        ('proxy = "0.0.0.0"\nuser_header = "X"', "0.0.0.0"),
        ('proxy = "10.0.0.0/8"\nuser_header = "X"', "10.0.0.0/8"),
        ('proxy = "10.0.0.5"\nuser_header = "X"\nadmin = "me"', "admin"),
        ('proxy = "10.0.0.5"\nuser_header = "X"\n[people]\nme = "adviser"', "people"),
        ('proxy = "10.0.0.5"\nuser_header = 3', "user_header"),
    ],
)
def test_a_file_that_cannot_be_followed_is_refused(tmp_path, capsys, text, said):
    path = tmp_path / "identity.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings, match=said):
        read_identity(path)
    assert main(["--host", "0.0.0.0", "--identity", str(path), "--curated", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(tmp_path, capsys):
    assert main(["--identity", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err


def addresses() -> list[str]:
    return [
        example_of(module.PAGE.path, urn=urn)
        for module in pages.modules()
        for urn in ((TARROWBY, SMALL) if "<urn>" in module.PAGE.path else (TARROWBY,))
    ]


@pytest.mark.parametrize("path", addresses())
def test_every_page_opens_for_those_who_may(people, path):
    module, _ = pages.find(path)
    for name, client in people.items():
        may = name == "adviser" or not module.PAGE.is_about_chances
        assert client.get(path).status_code == (200 if may else 403), name
        content = callback(client, path)
        assert content.status_code == 200
        assert ("Not for your role" in content.text) is (not may), name
        assert "Something went wrong" not in content.text, name


def test_the_navigation_leads_nobody_to_a_closed_door(people):
    assert "/talk-first" in json.dumps(callback(people["adviser"], "/about").json["response"]["nav"])
    for name in ("lead", "viewer"):
        around = json.dumps(callback(people[name], "/about").json["response"]["nav"])
        assert "/schools" in around
        assert "/talk-first" not in around
        assert "/record" not in around


def test_a_viewer_gets_the_version_to_share_whatever_they_ask(people):
    path = f"/school/{SMALL}"
    shared = callback(people["adviser"], path, "?share=yes").json["response"]["content"]["children"]
    seen = callback(people["viewer"], path).json["response"]["content"]["children"]
    assert callback(people["viewer"], path, "?share=").json["response"]["content"]["children"] == seen
    assert seen[1:] == shared[1:]
    assert "To print and share" in json.dumps(seen[0])
    assert "Back to the working page" in json.dumps(shared[0])
    assert "Back to the working page" not in json.dumps(seen[0])


# ----- what `db` lets each reader see, whatever a page asks


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """A build of two schools in two clusters, each with one number that is hidden in what is shared."""
    folder = tmp_path_factory.mktemp("small")
    with duckdb.connect(str(folder / "schools-1.duckdb")) as connection:
        connection.execute(SMALL_BUILD)
    (folder / "current").write_text("schools-1.duckdb")
    return Store(folder)


SMALL_BUILD = """
create schema mart;
create table mart.cluster_member as select * from (values
    ('brackwater', 900001, null::date), ('brackwater', 900002, date '2020-07-31'), ('other', 900002, null)
) t(cluster_id, urn, to_date);
create table mart.school_observation as select * from (values
    (900001, 2024, 'a', 'all', 50.0, 'value'), (900001, 2024, 'a', 'fsm', 4.0, 'value'),
    (900002, 2024, 'a', 'all', 60.0, 'value'), (900002, 2024, 'a', 'fsm', 3.0, 'value')
) t(urn, year, measure, "group", value, status);
create table mart.shared_result as select status, urn, year, measure, "group",
    case when value >= 6 then value end as value, 'small' as reason
    from (select * replace (case when value < 6 then 'hidden' else status end as status) from mart.school_observation);
create table mart.gap as select * from (values
    ('cluster', 'brackwater', 4), ('cluster', 'other', 3), ('la', '999', 2), ('school', '900001', 1),
    ('school', '900002', 5)) t(unit_kind, unit, value);
create table mart.shared_gap as select * replace (null::integer as value) from mart.gap;
create table mart.comparison as select '999' as area, 2 as value;
create table mart.shared_comparison as select '999' as area, null::integer as value;
"""

LEAD = Reader(chances=False, small_numbers=False, clusters=frozenset({"brackwater"}))


def observed(store: Store, who: Reader, *, shared: bool = False) -> dict:
    with reads_as(who), store.reading(shared=shared):
        rows = ask('select urn, year, measure, "group", value, status from mart.school_observation').rows()
    return {row[:4]: row[4:] for row in rows}


def test_a_cluster_lead_sees_small_numbers_of_their_own_schools_only(store):
    """A school that left the cluster is no longer theirs."""
    whole, hidden, seen = (observed(store, who) for who in (EVERYTHING, VIEWER, LEAD))
    assert {key[0] for key in whole if whole[key] != hidden[key]} == {900001, 900002}
    assert seen == {key: (whole if key[0] == 900001 else hidden)[key] for key in whole}
    assert observed(store, LEAD, shared=True) == hidden
    assert observed(store, EVERYTHING, shared=True) == hidden


def test_a_cluster_lead_sees_the_gaps_of_their_own_cluster_and_its_schools_only(store):
    with reads_as(LEAD), store.reading():
        seen = dict(ask("select unit, value from mart.gap").rows())
        assert {unit for unit, value in seen.items() if value is not None} == {"brackwater", "900001"}
        assert set(seen) == {"brackwater", "900001", "other", "900002", "999"}
        assert ask("select value from mart.comparison").item() is None


@pytest.mark.parametrize("who", [EVERYTHING, LEAD, VIEWER])
@pytest.mark.parametrize(
    "sql",
    [
        "select school_observation.urn from mart.school_observation join mart.gap on gap.unit = '999'",
        "select o.urn from mart.school_observation o, mart.gap as g where g.unit = '999'",
        "select urn from (select * from mart.school_observation)",
        "from mart.school_observation\norder by urn",
        "select school_observation.urn from mart.school_observation where school_observation.year = 2024",
    ],
)
def test_a_query_reads_the_same_however_it_names_its_tables(store, who, sql):
    with reads_as(who), store.reading():
        assert ask(sql).height == 4


def test_a_lead_of_no_cluster_of_the_list_sees_what_a_viewer_sees(store):
    nobody = Reader(chances=False, small_numbers=False, clusters=frozenset({"it's not there"}))
    assert observed(store, nobody) == observed(store, VIEWER)


def test_what_is_remembered_is_remembered_for_who_asked(store):
    @remembered
    def values():
        return ask("select count(value) as n from mart.school_observation")["n"][0], is_shared()

    found = {}
    for name, who in {"all": EVERYTHING, "lead": LEAD, "viewer": VIEWER}.items():
        with reads_as(who), store.reading():
            found[name] = values()
    assert found["all"][0] > found["viewer"][0]
    assert [shared for _, shared in found.values()] == [False, True, True]


@pytest.mark.parametrize(
    "table", ["school_risk", "School_Risk", "school_risk_reason", "school_risk_move", "risk_past_list"]
)
@pytest.mark.parametrize("shared", [False, True])
def test_no_page_can_forget_that_chances_are_not_for_all(store, table, shared):
    for who in (LEAD, VIEWER):
        with reads_as(who), store.reading(shared=shared), pytest.raises(NotAllowed):
            ask(f"select * from mart.{table}")


def test_a_table_of_chances_of_schools_is_known_by_its_name(scored_curated):
    """A new table with chances of named schools must have a name that `db` knows, or every role reads it."""
    store = Store(scored_curated)
    with store.reading() as build:
        tables = build.tables()
        telling = {"probability", "band", "probability_within_year", "chance"}
        found = {name for name in tables if "urn" in build.columns(name) and telling & build.columns(name)}
    assert found
    assert [name for name in found if not CHANCES.match(name)] == []


def test_every_query_names_its_tables_as_db_reads_them():
    """Quoted or put together, a table would escape what `db` does to hide small numbers and chances."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(Path(queries.__file__).parent.glob("*.py"))]
    for text in sources:
        assert re.findall(r"""\bmart["']?\s*\.(?![a-z_]+\b|{)""", text) == []
        assert re.findall(r"""["']mart["']\.|search_path|\buse mart\b""", text) == []


def test_a_store_that_asks_who_answers_nobody(curated):
    store = Store(curated)
    store.asks_who = True
    with pytest.raises(NotAllowed), store.reading():
        pass
    with reads_as(VIEWER), store.reading():
        assert is_shared()
    with pytest.raises(NotAllowed), store.reading():
        pass


def test_downloads_of_chances_are_closed_to_a_viewer(people):
    for module in pages.modules():
        if module.PAGE.is_about_chances and hasattr(module, "download"):
            for name in ("lead", "viewer"):
                assert people[name].get(f"/download{module.PAGE.path}/schools.csv").status_code == 403


def test_one_reader_leaves_nothing_to_the_next_on_the_same_thread(guarded, people):
    assert callback(people["adviser"], "/talk-first").status_code == 200
    assert client_of(guarded, {}).get("/about").status_code == 401
    assert "Not for your role" in callback(people["viewer"], "/talk-first").text


def test_over_a_real_connection_a_header_with_underscores_is_nobody(curated, tmp_path):
    import http.client

    path = tmp_path / "identity.toml"
    path.write_text(SETTINGS.replace(PROXY, "127.0.0.1"), encoding="utf-8")
    app = create_app(curated, read_identity(path))
    server = waitress.create_server(app.server, host="127.0.0.1", port=0, **SERVING)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def status(headers: list[tuple[str, str]]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=20)
        connection.putrequest("GET", "/about")
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    try:
        assert status([("X-Forwarded-User", "adviser@council.example")]) == 200
        assert status([("X_Forwarded_User", "adviser@council.example")]) == 401
        twice = [("X-Forwarded-User", "viewer@council.example"), ("X-Forwarded-User", "adviser@council.example")]
        assert status(twice) == 401
    finally:
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)
