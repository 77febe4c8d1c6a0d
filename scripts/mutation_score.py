"""Say which share of the mutants the tests noticed; fail below 95 %."""

import json
import sys
from pathlib import Path

LEAST_PERCENT = 95
NOTICED = {1, 3, 24, 36, 152, 255, -9, -24, -15, -14, -11}  # a failed test, a crash, or a time-out
NOT_CHECKED = {34, None}


def main() -> int:
    """Read what mutmut left beside each file."""
    worst = 100
    for file in sorted(Path("mutants/milestones").rglob("*.meta")):
        codes = [code for code in json.loads(file.read_text())["exit_code_by_key"].values() if code not in NOT_CHECKED]
        if not codes:
            continue
        noticed = sum(code in NOTICED for code in codes)
        percent = 100 * noticed // len(codes)
        worst = min(worst, percent)
        print(f"{file.with_suffix('').name}: {noticed} of {len(codes)} noticed, {percent} %")
    return int(worst < LEAST_PERCENT)


if __name__ == "__main__":
    sys.exit(main())
