"""The baseline of the pages: three questions on one plain Dash page, as a competent person would write it first.

Every school's results of England stand in a pandas frame in memory; a callback filters it and draws a `go.Figure` and a
table. Nothing is kept between questions. `python -m benchmarks.plain_dash DATA --port 8111` serves it with the
same server as ours; DATA is a folder that `export` filled from a build.
"""

import argparse
import sys
from pathlib import Path

import duckdb
import pandas as pd
import plotly.graph_objects as go
import waitress
from dash import Dash, Input, Output, dcc, html

GAP_MEASURE = "reading_writing_maths_expected"
TABLES = {
    "results": 'select urn, year, measure, "group", value, n from core.result where value is not null',
    "schools": "select urn, name, phase, la_code from core.school",
    "ours": "select urn from mart.school",
    "clusters": "select cluster_id, urn from mart.proposed_cluster_member where cluster_id is not null",
}


def export(build: Path, folder: Path) -> None:
    """The tables that the page reads, as Parquet files of a build."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(build), read_only=True) as connection:
        for name, sql in TABLES.items():
            connection.execute(f"copy ({sql}) to '{folder / name}.parquet' (format parquet)")


def create(folder: Path) -> Dash:
    """The application on exported tables."""
    results = pd.read_parquet(folder / "results.parquet")
    for column in ("measure", "group"):
        results[column] = results[column].astype("category")
    schools = pd.read_parquet(folder / "schools.parquet").set_index("urn")
    clusters = pd.read_parquet(folder / "clusters.parquet")
    ours = set(pd.read_parquet(folder / "ours.parquet")["urn"])
    home = schools.loc[next(iter(ours)), "la_code"]

    app = Dash(__name__, title="Plain")
    app.layout = html.Div(
        [
            dcc.Dropdown(sorted(clusters["cluster_id"].unique()), id="cluster"),
            dcc.Dropdown(sorted(results["measure"].cat.categories), GAP_MEASURE, id="measure"),
            html.Div(id="trend"),
            dcc.Dropdown(list(range(2011, 2026)), 2025, id="year"),
            html.Div(id="gaps"),
            dcc.Dropdown(sorted(ours), id="urn"),
            html.Div(id="profile"),
        ]
    )

    @app.callback(Output("trend", "children"), Input("cluster", "value"), Input("measure", "value"))
    def trend(cluster: str, measure: str):
        """The mean of a cluster's schools by year, with the authority's and England's."""
        members = clusters.loc[clusters["cluster_id"] == cluster, "urn"]
        of_measure = results[(results["measure"] == measure) & (results["group"] == "all")]
        named = of_measure.join(schools["la_code"], on="urn")
        means = pd.DataFrame(
            {
                "Cluster": named[named["urn"].isin(members)].groupby("year")["value"].mean(),
                "Authority": named[named["la_code"] == home].groupby("year")["value"].mean(),
                "England": named.groupby("year")["value"].mean(),
            }
        ).reset_index()
        lines = [go.Scatter(x=means["year"], y=means[name], name=name) for name in means.columns[1:]]
        return [dcc.Graph(figure=go.Figure(lines)), _table(means)]

    @app.callback(Output("gaps", "children"), Input("measure", "value"), Input("year", "value"))
    def gaps(measure: str, year: int):
        """Our schools by the gap between disadvantaged and other pupils, with the mean gap of England."""
        of_year = results[(results["measure"] == measure) & (results["year"] == year)]
        wide = of_year.pivot_table(index="urn", columns="group", values="value", observed=True)
        wide["gap"] = wide["other"] - wide["disadvantaged"]
        ranked = wide[wide.index.isin(ours)].dropna(subset=["gap"]).sort_values("gap", ascending=False)
        ranked = ranked.join(schools["name"]).reset_index()[["urn", "name", "disadvantaged", "other", "gap"]]
        figure = go.Figure(go.Bar(x=ranked["gap"], y=ranked["name"], orientation="h"))
        figure.add_vline(x=wide["gap"].mean())
        return [dcc.Graph(figure=figure), _table(ranked)]

    @app.callback(Output("profile", "children"), Input("urn", "value"))
    def profile(urn: int):
        """Every measure of a school by year, a chart each, with England's mean."""
        own = results[(results["urn"] == urn) & (results["group"] == "all")]
        parts = [html.H1(schools.loc[urn, "name"])]
        everybody = results[(results["group"] == "all") & results["measure"].isin(own["measure"].unique())]
        england = everybody.groupby(["measure", "year"], observed=True)["value"].mean()
        for measure, rows in own.groupby("measure", observed=True):
            rows = rows.sort_values("year")
            figure = go.Figure(
                [
                    go.Scatter(x=rows["year"], y=rows["value"], name="School"),
                    go.Scatter(x=rows["year"], y=england[measure].reindex(rows["year"]), name="England"),
                ]
            )
            figure.update_layout(title=measure)
            parts.append(dcc.Graph(figure=figure))
        return [*parts, _table(own)]

    return app


def _table(frame: pd.DataFrame) -> html.Table:
    head = html.Tr([html.Th(name) for name in frame.columns])
    rows = [html.Tr([html.Td(value) for value in row]) for row in frame.round(1).itertuples(index=False)]
    return html.Table([html.Thead(head), html.Tbody(rows)])


def main() -> None:
    """Serve the page until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="folder of the exported tables")
    parser.add_argument("--port", type=int, default=8111)
    options = parser.parse_args()
    app = create(Path(options.data))
    app.server.test_client().get("/_dash-dependencies")
    print("ready", flush=True, file=sys.stderr)
    waitress.serve(app.server, host="127.0.0.1", port=options.port, threads=8)


if __name__ == "__main__":
    main()
