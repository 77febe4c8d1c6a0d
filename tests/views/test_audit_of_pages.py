"""Whatever is asked of a record leaves one row that says so, every change one more, and without it there is no answer.

The addresses and the people are those of test_matrix.py, which asks about rights (S32, S37).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.models import AuditEvent, Grant
from milestones.views.example import PAGES
from tests.audit_trail import seals_that_fail
from tests.cast import break_audit, everything_stored, form_on
from tests.views.test_matrix import ROUTES, World, world

__all__ = ["world"]  # the fixture of the matrix

pytestmark = pytest.mark.django_db

READING = [name for name, route in ROUTES.items() if "get" in route.methods]
CHANGING = [name for name, route in ROUTES.items() if "post" in route.methods]
VERSIONED = [name for name in CHANGING if "version" in ROUTES[name].body]
#: Its suggestion is not offered to somebody who has a result; nothing of theirs ends soon (test_sharing_ends.py).
NOTHING_TO_DO = {"question_pick", "import_columns", "import_preview", "import_cancel", "sharing_ends_seen"}
#: A button alone: there is nothing to misunderstand.
ASKS_NOTHING = {
    *("sharing_end", "sharing_end_all", "result_open", "sharing_member", "sharing_new_seen", "sharing_ends_seen"),
    *("import_cancel", "import_undo"),
}
#: A mark beside a row, which is no new version of it; and taking an import back, which its own row tells.
MARKS = {"result_open", "import_undo"}
#: What is kept beside the rows of a record: the trail names it, and it has no version.
BESIDE = {"patient", "member", "calendarfeed"}
#: Texts and numbers that are told from everything else, for whatever field takes them.
CANARY = "Zxqv canary"
CANARIES = {
    **dict.fromkeys(
        ("words", "notes", "with_whom", "name", "how_taken", "note", "dose", "other_name", "laboratory", "mutation"),
        CANARY,
    ),
    "reported": "0.0717 %",
    "white_cells": "71.7",
}
#: Where a canary is kept, so that it could have come into the trail.
KEEPS = {
    *("result_add", "result_correct", "treatment_add", "treatment_change", "dose_or_break_add", "dose_or_break_change"),
    *("visit_add", "visit_change", "question_add", "question_change", "side_effect_change", "my_goal_add"),
    *("my_goal_change", "other_result_add", "other_result_change", "other_medicine_add", "other_medicine_change"),
    *("missed_doses_add", "missed_doses_change"),
}


@dataclass
class Watch:
    """Asks, and tells which audit rows and which changes that left."""

    world: World

    def ask(
        self, name: str, method: str = "get", person: str = "owner", body: dict[str, str] | None = None, **more: Any
    ) -> Any:
        """Ask for an address of Alice's record."""
        address = self.world.address(name, "owner", "owner")
        self.rows_before, self.stored_before = self._last(), versions()
        sent = ROUTES[name].body if body is None else body
        client = self.world.clients[person]
        return client.post(address, sent, **more) if method == "post" else getattr(client, method)(address, **more)

    def save(self, name: str, person: str = "owner", body: dict[str, str] | None = None, **more: Any) -> Any:
        """Post, and say yes where a page first repeats what was understood: an opening of its own, with no change."""
        answer = self.ask(name, "post", person, body, **more)
        if answer.status_code != 200:
            return answer
        assert self.opened()
        assert len(self.rows()) == 1
        assert not self.changed()
        yes: Any = {**form_on(answer), "step": "save" if name.startswith("result") else "confirm"}
        return self.ask(name, "post", person, yes, **more)

    def rows(self) -> list[AuditEvent]:
        """Return the audit rows that it left."""
        return list(AuditEvent.objects.filter(pk__gt=self.rows_before).order_by("pk"))

    def opened(self, outcome: str = "allowed") -> bool:
        """Tell whether one row says that the record was opened, or refused, and nothing else is said of opening it."""
        return [row.outcome for row in self.rows() if is_page(row)] == [outcome]

    def changes(self) -> Counter[tuple[str, str, int | None]]:
        """Return what the audit rows say was changed: kind, id and version."""
        rows = [row for row in self.rows() if not is_page(row) and row.object_type not in BESIDE]
        return Counter((row.object_type, row.object_id, row.object_version) for row in rows)

    def changed(self) -> Counter[tuple[str, str, int | None]]:
        """Return what was really changed, as the tables tell."""
        return Counter(versions() - self.stored_before)

    def _last(self) -> int:
        return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def is_page(row: AuditEvent) -> bool:
    """Tell whether an audit row says that a page was opened, or refused."""
    return row.object_type.startswith("page ")


