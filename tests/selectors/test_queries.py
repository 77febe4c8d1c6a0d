"""What a page costs the database: ten queries, fifteen for the whole record, for 500 results as for 12."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Patient, User
from milestones.clinical.counts import CountUnit
from milestones.models import LabResult, MissedDoses, OtherMedicine, OtherResult, SideEffect
from tests.cast import (
    TODAY,
    also_takes,
    ask_question,
    check_in,
    count_blood,
    form_on,
    miss_doses,
    months_ago,
    record_many,
    record_visit,
    set_goal,
    set_up,
    treat,
    typed,
)
from tests.views.conftest import NOON

pytestmark = pytest.mark.django_db

MOST = 10
# Pages of the whole record read every kind of row.
MOST_OF_ALL = 15
WHOLE = ("timeline", "home", "visits")
TRANSACTION = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "BEGIN", "COMMIT")
PAGES = {
    "home": "",
    "results": "",
    "results, filtered": "?period=1&laboratory=Laboratory+North",
    "figure": "",
    "results_csv": "",
    "result": "",
    "result_correct": "",
    "result_add": "",
    "treatment": "",
    "treatment_add": "",
    "settings": "",
    "other_results": "",
    "other_result_add": "",
    "other_result_change": "",
    "other_medicines": "",
    "other_medicine_add": "",
    "other_medicine_change": "",
    "missed_doses": "",
    "missed_doses_add": "",
    "missed_doses_change": "",
    "goals": "",
    "record": "",
    "stopping": "",
    "timeline": "",
    "timeline, picture": "?as=picture",
    "side_effects": "",
    "side_effect_change": "",
    "check_in": "",
    "visits": "",
    "visit_add": "",
    "question_add": "",
    "my_goals": "",
}


def address(patient: Patient, name: str, query: str = "") -> str:
    ids: dict[str, Any] = {"patient_id": patient.pk}
    if name == "side_effect_change":
        ids["row_id"] = SideEffect.objects.filter(patient=patient).latest("created_at").pk
    if name in ("result", "result_correct"):
        ids["result_id"] = LabResult.objects.filter(patient=patient).latest("collected_on").pk
    if name == "other_result_add":
        ids["what"] = "counts"
    for begins, model in (
        ("other_result_ch", OtherResult),
        ("other_medicine_ch", OtherMedicine),
        ("missed_doses_ch", MissedDoses),
    ):
        if name.startswith(begins):
            ids["row_id"] = model.objects.filter(patient=patient).latest("created_at").pk
    return reverse(f"milestones:{name.split(',', maxsplit=1)[0]}", kwargs=ids) + query


def count(ask: Callable[[], Any]) -> int:
    """Return how many queries a request takes, the marks of transactions left out."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = ask()
        if answer.streaming:
            b"".join(answer.streaming_content)
    assert answer.status_code in (200, 302), answer.status_code
    return len([query for query in queries if not query["sql"].startswith(TRANSACTION)])


@pytest.fixture
def records(alice: User, charlie: User) -> dict[int, User]:
    """Return a person with 12 results, and one with 500."""
    people = {12: alice, 500: charlie}
    for results, user in people.items():
        record_many(user.patient, results)
        for number in range(results):
            check_in(user.patient, TODAY - timedelta(days=number), tiredness="a little", worry="very much")
        treat(user.patient, months_ago(30), months_ago(20))
        treat(user.patient, months_ago(20), medicine="dasatinib")
        for number in range(results // 10):
            record_visit(user.patient, months_ago(number))
            ask_question(user.patient, f"Question {number}?")
            set_goal(user.patient, kind="stay", level="MMR")
            on = months_ago(results // 10 - number)
            count_blood(user.patient, f"{4 + number % 7}.2", CountUnit.GIGA_PER_LITRE, on)
            also_takes(user.patient, f"Medicine {number}")
            miss_doses(user.patient, on=on)
        set_up(user.patient, baseline_text="62 %", baseline_scale="IS")
    return people


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_page_takes_ten_queries_at_most_however_long_the_record(records: dict[int, User]) -> None:
    costs: dict[str, dict[int, int]] = {name: {} for name in PAGES}
    with time_machine.travel(NOON):
        for size, user in records.items():
            client = browser(user)
            for name, query in PAGES.items():
                page = address(user.patient, name, query)
                costs[name][size] = count(partial(client.get, page))
    for name, cost in costs.items():
        assert cost[12] == cost[500], f"{name}: {cost}"
        assert cost[12] <= (MOST_OF_ALL if name.startswith(WHOLE) else MOST), f"{name}: {cost}"


def test_checking_and_saving_take_as_many_however_long_the_record(records: dict[int, User]) -> None:
    """Few for the check page; a save has its row, its history and two audit rows to write as well."""
    checks, saves = {}, {}
    with time_machine.travel(NOON):
        for size, user in records.items():
            client, add = browser(user), address(user.patient, "result_add")
            form = {**form_on(client.get(add)), **typed("0.5 %", TODAY), "step": "check"}
            checks[size] = count(partial(client.post, add, form))
            saves[size] = count(partial(client.post, add, {**form_on(client.post(add, form)), "step": "save"}))
    assert checks[12] == checks[500] <= MOST
    assert saves[12] == saves[500] <= MOST
