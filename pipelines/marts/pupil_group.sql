-- Groups of pupils, as the publishers count them.
select "group", label, definition from core.pupil_group
