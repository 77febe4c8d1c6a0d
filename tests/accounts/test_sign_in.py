"""Sign up, sign in and reset: they work, and they tell a stranger nothing."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.http.response import HttpResponseBase
from django.test import Client

from accounts.models import Patient, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "new@example.org"
SIGN_UP, SIGN_IN, RESET = "/account/sign-up/", "/account/sign-in/", "/account/password/reset/"


def link_in(message: mail.EmailMessage) -> str:
    """Return the path of the link in a mail, and see that it begins with SITE_URL."""
    found = re.search(r"https?://\S+/account/\S+", str(message.body))
    assert found is not None
    assert found[0].startswith(settings.SITE_URL + "/")
    return found[0].removeprefix(settings.SITE_URL)


def shape(response: HttpResponseBase) -> tuple[int, str, str, list[str]]:
    """Return what a stranger sees of an answer, less the tokens and ids that differ each time."""
    body = getattr(response, "content", b"").decode()
    masked = re.sub(r'value="[\w-]{64}"|[0-9a-f]{32}|[\w.]+@example\.org', "*", body)
    return response.status_code, response.get("Location", ""), masked, sorted(response.cookies)


def test_sign_up_confirm_sign_in(client: Client) -> None:
    answer = client.post(SIGN_UP, {"email": "  New@Example.ORG ", "password1": PASSWORD})
    assert answer.status_code == 302
    [message] = mail.outbox
    assert message.to == [NEW]

    confirm = client.get(link_in(message))["Location"]
    assert client.get(confirm).status_code == 200
    refused = client.post(SIGN_IN, {"login": NEW, "password": PASSWORD})
    assert refused["Location"] == "/account/email/confirm/"  # a GET, as a mail scanner sends it, confirms nothing

    client.post(confirm)
    answer = client.post(SIGN_IN, {"login": NEW.upper(), "password": PASSWORD})
    assert answer["Location"] == "/"
    assert client.get("/account/email/").status_code == 200


def test_somebody_made_by_a_service_can_sign_in_at_once(client: Client, make_user: Callable[..., User]) -> None:
    make_user(NEW)
    assert client.post(SIGN_IN, {"login": NEW, "password": PASSWORD})["Location"] == "/"


def test_the_first_page_makes_no_record_and_leads_to_where_one_is_begun(
    client: Client, make_user: Callable[..., User]
) -> None:
    """S21: reading writes nothing."""
    user = make_user(NEW)
    client.force_login(user)
    assert client.get("/")["Location"] == "/people/"
    assert b"Begin my own record" in client.get("/people/").content
    assert not Patient.objects.exists()
    begun = client.post("/people/begin/")
    patient = Patient.objects.get(user=user)
    assert begun["Location"] == client.get("/")["Location"] == f"/records/{patient.pk}/"


@pytest.mark.parametrize("invited", [False, True])
def test_the_record_begins_with_the_confirmed_address(client: Client, invited: bool) -> None:
    """Who comes with an invitation need not have one of their own."""
    if invited:
        client.get("/invitations/record/no-such-token/")
    client.post(SIGN_UP, {"email": NEW, "password1": PASSWORD})
    [address] = re.findall(r"/account/email/confirm/\S+/", str(mail.outbox[-1].body))
    client.get(address)
    assert not Patient.objects.exists()
    client.post(address)
    assert Patient.objects.filter(user__email=NEW).exists() is not invited


@pytest.mark.parametrize("password", ["too short", "passwordpassword", "new@example.org1"])
def test_weak_password_is_refused_with_a_reason(client: Client, password: str) -> None:
    answer = client.post(SIGN_UP, {"email": NEW, "password1": password})
    assert answer.status_code == 200
    assert not User.objects.exists()


def test_sign_up_tells_nothing(make_user: Callable[..., User]) -> None:
    make_user("known@example.org")
    answers = [
        shape(Client().post(SIGN_UP, {"email": address, "password1": PASSWORD}))
        for address in ("known@example.org", "unknown@example.org")
    ]
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 2


def test_sign_in_tells_nothing(make_user: Callable[..., User]) -> None:
    make_user("known@example.org")
    User.objects.filter(pk=make_user("left@example.org").pk).update(is_active=False)
    addresses = ("known@example.org", "unknown@example.org", "left@example.org")
    answers = [shape(Client().post(SIGN_IN, {"login": address, "password": "x" * 20})) for address in addresses]
    assert answers[0] == answers[1] == answers[2]


def test_reset_tells_nothing_and_works_once(make_user: Callable[..., User]) -> None:
    user = make_user("known@example.org")
    answers = [
        shape(Client().post(RESET, {"email": address})) for address in ("known@example.org", "unknown@example.org")
    ]
    assert answers[0] == answers[1]

    link = link_in(next(message for message in mail.outbox if message.to == [user.email]))
    client = Client()
    hidden = client.get(link)
    assert hidden.status_code == 302
    assert "set-password" in hidden["Location"]  # the token leaves the address at once
    new = "eleven-quiet-rivers-hum"
    done = client.post(hidden["Location"], {"password1": new, "password2": new})
    assert done.status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)
    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode()


def test_reset_ends_other_sessions(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/account/email/").status_code == 200
    alice.set_password("eleven-quiet-rivers-hum")
    alice.save()
    assert client.get("/account/email/").status_code == 302


def test_guessing_is_slowed_down(make_user: Callable[..., User]) -> None:
    make_user("known@example.org")
    statuses = [
        Client().post(SIGN_IN, {"login": "known@example.org", "password": f"a wrong password {number}"}).status_code
        for number in range(12)
    ]
    bodies = Client().post(SIGN_IN, {"login": "known@example.org", "password": PASSWORD})
    assert 429 in statuses or bodies.status_code != 302  # even the right one has to wait now


def test_sign_out_needs_a_post_and_ends_the_session(client: Client, alice: User) -> None:
    client.force_login(alice)
    client.get("/account/sign-out/")
    assert client.get("/account/email/").status_code == 200
    assert client.post("/account/sign-out/")["Location"] == "/"
    assert client.get("/account/email/").status_code == 302


def test_where_to_go_after_signing_in_stays_on_this_site(client: Client, make_user: Callable[..., User]) -> None:
    make_user("known@example.org")
    answer = client.post(SIGN_IN + "?next=https://evil.example/", {"login": "known@example.org", "password": PASSWORD})
    assert "evil" not in answer.get("Location", "")


def test_the_page_leads_once_to_a_new_password(client: Client) -> None:
    assert client.get("/account/sign-in/").content.decode().count("/account/password/reset/") == 1
