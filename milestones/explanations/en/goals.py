"""Goals and times: the guideline's standings, the first year, the next test, and the conditions before a stop."""

from __future__ import annotations

from milestones.clinical.guidelines.loader import Standing, TimePoint
from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.remission import Condition, ConditionState
from milestones.clinical.schedule import DueReason
from milestones.explanations.catalogue import Text

STANDINGS: dict[Standing, Text] = {
    Standing.AT_GOAL: Text(
        "At the goal for this time",
        "Your result is at the goal that the guideline gives for this time in treatment.",
        "Optimal",
        "Optimal (ELN 2020), favourable (ELN 2025) or sensitive (NCCN). Continue monitoring as planned.",
    ),
    Standing.NOT_YET: Text(
        "Not yet at the goal: talk this through",
        "Your result is not yet at the goal for this time. The guideline asks teams to follow such a result closely. "
        "Talk it through with your team.",
        "Warning",
        "Warning (ELN 2020 and 2025) or possible resistance (NCCN). Monitor more closely; review adherence and "
        "interactions.",
        ("I am not yet at the goal for this time. What could be the reason?", "How closely will we follow this?"),
    ),
    Standing.ABOVE_GOAL: Text(
        "Above the goal: talk with your team soon",
        "The guideline asks teams to look into a result like this soon. They often begin with a repeat test and look "
        "for the reason. Call your team, and do not wait for the next planned visit.",
        "Failure",
        "Failure (ELN 2020), unfavourable (ELN 2025) or resistant (NCCN). Confirm; review adherence and interactions; "
        "test for resistance mutations.",
        ("I am above the goal for this time. What could be the reason?", "What are the next steps, and how soon?"),
    ),
    Standing.NONE: Text(
        "No goal for this time",
        "The guideline gives no goal for this result at this time. The level and the change still tell you something.",
        "Not judged",
        "No verdict: outside a time point, or level or time do not allow one.",
    ),
}

TIME_POINTS: dict[TimePoint, Text] = {
    TimePoint.BASELINE: Text(
        "At the beginning",
        "This test is from the time when treatment began.",
        "Baseline",
        "Up to day 7 of the current line.",
    ),
    TimePoint.MONTH_3: Text(
        "3 months",
        "This test is from about 3 months into treatment.",
        "3 months",
        "Day 70 to 126 of the current line.",
    ),
    TimePoint.MONTH_6: Text(
        "6 months",
        "This test is from about 6 months into treatment.",
        "6 months",
        "Day 152 to 213 of the current line.",
    ),
    TimePoint.MONTH_12: Text(
        "12 months",
        "This test is from about 12 months into treatment.",
        "12 months",
        "Day 335 to 426 of the current line.",
    ),
    TimePoint.AFTER: Text(
        "After the first year",
        "The goal after the first year counts for this test.",
        "After 12 months",
        "From day 427 of the current line, or at any time where MMR was held at the switch.",
    ),
    TimePoint.NONE: Text(
        "No time with a goal",
        "The guideline gives no goal for the time of this test.",
        "No time point",
        "Outside the windows of the time points, or no treatment recorded.",
    ),
    TimePoint.OFF_TREATMENT: Text(
        "After stopping treatment",
        "This test is from the time after treatment was stopped.",
        "Off treatment",
        "After the recorded stop; no milestone applies.",
    ),
}

YEAR_ONE: dict[YearOneStatus, Text] = {
    YearOneStatus.NO_TREATMENT: Text(
        "Your first year of treatment",
        "Add your medicine and the day of your first dose. Then you can see the goal for month 12 here.",
        "No treatment recorded",
        "MMR at 12 months cannot be assessed without a first dose.",
    ),
    YearOneStatus.KEPT: Text(
        "Response kept",
        "You had MMR when this medicine began. The goal is to stay at 0.1% or lower.",
        "Response kept at change of line",
        "MMR was held at the switch; MMR at 12 months does not apply to this line.",
    ),
    YearOneStatus.REACHED: Text(
        "MMR reached in month {month}",
        "You reached 0.1% or lower on {reached_date}. At the 12-month test: {held}. "
        "MMR in year one is linked to a low chance of losing it and a high chance of going deeper.",
        "MMR in month {month}",
        "First ≤ 0.1% IS on {reached_date} (month {month}); at the 12-month test: {held}.",
        ("I reached MMR in the first year. What is the next goal for me?",),
    ),
    YearOneStatus.REACHED_LATER: Text(
        "MMR reached in month {month}",
        "You reached 0.1% or lower on {reached_date}, after the first year. The goal now is to stay there.",
        "MMR in month {month}, after 12 months",
        "First ≤ 0.1% IS on {reached_date} (month {month}), later than the 12-month milestone.",
        ("I have reached MMR. What is the next goal for me?",),
    ),
    YearOneStatus.WAITING: Text(
        "Month {month} of 12",
        "The goal is 0.1% or lower (MMR) by {goal_date}. Time left: {months_left}. "
        "MMR in year one is linked to a low chance of losing it and a high chance of going deeper.",
        "No MMR yet, month {month} of 12",
        "12-month milestone (≤ 0.1% IS) on {goal_date}. Time left: {months_left}.",
    ),
    YearOneStatus.NOT_REACHED: Text(
        "MMR not reached in the first year",
        "The first year ended without a result at 0.1% or lower. Some people reach it later. Talk with your team about "
        "what your results mean for you.",
        "MMR not reached by 12 months",
        "No value ≤ 0.1% IS by the 12-month milestone. See the verdict for warning or failure.",
        ("I did not reach MMR in the first year. What does that mean for me?",),
    ),
}

