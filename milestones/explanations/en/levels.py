"""Levels, why there is one or none, and what is shown beside it."""

from __future__ import annotations

from milestones.clinical.levels import LevelFlag, LevelReason, ResponseLevel
from milestones.explanations.catalogue import Text

LEVELS: dict[ResponseLevel, Text] = {
    ResponseLevel.ABOVE_10: Text(
        "Above 10%",
        "It is more than 10% on the International Scale. Before treatment, most people are above 10%.",
        "> 10% IS",
        "BCR::ABL1 > 10% IS: above the limit of an early molecular response.",
    ),
    ResponseLevel.MR1: Text(
        "10% or lower (MR1)",
        "It is 10% or lower on the International Scale. Reaching this by 3 months is called an early molecular "
        "response.",
        "MR1 (≤ 10% IS)",
        "BCR::ABL1 ≤ 10% IS; early molecular response when reached by 3 months.",
    ),
    ResponseLevel.MR2: Text(
        "1% or lower (MR2)",
        "It is 1% or lower on the International Scale. The line for MMR is 0.1%.",
        "MR2 (≤ 1% IS)",
        "BCR::ABL1 ≤ 1% IS, roughly equal to a complete cytogenetic response.",
    ),
    ResponseLevel.MMR: Text(
        "Major molecular response (MMR)",
        "It is 0.1% or lower on the International Scale. This is the main milestone of treatment.",
        "MMR (MR3, ≤ 0.1% IS)",
        "BCR::ABL1 ≤ 0.1% IS: major molecular response.",
    ),
    ResponseLevel.MR4: Text(
        "Deep molecular response (MR4)",
        "It is 0.01% or lower on the International Scale. A deep response begins here.",
        "MR4 (≤ 0.01% IS)",
        "BCR::ABL1 ≤ 0.01% IS, or undetectable with at least 10,000 ABL1 or 24,000 GUSB copies.",
        ("What does a deep response mean for me in the long run?",),
    ),
    ResponseLevel.MR4_5: Text(
        "Deep molecular response (MR4.5)",
        "It is 0.0032% or lower on the International Scale. This is a step deeper than MR4.",
        "MR4.5 (≤ 0.0032% IS)",
        "BCR::ABL1 ≤ 0.0032% IS, or undetectable with at least 32,000 ABL1 or 77,000 GUSB copies.",
        ("What does a deep response mean for me in the long run?",),
    ),
    ResponseLevel.MR5: Text(
        "Deep molecular response (MR5)",
        "It is 0.001% or lower on the International Scale. Few tests can see lower than this.",
        "MR5 (≤ 0.001% IS)",
        "BCR::ABL1 ≤ 0.001% IS, or undetectable with at least 100,000 ABL1 or 240,000 GUSB copies.",
        ("What does a deep response mean for me in the long run?",),
    ),
    ResponseLevel.OWN_BELOW_3_LOG: Text(
        "Less than 3-log below your own starting level",
        "It is less than 1,000 times lower than your own level before treatment. The guideline sets no goals for "
        "results counted this way.",
        "< 3-log below own baseline",
        "Less than 1,000-fold below the patient's own baseline. Not on the IS; no guideline milestone.",
        ("My result is not on the International Scale. How do you judge it?",),
    ),
    ResponseLevel.OWN_3_LOG: Text(
        "3-log below your own starting level",
        "It is at least 1,000 times lower than your own level before treatment. The guideline sets no goals for "
        "results counted this way.",
        "3-log below own baseline",
        "At least 1,000-fold below the patient's own baseline. Not on the IS and not MMR; no guideline milestone.",
        ("My result is not on the International Scale. How do you judge it?",),
    ),
    ResponseLevel.OWN_4_LOG: Text(
        "4-log below your own starting level",
        "It is at least 10,000 times lower than your own level before treatment. The guideline sets no goals for "
        "results counted this way.",
        "4-log below own baseline",
        "At least 10,000-fold below the patient's own baseline. Not on the IS and not MR4; no guideline milestone.",
        ("My result is not on the International Scale. How do you judge it?",),
    ),
    ResponseLevel.NOT_EVALUABLE: Text(
        "No level for this result",
        "This result cannot be given a level. Your team or the laboratory may be able to tell you more.",
        "Not evaluable",
        "No molecular response level can be assigned to this result.",
        ("Why does this result have no level, and what would help?",),
    ),
}

