"""Schools of the authority: one, all, those that match a search, and what links them."""

import re

import polars as pl

from dashboard.db import ask, remembered


@remembered
def schools() -> pl.DataFrame:
    """Every school of the authority, open and closed, by name, with the columns of mart.school."""
    return ask("select * from mart.school order by name, urn")


@remembered
def school(urn: int) -> dict | None:
    """One school as a dictionary, or None."""
    found = schools().filter(pl.col("urn") == urn)
    return found.row(0, named=True) if found.height else None


@remembered
def clusters() -> pl.DataFrame:
    """Clusters with their current members: cluster_id, cluster_name, schools."""
    return ask(
        """
        select cluster_id, any_value(cluster_name) as cluster_name, count(distinct urn) as schools
        from mart.cluster_member where to_date is null
        group by cluster_id order by cluster_name
        """
    )


@remembered
def members(cluster_id: str) -> tuple[int, ...]:
    """URNs of a cluster's current members."""
    found = ask("select distinct urn from mart.cluster_member where cluster_id = ? and to_date is null", cluster_id)
    return tuple(found["urn"])


@remembered
def memberships(urn: int) -> pl.DataFrame:
    """A school's clusters, present and past: cluster_id, cluster_name, role, from_date, to_date."""
    return ask(
        """
        select cluster_id, cluster_name, role, from_date, to_date from mart.cluster_member
        where urn = ? order by to_date is not null, from_date
        """,
        urn,
    )


@remembered
def cluster_in_use(urn: int) -> dict | None:
    """The cluster that a school is compared with: unit_kind, unit, unit_name; the agreed one, else the proposed one."""
    found = ask(
        """
        select 'cluster' as unit_kind, cluster_id as unit, cluster_name as unit_name, 1 as place, from_date
        from mart.cluster_member where urn = ? and to_date is null
        union all
        select 'proposed_cluster', cluster_id, cluster_name || ' (proposed)', 2, null
        from mart.proposed_cluster_member
        where urn = ? and cluster_id is not null and not exists (select 1 from mart.cluster_member)
        order by place, from_date nulls last, unit limit 1
        """,
        urn,
        urn,
    )
    return found.row(0, named=True) if found.height else None


@remembered
def links(urn: int) -> pl.DataFrame:
    """Predecessors and successors of a school, oldest first, with whether we hold the other school."""
    return ask(
        """
        select l.linked_urn, coalesce(s.name, l.linked_name) as linked_name, l.direction, l.link_type,
            l.established, s.urn is not null as is_ours
        from mart.school_link l left join mart.school s on s.urn = l.linked_urn
        where l.urn = ? order by l.established nulls last, l.linked_urn
        """,
        urn,
    )


_CHURCH = re.compile(r"\b(church of england|c of e|cofe|ce)\b")
_SAINT = re.compile(r"\bsaints?\b|\bst\b|\bsts\b")
_POSTCODE = re.compile(r"^[a-z]{1,2}\d[a-z\d]?(\s*\d[a-z]{0,2})?$")


def plain(text: str) -> str:
    """A name or a search as it is compared: lower case, no punctuation, one spelling of saints."""
    text = re.sub(r"['’.]", "", text.lower()).replace("&", " and ")
    text = re.sub(r"[^a-z0-9]+", " ", text)
    return re.sub(r"\s+", " ", _SAINT.sub("st", _CHURCH.sub("cofe", text))).strip()


@remembered
def _index() -> pl.DataFrame:
    frame = schools().select("urn", "name", "laestab", "postcode", "status", "town")
    return frame.with_columns(
        pl.col("name").map_elements(plain, return_dtype=pl.String).alias("words"),
        pl.col("laestab").fill_null("").str.replace_all(r"\D", "").alias("digits"),
        pl.col("postcode").fill_null("").str.replace_all(r"\s", "").str.to_lowercase().alias("code"),
    )


@remembered
def search(text: str) -> tuple[tuple[int, ...], str]:
    """URNs that a search finds, best first, and how they were found.

    The ways are 'urn', 'laestab', 'postcode', 'postcode area' (same outward part), 'name', 'spelling' (no
    name has all the words, these are close) and 'nothing'.
    """
    index, text = _index(), text.strip()
    digits = re.sub(r"[\s/]", "", text)
    if digits.isdigit():
        by_urn = index.filter(pl.col("urn").cast(pl.String) == digits)
        if by_urn.height:
            return tuple(by_urn["urn"]), "urn"
        is_estab = pl.col("digits").str.slice(3) == digits
        by_laestab = index.filter((pl.col("digits") == digits) | is_estab)
        if by_laestab.height:
            return tuple(by_laestab["urn"]), "laestab"
        return (), "nothing"
    lower = text.lower()
    if _POSTCODE.match(lower):
        code = re.sub(r"\s", "", lower)
        exact = index.filter(pl.col("code").str.starts_with(code) if " " in lower or len(code) > 4 else pl.lit(False))
        if exact.height:
            return tuple(exact["urn"]), "postcode"
        outward = code[:-3] if len(code) >= 5 else code
        area = index.filter((pl.col("code").str.head(-3) == outward) & (pl.col("code") != ""))
        if area.height:
            return tuple(area["urn"]), "postcode area"
    words = plain(text).split()
    if not words:
        return (), "nothing"
    has_all = pl.all_horizontal([pl.col("words").str.contains(word, literal=True) for word in words])
    starts = pl.col("words").str.starts_with(" ".join(words))
    named = index.filter(has_all).sort(pl.when(starts).then(0).otherwise(1), pl.col("status") == "closed", "name")
    if named.height:
        return tuple(named["urn"]), "name"
    close = ask(
        """
        select urn from (
            select unnest(?::integer[]) as urn, unnest(?::varchar[]) as words
        )
        where jaro_winkler_similarity(words, ?) > 0.86
        order by jaro_winkler_similarity(words, ?) desc, urn limit 10
        """,
        index["urn"].to_list(),
        index["words"].to_list(),
        " ".join(words),
        " ".join(words),
    )
    return tuple(close["urn"]), "spelling" if close.height else "nothing"


@remembered
def pasted(text: str) -> tuple[tuple[int, ...], tuple[tuple[str, tuple[int, ...]], ...]]:
    """Schools that a pasted list names, and the lines that name none or several of them, each with its candidates.

    A line is a URN, several URNs, a LAESTAB or a name; anything may stand around a URN of ours. A name finds open
    schools only, and only where it finds a single one.
    """
    ours = set(schools()["urn"])
    is_open = set(schools().filter(~pl.col("status").fill_null("").str.starts_with("closed"))["urn"])
    found: dict[int, None] = {}
    unclear: list[tuple[str, tuple[int, ...]]] = []
    for line in filter(None, (part.strip() for part in re.split(r"[\n;\t]", text))):
        urns = [int(number) for number in re.findall(r"(?<!\d)\d{6}(?!\d)", line) if int(number) in ours]
        matches = () if urns else tuple(urn for urn in search(line)[0] if urn in is_open)
        exact = [urn for urn in matches if plain(school(urn)["name"]) == plain(line)]
        one = exact if len(exact) == 1 else list(matches) if len(matches) == 1 and search(line)[1] != "spelling" else []
        found.update(dict.fromkeys(urns or one))
        if not urns and not one:
            unclear.append((line, matches[:5]))
    return tuple(found), tuple(unclear)