DUE_REASONS: dict[DueReason, Text] = {
    DueReason.FIRST_TEST: Text(
        "First test on treatment",
        "The first test usually comes {interval} after the first dose.",
        "First test on treatment",
        "{interval} after the first dose.",
        ("When is my first test, and what do we hope to see?",),
    ),
    DueReason.EVERY_3_MONTHS: Text(
        "Next test",
        "The next test usually comes {interval} after the last one.",
        "Until MMR holds",
        "{interval} after the last test, until MMR holds on two tests.",
        ("When is my next test, and what do we hope to see?",),
    ),
    DueReason.MMR_HOLDS: Text(
        "Next test",
        "Your last two tests show MMR. So the next one is planned {interval} after the last.",
        "MMR holds",
        "{interval} after the last test; every 3 to 6 months once MMR holds.",
        ("How often will we test from now on?",),
    ),
    DueReason.AFTER_STOPPING: Text(
        "Next test after stopping",
        "After treatment is stopped, tests follow a plan. The next one usually comes {interval} after the last.",
        "Monitoring after stopping",
        "{interval} later. Schedule: monthly for 6 months, 2-monthly to month 12, then 3-monthly.",
        ("How soon do I hear about each result, and from whom?",),
    ),
    DueReason.REPEAT: Text(
        "Ask about a repeat test",
        "Your last result rose. Ask your team when to repeat the test. The date above is the usual one.",
        "Repeat after a rise",
        "Last result rose. By the usual plan {interval} after the last test at the latest.",
        ("My result rose. When will we repeat the test?",),
    ),
    DueReason.NO_TREATMENT: Text(
        "No test planned yet",
        "Add your medicine and the day of your first dose. Then you can see here when the next test is due.",
        "No treatment recorded",
        "No schedule without a recorded first dose.",
    ),
}

CONDITIONS: dict[Condition, Text] = {
    Condition.TREATED_3_YEARS: Text(
        "At least 3 years of treatment",
        "One published list (NCCN) names this. Your team looks at it together with much else.",
        "Treatment for at least 3 years (NCCN)",
        "Time on treatment, all lines together, as recorded.",
    ),
    Condition.TREATED_LONG_ENOUGH_FOR_MEDICINE: Text(
        "Long enough on your kind of medicine",
        "One published list (ELN) names over 5 years of imatinib. It names over 4 years of dasatinib, nilotinib or "
        "bosutinib.",
        "> 5 years imatinib or > 4 years second-generation TKI (ELN)",
        "Time on each kind of medicine, as recorded.",
    ),
    Condition.MR4_HELD: Text(
        "A deep response that has held for over 2 years",
        "This asks for MR4 or deeper for more than 2 years. It takes at least 4 tests, each at least 3 months apart.",
        "MR4 held > 2 years",
        "Latest unbroken run of MR4 or deeper: > 2 years, on at least 4 tests at least 3 months apart.",
    ),
    Condition.CHRONIC_PHASE: Text(
        "Chronic phase",
        "The steady form of CML is called chronic phase. Your team can tell you if yours is and always was.",
        "Chronic phase",
        "Phase on record.",
    ),
    Condition.NO_RESISTANCE: Text(
        "No resistance",
        "Resistance means that a medicine did not work well enough on the CML. Your team knows if this was ever found.",
        "No resistance",
        "No resistance on record.",
    ),
}

CONDITION_STATES: dict[ConditionState, Text] = {
    ConditionState.MET: Text(
        "Met",
        "Your record shows this.",
        "Met",
        "Met by what is recorded.",
    ),
    ConditionState.NOT_MET: Text(
        "Not met",
        "Your record does not show this at present.",
        "Not met",
        "Not met by what is recorded.",
    ),
    ConditionState.NOT_RECORDED: Text(
        "Not recorded",
        "Your record holds nothing about this. Your team may know more.",
        "Not recorded",
        "Nothing recorded to tell by.",
    ),
}
