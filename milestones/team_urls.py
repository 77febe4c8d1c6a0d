"""Addresses of a care team's pages."""

from django.urls import path

from milestones.views import quality, team_keys, teams, worklist

app_name = "teams"
urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("requests/<uuid:grant_id>/", worklist.answer_request, name="answer_request"),
    path("patients/<uuid:patient_id>/seen/", worklist.review, name="review"),
    path("patients/<uuid:patient_id>/tags/", worklist.tags, name="tags"),
    path("members/", teams.members, name="members"),
    path("members/invite/", teams.invite, name="invite"),
    path("members/<uuid:membership_id>/role/", teams.change_role, name="change_role"),
    path("members/<uuid:membership_id>/remove/", teams.remove, name="remove"),
    path("invitations/<uuid:invitation_id>/take-back/", teams.take_back, name="take_back"),
    path("quality/", quality.quality, name="quality"),
    path("quality/figures.csv", quality.quality_csv, name="quality_csv"),
    path("leave/", teams.leave, name="leave"),
    path("keys/", team_keys.keys, name="keys"),
    path("keys/<uuid:key_id>/end/", team_keys.revoke, name="key_revoke"),
    path("settings/", teams.settings, name="settings"),
]
