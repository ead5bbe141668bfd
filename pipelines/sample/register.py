"""The register of schools as GIAS publishes it: full and light extract, links, groups and their members."""

from datetime import date

import numpy as np
import polars as pl

from pipelines.sample.constants import (
    LA_NAMES,
    NEIGHBOUR_LA_CODE,
    NEIGHBOUR_LA_GSS_CODE,
    SAMPLE_LA_GSS_CODE,
    SAMPLE_REGION_NAME,
    YEARS,
)
from pipelines.sample.files import Writer, generator
from pipelines.sample.geography import british_grid
from pipelines.sample.maps import ward_names
from pipelines.sample.names import head_teacher
from pipelines.sample.schools import Life, School
from pipelines.sample.world import World

TODAY = "2026-11-12"
GROUPS = {
    "Community school": "Local authority maintained schools",
    "Voluntary aided school": "Local authority maintained schools",
    "Voluntary controlled school": "Local authority maintained schools",
    "Foundation school": "Local authority maintained schools",
    "Local authority nursery school": "Local authority maintained schools",
    "Pupil referral unit": "Local authority maintained schools",
    "Community special school": "Special schools",
    "Academy converter": "Academies",
    "Academy sponsor led": "Academies",
    "Academy special converter": "Academies",
    "Academy alternative provision converter": "Academies",
    "University technical college": "Academies",
    "Free schools": "Free Schools",
    "Other independent school": "Independent schools",
}


def write_register(world: World, writer: Writer) -> None:
    """Write full extract, light extract of June 2024, links of two dates, groups and group links."""
    wards = ward_names(world)
    full = pl.DataFrame([_row(world, school, life, wards) for school, life in _lives(world)])
    stamp = TODAY.replace("-", "")
    writer.frame("gias", TODAY, f"edubasealldata{stamp}.csv", full, encoding="cp1252", line_end="\r\n")
    names = ["URN", "LA (name)", "EstablishmentName", "PhaseOfEducation (name)", "Gender (name)"]
    light = full.select(*names, "EstablishmentStatus (name)").with_columns(
        pl.when(pl.int_range(pl.len()) == pl.len() - 1)
        .then(pl.lit("Pre LGR (1997) Exemplar"))
        .otherwise(pl.col("LA (name)"))
        .alias("LA (name)")
    )
    light = _as_of_june_2024(world, light)
    writer.frame("gias", "2024-06-17", "edubasealldata_light_2024-06-17.csv", light, line_end="\r\n")
    _links(world, writer, "2025-09", "links_edubasealldata.csv", "cp1252", date(2025, 9, 1))
    _links(world, writer, TODAY, f"links_edubasealldata{stamp}.csv", "utf-8", date(2026, 11, 12))
    _groups(world, writer, stamp)


def _lives(world: World) -> list[tuple[School, Life]]:
    return [world.by_urn[urn] for urn in sorted(world.by_urn)]


def _day(day: date | None) -> str:
    return day.strftime("%d-%m-%Y") if day else ""


