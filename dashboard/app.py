"""Make the application: the shell, one callback that fills it for an address, downloads and headers."""

import json
import logging
import re
import uuid
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import flask
from dash import ClientsideFunction, Dash, Input, Output, set_props
from dash.development.base_component import Component

from dashboard import answers, db, pages
from dashboard.components import shell
from dashboard.components.downloads import (
    FORMATS,
    Download,
    as_csv,
    as_parquet,
    as_xlsx,
    policy_in_short,
    policy_note,
    print_guard,
    share_banner,
)
from dashboard.components.links import address
from dashboard.components.paper import Document, Printed, as_pdf
from dashboard.components.words import day, edition
from dashboard.drawn import drawn
from dashboard.identity import LOCAL_NAMES, Identity, host_name, is_loopback
from dashboard.kept import Kept, keeping
from dashboard.queries import build as build_queries
from dashboard.queries import schools as school_queries

INDEX = """<!DOCTYPE html>
<html lang="en-GB">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
<link rel="prefetch" as="script" href="{%charts%}" id="charts">
</head>
<body>
<noscript><p>School improvement needs JavaScript. Ask your support desk to allow it here.</p></noscript>
{%app_entry%}
<div hidden>{%config%}{%scripts%}{%renderer%}</div>
</body>
</html>"""


log = logging.getLogger(__name__)


CHARTS = "plotly-cartesian.min.js"
"""What draws charts, a third of the whole Plotly: fetched when idle, and run by the first page that has a chart."""

NOBODYS_BUSINESS = ("python_version", "dash_version", "dash_version_url", "plotly_version", "ddk_version")


class Dashboard(Dash):
    """Dash, with the title and the status of the page asked for in the first answer already."""

    store: db.Store
    identity: Identity | None = None
    charts: str = ""

    def _config(self) -> dict[str, object]:
        """What the browser must know of this site; which versions it runs on is not among it."""
        return {key: value for key, value in super()._config().items() if key not in NOBODYS_BUSINESS}

    def interpolate_index(self, **parts: str) -> str:
        """The first answer to an address: its title, and status 404 when nothing is there."""
        name = shell.PRODUCT
        try:
            with self.store.reading():
                module, query = _asked(flask.request.path, flask.request.query_string.decode())
                name = full_title(pages.title(module, query))
                if _is_refused(module):
                    flask.g.status = 403
        except pages.PageNotFound:
            flask.g.status = 404
            name = full_title("Page not found")
        except db.NotAllowed:
            flask.g.status = 403
        except db.NoBuild:
            flask.g.status = 503
        page = super().interpolate_index(**{**parts, "title": escape(name)})
        return page.replace("{%charts%}", self.charts)


def full_title(name: str) -> str:
    """A page's title as the browser shows it: '<page> | <product>'."""
    return f"{name} | {shell.PRODUCT}"


MOST_CHOICES = 200
"""Choices in one address; what comes after them is not read."""


def choices(search: str) -> dict[str, str]:
    """The choices in the part of an address after '?'; one that is made several times is joined by commas."""
    made: dict[str, str] = {}
    for key, value in parse_qsl(search[: answers.LONGEST_ADDRESS].lstrip("?"))[:MOST_CHOICES]:
        made[key] = f"{made[key]},{value}" if key in made else value
    return made


def _asked(pathname: str, search: str) -> tuple[object, dict[str, str]]:
    module, parts = pages.find(pathname)
    return module, {**choices(search), **parts}


def view(pathname: str, search: str) -> tuple[str, list | Component]:
    """The title and the content of an address. Call inside `Store.reading()`."""
    try:
        module, query = _asked(pathname, search)
        if _is_refused(module):
            return module.PAGE.title, shell.not_allowed("Chances and bands of schools are not for your role.")
        return pages.title(module, query), module.layout(**query)
    except pages.PageNotFound as reason:
        return "Page not found", shell.not_found(str(reason))
    except db.NotAllowed as reason:
        return "Not for your role", shell.not_allowed(str(reason))


def _is_refused(module: object) -> bool:
    """Whether the reader may not open a page at all; what they may see of the others, `db` decides."""
    return module.PAGE.is_about_chances and not db.reader().chances


SHARE = "share"
"""The word in the address that asks for the version to print and share."""


def _has_figures(pathname: str) -> bool:
    try:
        return pages.find(pathname)[0].PAGE.has_figures
    except pages.PageNotFound:
        return True


