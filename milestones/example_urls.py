"""Addresses of the made-up record."""

from django.urls import path

from milestones.views import example

app_name = "example"
urlpatterns = [
    path("", example.home, name="home"),
    path("goals/", example.goals, name="goals"),
    path("first-year/", example.first_year, name="first_year"),
    path("results/", example.results, name="results"),
    path("results/figure.json", example.figure, name="figure"),
    path("results/<uuid:result_id>/", example.result, name="result"),
]
