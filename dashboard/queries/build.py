"""What the current build is, what it was made from, and what changed since the one before."""

import polars as pl

from dashboard.db import ask, is_shared, remembered
from dashboard.db import build as current


@remembered
def build() -> dict:
    """The one row of mart.build, as a dictionary."""
    return ask("select * from mart.build").row(0, named=True)


@remembered
def sources() -> pl.DataFrame:
    """Every file the build met: sources with most figures first, newest edition first within a source."""
    return ask(
        """
        select * from mart.source_file
        order by sum(observations) over (partition by source) desc, source_title, year desc nulls last,
            edition desc, path
        """
    )


@remembered
def files() -> dict[int, dict]:
    """Every file by its number: its row of mart.source_file."""
    return {row["file_id"]: row for row in ask("select * from mart.source_file").iter_rows(named=True)}


@remembered
def currency() -> pl.DataFrame:
    """The newest edition of each source: titles, edition, release, published, year, weight; in the catalogue's order.

    The weight is the number of figures and inspections of our schools that the source gave.
    """
    return ask(
        """
        with ranked as (
            select *, sum(figures) over (partition by source) as weight,
                row_number() over (
                    partition by source order by year desc nulls last, edition desc, observations desc
                ) as place
            from mart.source_file left join (
                select file_id, count(*) as figures
                from (
                    select file_id from mart.school_observation
                    union all
                    select file_id from mart.inspection
                ) group by file_id
            ) using (file_id)
            where status = 'ingested'
        )
        select source, source_title, short_title, edition, release, year, published, published_verified, fetched, weight
        from ranked where place = 1
        order by source_order, source
        """
    )


@remembered
def attributions() -> tuple[str, ...]:
    """The attribution lines that the sources ask for, each once."""
    found = ask(
        """
        select distinct attribution from mart.source_file
        where attribution is not null and attribution <> '' order by attribution
        """
    )
    return tuple(found["attribution"])


@remembered
def rejects(limit: int = 200) -> pl.DataFrame:
    """Cells and rows set aside with their reasons, and the file that they stand in; `limit` rows at most."""
    return ask(
        """
        select f.source_title, f.edition, f.path, r.row, r.column_name, r.value, r.reason, r.consequence
        from mart.reject r left join mart.source_file f using (file_id)
        order by f.source_title, f.edition, r.row, r.column_name
        limit ?
        """,
        limit,
    )


@remembered
def reject_counts() -> pl.DataFrame:
    """Rejects by reason and consequence: with their number, files, and one file's path."""
    return ask(
        """
        select r.reason, r.consequence, sum(r.rejects)::bigint as rejects, count(distinct r.file_id) as files,
            min(f.path) as example
        from mart.reject_count r left join mart.source_file f using (file_id)
        group by r.reason, r.consequence order by sum(r.rejects) desc, r.reason
        """
    )


@remembered
def changes() -> pl.DataFrame:
    """What differs from the build before: kind, what, before, after, note; empty for a first build."""
    return ask("select kind, what, before, after, note from mart.build_change order by kind, what")


@remembered
def disclosure() -> tuple[int, int] | None:
    """The thresholds of what is shared: the smallest number shown, and below how many 0 % and 100 % are hidden.

    None where a build has no policy: nothing of it may then be shared.
    """
    if ask("select 1 from information_schema.tables where table_name = 'disclosure_policy'").is_empty():
        return None
    return ask("select smallest_shared, all_or_none_below from mart.disclosure_policy limit 1").row(0)


@remembered
def methods() -> pl.DataFrame:
    """How each kind of figure is worked out, in the code's words: mart.method; empty for a build made before it."""
    if "method" not in current().tables():
        return pl.DataFrame(
            schema={"part": pl.String, "first": pl.String, "more": pl.String, "constants": pl.List(pl.String)}
        )
    return ask("select * from mart.method order by position")


def hides_small_numbers() -> bool:
    """Whether this request's answers hide small numbers of some school: it is printed, shared, saved, or for a role."""
    return is_shared()