def versions() -> set[tuple[str, str, int | None]]:
    """Return kind, id and version of every row of a record, histories left out."""
    models: list[Any] = [
        model for model in apps.get_app_config("milestones").get_models() if not hasattr(model, "history_object")
    ]
    models.append(Grant)
    return {
        (model._meta.model_name, str(row.pk), getattr(row, "version", None))
        for model in models
        for row in model.objects.all()
        if getattr(row, "batch_id", None) is None  # what was brought in together is told by the row of its import
    }


@pytest.fixture
def watch(world: World) -> Watch:
    return Watch(world)


# --- One row an answer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READING)
def test_head_is_an_opening_too(watch: Watch, name: str) -> None:
    assert watch.ask(name, "head").status_code == 200
    assert watch.opened()
    assert len(watch.rows()) == 1
    assert watch.ask(name, "head", "stranger").status_code == 404
    assert watch.opened("refused")
    assert len(watch.rows()) == 1


@pytest.mark.parametrize("name", ROUTES)
def test_who_is_not_signed_in_leaves_no_row(watch: Watch, name: str) -> None:
    for method in ("get", "head", "post"):
        watch.ask(name, method, "anonymous")
        assert not watch.rows(), method


@pytest.mark.parametrize("name", CHANGING)
def test_each_change_has_one_row_with_its_id_and_version(watch: Watch, name: str) -> None:
    answer = watch.save(name)
    assert answer.status_code == 302
    assert watch.opened()
    assert watch.changed() == (Counter() if name in MARKS else watch.changes())
    assert (len(watch.rows()) > 1) == (name not in NOTHING_TO_DO)
    assert {row.actor_id for row in watch.rows()} == {watch.world.records["owner"].user_id}
    assert {row.patient_id for row in watch.rows()} == {watch.world.records["owner"].pk}
    assert {row.request_id for row in watch.rows()} == {answer["X-Request-ID"]}


@pytest.mark.parametrize("name", CHANGING)
def test_the_same_post_again_opens_and_changes_nothing(watch: Watch, name: str) -> None:
    watch.save(name)
    before = everything_stored()
    watch.save(name)
    assert watch.opened()
    assert watch.changed() == watch.changes()
    if "idempotency_key" in ROUTES[name].body and "version" not in ROUTES[name].body:
        assert not watch.changes()
        assert everything_stored() == before


@pytest.mark.parametrize("name", CHANGING)
def test_a_post_that_is_not_understood_opens_and_changes_nothing(watch: Watch, name: str) -> None:
    if name in ASKS_NOTHING:
        return
    before = everything_stored()
    answer = watch.ask(name, "post", body={"answer": "no such answer", "part": "goals", "rule_set": "none"})
    assert answer.status_code in (302, 404, 409, 422)
    assert watch.opened()
    assert watch.changed() == watch.changes()
    if answer.status_code != 302:
        assert len(watch.rows()) == 1
        assert everything_stored() == before


@pytest.mark.parametrize("name", VERSIONED)
def test_a_change_that_came_too_late_opens_and_changes_nothing(watch: Watch, name: str) -> None:
    before = everything_stored()
    answer = watch.save(name, body={**ROUTES[name].body, "version": "77"})
    assert watch.opened()
    assert watch.changed() == watch.changes()
    if name in LATE:
        assert answer.status_code in (302, 409), answer.status_code
        assert len(watch.rows()) == 1
        assert everything_stored() == before


#: Those that change a row which is there; the others take no notice of a version.
LATE = [name for name in VERSIONED if re.search(r"_(change|correct|withdraw|answer|rank|state|confirm)$", name)]


@pytest.mark.parametrize("query", ["", "?show=all", "?laboratory=none", "?from=1900-01-01&to=nothing"])
def test_an_export_is_one_row_however_long_it_runs(watch: Watch, query: str) -> None:
    client = watch.world.clients["owner"]
    before = AuditEvent.objects.count()
    answer: Any = client.get(watch.world.address("results_csv", "owner", "owner") + query)
    assert AuditEvent.objects.count() == before + 1  # before the first byte
    assert b"".join(answer.streaming_content)
    assert AuditEvent.objects.count() == before + 1
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.outcome) == ("record_export", "allowed")


@pytest.mark.parametrize("person", ["anonymous", "owner"])
def test_the_made_up_record_leaves_no_row(watch: Watch, person: str) -> None:
    before = AuditEvent.objects.count()
    for page in PAGES:
        assert watch.world.clients[person].get(reverse("example:page", kwargs={"page": page})).status_code == 200
    assert AuditEvent.objects.count() == before


def test_coming_in_leaves_a_row_only_for_the_record_that_it_opens(watch: Watch) -> None:
    before = AuditEvent.objects.count()
    answer = watch.world.clients["owner"].get("/")
    assert AuditEvent.objects.count() == before
    assert str(watch.world.records["owner"].pk) in answer["Location"]


