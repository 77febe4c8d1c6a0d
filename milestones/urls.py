"""Addresses of a person's record."""

from django.urls import path

from milestones.views import (
    check_ins,
    home,
    life,
    planned_tests,
    profile,
    result_forms,
    results,
    stopping,
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
    path("record/", home.record, name="record"),
    path("side-effects/", check_ins.side_effects, name="side_effects"),
    path("side-effects/check-in/", check_ins.check_in, name="check_in"),
    path("side-effects/check-in/<uuid:row_id>/withdraw/", check_ins.withdraw_check_in, name="check_in_withdraw"),
    path("side-effects/<uuid:row_id>/", check_ins.change, name="side_effect_change"),
    path("side-effects/<uuid:row_id>/withdraw/", check_ins.withdraw_side_effect, name="side_effect_withdraw"),
    path("stopping/", stopping.stopping, name="stopping"),
    path("timeline/", life.timeline, name="timeline"),
    path("set-up/<slug:step>/", profile.set_up, name="set_up"),
    path("settings/", profile.settings, name="settings"),
]
