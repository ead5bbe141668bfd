-- Early years settings of the authority and the cluster they belong to.
select distinct setting_id, setting_name, kind, cluster_id, postcode, places, from_date, to_date from core.setting