def page_to_show(store: db.Store, pathname: str, search: str) -> tuple[str, list | Component]:
    """The page of an address as it is worked with, or, with `share`, as it may be printed and shared.

    A working page prints as a line that leads to the other version: no small number reaches paper by mistake.
    """
    query = choices(search)
    is_asked = query.pop(SHARE, "") != ""
    reader = db.reader()
    is_shared = is_asked or not (reader.small_numbers or reader.clusters)
    plain = "?" + urlencode(query) if query else ""
    with store.reading(shared=is_shared):
        title, content = view(pathname, plain)
        parts = content if isinstance(content, list) else [content]
        if not _has_figures(pathname):
            return title, parts
        if not is_shared:
            return title, [print_guard(f"{pathname}?{urlencode({**query, SHARE: 'yes'})}"), *parts]
        policy = build_queries.disclosure()
        if policy is None:
            return title, shell.not_found("This build has no disclosure policy, so nothing of it may be shared.")
        back = f"{pathname}{plain}" if reader.small_numbers or reader.clusters else None
        banner = share_banner(policy_note(*policy), build_queries.build()["version"], back)
        return title, [banner, *parts]


def surroundings(pathname: str, search: str = "") -> dict[str, object]:
    """What the shell shows around a page: authority, navigation, data strip, footer.

    The navigation carries to each page those of the present choices which that page keeps.
    """
    made = choices(search)
    build = build_queries.build()
    sources = []
    for row in build_queries.currency().iter_rows(named=True):
        is_final = row["release"] in (None, "final")
        said = edition(row["edition"]) + ("" if is_final else f" {row['release']}")
        if row["weight"] and row["short_title"]:
            sources.append((row["short_title"], said))
    return {
        "authority": build["la_name"],
        "nav": shell.navigation(
            (
                module.PAGE.title,
                address(module.PAGE.path, {key: made[key] for key in module.PAGE.keeps if key in made}),
                module.PAGE.match(pathname) is not None,
            )
            for module in pages.modules()
            if module.PAGE.order is not None and not _is_refused(module)
        ),
        "strip": shell.strip(
            is_sample=build["is_sample"],
            notice=build["notice"],
            sources=sources,
            snapshot=build["version"],
        ),
        "footer": shell.footer(build["version"], build_queries.attributions(), here=address(pathname, made)),
    }


def create_app(curated: Path, identity: Identity | None = None) -> Dash:
    """The application that serves the builds in `curated`, a folder with a pointer file named `current`.

    The folder may still be empty: every page then says so until a build is published. With `identity`, every
    request but a question for its health needs somebody whom the proxy vouches for.
    """
    assets = Path(__file__).parent / "assets"
    app = Dashboard(
        __name__,
        assets_folder=str(assets),
        assets_ignore=re.escape(CHARTS),
        title=shell.PRODUCT,
        update_title=None,
        index_string=INDEX,
        enable_mcp=False,
        serve_locally=True,
        suppress_callback_exceptions=True,
        health_endpoint="health",
        on_error=_say_failed,
    )
    app.charts = f"/assets/{CHARTS}?m={(assets / CHARTS).stat().st_mtime}"
    app.store = db.Store(curated)
    app.layout = shell.frame()
    _add_callbacks(app)
    _add_routes(app)
    _keep_answers(app)
    _add_gate(app)
    _add_headers(app)
    # Dash 4.4 fails concurrent first requests unless its callbacks are set up before serving.
    app.server.test_client().get("/_dash-dependencies")
    app.identity = identity
    app.store.asks_who = identity is not None
    return app


CALLBACK = "/_dash-update-component"
KEPT_ANSWERS = (CALLBACK, "download")
"""What is asked again and again, and is the same as long as the build is."""


def _keep_answers(app: Dashboard) -> None:
    kept, views = Kept(), app.server.view_functions
    for name in KEPT_ANSWERS:
        views[name] = keeping(kept, app.store, views[name], _body)


FILLED = (
    ("content", "children"),
    ("page", "data"),
    ("authority", "children"),
    ("nav", "children"),
    ("strip", "children"),
    ("footer", "children"),
)
"""What an address fills: (id, property) of the shell."""

ADDRESS = (("address", "pathname"), ("address", "search"))
HOW_CAME = ("changedPropIds", "parsedChangedPropsIds")
"""Parts of a callback's body that say which part of the address changed: a page is the same whichever it was."""