# --- Ids and versions, and never a value ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ROUTES)
def test_no_column_holds_what_was_typed(watch: Watch, name: str) -> None:
    around: dict[str, Any] = {"HTTP_X_REQUEST_ID": CANARY, "HTTP_USER_AGENT": CANARY, "QUERY_STRING": "q=Zxqv"}
    body = {**ROUTES[name].body, **CANARIES}
    for person in ("owner", "stranger"):
        if "get" in ROUTES[name].methods:
            watch.ask(name, "get", person, **around)
            only_ids(watch.rows())
        if "post" in ROUTES[name].methods:
            watch.save(name, person, body, **around)
            only_ids(watch.rows())
    assert (name in KEEPS) == bool(re.search(r"Zxqv|0[.]0717|71[.]7", str(everything_stored())))


def test_no_column_holds_the_name_of_a_person(watch: Watch) -> None:
    watch.ask("settings", "post", body={"part": "person", "display_name": CANARY, "time_zone": "Europe/Berlin"})
    assert "Zxqv" in str(everything_stored()["Patient"])
    assert watch.opened()
    assert [row.verb for row in watch.rows()] == ["settings_change", "patient_changed"]
    only_ids(watch.rows())


def only_ids(rows: list[AuditEvent]) -> None:
    """Look at every column: words of the site's own, ids, a number and a time."""
    kinds = {
        "grant",
        *(f"page {name}" for name in ROUTES),
        *BESIDE,
        *(model._meta.model_name for model in apps.get_app_config("milestones").get_models()),
    }
    assert rows
    for row in rows:
        assert re.fullmatch("[a-z_]{1,40}", row.verb)
        assert row.object_type in kinds
        assert row.object_id == str(UUID(row.object_id))
        assert row.outcome in ("allowed", "refused")
        assert re.fullmatch("[0-9a-f]{32}", row.request_id)


#: What a second post leaves as it is.
UNCHANGED = {
    "sharing_ends_seen",
    "question_pick",
    "question_rank",
    "sharing_invite",
    "sharing_confirm",
    "sharing_end",
    "sharing_end_all",
    "sharing_member",
    "result_open",
    "dates",
    "import_columns",
    "import_preview",
    "import_cancel",
    "import_undo",
}


# --- No row, no answer ------------------------------------------------------------------------------------------------


def refuses(watch: Watch, name: str, method: str, person: str) -> bool:
    """Tell whether the answer is that nothing can be shown, without a word of the record."""
    answer = watch.ask(name, method, person)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code == 503 and not re.search(rb"0[.]31|Alice|imatinib|Paracetamol|sleep well", content)


@pytest.mark.parametrize("name", ROUTES)
def test_without_the_audit_row_nothing_is_shown_or_changed(
    watch: Watch, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything_stored(with_audit=True)
    break_audit(monkeypatch)
    for person in ("owner", "stranger"):
        for method in (*ROUTES[name].methods, *(["head"] if name in READING else [])):
            assert refuses(watch, name, method, person), f"{person} {method}"
    monkeypatch.undo()
    assert everything_stored(with_audit=True) == before


@pytest.mark.parametrize("name", CHANGING)
def test_without_the_row_of_the_change_nothing_is_changed(
    watch: Watch, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The opening could be written, and the change not: neither is kept, as both are one transaction."""
    watch.save(name)
    verbs = {row.verb for row in watch.rows() if not is_page(row)}
    assert bool(verbs) == (name not in NOTHING_TO_DO)
    before = everything_stored()
    break_audit(monkeypatch, *verbs or {"none"})
    version = str(int(ROUTES[name].body.get("version", "1")) + 1)
    again = {**ROUTES[name].body, "version": version, "idempotency_key": str(uuid4())}
    answer = watch.save(name, body=again)
    monkeypatch.undo()
    assert everything_stored() == before
    assert not watch.changes()
    if answer.status_code == 503:
        assert not watch.rows()
    else:
        assert watch.opened()  # there was nothing left to change
        assert name in UNCHANGED


@pytest.mark.django_db(transaction=True)
def test_without_the_seal_nothing_is_shown_or_changed(watch: Watch) -> None:
    """Every address, in one database: nothing is written to it."""
    before = everything_stored(with_audit=True)
    with seals_that_fail():
        for name, route in ROUTES.items():
            for person in ("owner", "stranger"):
                for method in route.methods:
                    assert refuses(watch, name, method, person), f"{name} {person} {method}"
    assert everything_stored(with_audit=True) == before
    assert watch.ask("home").status_code == 200
