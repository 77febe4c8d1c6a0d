"""Blood counts, chromosomes and mutations: what they say, and what is asked before a count is saved."""

from __future__ import annotations

from milestones.clinical.counts import ChromosomeFinding, CountQuestion, CountsFinding, MutationFinding
from milestones.explanations.catalogue import Text

COUNTS: dict[CountsFinding, Text] = {
    CountsFinding.IN_RANGE: Text(
        "Counts in the CHR range",
        "Your white cells, platelets and basophils of {day} all lie in the CHR range. This is a part of CHR and not "
        "the whole. For the rest a doctor feels for the spleen, and looks at the blood.",
        "Counts in the CHR range",
        "{day}: WBC < 10, platelets < 450 (10^9/L), basophils < 5%. Not CHR: spleen and differential are not recorded.",
    ),
    CountsFinding.NOT_IN_RANGE: Text(
        "Counts not all in the CHR range",
        "Not all three of your counts of {day} lie in the CHR range. Many things can move a count, such as an "
        "infection. Your team can tell you what it means for you.",
        "Counts not all in the CHR range",
        "{day}: at least one of WBC < 10, platelets < 450 (10^9/L), basophils < 5% is not met.",
        ("What do my blood counts say, and when do we look again?",),
    ),
    CountsFinding.NOT_ALL_RECORDED: Text(
        "Not enough counts of one day",
        "For the CHR range we need white cells, platelets and basophils of the same day. They are not all written "
        "down.",
        "Counts incomplete",
        "WBC, platelets and basophils of one day are needed for the CHR range.",
    ),
}

CHROMOSOMES: dict[ChromosomeFinding, Text] = {
    ChromosomeFinding.NONE_FOUND: Text(
        "No cell with the Ph chromosome (CCyR)",
        "None of the cells that were looked at had the Ph chromosome. The short name for this is CCyR.",
        "CCyR",
        "0% Ph+ metaphases: complete cytogenetic response.",
    ),
    ChromosomeFinding.SOME_FOUND: Text(
        "Some cells with the Ph chromosome",
        "Some of the cells that were looked at had the Ph chromosome. Your team can tell you how this fits with your "
        "other results.",
        "Ph+ metaphases present",
        "Ph+ metaphases above 0%: no complete cytogenetic response.",
        ("What does my chromosome test say beside my BCR::ABL1 result?",),
    ),
}

MUTATIONS: dict[MutationFinding, Text] = {
    MutationFinding.FOUND: Text(
        "A mutation was found",
        "A mutation is a small change in the CML gene. Some matter for the choice of medicine and others do not. "
        "Talk with your team about what this one means for you.",
        "Mutation found (entered by the patient)",
        "Entered by the patient; it changes no verdict. Verify against the laboratory report.",
        ("What does this mutation mean for me?",),
    ),
    MutationFinding.NOT_FOUND: Text(
        "No mutation found",
        "The test looked for small changes in the CML gene and found none.",
        "No mutation found",
        "Entered by the patient; it changes no verdict.",
    ),
}

COUNT_QUESTIONS: dict[CountQuestion, Text] = {
    CountQuestion.TEN_TIMES_HIGHER: Text(
        "Much higher than before",
        "Your last count was {before} ({before_date}). You typed {now}. Are the number and the unit right?",
        "At least tenfold higher",
        "Before: {before} ({before_date}). Now: {now}. Check number and unit.",
    ),
    CountQuestion.TEN_TIMES_LOWER: Text(
        "Much lower than before",
        "Your last count was {before} ({before_date}). You typed {now}. Are the number and the unit right?",
        "At least tenfold lower",
        "Before: {before} ({before_date}). Now: {now}. Check number and unit.",
    ),
    CountQuestion.ABOVE_100: Text(
        "More than 100%",
        "You typed {now}. A share of cells is 100% at most. Is the number right?",
        "Above 100%",
        "{now} is above 100%. Check the number.",
    ),
}
