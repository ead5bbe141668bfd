"""Columns of the long publications of England as a whole, as published; braces stand for several names."""

SCORECARD_2023 = """
LANumber LA_name Region
Pref_{P_1_C,P_2_C,P_3_C,P_T3_C,S_1_C,S_2_C,S_3_C,S_T3_C,P_1_N,P_2_N,P_3_N,P_T3_N,S_1_N,S_2_N,S_3_N}Y
Pref_S_T3_NY For_{3_P,1_P,3_S,1_S} Qual_P_{1_N,2_N,3_N,4_N,0_N,1_E,2_E,3_E,4_E,0_E,Prop,Propranks}
Qual_S_{1_N,2_N,3_N,4_N,0_N,1_E,2_E,3_E,4_E,0_E,Prop,Propranks}
KS4_{WAA_N,AA_N,A_N,BA_N,WBA_N,NR_N,WAA_E,AA_E,A_E,BA_E,WBA_E,NR_E} Qual_KS4_Prop{,ranks}
KS2Mat_{WAA_N,AA_N,A_N,BA_N,WBA_N,NR_N,WAA_E,AA_E,A_E,BA_E,WBA_E,NR_E} Qual_KS2Mat_Prop{,ranks}
KS2Read_{WAA_N,AA_N,A_N,BA_N,WBA_N,NR_N,WAA_E,AA_E,A_E,BA_E,WBA_E,NR_E}
Qua{l_KS2Read_Prop,l_KS2Read_Propranks,n_P_In,n_P_RP,n_P_PP,n_P_UP,n_S_In,n_S_RP,n_S_PP,n_S_UP} Funding
{Ban_P,An_P,Ban_S,An_S}_gro Quan_{P,S}_Su CPP_{P_EP,P_ET,P_NS,S_EP,S_ET,S_NS}
Projects_{P_EP,P_ET,P_NS,S_EP,S_ET,S_NS} Cost_{P_EP,P_ET,P_NS,S_EP,S_ET,S_NS}
Places_{P_EP,P_ET,P_NS,S_EP,S_ET,S_NS}
"""

SCORECARD_2024 = """
geographic_level country_{cod,nam}e region_code Region LANumber new_la_code LA_name
Pri{NOR,Forecast3,Forecast1} For_{3,1}_P Sec{NOR,Forecast3,Forecast1} For_{3,1}_S {Pri,Sec}FutureCap
{Pri,Sec}RPMSurplus Quan_{P,S}_Su {PRI,SEC}_CURRENT Pri10 Sec10 prifor secfor {PRI,SEC}_NoR19
{SEC,PRI}_NoR15 An_{P,S}_gro
NoR_1{0_to_15_P,0_to_15_S,0_to_19_P,0_to_19_S,5_to_current_P,5_to_current_S,9_to_current_P}_percent
NoR_19_to_current_S_percent Ban_{P,S}_gro Qual_P_{1_N,2_N,3_N,4_N,0_N,Prop,1_E,2_E,3_E,4_E,0_E}
Qual_S_Prop KS2Mat_{WAA,AA,A,BA,WBA,NR}_N Qual_KS2Mat_Prop KS2Mat_{WAA,AA,A,BA,WBA,NR}_E
KS2Read_{WAA,AA,A,BA,WBA,NR}_N Qual_KS2Read_Prop KS2Read_{WAA,AA,A,BA,WBA,NR}_E
Qual_{S_1_N,S_2_N,S_3_N,S_4_N,S_0_N,KS4_Prop,S_1_E,S_2_E,S_3_E,S_4_E,S_0_E}
KS4_{WAA_N,AA_N,A_N,BA_N,WBA_N,NR_N,WAA_E,AA_E,A_E,BA_E,WBA_E,NR_E} {Pri,Sec}Cap10 PriCap SecCap
Quan_{P_UP,S_UP,P_In,S_In,P_RP,S_RP,P_PP,S_PP}
Pref_{P_1_C,P_2_C,P_3_C,S_1_C,S_2_C,S_3_C,P_T3_C,S_T3_C,P_1_N,P_2_N,P_3_N,S_1_N,S_2_N,S_3_N,P_T3_N}Y
Pref_S_T3_NY CPP_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET} Projects_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET}
Cost_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET} Places_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET} Funding
NoR_{10_to_break_P,10_to_break_S,break_to_current_P,break_to_current_S}_percent
"""

