"""Start the site as in production, and measure its pages in turn with the limit page."""

import sys
from statistics import median

from benchmarks.load import Caller, Measurement, Page
from benchmarks.site import prepared_site, serve

# Many short rounds: a machine that is busy with something else for a second slows a page and its limit alike.
ROUNDS = 42
REQUESTS = 10
LEAST_RATIO = 0.5


def main() -> int:
    """Print one line a page; return 1 when a page that has a target misses it."""
    with prepared_site():
        from benchmarks.pages import get_pages  # noqa: PLC0415 - models load after setup
        from benchmarks.person import make_person  # noqa: PLC0415 - as above

        pages = get_pages(make_person(), make_person())
        with serve() as (port, worker):
            return report(pages, run(Caller(port, worker), pages))


def run(caller: Caller, pages: list[Page]) -> dict[str, list[Measurement]]:
    """Measure each page once a round, after a round that only warms up."""
    results: dict[str, list[Measurement]] = {page.name: [] for page in pages}
    for number in range(ROUNDS + 1):
        for page in pages:
            measurement = caller.measure(page, REQUESTS)
            if number:
                results[page.name].append(measurement)
    return results


def report(pages: list[Page], results: dict[str, list[Measurement]]) -> int:
    """Print what all rounds saw, and each page's speed as a share of the limit of its kind: the median round."""
    missed = 0
    print(f"{'page':<24}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'cpu ms':>8}{'of limit':>10}")
    for page in pages:
        rounds = results[page.name]
        limit = results["limit page" if page.fields is None else "limit POST"]
        ratio = median(own.per_second / least.per_second for own, least in zip(rounds, limit, strict=True))
        missed += ratio < LEAST_RATIO and not page.name.startswith("limit")
        seen = Measurement.of_all(rounds)
        numbers = (
            f"{median(one.per_second for one in rounds):8.0f}{seen.percentile(50) * 1e3:8.2f}"
            f"{seen.percentile(99) * 1e3:8.2f}{seen.cpu_seconds / len(seen.seconds) * 1e3:8.2f}"
        )
        print(f"{page.name:<24}{numbers}{ratio:10.2f}")
    if missed:
        print(f"{missed} below {LEAST_RATIO} of the limit")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
