"""Two browsers at once: invite, accept, confirm, look, mark as seen, end; and every page of it accessible."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import CareTeam, Patient, TeamRole, User
from tests.cast import invite, join, make_team, record, share, share_with_team, treat
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import Course, is_sideways
from tests.e2e.steps import Check, ago, today

SignIn = Callable[[Page, User], None]

DESK, PHONE = View(1280, "light"), View(360, "light")


@pytest.fixture
def bob(make_user: Callable[..., User]) -> User:
    return make_user("bob@example.org")


@pytest.fixture
def erin(make_user: Callable[..., User]) -> User:
    return make_user("erin@example.org")


@pytest.fixture
def team(bob: User) -> CareTeam:
    return make_team(bob)


@pytest.fixture
def problems_of(axe: Check, csp_violations: Check, foreign_requests: Check) -> Check:
    """Return a function that lists what is wrong with the page that is open now."""
    return lambda page: [*axe(page), *csp_violations(page), *foreign_requests(page)]


def test_a_team_from_the_invitation_to_the_end(
    open_page: OpenPage, sign_in: SignIn, alice: User, alices_record: Patient, bob: User, team: CareTeam
) -> None:
    treat(alices_record, ago(20))
    record(alices_record, "0.042 %", ago(1))
    hers, his = open_page(PHONE), open_page(DESK)
    sign_in(hers, alice)
    sign_in(his, bob)
    hers.goto(f"/records/{alices_record.pk}/settings/")
    hers.get_by_role("link", name="People and sharing").click()
    hers.get_by_role("link", name="Share with my care team").click()
    hers.get_by_label("The code of your team").fill(team.code)
    hers.get_by_role("button", name="Ask the team").click()
    expect(hers.locator("main")).to_contain_text("Your team has been asked.")
    his.goto(f"/teams/{team.pk}/")
    his.get_by_role("button", name="Accept Alice").click()
    expect(his.locator("main")).to_contain_text("Nobody shares with the team yet")
    his.goto(f"/records/{alices_record.pk}/")
    expect(his.locator("h1")).to_have_text("We cannot find this page")
    hers.reload()
    expect(hers.locator("main")).to_contain_text("The team Clinic North has accepted.")
    hers.get_by_role("button", name="Yes, share with them").click()
    expect(hers.locator("main")).to_contain_text("They can see what you share from now on.")
    his.goto(f"/teams/{team.pk}/")
    his.get_by_role("link", name="New results to look at (1)").click()
    row = his.get_by_role("row", name=re.compile("Alice"))
    expect(row).to_contain_text("0.042%")
    row.get_by_role("button", name="Mark as seen Alice").click()
    expect(his.locator("main")).to_contain_text("Marked as seen.")
    expect(his.get_by_role("link", name="New results to look at (0)")).to_be_visible()
    his.goto(f"/teams/{team.pk}/")
    his.get_by_role("button", name="Undo Alice").click()
    expect(his.get_by_role("link", name="New results to look at (1)")).to_be_visible()
    his.get_by_role("button", name="Mark as seen Alice").click()
    expect(his.get_by_role("link", name="New results to look at (0)")).to_be_visible()
    his.goto(f"/records/{alices_record.pk}/results/")
    expect(his.locator("header")).to_contain_text("Record of Alice")
    hers.goto(f"/records/{alices_record.pk}/results/")
    hers.locator("#all-results ~ table a").first.click()
    expect(hers.locator("main")).to_contain_text("Seen by your team on")
    hers.goto(f"/records/{alices_record.pk}/sharing/")
    expect(hers.locator("main")).to_contain_text("Last looked on")
    hers.get_by_role("link", name="See who has looked").click()
    expect(hers.locator("main")).to_contain_text("Bob, Clinic North")
    hers.goto(f"/records/{alices_record.pk}/sharing/")
    hers.get_by_role("button", name="Stop sharing Clinic North").click()
    expect(hers.locator("main")).to_contain_text("They can see nothing of your record any more.")
    # The page was open: whatever is asked next is refused.
    his.get_by_role("link", name="Home", exact=True).click()
    expect(his.locator("h1")).to_have_text("We cannot find this page")
    his.goto(f"/teams/{team.pk}/")
    expect(his.locator("main")).to_contain_text("Nobody shares with the team yet")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_a_carer_by_the_mail_in_two_taps_out(
    open_page: OpenPage,
    sign_in: SignIn,
    alice: User,
    alices_record: Patient,
    erin: User,
    javascript: bool,
) -> None:
    record(alices_record, "0.042 %", ago(1))
    hers, carers = open_page(PHONE, javascript=javascript), open_page(PHONE, javascript=javascript)
    sign_in(hers, alice)
    sign_in(carers, erin)
    hers.goto(f"/records/{alices_record.pk}/sharing/add/person/")
    hers.get_by_label("Their e-mail address").fill(erin.email)
    hers.get_by_role("button", name="Send the invitation").click()
    expect(hers.locator("main")).to_contain_text("The invitation is on its way.")
    link = re.search(r"/invitations/record/\S+/", str(mail.outbox[-1].body))
    assert link is not None
    carers.goto(link[0])
    assert link[0] not in carers.url
    carers.get_by_label("Your name").fill("Erin Example")
    carers.get_by_role("button", name="Accept").click()
    expect(carers.locator("main")).to_contain_text("They have not confirmed yet")
    hers.goto(f"/records/{alices_record.pk}/sharing/")
    hers.get_by_role("button", name="Yes, share with them").click()
    carers.reload()
    carers.get_by_role("link", name="Alice").click()
    expect(carers.locator("main")).to_contain_text("0.042%")
    expect(carers.locator("header")).to_contain_text("Record of Alice")
    expect(carers.get_by_role("link", name="Add", exact=True)).to_have_count(0)
    hers.goto(f"/records/{alices_record.pk}/sharing/")
    hers.get_by_role("link", name="End all sharing").click()
    hers.get_by_role("button", name="Yes, end all sharing").click()
    expect(hers.locator("main")).to_contain_text("Nobody but you can see your record.")
    carers.reload()
    expect(carers.locator("h1")).to_have_text("We cannot find this page")


def test_two_records_in_two_tabs_are_told_apart(
    open_page: OpenPage, sign_in: SignIn, alices_record: Patient, charlie: User, bob: User, team: CareTeam
) -> None:
    """H21: whose record it is stands on every page, and each form writes to the record that its page shows."""
    for patient in (alices_record, charlie.patient):
        share_with_team(patient, team, "manage", by=bob)
        treat(patient, ago(20))
    first = open_page(DESK)
    sign_in(first, bob)
    second = first.context.new_page()
    first.goto(f"/records/{alices_record.pk}/visits/add/")
    second.goto(f"/records/{charlie.patient.pk}/visits/add/")
    expect(first.locator("header")).to_contain_text("Record of Alice")
    expect(second.locator("header")).to_contain_text("Record of Charlie")
    for page, words in ((first, "for Alice"), (second, "for Charlie")):
        day = today() + timedelta(days=3)
        page.locator("[name=on_day]").fill(str(day.day))
        page.locator("[name=on_month]").select_option(str(day.month))
        page.locator("[name=on_year]").fill(str(day.year))
        page.locator("[name=with_whom]").fill(words)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main")).to_contain_text(words)
    first.reload()
    expect(first.locator("main")).not_to_contain_text("for Charlie")


@every_view()
@pytest.mark.parametrize(
    ("name", "most_lines"), [("Alice", {360: 3, 1280: 1}), ("W" * 80, {360: 8, 1280: 3})], ids=["short", "long"]
)
def test_whose_record_it_is_stands_on_few_lines(
    open_page: OpenPage, sign_in: SignIn, alices_record: Patient, erin: User, view: View, name: str,
    most_lines: dict[int, int],
) -> None:  # fmt: skip
    Patient.objects.filter(pk=alices_record.pk).update(display_name=name)
    share(alices_record, erin, "manage", visits=False)
    page = open_page(view)
    sign_in(page, erin)
    page.goto(f"/records/{alices_record.pk}/")
    strip = page.locator("header .whose")
    assert strip.inner_text().count(name) == 1
    assert not is_sideways(page)
    # The room around the words is less than a line.
    lines = "(one) => Math.floor(one.clientHeight / parseFloat(getComputedStyle(one).lineHeight))"
    assert strip.evaluate(lines) <= most_lines[view.width]
    assert strip.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert strip.evaluate("(one) => parseFloat(getComputedStyle(one).borderTopLeftRadius)") <= 16
    if view.width > 1000:
        middle = "(one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; }"
        assert abs(page.locator(".site").evaluate(middle) - page.locator(".tabs-main").evaluate(middle)) <= 2


@pytest.fixture
def pages(
    make_user: Callable[..., User], alice: User, bob: User, erin: User, team: CareTeam, course: Course
) -> dict[User, list[str]]:
    """Return the pages of sharing, of a carer and of a team, by who looks at them."""
    grant = share_with_team(course.patient, team, "manage", by=bob)
    share(course.patient, erin, "add", missed_doses=False)
    invite(course.patient, "dana@example.org")
    join(team, make_user("frank@example.org"), role=TeamRole.VIEWER, by=bob)
    sharing = f"{course.home}sharing/"
    return {
        alice: [
            sharing,
            f"{sharing}add/team/",
            f"{sharing}add/person/",
            f"{sharing}{grant.pk}/",
            f"{sharing}end-all/",
            f"{sharing}log/",
            "/invitations/answer/",
        ],
        erin: ["/people/", course.home, f"{course.home}results/", f"{course.home}record/", f"{course.home}timeline/"],
        bob: [
            "/people/",
            f"/teams/{team.pk}/",
            f"/teams/{team.pk}/?reason=new",
            f"/teams/{team.pk}/members/",
            f"/teams/{team.pk}/members/invite/",
            f"/teams/{team.pk}/settings/",
            f"/teams/{team.pk}/quality/",
            f"{course.home}results/add/",
            f"{course.home}results/{course.latest}/",
            f"{course.home}visits/",
        ],
    }


@every_view()
def test_every_page_is_accessible(
    open_page: OpenPage, sign_in: SignIn, problems_of: Check, pages: dict[User, list[str]], view: View
) -> None:
    wrong: dict[str, list[str]] = {}
    page = open_page(view)
    for user, addresses in pages.items():
        sign_in(page, user)
        for address in addresses:
            page.goto(address)
            page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
            problems = problems_of(page)
            problems += ["scrolls sideways"] if is_sideways(page) else []
            problems += ["has not one heading"] if page.locator("h1").count() != 1 else []
            if problems:
                wrong[f"{user.email} {address}"] = problems
    assert wrong == {}