def _body(sent: bytes) -> bytes | tuple[str, ...]:
    """What a body asks: the two parts of an address if it is exactly the question for a page, else all of it.

    Exactly, for a body that differs anywhere may be answered otherwise, and must not be kept as that page.
    """
    try:
        asked = json.loads(sent)
        values = tuple(part["value"] for part in asked["inputs"])
        how_came = {key: asked[key] for key in HOW_CAME if key in asked}
    except (ValueError, TypeError, KeyError, RecursionError):
        return sent
    question = {
        "output": "..{}..".format("...".join(".".join(part) for part in FILLED)),
        "outputs": [dict(zip(("id", "property"), part)) for part in FILLED],
        "inputs": [dict(zip(("id", "property", "value"), (*part, value))) for part, value in zip(ADDRESS, values)],
    }
    is_page = len(values) == len(ADDRESS) and all(isinstance(value, str) for value in values)
    is_page = is_page and asked == {**question, **how_came}
    return values if is_page else sent


HEALTH = "/health"


def _add_gate(app: Dashboard) -> None:
    """Refuse before anything else looks at a request: what is too large, strange names of ours, strangers."""

    def gate():
        if not _is_our_name(flask.request.host, app.identity):
            return _plain_page("Not this site", "This site does not answer under that name.", 400)
        large = answers.too_large(flask.request)
        if large is not None:
            return _plain_page(*large)
        if app.identity is None or (flask.request.path == HEALTH and flask.request.method == "GET"):
            return _refused_callback(app)
        reader = app.identity.reader(flask.request.remote_addr, flask.request.headers)
        if reader is None:
            return _plain_page("Sign in first", "Open this site by its usual address, which signs you in.", 401)
        reading = db.reads_as(reader)
        reading.__enter__()
        flask.g.reading_as = reading
        return _refused_callback(app)

    @app.server.teardown_request
    def leave(_: BaseException | None) -> None:
        reading = flask.g.pop("reading_as", None)
        if reading is not None:
            reading.__exit__(None, None, None)

    app.server.before_request_funcs.setdefault(None, []).insert(0, gate)


def _refused_callback(app: Dashboard) -> tuple[str, int] | None:
    """A refusal for a callback that no page of ours asks: Dash would fail on it, and the log be full of strangers."""
    if flask.request.path != CALLBACK or flask.request.method != "POST":
        return None
    try:
        asked = flask.request.get_json(force=True, silent=True)
        known = app.callback_map[asked["output"]]
        is_ours = flask.request.is_json and len(asked["inputs"]) == len(known["inputs"])
    except (TypeError, KeyError, RecursionError):
        is_ours = False
    return None if is_ours else _plain_page("Not a question of this site", "Open the page by its address.", 400)


def _is_our_name(host: str, identity: Identity | None) -> bool:
    """Whether a request names this site as itself: another name may be a page elsewhere that leads here."""
    name = host_name(host)
    return name in LOCAL_NAMES or is_loopback(name) or (identity is not None and name in identity.hosts)


def _logged(fault: Exception) -> str:
    reference = uuid.uuid4().hex[:8]
    log.error("page failed, reference %s", reference, exc_info=getattr(fault, "original_exception", None) or fault)
    return reference


def _plain_page(title: str, text: str, status: int) -> tuple[str, int]:
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta '
        f'charset="utf-8"><title>{escape(full_title(title))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/assets/dashboard.css"></head><body><main><div class="wrap">'
        f'<h1>{escape(title)}</h1><p class="lede">{escape(text)}</p><p><a href="/">Go to the overview</a></p>'
        "</div></main></body></html>",
        status,
    )


def _say_failed(fault: Exception) -> None:
    reference = _logged(fault)
    flask.g.failed = True
    set_props("content", {"children": shell.failed(reference)})
    set_props("page", {"data": _page("Something went wrong", None)})


