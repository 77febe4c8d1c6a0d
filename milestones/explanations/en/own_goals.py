"""A person's own goals of a level, and what a record gives reason to ask about."""

from __future__ import annotations

from milestones.clinical.goals import GoalProgress
from milestones.clinical.visit_topics import VisitTopic
from milestones.explanations.catalogue import Text

PROGRESS: dict[GoalProgress, Text] = {
    GoalProgress.REACHED: Text(
        "Reached on {reached_date}",
        "Your result of {reached_date} was at {level}. That was in time for {by_date}.",
        "Reached on {reached_date}",
        "First sample at {level} on {reached_date}, by the day agreed ({by_date}).",
    ),
    GoalProgress.REACHED_LATER: Text(
        "Reached on {reached_date}",
        "Your result of {reached_date} was at {level}. The day you had chosen was {by_date}.",
        "Reached on {reached_date}, after the day agreed",
        "First sample of the present run at {level} on {reached_date}; the day agreed was {by_date}.",
    ),
    GoalProgress.REACHED_ONCE: Text(
        "First reached on {reached_date}",
        "Your result of {reached_date} was at {level}. Your latest one, of {latest_date}, is above it. Talk it through "
        "with your team.",
        "Reached on {reached_date}, above it since",
        "First sample at {level} on {reached_date}; the latest, of {latest_date}, is above it.",
    ),
    GoalProgress.WAITING: Text(
        "Not reached yet: {time_left}",
        "No result has been at {level} so far. There is time until {by_date}.",
        "Not reached yet: {time_left}",
        "No sample at {level} so far; the day agreed is {by_date}.",
    ),
    GoalProgress.DAY_PASSED: Text(
        "The day has passed",
        "No result has been at {level} so far. Some people get there later. You and your team can choose another day.",
        "Not reached by the day agreed",
        "No sample at {level} by {by_date}.",
    ),
    GoalProgress.HELD: Text(
        "Held since {reached_date}",
        "Every result since {reached_date} that can tell was at {level}. The latest one is of {latest_date}.",
        "Held since {reached_date}",
        "Unbroken run at {level} from {reached_date} to {latest_date}; results that leave it open not counted.",
    ),
    GoalProgress.NOT_THERE_YET: Text(
        "Not reached yet",
        "No result has been at {level} so far. The latest one is of {latest_date}.",
        "Not reached yet",
        "No sample at {level}; latest {latest_date}.",
    ),
    GoalProgress.NOT_NOW: Text(
        "Held until {last_date}",
        "Your latest result, of {latest_date}, is above {level}. The last one there was of {last_date}. Talk it "
        "through with your team.",
        "Held until {last_date}",
        "Latest sample ({latest_date}) above {level}; last sample at that level on {last_date}.",
    ),
    GoalProgress.NO_RESULT: Text(
        "No result to tell by yet",
        "This goal is about the International Scale. None of your results so far can tell where it stands.",
        "Cannot be told yet",
        "No judgeable result on the International Scale that decides on this level.",
        ("Does my laboratory report on the International Scale?",),
    ),
}

TOPICS: dict[VisitTopic, Text] = {
    VisitTopic.NO_FIRST_DOSE: Text(
        "The day of your first dose is not written down",
        "The goals are counted from that day. Your team knows it.",
        "No first dose recorded",
        "The patient's record holds no line of treatment.",
        ("On which day was my first dose?", "Which goals are planned for my first year?"),
    ),
    VisitTopic.TEST_OVERDUE: Text(
        "The usual day of your next test has passed",
        "The day was more than two weeks ago, and no newer result is written down.",
        "Next test overdue",
        "More than 14 days past the usual day, no newer result recorded.",
        ("The usual day of my test has passed. When is the next one?",),
    ),
    VisitTopic.BREAK_GOES_ON: Text(
        "You have written down a break that goes on",
        "Your team can tell you what comes next, and when blood is tested.",
        "In a break of treatment",
        "A break without an end, or with a later end, is recorded.",
        ("I am in a break. What comes next, and when do we test?",),
    ),
    VisitTopic.RECENT_BREAK: Text(
        "You had a break in the last 3 months",
        "A break can raise a result for a while. Your team can tell you what it means for the next test.",
        "A break in the last 3 months",
        "A recorded break ended within the last 92 days.",
        ("I had a break. What does it mean for my next test?",),
    ),
    VisitTopic.FIRST_VISIT: Text(
        "No result is written down yet",
        "You can ask for your reports, and for what they say.",
        "No result recorded",
        "The patient's record holds no result.",
        ("Can I have a copy of each laboratory report?", "Does my laboratory report on the International Scale?"),
    ),
}
