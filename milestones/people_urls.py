"""Addresses of somebody's records and teams, and of an invitation."""

from django.urls import path

from milestones.views import people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/begin/", people.begin_own, name="begin_own"),
    path("people/<uuid:grant_id>/leave/", people.leave, name="leave_record"),
    path("invitations/answer/", people.answer_invitation, name="invitation"),
    path("invitations/<slug:kind>/<slug:token>/", people.open_invitation, name="open_invitation"),
]
