"""Addresses of somebody's records and teams, of an invitation, and those that a mail or a calendar knows."""

from django.urls import path

from milestones.views import dates_out, people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/begin/", people.begin_own, name="begin_own"),
    path("people/<uuid:grant_id>/leave/", people.leave, name="leave_record"),
    path("invitations/answer/", people.answer_invitation, name="invitation"),
    path("invitations/<slug:kind>/<slug:token>/", people.open_invitation, name="open_invitation"),
    path("calendar/<slug:token>.ics", dates_out.calendar_feed, name="calendar_feed"),
    path("reminders/stop/<str:signed>/", dates_out.reminders_stop, name="reminders_stop"),
]
