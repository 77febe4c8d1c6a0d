"""What is asked about two lines of treatment: overlaps and gaps, which may both be right."""

from __future__ import annotations

from milestones.clinical.treatment import LineQuestion
from milestones.explanations.catalogue import Text

LINE_QUESTIONS: dict[LineQuestion, Text] = {
    LineQuestion.OVERLAP: Text(
        "Two medicines on the same days",
        "These two medicines overlap by {days}: {first} and {second}. Is that right?",
        "Overlapping lines",
        "{first} and {second} overlap by {days}.",
    ),
    LineQuestion.GAP: Text(
        "Days between two medicines",
        "Between the last dose of {first} and the first dose of {second} there are {days}. Is that right?",
        "Gap between lines",
        "{days} between the last dose of {first} and the first dose of {second}.",
    ),
    LineQuestion.NO_LAST_DOSE: Text(
        "A last dose is not written down",
        "The last dose of {first} is not written down, and {second} has begun. Are both taken now?",
        "Earlier line without a stop date",
        "{first} has no recorded stop; {second} has begun.",
    ),
}