SCORECARD_2025 = """
Year geographic_level country_{cod,nam}e region_code Region LANumber new_la_code LA_name PriNOR
For_{3,1}_P SecNOR For_{3,1}_S Quan_{P,S}_Su {PRI,SEC}_NoR19 {SEC,PRI}_NoR15 An_{P,S}_gro
NoR_1{0_to_15_P,0_to_15_S,0_to_19_P,0_to_19_S,5_to_current_P,5_to_current_S,9_to_current_P}_percent
NoR_19_to_current_S_percent Ban_{P,S}_gro Qual_P_{1_N,2_N,3_N,4_N,0_N,Prop,1_E,2_E,3_E,4_E,0_E}
Qual_S_Prop KS2Mat_{WAA,AA,A,BA,WBA,NR}_N Qual_KS2Mat_Prop KS2Mat_{WAA,AA,A,BA,WBA,NR}_E
KS2Read_{WAA,AA,A,BA,WBA,NR}_N Qual_KS2Read_Prop KS2Read_{WAA,AA,A,BA,WBA,NR}_E
Qual_{S_1_N,S_2_N,S_3_N,S_4_N,S_0_N,KS4_Prop,S_1_E,S_2_E,S_3_E,S_4_E,S_0_E}
KS4_{WAA_N,AA_N,A_N,BA_N,WBA_N,NR_N,WAA_E,AA_E,A_E,BA_E,WBA_E,NR_E} {Pri,Sec}Cap10 PriCap SecCap
Quan_{P_UP,S_UP,P_In,S_In,P_RP,S_RP,P_PP,S_PP}
Pref_{P_1_C,P_2_C,P_3_C,S_1_C,S_2_C,S_3_C,P_T3_C,S_T3_C,P_1_N,P_2_N,P_3_N,S_1_N,S_2_N,S_3_N,P_T3_N}Y
Pref_S_T3_NY CPP_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET} Projects_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET}
Cost_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET} Places_{P_NS,P_EP,P_ET,S_NS,S_EP,S_ET} Funding
NoR_{10_to_break_P,10_to_break_S,break_to_current_P,break_to_current_S}_percent
Qual_{P_1_E_BA,P_1_N_BA,S_1_E_BA,S_1_N_BA,P_1_E_LM,P_1_N_LM,S_1_E_LM,S_1_N_LM,P_1_E_PD,P_1_N_PD}
Qual_{S_1_E_PD,S_1_N_PD,P_1_E_QE,P_1_N_QE,S_1_E_QE,S_1_N_QE,P_2_E_BA,P_2_N_BA,S_2_E_BA,S_2_N_BA}
Qual_{P_2_E_LM,P_2_N_LM,S_2_E_LM,S_2_N_LM,P_2_E_OE,P_2_N_OE,S_2_E_OE,S_2_N_OE,P_2_E_PD,P_2_N_PD}
Qual_{S_2_E_PD,S_2_N_PD,P_2_E_QE,P_2_N_QE,S_2_E_QE,S_2_N_QE,P_3_E_BA,P_3_N_BA,S_3_E_BA,S_3_N_BA}
Qual_{P_3_E_LM,P_3_N_LM,S_3_E_LM,S_3_N_LM,P_3_E_PD,P_3_N_PD,S_3_E_PD,S_3_N_PD,P_3_E_QE,P_3_N_QE}
Qual_{S_3_E_QE,S_3_N_QE,P_4_E_BA,P_4_N_BA,S_4_E_BA,S_4_N_BA,P_4_E_LM,P_4_N_LM,S_4_E_LM,S_4_N_LM}
Qual_{P_NA_E_BA,P_NA_N_BA,S_NA_E_BA,S_NA_N_BA,P_NA_E_LM,P_NA_N_LM,S_NA_E_LM,S_NA_N_LM,P_NA_E_PD}
Qual_{P_NA_N_PD,S_NA_E_PD,S_NA_N_PD,P_NA_E_QE,P_NA_N_QE,S_NA_E_QE,S_NA_N_QE,P_4_E_PD,P_4_N_PD,S_4_E_PD}
Qual_{S_4_N_PD,P_4_E_QE,P_4_N_QE,S_4_E_QE,S_4_N_QE,P_Prop_QE,P_Prop_BA,P_Prop_PD,P_Prop_LM,S_Prop_QE}
Qual_S_Prop_{BA,PD,LM}
"""