def _row(world: World, school: School, life: Life, wards: list[str]) -> dict[str, str]:
    rng = generator(world.seed, "register", life.urn)
    land = world.land
    open_now = life.closed is None
    roll = int(world.roll[school.number, len(YEARS) - 1])
    if not open_now:
        roll = 0
    easting, northing = british_grid(np.array(school.longitude), np.array(school.latitude))
    boys = round(roll * school.boys)
    meals = round(roll * school.disadvantaged * 0.85)
    title, forename, surname = head_teacher(rng)
    ours = school.la_code != NEIGHBOUR_LA_CODE
    trust = world.all_schools.trusts[life.trust] if life.trust is not None else None
    known = open_now and roll > 0
    opened = life.opened or (date(1900, 1, 1) if school.number % 3 else None)
    return {
        "URN": str(life.urn),
        "LA (code)": school.la_code,
        "LA (name)": LA_NAMES[school.la_code],
        "EstablishmentNumber": str(life.estab),
        "EstablishmentName": life.name,
        "TypeOfEstablishment (name)": life.type,
        "EstablishmentTypeGroup (name)": GROUPS[life.type],
        "EstablishmentStatus (name)": "Open" if open_now else "Closed",
        "OpenDate": _day(opened),
        "ReasonEstablishmentClosed (name)": life.why_closed or "Not applicable",
        "CloseDate": _day(life.closed),
        "PhaseOfEducation (name)": school.phase,
        "StatutoryLowAge": str(school.ages[0]),
        "StatutoryHighAge": str(school.ages[1]),
        "OfficialSixthForm (name)": f"{'Has' if school.ages[1] >= 18 else 'Does not have'} a sixth form",
        "Gender (name)": "Mixed" if 0.1 < school.boys < 0.9 else "Boys" if school.boys >= 0.9 else "Girls",
        "ReligiousCharacter (name)": school.faith,
        "AdmissionsPolicy (name)": school.admissions,
        "SchoolCapacity": str(int(np.ceil(max(roll, 20) * rng.uniform(0.97,
        1.28) / 15) * 15)) if known else "",
        "CensusDate": "15-01-2026" if known else "",
        "NumberOfPupils": str(roll) if known else "",
        "NumberOfBoys": str(boys) if known else "",
        "NumberOfGirls": str(roll - boys) if known else "",
        "PercentageFSM": f"{meals * 100 / roll:.1f}" if known else "",
        "FSM": str(meals) if known else "",
        "TrustSchoolFlag (name)": "Supported by a multi-academy trust" if trust else "Not applicable",
        "Trusts (code)": str(trust.uid) if trust else "",
        "Trusts (name)": trust.name if trust else "",
        "LastChangedDate": "02-11-2026",
        "Street": school.street,
        "Town": school.place,
        "Postcode": school.postcode if life.urn % 83 else "",
        "SchoolWebsite": f"www.{life.urn}.example",
        "HeadTitle (name)": title if open_now else "Not recorded",
        "HeadFirstName": forename if open_now else "",
        "HeadLastName": surname if open_now else "",
        "HeadPreferredJobTitle": "Headteacher" if open_now else "",
        "GOR (name)": SAMPLE_REGION_NAME,
        "DistrictAdministrative (name)": LA_NAMES[school.la_code],
        "AdministrativeWard (name)": wards[land.ward[school.area]] if ours else "Nearby Ward 1",
        "ParliamentaryConstituency (name)": f"Exemplar {'North' if school.latitude > 50.33 else 'South'}",
        "UrbanRural (name)": "(England/Wales) Rural village" if school.group < 16 else
        "(England/Wales) Urban city and town",
        "GSSLACode (name)": SAMPLE_LA_GSS_CODE if ours else NEIGHBOUR_LA_GSS_CODE,
        "Easting": str(round(float(easting))),
        "Northing": str(round(float(northing))),
        "MSOA (code)": land.msoa[school.area] if ours else "",
        "LSOA (name)": land.lsoa21_name[school.area] if ours else "",
        "LSOA (code)": land.lsoa21[school.area] if ours else "",
    }  # fmt: skip


def _as_of_june_2024(world: World, light: pl.DataFrame) -> pl.DataFrame:
    """Only what was registered by 17 June 2024, with the status of that day."""
    day = date(2024, 6, 17)
    lives = {str(urn): life for urn, (_, life) in world.by_urn.items()}
    known = [urn for urn, life in lives.items() if life.opened is None or life.opened <= day]
    reopened = [urn for urn in known if lives[urn].closed is not None and lives[urn].closed > day]
    status = pl.when(pl.col("URN").is_in(reopened)).then(pl.lit("Open")).otherwise(pl.col("EstablishmentStatus (name)"))
    return light.filter(pl.col("URN").is_in(known)).with_columns(status.alias("EstablishmentStatus (name)"))


