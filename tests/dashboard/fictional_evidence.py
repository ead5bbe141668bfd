"""What statistics and rules say of the fictional schools, in the tables that the dashboard reads."""

import duckdb

SCHEMA = """
create table mart.estimate(urn int, year int, measure text, "group" text, from_predecessor boolean, value double,
    n double, cohort_from text, years text, pooled_value double, pooled_n double, prior_mean double, mean double,
    deviation double, lower_90 double, upper_90 double, lower_95 double, upper_95 double, pupil_deviation double,
    effective_n double, reliability double, england double, england_is_published boolean,
    probability_below_england double, each_pupil double, pupils_short double, verdict text, reason text);
create table mart.gap(unit_kind text, unit text, unit_name text, year int, span text, years text, measure text,
    contrast text, focus_group text, other_group text, focus_value double, focus_n double, focus_count double,
    focus_lower double, focus_upper double, other_value double, other_n double, within_gap double,
    within_lower double, within_upper double, national_other double, national_how text, national_gap double,
    national_lower double, national_upper double, is_published boolean, schools int, schools_without int,
    is_break boolean, reason text, file_id int, "row" int);
create table mart.rule(rule text, title text, kind text, phases text[], first_year int, last_year int, ended text,
    words text, consequence text, source text, verified boolean, enabled boolean, is_notional_allowed boolean,
    unjudged text, weight double, thresholds struct(first_year int, last_year int, "label" text, measure text,
    "limit" text, comparator text, threshold double, "source" text, verified boolean)[],
    by_year struct("year" int, words text, note text, published_below int, published_source text,
    published_note text, below int, not_below int, cannot_be_judged int, ours_below int,
    by_one_or_two_pupils int, out_by_one_or_two_pupils int, notional boolean)[], position int);
create table mart.rule_outcome(urn int, year int, rule text, outcome text, reason text, notional boolean,
    observed_urn int, via text, pupils double, pupils_short int, pupils_to_spare int,
    arms struct("label" text, measure text, "year" int, "limit" text, "value" double, comparator text,
    threshold double, lower double, upper double, limit_from text, n double, met boolean, why text, file_id int,
    "row" int, "source" text, verified boolean)[]);
create table mart.similar_school(urn int, place int, similar_urn int, similar_name text, similar_la_name text,
    distance double, share_nearer double, kilometres double, method text, criteria text[], stand_ins text[],
    missing text[], year int, schools int, reason text);
create table mart.school_interval(urn int, year int, measure text, "group" text, lower double, upper double);
insert into mart.school_interval values (900001, 2025, 'reading_writing_maths_expected', 'all', 25, 59);
create table mart.funnel_limit(measure text, year int, "group" text, n int, centre double, lower_95 double,
    upper_95 double, lower_998 double, upper_998 double, lower_95_widened double, upper_95_widened double,
    lower_998_widened double, upper_998_widened double, overdispersion double, schools int);
insert into mart.funnel_limit values
    ('reading_writing_maths_expected', 2025, 'all', 5, 62, 20, 100, 0, 100, 20, 100, 0, 100, 2.2, 16000),
    ('reading_writing_maths_expected', 2025, 'all', 27, 62, 44.4, 77.8, 33.3, 85.2, 30, 90, 20, 95, 2.2, 16000),
    ('reading_writing_maths_expected', 2025, 'all', 30, 62, 43.3, 80, 33.3, 86.7, 30, 90, 20, 95, 2.2, 16000);
create table mart.assumption(kind text, what text, value text, first_year int, last_year int, source text,
    verified boolean);
insert into mart.assumption values
    ('rule', 'Floor standard, key stage 2: progress in maths', 'below -5', 2016, 2018, 'RS Assessment, 2016', true),
    ('rule', 'Floor standard, key stage 2: two levels of progress in maths', 'below 90', 2012, 2012,
        'General knowledge, not confirmed in a published source, undated', false);
"""

