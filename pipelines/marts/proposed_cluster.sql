-- The clusters of the proposal, one row each: their size, phases and distances, whether they are complete, and why.
-- `is_in_use` says that the authority has no list of its own, so that pages show the proposal.
with members as (
    select m.*, s.name, s.phase, s.pupils
    from mart.proposed_cluster_member m join mart.school s using (urn)
    where m.cluster_id is not null
), counted as (
    select
        cluster_id, any_value(cluster_name) as cluster_name, any_value(number) as number, any_value(shade) as shade,
        count(*) as schools,
        count(*) filter (phase in ('primary', 'middle')) as primaries,
        count(*) filter (phase in ('secondary', 'all-through')) as secondaries,
        count(*) filter (role = 'attached') as attached,
        sum(pupils)::bigint as pupils, count(*) filter (pupils is null) as schools_without_pupils,
        median(kilometres) filter (role <> 'secondary') as median_kilometres,
        max(kilometres) as farthest_kilometres,
        arg_max(urn, (kilometres, urn)) as farthest_urn, arg_max(name, (kilometres, urn)) as farthest_name,
        count(*) filter (is_nearest) as nearest_here,
        string_agg(name, ', ' order by name) filter (role = 'secondary') as secondary_names,
        count(*) filter (why like 'shared with %') > 0 as is_shared,
        sum(easting::decimal(38, 12))::double / count(easting) as easting,
        sum(northing::decimal(38, 12))::double / count(northing) as northing
    from members group by cluster_id
)
select
    *,
    secondaries > 0 and primaries > 0 as is_complete,
    schools between 6 and 18 as is_within_limits,
    not exists (select 1 from mart.cluster_member) as is_in_use,
    case when secondary_names is null then 'No secondary school is near.' else 'Around ' || secondary_names || '.' end
        || case when nearest_here = schools then ' None of its ' || schools || ' schools has a nearer cluster.'
            else ' ' || nearest_here || ' of its ' || schools || ' schools have no nearer cluster; the others complete it.'
            end
        || ' Half of those around are within ' || printf('%.1f', median_kilometres)
        || ' km by road (estimated), the farthest, ' || farthest_name || ', '
        || printf('%.1f', farthest_kilometres) || ' km.'
        || case when is_shared then ' Its secondary school is shared with another cluster: it is the only one near.'
            else '' end
        || case when schools < 6 then ' It has fewer than 6 schools: no neighbour could give it more in one piece.'
            when schools > 18 then ' It has more than 18 schools: no neighbour could take them in one piece.'
            else '' end as why
from counted
order by number
