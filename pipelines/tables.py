"""The contract of every core table: columns, what must be there, what cannot be; rejects are kept.

A table's rows come from `Parsed.tables[name]`; the warehouse adds `file` (which file said so). A column
that is missing from a frame is null; a row that breaks a rule is kept among the rejects with the rule's name.
"""

import dataframely

PHASES = (
    "nursery",
    "primary",
    "middle",
    "secondary",
    "all-through",
    "special",
    "alternative provision",
    "16 plus",
    "not applicable",
)
ERAS = (
    "2005-2012",
    "2012-2019",
    "2019-2024",
    "no overall grade 2024-2025",
    "report card 2025-",
)
AREA_CODE = r"^([A-Z]\d{8}|\d\d[A-Z]{2})$"
"""Nine characters, or the four that authorities had until 2010 (00AA)."""
INSPECTION_KINDS = ("graded", "ungraded", "report card")


class _Fact(dataframely.Schema):
    """What every table has: the row of the file that it came from."""

    row = dataframely.UInt32(nullable=False)
    file = dataframely.UInt16(nullable=False)


class RegisterEntry(_Fact):
    """One school in one edition of the register; the newest word on each column becomes `core.school`."""

    urn = dataframely.Int32(nullable=False, min=100000, max=999999)
    la_code = dataframely.String(nullable=True, regex=r"^\d{3}$")
    la_name = dataframely.String(nullable=True)
    establishment_number = dataframely.String(nullable=True)
    name = dataframely.String(nullable=False)
    phase = dataframely.Enum(PHASES, nullable=True)
    type = dataframely.String(nullable=True)
    type_group = dataframely.String(nullable=True)
    status = dataframely.String(nullable=True)
    open_date = dataframely.Date(nullable=True)
    close_date = dataframely.Date(nullable=True)
    low_age = dataframely.Int16(nullable=True, min=0, max=30)
    high_age = dataframely.Int16(nullable=True, min=0, max=99)
    gender = dataframely.String(nullable=True)
    religious_character = dataframely.String(nullable=True)
    admissions_policy = dataframely.String(nullable=True)
    capacity = dataframely.Int32(nullable=True, min=0, max=20000)
    pupils = dataframely.Int32(nullable=True, min=0, max=20000)
    street = dataframely.String(nullable=True)
    town = dataframely.String(nullable=True)
    postcode = dataframely.String(nullable=True)
    region = dataframely.String(nullable=True)
    district = dataframely.String(nullable=True)
    ward = dataframely.String(nullable=True)
    urban_rural = dataframely.String(nullable=True)
    la_gss_code = dataframely.String(nullable=True)
    easting = dataframely.Int32(nullable=True, min=0, max=700000)
    northing = dataframely.Int32(nullable=True, min=0, max=1300000)
    lsoa_code = dataframely.String(nullable=True)
    trust = dataframely.String(nullable=True)
    federation = dataframely.String(nullable=True)


class SchoolMention(_Fact):
    """A school named in a publication; keeps schools that no register edition at hand knows."""

    urn = dataframely.Int32(nullable=False, min=100000, max=999999)
    la_code = dataframely.String(nullable=True)
    establishment_number = dataframely.String(nullable=True)
    name = dataframely.String(nullable=True)
    type = dataframely.String(nullable=True)
    type_group = dataframely.String(nullable=True)


class SchoolLink(_Fact):
    """One line of the register's links: `urn` has `linked_urn` as its predecessor or successor."""

    urn = dataframely.Int32(nullable=False, min=100000, max=999999)
    linked_urn = dataframely.Int32(nullable=False, min=100000, max=999999)
    linked_name = dataframely.String(nullable=True)
    link_type = dataframely.String(nullable=False)
    direction = dataframely.Enum(("predecessor", "successor", "other"), nullable=False)
    established = dataframely.Date(nullable=True)


class SchoolGroup(_Fact):
    """A trust or federation."""

    group_uid = dataframely.String(nullable=False, regex=r"^[1-9]\d*$")
    name = dataframely.String(nullable=False)
    kind = dataframely.String(nullable=False)
    status = dataframely.String(nullable=True)
    open_date = dataframely.Date(nullable=True)
    close_date = dataframely.Date(nullable=True)


