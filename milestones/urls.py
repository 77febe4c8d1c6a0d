"""Addresses of a person's record."""

from django.urls import path

from milestones.views import (
    home,
    missed_doses,
    other_medicines,
    other_results,
    planned_tests,
    profile,
    result_forms,
    results,
    treatment_changes,
    treatments,
)

app_name = "milestones"
urlpatterns = [
    path("", home.home, name="home"),
    path("goals/", home.goals, name="goals"),
    path("next-test/<slug:what>/", planned_tests.day, name="next_test_day"),
    path("next-test/<uuid:test_id>/withdraw/", planned_tests.withdraw, name="next_test_withdraw"),
    path("first-year/", home.first_year, name="first_year"),
    path("results/", results.results, name="results"),
    path("results/figure.json", results.figure, name="figure"),
    path("results/results.csv", results.results_csv, name="results_csv"),
    path("results/add/", result_forms.add_result, name="result_add"),
    path("results/<uuid:result_id>/", results.result, name="result"),
    path("results/<uuid:result_id>/correct/", result_forms.edit_result, name="result_correct"),
    path("results/<uuid:result_id>/withdraw/", result_forms.withdraw, name="result_withdraw"),
    path("treatment/", treatments.treatment, name="treatment"),
    path("treatment/add/", treatments.add, name="treatment_add"),
    path("treatment/<uuid:treatment_id>/", treatments.change, name="treatment_change"),
    path("treatment/<uuid:treatment_id>/withdraw/", treatments.withdraw, name="treatment_withdraw"),
    path("treatment/<uuid:treatment_id>/<slug:kind>/add/", treatment_changes.add, name="dose_or_break_add"),
    path("treatment/changes/<uuid:change_id>/", treatment_changes.change, name="dose_or_break_change"),
    path("treatment/changes/<uuid:change_id>/withdraw/", treatment_changes.withdraw, name="dose_or_break_withdraw"),
    path("other-results/", other_results.other_results, name="other_results"),
    path("other-results/add/<slug:what>/", other_results.add, name="other_result_add"),
    path("other-results/<uuid:row_id>/", other_results.change, name="other_result_change"),
    path("other-results/<uuid:row_id>/withdraw/", other_results.withdraw, name="other_result_withdraw"),
    path("other-medicines/", other_medicines.other_medicines, name="other_medicines"),
    path("other-medicines/add/", other_medicines.add, name="other_medicine_add"),
    path("other-medicines/<uuid:row_id>/", other_medicines.change, name="other_medicine_change"),
    path("other-medicines/<uuid:row_id>/withdraw/", other_medicines.withdraw, name="other_medicine_withdraw"),
    path("missed-doses/", missed_doses.missed_doses, name="missed_doses"),
    path("missed-doses/add/", missed_doses.add, name="missed_doses_add"),
    path("missed-doses/<uuid:row_id>/", missed_doses.change, name="missed_doses_change"),
    path("missed-doses/<uuid:row_id>/withdraw/", missed_doses.withdraw, name="missed_doses_withdraw"),
    path("set-up/<slug:step>/", profile.set_up, name="set_up"),
    path("settings/", profile.settings, name="settings"),
]
