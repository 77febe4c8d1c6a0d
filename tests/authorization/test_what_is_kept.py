"""Nothing that says what somebody may do is kept in their session, in a cookie or in the cache (S27)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import caches
from django.urls import reverse

from accounts.permissions import Role
from accounts.sessions import BROWSER, SEEN_AT, STARTED_AT, SessionStore
from tests.authorization.matrix import LINES, VIEWS, Cell, address_of, body_of
from tests.authorization.world import World, rolled_back

pytestmark = pytest.mark.django_db

#: Who it is, by what they signed in, since when and in which browser; what is said once on the next page.
SAID = {SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY, STARTED_AT, SEEN_AT, BROWSER, "_messages"}
COOKIES = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
PEOPLE = [*VIEWS["sees_the_record"], "carer_pending", "clin_other_team", "team_manager"]


@pytest.mark.parametrize("view", PEOPLE)
def test_nothing_of_a_right_is_kept(world: World, view: str) -> None:
    """After every page of a record and of a team, and after a form of each."""
    key = world.cookies[view][settings.SESSION_COOKIE_NAME].value
    cookies: set[str] = set()
    with rolled_back():
        for line in LINES.values():
            if line.door != "none" and line.get is not None:
                cookies |= set(world.ask(view, "get", address_of(line, Cell("live"), world)).cookies)
        for name in ("milestones:question_add", "teams:tags"):
            line = LINES[name]
            world.ask(view, "post", address_of(line, Cell("live"), world), body_of(line, Cell("live"), world))
        world.ask(view, "get", reverse("people"))
        content = SessionStore(key).load()
    assert cookies <= COOKIES
    assert set(content) <= SAID
    said = str(content)
    things = [*world.records.values(), *world.teams.values(), *world.things["grant of"].values()]
    assert not [one for one in things if str(one.pk) in said or one.pk.hex in said]
    assert not [role for role in Role if role.value in said]
    kept = getattr(caches["default"], "_cache", None)
    assert kept == {}, "the tests' cache is a dictionary, and stays an empty one"
