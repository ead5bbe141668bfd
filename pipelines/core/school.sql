-- One row for every URN that any file knows: the newest word of the register on each column, filled in from
-- the publications that name the school where no register edition at hand has it. `is_state_funded` are those that
-- belong in means and totals of schools: independent schools and schools of unknown phase do not. `kind` is what a
-- school's results are drawn towards: 'independent', 'special' (alternative provision with it), else its phase.
create table core.school as
with la_by_name as (
    select la_name, min(la_code) as la_code from core.authority group by la_name having count(*) = 1
), register as (
    select r.* exclude (la_code), coalesce(r.la_code, n.la_code) as la_code,
        f.edition_date, f.sha256
    from core.register_entry r
    join core.file f using (file)
    left join la_by_name n on n.la_name = r.la_name
), newest as (
    select
        urn,
        max(edition_date) as register_date,
        arg_max(phase, (edition_date, sha256, "row")) filter (phase <> 'not applicable') as known_phase,
{newest}
    from register group by urn
), mentioned as (
    select
        m.urn,
        arg_max(m.la_code, (f.year, f.sha256, m."row")) filter (m.la_code is not null) as la_code,
        arg_max(m.establishment_number, (f.year, f.sha256, m."row")) filter (m.establishment_number is not null)
            as establishment_number,
        arg_max(m.name, (f.year, f.sha256, m."row")) filter (m.name is not null) as name,
        arg_max(m.type, (f.year, f.sha256, m."row")) filter (m.type is not null) as type,
        arg_max(m.type_group, (f.year, f.sha256, m."row")) filter (m.type_group is not null) as type_group,
        bool_or(f.source in ('key_stage_2')) as has_key_stage_2,
        bool_or(f.source in ('key_stage_4', 'key_stage_4_provisional')) as has_key_stage_4
    from core.school_mention m join core.file f using (file) group by m.urn
), settled as (
    select
        urn,
        coalesce(n.la_code, m.la_code) as la_code,
        coalesce(n.la_name, a.la_name) as la_name,
        coalesce(n.establishment_number, m.establishment_number) as establishment_number,
        coalesce(n.la_code, m.la_code) || coalesce(n.establishment_number, m.establishment_number) as laestab,
        coalesce(n.name, m.name, 'School ' || urn) as name,
        coalesce(
            n.known_phase,
            case
                when m.has_key_stage_2 and m.has_key_stage_4 then 'all-through'
                when m.has_key_stage_4 then 'secondary'
                when m.has_key_stage_2 then 'primary'
                else coalesce(n.phase, 'not applicable')
            end
        ) as phase,
        coalesce(n.type, m.type) as type,
        coalesce(n.type_group, m.type_group) as type_group,
        coalesce(n.status, 'not in the register at hand') as status,
        n.open_date, n.close_date, n.low_age, n.high_age, n.gender, n.religious_character, n.admissions_policy,
        n.capacity, n.pupils, n.street, n.town, n.postcode, coalesce(n.region, a.region) as region, n.district, n.ward,
        n.urban_rural, n.easting, n.northing, n.lsoa_code, n.trust, n.federation,
        n.register_date,
        n.urn is not null as in_register
    from newest n
    full join mentioned m using (urn)
    left join core.authority a on a.la_code = coalesce(n.la_code, m.la_code)
), told as (
    -- no file says of what type some schools are: they count as not independent
    select *,
        coalesce(type_group ilike '%independent%', false) or coalesce(type ilike '%independent%', false) as is_independent
    from settled
)
select *, not is_independent and phase <> 'not applicable' as is_state_funded,
    case
        when is_independent then 'independent'
        when phase in ('special', 'alternative provision') or type_group ilike '%special%' then 'special'
        else coalesce(phase::varchar, 'not applicable')
    end as kind
from told;
