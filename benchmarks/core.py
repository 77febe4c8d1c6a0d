"""The clinical core and the batch command: a person's 60 results, and a generated file of 200,000 rows.

Run alone with ``python -m benchmarks.core [ROWS]``; it needs no database.
"""

import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median

from milestones.clinical.course import classify_entries
from milestones.clinical.guidelines.loader import load_rule_sets
from milestones.clinical.observation import ControlGene, Observation, Reading, Scale
from milestones.clinical.parsing import parse_reading
from milestones.clinical.treatment import TreatmentLine
from milestones.interchange.classify_file import classify_file

ROWS = 200_000
RESULTS = 60
ROUNDS = 5
LEAST_ROWS_A_SECOND = 20_000
MOST_MILLISECONDS = 1.0
SEED = 4


def main(rows: int) -> int:
    """Print both figures; return 1 when one misses its target."""
    milliseconds = measure_person()
    print(f"60 results, three rule sets: {milliseconds:.2f} ms (to reach: {MOST_MILLISECONDS})")
    per_second, megabytes = measure_file(rows)
    print(f"batch command, {rows:,} rows: {per_second:,.0f} rows/s (to reach: {LEAST_ROWS_A_SECOND:,})")
    print(f"most memory, this program's own included: {megabytes} MB")
    return int(milliseconds > MOST_MILLISECONDS or per_second < LEAST_ROWS_A_SECOND)


def measure_person() -> float:
    """Return the median time in milliseconds to classify one person's course."""
    random = Random(SEED)
    start = date(2019, 1, 7)
    observations = [_observation(start, number, level) for number, level in enumerate(_levels(random))]
    rule_sets = list(load_rule_sets().values())
    seconds = []
    for _round in range(20 * ROUNDS):
        begin = time.process_time()
        classify_entries(observations, [TreatmentLine(start)], rule_sets)
        seconds.append(time.process_time() - begin)
    return median(seconds) * 1e3


def measure_file(rows: int) -> tuple[float, int]:
    """Return rows a second of processor time, and the most memory in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in.csv"
        write_file(source, rows)
        rule_sets = list(load_rule_sets().values())
        begin = time.process_time()
        with (Path(folder) / "out.csv").open("w", encoding="utf-8", newline="") as target:
            count = classify_file(source, target, rule_sets)
        seconds = time.process_time() - begin
    return count / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def write_file(path: Path, rows: int) -> None:
    """Write a made-up registry: 60 rows a patient, one patient's rows far apart."""
    random = Random(SEED)
    patients = max(1, rows // RESULTS)
    starts = [date(2015, 1, 1) + timedelta(days=random.randrange(1_500)) for _ in range(patients)]
    levels = [random.uniform(20, 120) for _ in range(patients)]
    with path.open("w", encoding="utf-8") as file:
        file.write("patient,collected_on,reported,scale,laboratory,control_gene,control_gene_copies,")
        file.write("treatment_started_on,note\n")
        for number in range(RESULTS):
            for patient in range(patients):
                levels[patient] = max(levels[patient] * random.uniform(0.5, 1.15), 0.0005)
                day = starts[patient] + timedelta(days=45 * number + random.randrange(9))
                file.write(
                    f"P{patient},{day},{_printed(levels[patient], random)},IS,Laboratory A,ABL1,"
                    f"{random.randrange(8_000, 150_000)},{starts[patient]},x\n"
                )


def _printed(level: float, random: Random) -> str:
    if level > 0.002 or random.random() < 0.5:
        return f"{level:.4f} %"
    return random.choice(["not detected", "<0.0032 %", "not detected (<0.0032 %)"])


def _levels(random: Random) -> list[str]:
    level, texts = 80.0, []
    for _ in range(RESULTS):
        level = max(level * random.uniform(0.6, 1.15), 0.0011)
        texts.append(f"{level:.4f} % IS")
    return texts


def _observation(start: date, number: int, text: str) -> Observation:
    reading = parse_reading(text)
    if not isinstance(reading, Reading):
        raise TypeError(text)
    return Observation(
        start + timedelta(days=45 * number),
        reading,
        Scale.IS,
        laboratory="Laboratory A",
        control_gene=ControlGene.ABL1,
        control_gene_copies=40_000,
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
