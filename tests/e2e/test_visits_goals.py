"""Visits, questions and own goals in a real browser: with a script, without one, and with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Patient, User
from milestones.models import PersonalGoal, Visit, VisitQuestion
from milestones.services.entries import personal_goals, visits
from tests.cast import answer_question, ask_question, owner, record, record_visit, set_goal, treat
from tests.e2e.conftest import OpenPage, View, every_view
from tests.e2e.course import is_sideways, send
from tests.e2e.steps import Check, ago, fill_date, today
from tests.e2e.test_journey import tab_to

SAVE = "main form button[type=submit]:text-is('Save')"
LONG = "Whatabout" * 8


@pytest.fixture
def full(alices_record: Patient) -> Patient:
    """Return a record with something in every part of both pages, long words included."""
    treat(alices_record, ago(20))
    for months, text in ((17, "9 %"), (11, "0.09 %"), (8, "0.05 %"), (1, "0.3 %")):
        record(alices_record, text, ago(months))
    by = owner(alices_record)
    record_visit(alices_record, today() + timedelta(days=9), whom="CML clinic, Dr Example")
    record_visit(alices_record, today() + timedelta(days=40))
    past = [record_visit(alices_record, ago(months), whom="Ward 3", notes=f"Said. {LONG}") for months in range(1, 6)]
    visits.withdraw(patient=alices_record, row_id=record_visit(alices_record, ago(9)).pk, version=1, by=by)
    for number in range(10):
        ask_question(alices_record, f"Question {number}? {LONG}", place=3 if number < 3 else None)
    for number in range(5):
        answer_question(ask_question(alices_record, f"Old {number}?"), f"Yes. {LONG}", ago(1), past[0])
    for number in range(7):
        set_goal(alices_record, f"Goal {number} {LONG}", kind="work" if number % 2 else "matters")
    set_goal(alices_record, kind="level", level="MMR", by_on=today() + timedelta(days=90))
    set_goal(alices_record, kind="stay", level="MR4")
    set_goal(alices_record, "To talk about it", kind="stopping")
    mistake = set_goal(alices_record, "By mistake")
    personal_goals.withdraw(patient=alices_record, row_id=mistake.pk, version=1, by=by)
    return alices_record


def pages_of(patient: Patient) -> dict[str, str]:
    home = f"/records/{patient.pk}/"
    question = VisitQuestion.objects.filter(patient=patient, answered_on=None, rank=None).latest("created_at")
    answered = VisitQuestion.objects.filter(patient=patient, answered_on__isnull=False).latest("created_at")
    goal = PersonalGoal.objects.filter(patient=patient, kind="level").latest("created_at")
    return {
        "home": home,
        "visits": f"{home}visits/",
        "form of a visit": f"{home}visits/add/",
        "a visit": f"{home}visits/{Visit.objects.filter(patient=patient).latest('visit_on').pk}/",
        "form of a question": f"{home}questions/add/",
        "a question": f"{home}questions/{question.pk}/",
        "an answer": f"{home}questions/{answered.pk}/answer/",
        "my goals": f"{home}my-goals/",
        "form of a level": f"{home}my-goals/add/level/",
        "form about stopping": f"{home}my-goals/add/stopping/",
        "a goal": f"{home}my-goals/{goal.pk}/",
    }


def look_at_all(page: Page, patient: Patient) -> Iterator[str]:
    """Lead the browser to each page with everything open, and to the forms with errors; yield what each is."""
    for name, address in pages_of(patient).items():
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        yield name
        if name.startswith("form"):
            send(page, SAVE)
            expect(page.locator("#error-summary")).to_be_visible()
            yield f"{name}, with errors"


@pytest.fixture
def problems_of(axe: Check, csp_violations: Check, foreign_requests: Check) -> Check:
    """Return a function that lists what is wrong with the page that is open now."""
    return lambda page: [*axe(page), *csp_violations(page), *foreign_requests(page)]


@every_view()
def test_every_page_is_accessible(
    open_page: OpenPage,
    sign_in: Callable[[Page, User], None],
    problems_of: Check,
    alice: User,
    charlie: User,
    full: Patient,
    view: View,
) -> None:
    page = open_page(view)
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        problems = problems_of(page)
        problems += ["scrolls sideways"] if is_sideways(page) else []
        problems += ["has not one heading"] if page.locator("h1").count() != 1 else []
        if problems:
            wrong[name] = problems

    sign_in(page, charlie)
    for name in ("", "visits/", "my-goals/"):
        page.goto(f"/records/{charlie.patient.pk}/{name}")
        look(f"empty {name}")
    sign_in(page, alice)
    for name in look_at_all(page, full):
        look(name)
    assert wrong == {}


def test_nothing_scrolls_sideways_at_320_and_targets_are_large(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, full: Patient
) -> None:
    page = open_page(View(320, "light"))
    sign_in(page, alice)
    wide, small = [], []
    for name in look_at_all(page, full):
        if is_sideways(page):
            wide.append(name)
        small += page.evaluate(
            """() => [...document.querySelectorAll(".btn, select, input, .link-row a, summary")]
              .filter((node) => !["hidden", "radio", "checkbox"].includes(node.type))
              .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 43.5)
              .map((node) => `${document.title}: ${node.outerHTML.slice(0, 120)}`)"""
        )
    assert wide == []
    assert small == []


def test_no_two_buttons_of_a_line_overlap(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, full: Patient
) -> None:
    for width in (320, 360, 1280):
        page = open_page(View(width, "light"))
        sign_in(page, alice)
        for name in ("visits", "my goals"):
            page.goto(pages_of(full)[name])
            overlapping = page.evaluate(
                """() => [...document.querySelectorAll(".inside-line .actions")].flatMap((line) => {
                  const boxes = [...line.querySelectorAll(".btn")].map((node) => node.getBoundingClientRect());
                  return boxes.flatMap((one, at) => boxes.slice(at + 1).filter((other) =>
                    one.left < other.right - 1 && other.left < one.right - 1 &&
                    one.top < other.bottom - 1 && other.top < one.bottom - 1).map(() => line.innerText));
                })"""
            )
            assert overlapping == [], f"{name} at {width}"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_a_visit_to_its_answers(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient, javascript: bool
) -> None:
    page = open_page(View(360, "light"), javascript=javascript)
    sign_in(page, alice)
    home = f"/records/{alices_record.pk}/"
    page.goto(home)
    page.get_by_role("link", name="Visits and questions").click()
    expect(page.locator("main")).to_contain_text("No next visit yet")

    # A time that cannot be read is asked about, and what was typed stays.
    page.get_by_role("link", name="Add a visit").click()
    fill_date(page, "on", today() + timedelta(days=20))
    page.locator("[name=at_time]").fill("9")
    page.locator("[name=with_whom]").fill("CML clinic")
    send(page, SAVE)
    expect(page.locator("#error-summary")).to_contain_text("Type hours and minutes")
    expect(page.locator("[name=with_whom]")).to_have_value("CML clinic")
    page.locator("[name=at_time]").fill("9.30 am")
    send(page, SAVE)
    expect(page.locator("main")).to_contain_text("at 9:30")

    # One written, two taken from the suggestions; all three chosen, the last one moved up.
    page.get_by_role("link", name="Write a question").click()
    page.locator("[name=words]").fill("Can I travel?")
    send(page, SAVE)
    for _ in range(2):
        page.get_by_role("button", name=re.compile("^Take into my list")).first.click()
        expect(page.locator(".notice").first).to_contain_text("The question is in your list.")
    for _ in range(3):
        page.get_by_role("button", name=re.compile("^Add to my top three")).first.click()
        expect(page.locator(".notice").first).to_contain_text("Your top three are saved.")
    lines = page.locator("ol.inside-line > li")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("1. Can I travel?")
    last = lines.nth(2).locator("p").inner_text().removeprefix("3. ")
    page.get_by_role("button", name=f"Move up {last}").click()
    expect(lines.nth(1)).to_contain_text(f"2. {last}")
    page.goto(home)
    expect(page.locator("main")).to_contain_text("My top three questions")
    expect(page.locator(".asks li")).to_have_count(3)

    # Afterwards: the answer.
    page.goto(f"{home}visits/")
    page.get_by_role("link", name="Answer Can I travel?").click()
    page.locator("[name=answer]").fill("Yes, with a letter.")
    send(page, SAVE)
    expect(page.locator("main")).to_contain_text("Yes, with a letter.")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text(f"1. {last}")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_from_what_matters_to_a_goal_that_is_reached(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, full: Patient, javascript: bool
) -> None:
    PersonalGoal.objects.all().delete()
    page = open_page(View(360, "dark"), javascript=javascript)
    sign_in(page, alice)
    page.goto(f"/records/{full.pk}/my-goals/")
    page.get_by_role("link", name="Write down what matters").click()
    page.locator("[name=words]").fill("To run again")
    send(page, SAVE)
    expect(page.locator("main")).to_contain_text("To run again")
    page.get_by_role("link", name="A level by a date").click()
    page.locator("[name=level][value='MR4']").check()
    fill_date(page, "by", today() + timedelta(days=200))
    page.locator("[name=is_with_team]").check()
    send(page, SAVE)
    expect(page.locator("main")).to_contain_text("Not reached yet: 6 months left.")
    page.get_by_role("link", name="Work or school").click()
    page.locator("[name=words]").fill("Four days a week")
    send(page, SAVE)
    page.get_by_role("button", name="Reached Four days a week").click()
    expect(page.locator("summary", has_text="Reached or set aside (1)")).to_be_visible()


def test_keyboard_alone_chooses_and_moves_a_question(
    open_page: OpenPage, sign_in: Callable[[Page, User], None], alice: User, alices_record: Patient
) -> None:
    page = open_page(View(360, "light"))
    sign_in(page, alice)
    ask_question(alices_record, "First?", place=1)
    ask_question(alices_record, "Second?")
    page.goto(f"/records/{alices_record.pk}/visits/")
    tab_to(page, "ul.inside-line button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("ol.inside-line > li")).to_have_count(2)
    tab_to(page, "ol.inside-line button:has(use[href='#i-up'])")
    page.keyboard.press("Enter")
    expect(page.locator("ol.inside-line > li").first).to_contain_text("1. Second?")
