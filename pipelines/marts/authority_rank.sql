-- Where our authority stands among all authorities at hand: rank, ties and quarter, for each indicator and year.
-- Rank 1 is the best end by the indicator's polarity, and the highest value where neither end is better; ties share the
-- better rank. `among` counts the authorities with a value, `without` those in the files that have none. A quarter
-- (A best to D worst) needs a better end and eight values; one on a bound is in the better quarter. No value, no rank.
-- `quarter_since` is the first year of the run of figures in this quarter, `quarter_years` their number. `moved` is the
-- change since the year before of the place as a share of all places (above 0 towards rank 1), and `moved_beyond` the
-- share of the other authorities whose place changed by less: where all places change much, much is little.
with ranked as (
    select
        i.measure, i."group", i.year, i.area, i.is_ours, i.value, i.status, m.polarity,
        coalesce(m.has_quartile, true) and m.polarity <> 'neither is better' as has_quarter,
        case when m.polarity = 'low is better' then -1 else 1 end as better
    from mart.authority_indicator i join mart.measure m using (measure)
    where i.kind = 'authority'
), bounds as (
    select
        measure, "group", year, count(value) as among, count(*) - count(value) as without, min(value) as least, max(value) as most,
        quantile_cont(value, 0.25) as lower_quarter, median(value) as middle, quantile_cont(value, 0.75) as upper_quarter,
        quantile_cont(better * value, 0.75) as first_bound, quantile_cont(better * value, 0.5) as second_bound,
        quantile_cont(better * value, 0.25) as third_bound
    from ranked group by measure, "group", year
), placed as (
    select
        *, rank() over (partition by measure, "group", year order by better * value desc) as rank,
        count(*) over (partition by measure, "group", year, value) as sharing
    from ranked where value is not null
), move as (
    select
        p.measure, p."group", p.year, p.area, p.is_ours,
        (b.rank + (b.sharing - 1) / 2) / bb.among - (p.rank + (p.sharing - 1) / 2) / pb.among as moved
    from placed p
    join placed b on b.measure = p.measure and b."group" = p."group" and b.area = p.area and b.year = p.year - 1
    join bounds pb on pb.measure = p.measure and pb."group" = p."group" and pb.year = p.year
    join bounds bb on bb.measure = p.measure and bb."group" = p."group" and bb.year = p.year - 1
), moved as (
    select
        o.measure, o."group", o.year, o.moved,
        avg((abs(m.moved) < abs(o.moved))::int) filter (not m.is_ours) as moved_beyond
    from move o join move m using (measure, "group", year)
    where o.is_ours group by o.measure, o."group", o.year, o.moved
), ours as (
    select
        r.measure, r."group", r.year, r.value, r.status, r.polarity, p.rank, p.sharing, b.among, b.without,
        case
            when not r.has_quarter or b.among < 8 or r.value is null then null
            when r.better * r.value >= b.first_bound then 'A'
            when r.better * r.value >= b.second_bound then 'B'
            when r.better * r.value >= b.third_bound then 'C'
            else 'D'
        end as quarter,
        v.moved, v.moved_beyond, b.least, b.lower_quarter, b.middle, b.upper_quarter, b.most
    from ranked r
    join bounds b using (measure, "group", year)
    left join placed p on p.measure = r.measure and p."group" = r."group" and p.year = r.year and p.is_ours
    left join moved v on v.measure = r.measure and v."group" = r."group" and v.year = r.year
    where r.is_ours
), turned as (
    select
        *,
        case when quarter is distinct from lag(quarter) over (partition by measure, "group", value is null order by year) then 1 else 0 end as is_turn
    from ours
), numbered as (
    select *, sum(is_turn) over (partition by measure, "group", value is null order by year) as run from turned
)
select
    measure, "group", year, value, status, polarity, rank, sharing, among, without, quarter,
    case when quarter is not null then min(year) over (partition by measure, "group", quarter, run order by year) end as quarter_since,
    case when quarter is not null then count(*) over (partition by measure, "group", quarter, run order by year) end as quarter_years,
    moved, moved_beyond, least, lower_quarter, middle, upper_quarter, most
from numbered
order by measure, "group", year
