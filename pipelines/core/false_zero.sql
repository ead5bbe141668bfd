-- Independent schools print 0% for GCSEs that they do not enter (their International GCSEs do not count): that 0
-- is no result (QUIRKS 2). The same holds for free school meals, which the census does not ask them for.
update core.fact set value = null, symbol = (select symbol from core.symbol where printed = '<false zero>')
where value = 0 and symbol = 0
  and entity in (select urn from core.school where is_independent)
  and measure in (
    select measure_code from core.measure_code
    where measure in (
        'english_maths_grade_4', 'english_maths_grade_5', 'english_maths_a_star_to_c',
        'five_a_star_to_c_with_english_maths', 'ebacc_entry', 'ebacc_grade_4', 'ebacc_grade_5',
        'free_school_meals_ever_six', 'free_school_meals_ever_six_pupils', 'free_school_meals_pupils'
    )
  );