class SchoolGroupMember(_Fact):
    """A school in a trust or federation."""

    group_uid = dataframely.String(nullable=False, regex=r"^[1-9]\d*$")
    urn = dataframely.Int32(nullable=False)
    name = dataframely.String(nullable=True)
    kind = dataframely.String(nullable=True)
    joined = dataframely.Date(nullable=True)


class Inspection(_Fact):
    """One inspection as a file reports it.

    `observed_urn` is the school inspected then; `urn` the school in whose row it stands.
    """

    urn = dataframely.Int32(nullable=False, min=100000, max=999999)
    observed_urn = dataframely.Int32(nullable=False, min=100000, max=999999)
    date = dataframely.Date(nullable=False)
    published = dataframely.Date(nullable=True)
    era = dataframely.Enum(ERAS, nullable=False)
    kind = dataframely.Enum(INSPECTION_KINDS, nullable=False)
    inspection_number = dataframely.String(nullable=True)
    event = dataframely.String(nullable=True)
    outcome = dataframely.String(nullable=True)
    category_of_concern = dataframely.String(nullable=True)


class Judgement(_Fact):
    """One judgement of one inspection, on the scale of its own era; never converted."""

    observed_urn = dataframely.Int32(nullable=False)
    date = dataframely.Date(nullable=False)
    kind = dataframely.Enum(INSPECTION_KINDS, nullable=False)
    area = dataframely.String(nullable=False)
    grade = dataframely.String(nullable=False)
    word = dataframely.String(nullable=False)
    step = dataframely.Int8(nullable=True, min=1, max=5)
    steps = dataframely.Int8(nullable=True, min=2, max=5)


class LocalAuthority(_Fact):
    """A local authority and its region."""

    la_code = dataframely.String(nullable=False, regex=r"^\d{3}$")
    la_name = dataframely.String(nullable=False)
    region = dataframely.String(nullable=True)
    gss_code = dataframely.String(nullable=True)


class StatisticalNeighbour(_Fact):
    """A statistical neighbour of an authority, nearest first."""

    la_code = dataframely.String(nullable=False, regex=r"^\d{3}$")
    neighbour_la_code = dataframely.String(nullable=False, regex=r"^\d{3}$")
    position = dataframely.Int16(nullable=False, min=1)
    closeness = dataframely.String(nullable=True)


class Area(_Fact):
    """A small area with its name (kind: lsoa01, lsoa11, lsoa21, ward22, ward24, la …)."""

    kind = dataframely.String(nullable=False)
    code = dataframely.String(nullable=False, regex=AREA_CODE)
    name = dataframely.String(nullable=True)


class AreaLookup(_Fact):
    """Which area of one kind lies in, or became, which area of another; many to many."""

    from_kind = dataframely.String(nullable=False)
    from_code = dataframely.String(nullable=False, regex=AREA_CODE)
    to_kind = dataframely.String(nullable=False)
    to_code = dataframely.String(nullable=False, regex=AREA_CODE)
    relation = dataframely.String(nullable=True)


class Boundary(_Fact):
    """The outline of an area: GeoJSON geometry in WGS84."""

    kind = dataframely.String(nullable=False)
    code = dataframely.String(nullable=False)
    name = dataframely.String(nullable=True)
    geometry = dataframely.String(nullable=False)


class Postcode(_Fact):
    """Where a postcode is."""

    postcode = dataframely.String(nullable=False)
    lsoa11 = dataframely.String(nullable=True)
    msoa11 = dataframely.String(nullable=True)
    easting = dataframely.Int32(nullable=True)
    northing = dataframely.Int32(nullable=True)


class Indicator(_Fact):
    """A measure that a publisher's own dictionary declares (LAIT, Fingertips)."""

    measure_code = dataframely.UInt32(nullable=False, min=10000)
    measure = dataframely.String(nullable=False)
    label = dataframely.String(nullable=False)
    topic = dataframely.String(nullable=True)
    definition = dataframely.String(nullable=True)
    unit = dataframely.String(nullable=True)
    polarity = dataframely.String(nullable=True)
    decimals = dataframely.Int16(nullable=True)
    period = dataframely.String(nullable=True)
    method = dataframely.String(nullable=True)
    supplier = dataframely.String(nullable=True)
    link = dataframely.String(nullable=True)
    updated = dataframely.Date(nullable=True)
    next_update = dataframely.String(nullable=True)
    has_quartile = dataframely.Bool(nullable=True)