REASONS: dict[LevelReason, Text] = {
    LevelReason.BY_VALUE: Text(
        "From the number on your report",
        "The level comes from the number on your report, as printed.",
        "By value",
        "Classed by the printed value, without rounding.",
    ),
    LevelReason.BY_BOUND: Text(
        "From a limit on your report",
        "Your report gives a limit and not an exact number. The level holds for every number that this limit allows.",
        "By bound",
        "Classed by the reported bound; the level holds for every value within it.",
    ),
    LevelReason.BY_DETECTION_LIMIT: Text(
        "From the least that the test could see",
        "The test found none of the CML gene. So the level comes from the least that the test could have seen.",
        "By limit of detection",
        "Undetectable; classed by the stated limit of detection as an upper bound.",
    ),
    LevelReason.BY_COPIES: Text(
        "From how deep the sample was",
        "The test found none of the CML gene. The count of control-gene copies tells how deep the sample was. "
        "The level goes no deeper than that.",
        "By control-gene copies",
        "Undetectable; classed by the number of control-gene copies (Cross 2015).",
    ),
    LevelReason.CAPPED_BY_COPIES: Text(
        "Held at what the sample can show",
        "The number alone would give a deeper level. The sample held too few copies of the control gene to be sure of "
        "it. So the level stays at what the sample can show.",
        "Capped by control-gene copies",
        "The value alone would class deeper; control-gene copies do not support it (Cross 2015).",
        ("Did my sample hold enough control-gene copies to show a deeper level?",),
    ),
    LevelReason.STATED_BY_LABORATORY: Text(
        "As stated by the laboratory",
        "The level is the one that the laboratory printed on your report.",
        "As stated by the laboratory",
        "Level as printed by the laboratory; no value to class it by.",
    ),
    LevelReason.OWN_BASELINE: Text(
        "Counted from your own starting level",
        "The level counts down from your own result before treatment. The same laboratory made both tests.",
        "By own baseline",
        "Fold reduction from the patient's own pre-treatment value, same laboratory and method.",
    ),
    LevelReason.SCALE_UNKNOWN: Text(
        "Scale not known, so no level",
        "The levels hold only on the International Scale (IS). We do not know if your result is on it. "
        "Look for “IS” on the report, or ask the laboratory.",
        "Not evaluable: scale unknown",
        "It is not recorded whether the result is on the International Scale.",
        ("Is my result on the International Scale?",),
    ),
    LevelReason.SCALE_CONTRADICTION: Text(
        "Two answers on the scale, so no level",
        "The report says one thing about the International Scale (IS), and your answer says another. "
        "Look at the report again and correct the answer. If you are not sure, ask the laboratory.",
        "Not evaluable: scale contradicts",
        "The scale printed in the report text contradicts the scale that was entered.",
        ("Is my result on the International Scale?",),
    ),
    LevelReason.TRANSCRIPT_UNKNOWN: Text(
        "Type of gene not known, so no level",
        "The levels hold only for the most common type of BCR::ABL1 (p210). Your record does not say which type you "
        "have. Your team can tell you.",
        "Not evaluable: transcript unknown",
        "The transcript type is not recorded; the IS is valid for e13a2 and e14a2 (p210) only.",
        ("Which type of BCR::ABL1 do I have?",),
    ),
    LevelReason.NO_OWN_BASELINE: Text(
        "Nothing to compare with, so no level",
        "This result has no place on the International Scale. Your own result from before treatment would help, if the "
        "same laboratory made it. Ask your team if they have one.",
        "Not evaluable: no own baseline",
        "Not on the IS, and no pre-treatment value is recorded. The laboratory's conversion factor would also help.",
        ("Do you have my result from before treatment, from the same laboratory?",),
    ),
    LevelReason.BASELINE_NOT_COMPARABLE: Text(
        "Starting level does not compare, so no level",
        "Your starting level comes from another kind of test or laboratory, or it is not an exact number. "
        "Ask your team if there is one that can be compared.",
        "Not evaluable: own baseline not comparable",
        "The baseline differs in laboratory, method, scale, specimen or transcript, or is not a measured value.",
        ("Is there a result from before treatment that my tests can be compared with?",),
    ),
    LevelReason.CONTROL_GENE_UNSUITABLE: Text(
        "Another control gene, so no level",
        "The test used a control gene that no published level is set for. Ask the laboratory if it can give the result "
        "on the International Scale.",
        "Not evaluable: control gene unsuitable",
        "No published limits for this control gene.",
        ("Can the laboratory give my result on the International Scale?",),
    ),
    LevelReason.NOT_DEEP_ENOUGH: Text(
        "Sample not deep enough to say",
        "The sample held too few copies of the control gene. So the test cannot tell how low your level is. "
        "This takes nothing away from a response that you already have.",
        "Not evaluable: sample not deep enough",
        "Control-gene copies below the MR4 row (10,000 ABL1, 24,000 GUSB). It neither breaks nor extends a run of MMR.",
        ("My sample was not deep enough. When will we test again?",),
    ),
    LevelReason.DEPTH_UNKNOWN: Text(
        "Depth of the test not known, so no level",
        "The test found none of the CML gene. The report does not say how low the test could see. "
        "Ask the laboratory for the number of control-gene copies, or for the lowest level it could see.",
        "Not evaluable: depth unknown",
        "Undetectable, with neither control-gene copies nor a limit of detection reported. Request either one.",
        ("How many control-gene copies did my sample hold?",),
    ),
    LevelReason.NO_BOUND: Text(
        "Found, but without a number, so no level",
        "The test found the CML gene, and the report gives no number. Ask the laboratory for a number, or for the "
        "limit that it lies below.",
        "Not evaluable: detected, no value",
        "Detected without a value or an upper bound. Request the value or the limit of quantification.",
        ("Can the laboratory give a number for my result?",),
    ),
    LevelReason.BOUND_TOO_WIDE: Text(
        "More than one level would fit",
        "Your report gives a limit and not an exact number. More than one level would fit. Ask the laboratory for the "
        "exact number.",
        "Not evaluable: bound too wide",
        "The reported bound leaves more than one level open.",
        ("Can the laboratory give an exact number for my result?",),
    ),
    LevelReason.LOG_REDUCTION_NOT_IS: Text(
        "A log reduction, so no level",
        "The report counts down from the laboratory's own starting point (a log reduction). That is not the "
        "International Scale. Ask the laboratory for the percentage on that scale.",
        "Not evaluable: log reduction not on the IS",
        "Log reduction from a laboratory median; request % IS.",
        ("Can the laboratory give my result as a percentage on the International Scale?",),
    ),
    LevelReason.NO_RESULT: Text(
        "The laboratory gave no result",
        "The laboratory could not give a result from this sample. It says nothing about your CML. Ask your team if a "
        "new sample is needed.",
        "No result",
        "Invalid, insufficient or cancelled; no level and no verdict.",
        ("The laboratory gave no result. Do I need a new blood test?",),
    ),
}