def _add_callbacks(app: Dashboard) -> None:
    @app.callback(*(Output(*part) for part in FILLED), *(Input(*part) for part in ADDRESS))
    def show(pathname: str | None, search: str | None):
        pathname, search = (part if isinstance(part, str) else "" for part in (pathname, search))
        try:
            title, content = page_to_show(app.store, pathname or "/", search)
            with app.store.reading():
                around = surroundings(pathname or "/", search)
        except db.NotAllowed as reason:
            return shell.not_allowed(str(reason)), _page("Not for your role", pathname), "", "", "", ""
        except db.NoBuild as reason:
            return shell.no_build(str(reason)), _page("No data yet", pathname), "", "", "", ""
        return (
            drawn(content),
            _page(title, pathname),
            around["authority"],
            *(drawn(around[part]) for part in ("nav", "strip", "footer")),
        )

    app.clientside_callback(
        ClientsideFunction("navigate", "arrived"), Output("loading", "title"), Input("page", "data")
    )

    for module in pages.modules():
        if hasattr(module, "callbacks"):
            module.callbacks(app)


def _page(title: str, pathname: str | None) -> dict[str, str]:
    return {"title": full_title(title), "path": pathname or "/"}


def _add_routes(app: Dashboard) -> None:
    server = app.server

    @server.errorhandler(db.NoBuild)
    def no_build(reason: db.NoBuild):
        return _plain_page("No data has been built yet", str(reason), 503)

    @server.errorhandler(db.NotAllowed)
    def not_allowed(reason: db.NotAllowed):
        return _plain_page("Not for your role", str(reason), 403)

    @server.errorhandler(404)
    def not_found(_: Exception):
        return _plain_page("Not found", "There is nothing to save at this address.", 404)

    @server.errorhandler(500)
    def failed(fault: Exception):
        reference = _logged(fault)
        return _plain_page("Something went wrong", f"The fault is ours. Reference: {reference}.", 500)

    @server.get("/find")
    def find():
        asked = flask.request.args.get("q", "").strip()
        if not asked:
            return flask.redirect("/schools")
        with app.store.reading():
            urns, _ = school_queries.search(asked)
        if len(urns) == 1:
            return flask.redirect(f"/school/{urns[0]}")
        return flask.redirect("/schools?" + urlencode({"q": asked, "status": "any"}))

    @server.get("/download/<name>.<kind>")
    @server.get("/download/<path:page>/<name>.<kind>")
    def download(name: str, kind: str, page: str = ""):
        offer = "document" if kind == PDF else "download"
        if kind != PDF and kind not in FORMATS:
            flask.abort(404)
        with app.store.reading(shared=True):
            policy = build_queries.disclosure()
            if policy is None:
                flask.abort(404)
            try:
                module, query = _asked(f"/{page}", flask.request.query_string.decode())
                query.pop("name", None)  # the name of the table is in the path
                if not hasattr(module, offer):
                    flask.abort(404)
                if _is_refused(module):
                    raise db.NotAllowed("Chances and bands of schools are not for your role.")
                found = getattr(module, offer)(name, **query)
            except pages.PageNotFound:
                flask.abort(404)
            content, content_type = (_on_paper if kind == PDF else _as_file)(found, kind, policy)
            version = build_queries.build()["version"]
        headers = {"Content-Disposition": f'attachment; filename="{found.name}-{version}.{kind}"'}
        return flask.Response(content, content_type=content_type, headers=headers)


PDF = "pdf"


def _on_paper(document: Document, _: str, policy: tuple[int, int]) -> tuple[bytes, str]:
    build = build_queries.build()
    printed = Printed(
        product=shell.PRODUCT,
        authority=build["la_name"],
        snapshot=build["version"],
        built=day(build["built_at"]),
        policy=policy_in_short(*policy),
        licence=" ".join(build_queries.attributions()),
        sample_notice=(build["notice"] or "") if build["is_sample"] else "",
    )
    return as_pdf(document, printed), "application/pdf"


def _as_file(table: Download, kind: str, policy: tuple[int, int]) -> tuple[bytes, str]:
    build = build_queries.build()
    about = [
        ("Authority", build["la_name"]),
        ("Snapshot", f"{build['version']}, built {day(build['built_at'])}"),
        ("Small numbers", policy_note(*policy)),
        ("Licence", " ".join(build_queries.attributions())),
    ]
    if kind == "xlsx":
        return as_xlsx(table, about), FORMATS[kind]
    write = as_csv if kind == "csv" else as_parquet
    return write(table, build["version"], policy_in_short(*policy)), FORMATS[kind]


def _add_headers(app: Dashboard) -> None:
    policy = answers.content_policy(app.csp_hashes())

    @app.server.after_request
    def finish(response: flask.Response) -> flask.Response:
        if "status" in flask.g:
            response.status_code = flask.g.pop("status")
        return answers.finish(response, policy)