class ClusterMember(_Fact):
    """A school in a cluster from one date to another; a school may be in several."""

    cluster_id = dataframely.String(nullable=False)
    cluster_name = dataframely.String(nullable=False)
    urn = dataframely.Int32(nullable=False)
    role = dataframely.String(nullable=True)
    from_date = dataframely.Date(nullable=True)
    to_date = dataframely.Date(nullable=True)


class Setting(_Fact):
    """An early years setting in a cluster."""

    setting_id = dataframely.String(nullable=False)
    setting_name = dataframely.String(nullable=False)
    kind = dataframely.String(nullable=True)
    cluster_id = dataframely.String(nullable=True)
    postcode = dataframely.String(nullable=True)
    places = dataframely.Int32(nullable=True)
    from_date = dataframely.Date(nullable=True)
    to_date = dataframely.Date(nullable=True)


class CommunityArea(_Fact):
    """The part of an LSOA that lies in a community area."""

    community_area_id = dataframely.String(nullable=False)
    community_area_name = dataframely.String(nullable=False)
    lsoa21_code = dataframely.String(nullable=False)
    share = dataframely.Float64(nullable=True, min=0, max=1)
    from_date = dataframely.Date(nullable=True)
    to_date = dataframely.Date(nullable=True)


OWN_TRIGGERS: dict[str, tuple[str, float, float]] = {
    "attainment_falling": ("points", -100, 0),
    "gap_widening": ("points", 0, 100),
    "below_similar_schools": ("a probability from 0.5 to 1", 0.5, 1),
    "roll_falling": ("per cent", -100, 0),
    "in_year_deficit": ("per cent of income", -100, 100),
    "absence": ("a centile from 50 to 100", 50, 100),
    "persistent_absence": ("a centile from 50 to 100", 50, 100),
    "suspensions": ("suspensions for each 100 pupils", 0, 1000),
    "inspection_due": ("months", 0, 120),
    "leadership_vacancy": ("1", 1, 1),
    "escalation": ("appearances", 1, 20),
}
"""Trigger of the authority → the unit of its threshold and the least and greatest it can be."""


class Trigger(_Fact):
    """One of the authority's triggers as its file sets it; with a measure, one that the authority proposes."""

    trigger = dataframely.String(nullable=False, regex=r"^[a-z][a-z0-9_]*$")
    is_on = dataframely.Bool(nullable=False)
    threshold = dataframely.Float64(nullable=True)
    weight = dataframely.Float64(nullable=True, min=0)
    note = dataframely.String(nullable=True)
    measure = dataframely.String(nullable=True)
    comparator = dataframely.Enum(("<", "<=", ">", ">="), nullable=True)
    phase = dataframely.String(nullable=True)
    minimum_cohort = dataframely.Int32(nullable=True, min=0)
    from_year = dataframely.Int32(nullable=True, min=1990, max=2100)


class SchoolCircumstance(_Fact):
    """What the authority knows of a school and nobody publishes: a vacancy, interim governance; no names."""

    urn = dataframely.Int32(nullable=False, min=100000, max=999999)
    circumstance = dataframely.String(nullable=False)
    from_date = dataframely.Date(nullable=True)
    to_date = dataframely.Date(nullable=True)
    note = dataframely.String(nullable=True)


TABLES: dict[str, type[dataframely.Schema]] = {
    "register_entry": RegisterEntry,
    "school_mention": SchoolMention,
    "school_link": SchoolLink,
    "school_group": SchoolGroup,
    "school_group_member": SchoolGroupMember,
    "inspection_report": Inspection,
    "judgement_report": Judgement,
    "local_authority": LocalAuthority,
    "statistical_neighbour": StatisticalNeighbour,
    "area": Area,
    "area_lookup": AreaLookup,
    "boundary": Boundary,
    "postcode": Postcode,
    "indicator": Indicator,
    "cluster_member": ClusterMember,
    "setting": Setting,
    "community_area": CommunityArea,
    "trigger": Trigger,
    "school_circumstance": SchoolCircumstance,
}
"""Table name in `core` → its contract."""