def _links(world: World, writer: Writer, edition: str, name: str, encoding: str, until: date) -> None:
    """Every field in quotation marks, rows without a date, some pairs one way only, one sixth-form link."""
    rows = [
        (str(link.urn), str(link.other), link.name, link.type, _day(link.day))
        for link in world.all_schools.links
        if link.day is None or link.day <= until
    ]
    upper = [school.lives[-1] for school in world.schools if school.kind == "secondary" and school.ages[1] == 18][:2]
    if len(upper) == 2:
        rows.append((str(upper[0].urn), str(upper[1].urn), upper[1].name, "Sixth Form Centre Link", ""))
    rows.sort()
    lines = [",".join(f'"{cell}"' if number > 1 else cell for number, cell in enumerate(row)) for row in rows]
    header = '"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"'
    target = writer.path("gias", edition, name)
    target.write_bytes(("\r\n".join([header, *lines]) + "\r\n").encode(encoding))


GROUP_COLUMNS = (
    "Group UID", "Group ID", "Group Name", "Companies House Number", "Group Type (code)", "Group Type",
    "Closed Date",
    "Open date", "Incorporated on (open date)", "Group Status (code)", "Group Status", "Group Street",
    "Group Locality", "Group Address 3", "Group Town", "Group County", "Group Postcode", "UKPRN",
)  # fmt: skip


def _groups(world: World, writer: Writer, stamp: str) -> None:
    """Trusts and one federation, and who belongs to them; dates ISO, unknown ones 1900-01-01."""
    groups, members = [], []
    for trust in world.all_schools.trusts:
        head = [
            str(trust.uid),
            trust.group_id,
            trust.name,
            f"{trust.companies_house}.0",
            "6",
            "Multi-academy trust",
        ]
        head += ["", "", trust.opened.isoformat(), "OPEN", "Open"]
        groups.append([*head, "Mill Rise", "", "", "Exemplar", "Not recorded", "ZX1 1AA", ""])
        for school, life in _lives(world):
            if life.trust is None or world.all_schools.trusts[life.trust] is not trust or life.closed:
                continue
            members.append(_member(head, school, life, (life.opened or date(1900, 1, 1)).isoformat()))
    head = [
        "79001",
        "",
        "The Federation of Two Sample Schools",
        "",
        "1",
        "Federation",
        "",
        "1900-01-01",
        "",
        "OPEN",
        "Open",
    ]
    groups.append([*head, "", "", "", "", "Not recorded", "", ""])
    small = [(s, life) for s, life in _lives(world) if life.urn in (900011, 900012)]
    members += [_member(head, school, life, "1900-01-01") for school, life in small]
    frame = pl.DataFrame(groups, schema=list(GROUP_COLUMNS), orient="row")
    writer.frame("gias", TODAY, f"allgroupsdata{stamp}.csv", frame)
    columns = [
        "URN", *GROUP_COLUMNS[:11], "Joined date", "EstablishmentName", "TypeOfEstablishment (code)",
        "TypeOfEstablishment (name)", "PhaseOfEducation (code)", "PhaseOfEducation (name)", "LA (code)",
        "LA (name)",
    ]  # fmt: skip
    frame = pl.DataFrame(members, schema=columns, orient="row").sort("URN", "Group UID")
    writer.frame("gias", TODAY, f"alllinksdata{stamp}.csv", frame)


def _member(head: list[str], school: School, life: Life, joined: str) -> list[str]:
    phase = {"Primary": "2", "Secondary": "4", "All-through": "7", "Nursery": "1"}.get(school.phase, "0")
    code = {"Academy converter": "34", "Academy sponsor led": "28", "Free schools": "35"}.get(life.type, "1")
    return [
        str(life.urn), *head, joined, life.name, code, life.type, phase, school.phase, school.la_code,
        LA_NAMES[school.la_code],
    ]  # fmt: skip