FLAGS_OF_LEVEL: dict[LevelFlag, Text] = {
    LevelFlag.NEAR_LIMIT: Text(
        "Right at the line",
        "Your result is right at the line between two levels, within what the test can tell. The same blood, tested "
        "again, could fall on either side.",
        "Near a limit",
        "Within 5% of a level limit: within measurement uncertainty.",
        ("My result is right at the line. How much does that matter?",),
    ),
    LevelFlag.PRINTED_LEVEL_CONTRADICTS: Text(
        "The printed level does not fit the number",
        "The level printed on the report does not fit the result itself. We go by the result, not by the printed "
        "level. Ask your team which one is right.",
        "Printed level contradicts the result",
        "The printed MR level and the percentage or depth disagree. The percentage governs; clarify with the "
        "laboratory.",
        ("The level on my report does not fit its number. Which one is right?",),
    ),
    LevelFlag.CONVERTED_BY_FACTOR: Text(
        "Converted to the International Scale",
        "Your laboratory has a factor that turns its numbers into this scale. We used it, and we keep the printed "
        "number.",
        "Converted by laboratory factor",
        "% IS = raw percentage × laboratory conversion factor; the raw value is kept.",
    ),
    LevelFlag.IS_NOT_VALID_FOR_TRANSCRIPT: Text(
        "This scale is for another type",
        "The International Scale was made for the most common type of BCR::ABL1 (p210). Your record says that you have "
        "another type. So we can only compare with your own starting level.",
        "IS not valid for this transcript",
        "The IS is calibrated for p210 (e13a2, e14a2). Only the patient's own baseline can be used.",
        ("I have a less common type of BCR::ABL1. How do you follow it?",),
    ),
    LevelFlag.FEW_COPIES: Text(
        "Few control-gene copies",
        "The sample held few copies of the control gene. Such a sample cannot show a deep response (MR4 or deeper).",
        "Few control-gene copies",
        "Below the MR4 row (10,000 ABL1 or 24,000 GUSB copies).",
        ("My sample held few control-gene copies. Does the test need a repeat?",),
    ),
    LevelFlag.COPIES_WITHOUT_GENE: Text(
        "Which control gene is not known",
        "The report gives a number of copies, but we do not know of which gene. So we cannot tell how deep the sample "
        "was. Most laboratories use ABL1 or GUSB.",
        "Copies without a control gene",
        "Copies are recorded without the control gene; the depth cannot be assessed.",
        ("Which control gene does my laboratory use?",),
    ),
    LevelFlag.BASELINES_DIFFER: Text(
        "Two starting points, two answers",
        "Your own level at diagnosis was not 100%, the standard starting point. So the two figures differ.",
        "Standard and own baseline differ",
        "IS level and 1,000-fold reduction from the patient's own baseline disagree on MMR. The IS level governs.",
        ("Which counts for me: the standard starting point, or my own level at diagnosis?",),
    ),
    LevelFlag.BONE_MARROW: Text(
        "From bone marrow",
        "This sample came from bone marrow. The goals are set for blood, so this result is not held against them.",
        "Bone marrow",
        "Bone marrow sample: shown, not judged against milestones.",
    ),
}
