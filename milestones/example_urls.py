"""Addresses of the made-up record."""

import re

from django.urls import path, re_path

from milestones.views import example

app_name = "example"
urlpatterns = [
    re_path(rf"^(?P<page>{'|'.join(re.escape(rest) for rest in example.PAGES)})$", example.page, name="page"),
    path("results/<uuid:result_id>/", example.result, name="result"),
]
