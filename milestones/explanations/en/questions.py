"""What is asked of the person who types a result: why a text is not read, and what to look at again."""

from __future__ import annotations

from milestones.clinical.notation import Refusal
from milestones.clinical.observation import ReadingNote
from milestones.clinical.plausibility import Question
from milestones.explanations.catalogue import Text

# A body stands beside a field, and not always the same one: a result, a number of copies, a factor or a limit.
REFUSALS: dict[Refusal, Text] = {
    Refusal.EMPTY: Text(
        "Nothing typed",
        "Type what the report says.",
        "Empty",
        "No text to read.",
    ),
    Refusal.TOO_LONG: Text(
        "Too long",
        "Which part of this is the result? Type only that part.",
        "Too long",
        "The text is longer than 200 characters.",
    ),
    Refusal.UNSUPPORTED_CHARACTERS: Text(
        "Signs we cannot read",
        "We cannot read some signs in “{text}”. Type it with plain letters, digits and signs.",
        "Unsupported characters",
        "“{text}” holds characters outside the fixed map.",
    ),
    Refusal.NO_NUMBER: Text(
        "No number",
        "Which number does the report give? We found none in “{text}”.",
        "No number",
        "“{text}” holds neither a number nor known words of a result.",
    ),
    Refusal.NOT_A_NUMBER: Text(
        "Not a number we can read",
        "How is “{text}” printed on the report? Type it with digits, and with one decimal mark at most.",
        "Not a number",
        "“{text}” is not a number that can be read.",
    ),
    Refusal.UNKNOWN_WORDS: Text(
        "Words we do not know",
        "We do not know all the words in “{text}”. Type only the result, such as 0.042% or “not detected”.",
        "Unknown words",
        "“{text}” holds words outside the vocabulary.",
    ),
    Refusal.SEVERAL_NUMBERS: Text(
        "More than one number",
        "There is more than one number in “{text}”. Which one has a % sign? Type only that one.",
        "Several numbers",
        "“{text}” holds more than one number.",
    ),
    Refusal.RANGE: Text(
        "A range",
        "“{text}” looks like a range. Which one number is the result? Type only that one.",
        "A range",
        "“{text}” is a range and not a result.",
    ),
    Refusal.UNIT_UNKNOWN: Text(
        "A percentage or a ratio?",
        "Is it a percentage or a ratio? Look for a % sign beside the number.",
        "Unit unknown",
        "“{text}” has neither % nor “ratio”; the unit is not inferred.",
    ),
    Refusal.UNIT_CONFLICT: Text(
        "Two answers about the unit",
        "Is it a percentage or a ratio? What you typed and what you chose do not fit together.",
        "Unit conflict",
        "The unit in “{text}” contradicts the stated unit.",
    ),
    Refusal.THOUSANDS_OR_DECIMAL: Text(
        "A decimal mark or thousands?",
        "Is {text} more than a thousand, or a small number with decimals? Say which is the decimal mark.",
        "Thousands or decimal mark",
        "The mark in “{text}” may group thousands or begin decimals.",
    ),
    Refusal.BOTH_MARKS: Text(
        "Two different marks",
        "Which mark in {text} is the decimal mark? Type the number again with that mark only.",
        "Two kinds of mark",
        "“{text}” holds two kinds of mark.",
    ),
    Refusal.LEADING_ZERO: Text(
        "A zero in front",
        "Is a decimal mark missing in {text}? Look at the report and type it again.",
        "Leading zero",
        "“{text}” begins with 0 and has no decimal mark after it.",
    ),
    Refusal.NEGATIVE: Text(
        "A minus sign",
        "Is the minus sign in {text} part of the number? The number cannot be below 0, so look at the report again.",
        "Below zero",
        "“{text}” has a minus sign.",
    ),
    Refusal.EXPONENT_UNCLEAR: Text(
        "A power of ten we cannot read",
        "What is {text} as a plain number, such as 0.0032? You can also type it like 3.2E-3.",
        "Exponent unclear",
        "The power of ten in “{text}” cannot be read with certainty.",
    ),
    Refusal.TOO_LARGE: Text(
        "Larger than we can take",
        "Is {text} right? It is larger than any such number we know. Check the digits and the decimal mark.",
        "Too large",
        "“{text}” is above the largest value that is accepted.",
    ),
    Refusal.TOO_MANY_DIGITS: Text(
        "Too many digits",
        "Is {text} right? It has more digits than we can take. Check it against the report.",
        "Too many digits",
        "“{text}” has more than 18 digits.",
    ),
    Refusal.ZERO_BOUND: Text(
        "This number cannot be 0",
        "Is {text} what the report prints? This number cannot be 0. If the test found none, choose “Not detected”.",
        "Bound or factor at zero",
        "“{text}”: a bound, limit or factor cannot be 0.",
    ),
    Refusal.CONTRADICTORY: Text(
        "Two answers at once",
        "Does the report say that the CML gene was found, or not? “{text}” says both.",
        "Contradictory",
        "“{text}” states both detected and not detected.",
    ),
    Refusal.LEVEL_WORDS: Text(
        "Words without one clear level",
        "Does the report give a number, or one level such as MR4.5? “{text}” alone does not say enough.",
        "Level words without a number",
        "“{text}” names a response without one unambiguous level.",
    ),
    Refusal.COPIES_NOT_PERCENT: Text(
        "Copies, not a percentage",
        "Does the report also give a percentage? Type that here, as “{text}” looks like a number of copies.",
        "Copies, not a percentage",
        "“{text}” is a count of copies and not a ratio.",
    ),
}

