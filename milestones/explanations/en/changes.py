"""Is it a change? The one sentence for it, and what a result means in its course."""

from __future__ import annotations

from milestones.clinical.course import CourseFlag
from milestones.clinical.trends import ChangeKind
from milestones.explanations.catalogue import Text

CHANGES: dict[ChangeKind, Text] = {
    ChangeKind.FIRST: Text(
        "First result",
        "This is the first result, so there is nothing to compare it with yet. The next test will show where it goes.",
        "First result",
        "No earlier result to compare with.",
    ),
    ChangeKind.STEADY: Text(
        "About the same",
        "Your result is about the same as the one before. Small ups and downs are part of the test.",
        "Stable",
        "Change below 0.3 log, or within what the reported bounds allow.",
    ),
    ChangeKind.WITHIN_TEST: Text(
        "Too small a change to tell",
        "Your result before this was {before} ({before_date}). The test itself can vary by this much, so "
        "this may be no real change.",
        "Within assay variation",
        "0.3 to below 0.5 log from {before} ({before_date}): within assay variation.",
    ),
    ChangeKind.ONE_RISE: Text(
        "One rise: wait for the next test",
        "Your result before this was {before} ({before_date}), and this one is clearly higher. One rise alone does not "
        "make a trend. A repeat test is usual, so ask your team when.",
        "One rise of at least 0.5 log",
        "Rise of at least 0.5 log from {before} ({before_date}), once. Repeat to confirm.",
        ("My result went up once. When will we test again?",),
    ),
    ChangeKind.TWO_IN_A_ROW: Text(
        "Two rises or more in a row",
        "Your result rose at two tests in a row, or more. Before this it was {before} ({before_date}). Talk to your "
        "team about why, and about the next test.",
        "Two consecutive rises",
        "Two consecutive rises, at least 0.5 log in all; last {before} ({before_date}). Review adherence and "
        "interactions; repeat.",
        ("My result rose twice in a row. What could be the reason?", "When will we test again?"),
    ),
    ChangeKind.CLEAR_RISE: Text(
        "A clear rise: tell your team",
        "Your result before this was {before} ({before_date}). This one is at least 10 times higher. Tell your team, "
        "even if your level is still low.",
        "Rise of at least 1.0 log",
        "Rise of at least 1.0 log from {before} ({before_date}), at any level. Repeat; review adherence and "
        "interactions.",
        ("My result is at least 10 times higher. What could be the reason?", "When will we test again?"),
    ),
    ChangeKind.JUST_ABOVE_LINE: Text(
        "Just above the line: a repeat is usual",
        "Your result before this was {before} ({before_date}). This one is just above 0.1%, within what the test can "
        "tell. A repeat test is usual.",
        "Just above 0.1%, within assay variation",
        "Crosses 0.1% upward by less than 0.5 log from {before} ({before_date}): repeat.",
        ("My result is just above 0.1%. When will we repeat the test?",),
    ),
    ChangeKind.FALLING: Text(
        "Going down",
        "Your result before this was {before} ({before_date}). This one is clearly lower.",
        "Falling",
        "Fall of at least 0.5 log from {before} ({before_date}).",
    ),
    ChangeKind.CANNOT_COMPARE: Text(
        "Cannot be compared",
        "This result cannot be compared with the one before. Another laboratory, another scale or a missing number can "
        "be the cause. So we do not call it a rise or a fall.",
        "Cannot be compared",
        "Laboratory, method, scale or specimen differ, or bounds overlap. Between laboratories, differences below 0.7 "
        "log are not interpretable.",
        ("Can the same laboratory do my tests each time?",),
    ),
    ChangeKind.NOT_DEEP_ENOUGH: Text(
        "Not deep enough to say",
        "The test found none of the CML gene. We cannot tell how deep the sample was, or it was not deep enough. So it "
        "shows neither a rise nor a fall.",
        "Sample not deep enough to say",
        "Undetectable without sufficient or known depth; neither a rise nor a fall.",
        ("How deep was my sample, and when is the next test?",),
    ),
    ChangeKind.NO_RESULT: Text(
        "No result to compare",
        "The laboratory gave no result for this sample. So there is nothing to compare.",
        "No result",
        "No result was reported; not part of the series.",
        ("The laboratory gave no result. Do I need a new blood test?",),
    ),
}

FLAGS_OF_COURSE: dict[CourseFlag, Text] = {
    CourseFlag.MMR_REACHED: Text(
        "MMR reached",
        "With this result you have reached 0.1% or lower. That is a major molecular response (MMR), the main "
        "milestone.",
        "MMR reached",
        "First value ≤ 0.1% IS on this treatment, or the first since MMR was lost.",
        ("I have reached MMR. What is the next goal for me?",),
    ),
    CourseFlag.POSSIBLE_LOSS_OF_MMR: Text(
        "Above 0.1% once: a repeat test is usual",
        "You were at 0.1% or lower (MMR), and this result is above it. One result alone does not settle it. "
        "A repeat test is usual.",
        "Possible loss of MMR",
        "First value > 0.1% IS after MMR: possible loss. Repeat the test to confirm.",
        ("My result is above 0.1% again. When will we repeat the test?",),
    ),
    CourseFlag.CONFIRMED_LOSS_OF_MMR: Text(
        "Above 0.1% twice in a row",
        "You had MMR, and two results in a row are now above 0.1%. The medical term is loss of MMR. "
        "Talk with your team soon about why, and about what comes next.",
        "Confirmed loss of MMR",
        "Second consecutive value > 0.1% IS after MMR: loss of MMR confirmed.",
        ("Two results are above 0.1%. What could be the reason?", "Which tests come next?"),
    ),
    CourseFlag.RESTART_TRIGGER: Text(
        "Above 0.1% after stopping: contact your team now",
        "This result is above 0.1%, and you are off treatment. Your team knows that this can happen, and what to do. "
        "Call them now and do not wait for the next visit.",
        "Loss of MMR after stopping",
        "> 0.1% IS off treatment: loss of MMR. One value is enough; act promptly.",
        ("My result is above 0.1% after stopping. What happens now, and how soon?",),
    ),
    CourseFlag.OTHER_RESULT_ANSWERS: Text(
        "Another test counts for this time",
        "You had more than one test around this time. The one closest to the planned day is held against the goal.",
        "Another result answers this time point",
        "Another result in this window lies nearer the nominal day and answers the time point.",
    ),
    CourseFlag.CONFIRMED_BY_SECOND: Text(
        "Seen again in a second test",
        "A second test, 1 to 3 months apart from the first, was also above the goal. So the guideline takes it "
        "as confirmed.",
        "Confirmed by a second result",
        "A second result 1 to 3 months after the first lies in the same band and confirms the verdict.",
        ("Two tests were above the goal. What are the next steps?",),
    ),
    CourseFlag.RESPONSE_KEPT: Text(
        "Response kept at the switch",
        "You had MMR when this medicine began. So the goal from then on is 0.1% or lower, at any time.",
        "Response kept at change of line",
        "MMR was held at the switch; judged by the row for after 12 months.",
    ),
    CourseFlag.NEAR_A_BREAK: Text(
        "Near a break in treatment",
        "This test falls in a break of 14 days or more, or within 3 months after it. A break can raise a result for a "
        "while. Tell your team about the break if they do not know.",
        "Near a break in treatment",
        "Within, or up to 3 months after, a break of at least 14 days; interpret with care.",
        ("Can my break in treatment explain this result?",),
    ),
}
