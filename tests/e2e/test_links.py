"""Links that open something: the token leaves the address at once, looking changes nothing, each works once (S10)."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from playwright.sync_api import Page, Request, expect

from accounts.models import Patient, TeamMembership, TeamRole, User
from accounts.services.grants import invite_person
from accounts.services.teams import invite_member
from accounts.services.users import add_authenticator_app
from tests.cast import APP_SECRET, make_team, terms
from tests.conftest import PASSWORD
from tests.e2e.conftest import OpenPage

SignIn = Callable[[Page, User], None]

NEW_PASSWORD = "brisk-heron-lifts-forty-kettles"


class Watched:
    """A page, and every request that it has sent since."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[Request] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.requests.append(request)

    def look(self, link: str) -> None:
        """Open a link three times, as a mail scanner and somebody impatient do."""
        for _ in range(3):
            self.page.goto(link)

    def expect_secret(self, secret: str, *, only_in: str, times: int) -> None:
        """See that the secret was in nothing but the address of the link, each time that it was opened."""
        assert [urlsplit(one.url).path for one in self.requests if secret in one.url] == [only_in] * times
        came_from = [one.all_headers().get("referer", "") for one in self.requests]
        assert any(came_from), "no request has said where it came from"
        assert not [address for address in came_from if secret in address]
        assert secret not in self.page.content()


def test_a_link_for_a_new_password(open_page: OpenPage, alice: User) -> None:
    watched = Watched(open_page())
    page = watched.page
    page.goto("/account/password/reset/")
    page.locator("input[name=email]").fill(alice.email)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/account/sign-in/\?said=reset-mail$"))
    expect(page.get_by_role("status")).to_contain_text("a message is on its way")
    found = re.search(r"/account/password/reset/\S+/", str(mail.outbox[-1].body))
    assert found is not None
    link = found[0]
    watched.look(link)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD), "looking has changed it"
    expect(page.locator("input[name=password1]")).to_have_attribute("autocomplete", "new-password")
    for field in page.locator("input[type=password]").all():
        field.fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save the new password").click()
    page.wait_for_url(re.compile(r"/account/sign-in/\?said=new-password$"))
    expect(page.get_by_role("status")).to_contain_text("Your password is changed")
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    watched.expect_secret(link.strip("/").partition("-")[2], only_in=link, times=3)
    for other in (page, open_page()):
        other.goto(link)
        expect(other.locator("h1")).to_have_text("This link no longer works")
        expect(other.locator("input[type=password]")).to_have_count(0)


@pytest.fixture
def erin(make_user: Callable[..., User]) -> User:
    erin = make_user("erin@example.org")
    add_authenticator_app(user=erin, secret=APP_SECRET)  # a team asks for it
    return erin


@pytest.fixture
def links(alices_record: Patient, alice: User, erin: User, make_user: Callable[..., User]) -> dict[str, str]:
    """Return the links of two invitations for Erin: to a record, and into a team."""
    _, to_record = invite_person(patient=alices_record, email=erin.email, terms=terms(), by=alice)
    bob = make_user("bob@example.org")
    into_team = invite_member(team=make_team(bob), email=erin.email, role=TeamRole.MEMBER, by=bob)
    return {name: link.removeprefix(settings.SITE_URL) for name, link in (("record", to_record), ("team", into_team))}


@pytest.mark.parametrize("kind", ["record", "team"])
def test_a_link_of_an_invitation(
    open_page: OpenPage, sign_in: SignIn, erin: User, alices_record: Patient, links: dict[str, str], kind: str
) -> None:
    def is_accepted() -> bool:
        if kind == "team":
            return TeamMembership.objects.filter(user=erin).exists()
        return alices_record.grants.get().state == "accepted"

    watched, link = Watched(open_page()), links[kind]
    page = watched.page
    watched.look(link)
    expect(page).to_have_url(re.compile(r"/account/sign-in/\?next="))
    sign_in(page, erin)
    watched.look(link)
    expect(page).to_have_url(re.compile(r"/invitations/answer/$"))
    assert not is_accepted(), "looking has accepted it"
    page.get_by_label("Your name").fill("Erin Example")
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url(lambda address: "/invitations/" not in address)
    assert is_accepted()
    watched.expect_secret(link.strip("/").rpartition("/")[2], only_in=link, times=6)
    page.goto(link)
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    expect(page.locator("h1")).to_have_text("There is no open invitation for you here")