STANDARD = "reading_writing_maths_expected"
RULES = """
insert into mart.rule by name
select 'ks2_floor' as rule, 'Floor standard, key stage 2' as title, 'statutory' as kind, ['primary'] as phases,
    2010 as first_year, 2018 as last_year, 'the rule ended in 2019' as ended,
    'fewer than 65% at the expected standard, and progress below −5 in maths' as words,
    'The Department could intervene.' as consequence, 'Tes, Dec 2018' as source, false as verified,
    true as enabled, true as is_notional_allowed, 1 as weight, 1 as position,
    [{first_year: 2016, last_year: 2018, label: 'progress in maths', measure: 'maths_progress', "limit": 'value',
      comparator: '<', threshold: -5.0, source: 'RS Assessment, 2016', verified: false}] as thresholds
union all by name
select 'absence' as rule, 'Absence among the highest' as title, 'own' as kind, ['primary'] as phases,
    'overall absence above the 90th centile' as words, 'Counts as one appearance.' as consequence,
    'Gloucestershire County Council, undated' as source, false as verified, true as enabled,
    false as is_notional_allowed, 1 as weight, 2 as position, [] as thresholds;
insert into mart.rule_outcome by name
select 900001 as urn, 2016 as year, 'ks2_floor' as rule, 'below' as outcome,
    'expected standard 48% is below 65%; progress in maths −5.4 is below −5' as reason, false as notional,
    900001 as observed_urn, 'own' as via, 27 as pupils, 5 as pupils_short,
    [{label: 'reading, writing and maths at the expected standard', measure: 'reading_writing_maths_expected',
      year: 2016, "limit": 'value', value: 48.0, comparator: '<', threshold: 65.0, "lower": null::double,
      "upper": null::double, limit_from: null::text, n: 27.0, met: true, why: null::text, file_id: 2, "row": 101,
      source: 'RS Assessment, 2016', verified: true},
     {label: 'progress in maths', measure: 'maths_progress', year: 2016, "limit": 'value', value: -5.4,
      comparator: '<', threshold: -5.0, "lower": -8.0, "upper": -2.8, limit_from: 'computed', n: 27.0, met: true,
      why: null::text, file_id: 2, "row": 101, source: 'RS Assessment, 2016', verified: false}] as arms
union all by name
select 900001 as urn, 2019 as year, 'ks2_floor' as rule, 'not_below' as outcome,
    'expected standard 66% is not below 65%' as reason, true as notional
union all by name
select 900001 as urn, y as year, 'ks2_floor' as rule, 'cannot_be_judged' as outcome,
    'no tests; the rule ended in 2019' as reason, true as notional from range(2020, 2026) t(y)
union all by name
select 900001 as urn, y as year, 'absence' as rule, if(y = 2025, 'below', 'not_below') as outcome,
    'overall absence 7.4%' as reason, false as notional from range(2022, 2026) t(y);
"""
GAPS = """
insert into mart.gap by name
select 'school' as unit_kind, '900001' as unit, 'Tarrowby Primary School' as unit_name, 2025 as year,
    'year' as span, '2025' as years, 'reading_writing_maths_expected' as measure, 'disadvantaged' as contrast,
    'disadvantaged' as focus_group, 'other' as other_group, 30 as focus_value, 10 as focus_n, 3 as focus_count,
    10.8 as focus_lower, 60.3 as focus_upper, 47 as other_value, 17 as other_n, 17 as within_gap,
    -20 as within_lower, 46 as within_upper, 69 as national_other, 'published' as national_how, -39 as national_gap,
    -58 as national_lower, -9 as national_upper, false as is_published, false as is_break
union all by name
select 'school' as unit_kind, '900001' as unit, 'Tarrowby Primary School' as unit_name, 2025 as year,
    'pooled' as span, '2023, 2024, 2025' as years, 'reading_writing_maths_expected' as measure,
    'disadvantaged' as contrast, 'disadvantaged' as focus_group, 'other' as other_group, 36.7 as focus_value,
    30 as focus_n, 11 as focus_count, 21.9 as focus_lower, 54.5 as focus_upper, 51.9 as other_value, 54 as other_n,
    15.2 as within_gap, -7 as within_lower, 35 as within_upper, 67.3 as national_other,
    'published' as national_how, -30.6 as national_gap, -45 as national_lower, -13 as national_upper,
    false as is_published, false as is_break
union all by name
select 'england' as unit_kind, 'england' as unit, 'England' as unit_name, 2025 as year, 'year' as span,
    '2025' as years, 'reading_writing_maths_expected' as measure, 'disadvantaged' as contrast,
    'disadvantaged' as focus_group, 'other' as other_group, 47 as focus_value, 69 as other_value, 22 as within_gap,
    69 as national_other, -22 as national_gap, true as is_published, false as is_break;
insert into mart.estimate by name
select 900001 as urn, 2025 as year, 'reading_writing_maths_expected' as measure, 'all' as "group", 41 as value,
    27 as n, '2023, 2024, 2025' as years, 46.4 as pooled_value, 84 as pooled_n, 62 as prior_mean, 47.1 as mean,
    38.6 as lower_90, 55.7 as upper_90, 37 as lower_95, 57.3 as upper_95, 60 as effective_n, 0.8 as reliability,
    62 as england, true as england_is_published, 0.99 as probability_below_england, 3.7 as each_pupil,
    6 as pupils_short, 'below England' as verdict;
insert into mart.similar_school by name
select 900001 as urn, 1 as place, 900011 as similar_urn, 'Merrowdene Primary School' as similar_name,
    'Exemplar' as similar_la_name, 0.31 as distance, 0.4 as share_nearer, 12.5 as kilometres, 'open' as method,
    ['number of pupils', 'SEN support'] as criteria, [] as stand_ins, ['key stage 1 average'] as missing,
    2025 as year, 16000 as schools;
"""


def write_evidence(connection: duckdb.DuckDBPyConnection) -> None:
    """Adds the tables with what is known of URN 900001; other schools have no row."""
    for statement in (SCHEMA, RULES, GAPS):
        connection.execute(statement)