ATTENDANCE_AUTUMN = """
academic_year time_{period,identifier} geographic_level country_{cod,nam}e region_{cod,nam}e new_la_code
la_name old_la_code school_type num_schools enrolments present_sessions overall_attendance
approved_educational_activity {overall,authorised,unauthorised}_absence {lat,possibl}e_sessions
reason_present{_am,_pm,}
reason_{l_present_late_before_registers_closed,i_authorised_illness,m_authorised_medical_dental}
reason_{r_authorised_religious_observance,s_authorised_study_leave,t_authorised_mobile_child}
reason_{h_authorised_holiday,e_authorised_excluded,c_authorised_other}
reason_{c1_authorised_regulated_performance,j1_authorised_interview}
reason_{c2_authorised_temp_reduced_timetable,b_aea_education_off_site,j_aea_interview}
reason_{p_aea_approved_sporting_activity,v_aea_educational_visit_trip,w_aea_work_experience}
reason_{k_aea_education_arranged_by_la,g_unauthorised_holiday}
reason_{u_unauthorised_late_after_registers_closed,o_other_unauthorised,n_no_reason_yet}
total_{num_school,enrolment}s {attenda,overall_abse,authorised_abse,unauthorised_abse}nce_perc
{illness,appointments,unauth_hol,unauth_oth,unauth_late_registers_closed,unauth_not_yet}_perc
auth_{religious,study,mob,excluded,performance,interview,part_time,other}_perc pa_perc
"""

ATTENDANCE_YEAR_TO_DATE = """
time_period geographic_level country_{cod,nam}e region_{cod,nam}e new_la_code la_name old_la_code
education_phase num_schools enrolments present_sessions overall_attendance approved_educational_activity
{overall,authorised,unauthorised}_absence {lat,possibl}e_sessions reason_present{_am,_pm,}
reason_{l_present_late_before_registers_closed,i_authorised_illness,m_authorised_medical_dental}
reason_{r_authorised_religious_observance,s_authorised_study_leave,t_authorised_mobile_child}
reason_{h_authorised_holiday,e_authorised_excluded,c_authorised_other}
reason_{c1_authorised_regulated_performance,j1_authorised_interview}
reason_{c2_authorised_temp_reduced_timetable,b_aea_education_off_site,j_aea_interview}
reason_{p_aea_approved_sporting_activity,v_aea_educational_visit_trip,w_aea_work_experience}
reason_{k_aea_education_arranged_by_la,g_unauthorised_holiday}
reason_{u_unauthorised_late_after_registers_closed,o_other_unauthorised,n_no_reason_yet}
total_{num_school,enrolment}s {attenda,overall_abse,authorised_abse,unauthorised_abse}nce_perc
{illness,appointments,unauth_hol,unauth_oth,unauth_late_registers_closed,unauth_not_yet}_perc
auth_{religious,study,mob,excluded,performance,interview,part_time,other}_perc pa_perc time_identifier
"""