NOTES: dict[ReadingNote, Text] = {
    ReadingNote.ZERO_PRINTED: Text(
        "A printed 0 means “not detected”",
        "The report prints 0. No test can measure 0, so we read it as “not detected”.",
        "Zero printed",
        "A printed zero is read as not detected; it never enters a logarithm or a chart as 0.",
        ("My report says 0. How low could the test see?",),
    ),
    ReadingNote.CHARACTERS_MAPPED: Text(
        "Some signs were read as plain ones",
        "Some signs on the report are special ones. We read them as plain ones, so check that the result is right.",
        "Characters mapped",
        "Typographic characters were mapped to plain ones; the printed text is kept.",
    ),
    ReadingNote.EXPONENT: Text(
        "A power of ten, written out",
        "The report prints the number with a power of ten, such as 3.2E-3. We wrote it out, so check that it is right.",
        "Exponent",
        "Printed in scientific notation; converted exactly.",
    ),
    ReadingNote.COMPLETE_RESPONSE_WORDS: Text(
        "The words for the response are not a level",
        "The report names the response in words that laboratories use in different ways. So the words alone give no "
        "level. We go by the number and by how deep the sample was.",
        "“Complete molecular response” printed",
        "“Complete molecular response” is not taken as a level, and not as MR5.",
        ("Which level do the words on my report stand for?",),
    ),
    ReadingNote.ABOVE_RANGE: Text(
        "Above what the test can measure",
        "The laboratory says that the result is above the range it can measure. The real number may be higher.",
        "Above reportable range",
        "Above the upper limit of quantification; a lower bound only.",
    ),
}

QUESTIONS: dict[Question, Text] = {
    Question.SAME_SAMPLE: Text(
        "Already there?",
        "Your record already holds {before} from {before_date}. You typed {now} from {now_date}. Is this another blood "
        "test?",
        "Possible duplicate",
        "Same value within 3 days: {before} ({before_date}) and {now} ({now_date}).",
    ),
    Question.SAME_DAY: Text(
        "Two results on one day?",
        "Your record already holds {before} from {before_date}. You typed {now} for the same day. Are these two "
        "different tests?",
        "Second result of the same day",
        "{before} is already recorded for {before_date}; {now} was typed.",
    ),
    Question.MUCH_HIGHER: Text(
        "Much higher than before",
        "Your last result was {before} ({before_date}). You typed {now}. Is {now} right?",
        "At least 3.5-fold higher",
        "{now} after {before} ({before_date}): confirm the entry.",
    ),
    Question.MUCH_LOWER: Text(
        "Much lower than before",
        "Your last result was {before} ({before_date}). You typed {now}. Is {now} right?",
        "At least 3.5-fold lower",
        "{now} after {before} ({before_date}): confirm the entry.",
    ),
    Question.MAYBE_LOG_REDUCTION: Text(
        "A percentage, or a level?",
        "Your last result was {before} ({before_date}). You typed {now}. Is this a percentage, or a level such as MR4?",
        "Possibly a log reduction",
        "{now} after {before} ({before_date}): the number may be a log reduction or an MR level.",
    ),
    Question.ABOVE_100: Text(
        "Above 100%",
        "You typed {now}. A result can be above 100%, most often near diagnosis. Is {now} right?",
        "Above 100%",
        "{now}: possible, most often at diagnosis; confirm the entry.",
    ),
    Question.VERY_SMALL: Text(
        "A very small number",
        "You typed {now}. That is lower than most tests can see. Is {now} right?",
        "Very small value",
        "{now} is below what assays usually resolve; confirm the entry.",
    ),
    Question.BEFORE_DIAGNOSIS: Text(
        "Before your diagnosis",
        "You typed {now_date} for the blood test. Your record says that your diagnosis was in {diagnosed}. Is the date "
        "of the test right?",
        "Before diagnosis",
        "Collected {now_date}, before the recorded diagnosis ({diagnosed}).",
    ),
    Question.LONG_AGO: Text(
        "A long time ago",
        "You typed {now_date} for the blood test. Is the year right?",
        "Long ago",
        "Collected {now_date}: confirm the year.",
    ),
    Question.LEVEL_CONTRADICTS: Text(
        "Level and number do not fit",
        "You typed {now} and a level that does not fit it. Are both just as the report prints them?",
        "Printed level contradicts",
        "The printed level does not fit {now}; confirm both.",
    ),
}
