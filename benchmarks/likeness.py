"""Whether two answers that are to tell nothing take the same time: their medians, the gap, and if it can be chance.

`python -m benchmarks.likeness`. 200 of each, in an order that is drawn anew each time, on one server: somebody else's
record and none (S15); an address that is known, unknown, inactive, without a password (S4). Each try at an account
comes from a network of its own and names an account of its own, so that no limit answers instead.
"""

from __future__ import annotations

import http.client
import math
import random
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from benchmarks.load import COOKIE, HIDDEN
from benchmarks.site import prepared_site, serve

SAMPLES, WARM_UP = 200, 10
COUNT = SAMPLES + WARM_UP
#: In seconds: the mail of one answer is sent before the next one is timed.
PAUSE = 0.03
#: So many of each kind are invited by one person; more than 20 a day are refused.
INVITED_BY_ONE = 10
MOST_GAP_OF_RECORDS, MOST_GAP_OF_ACCOUNTS, LEAST_CHANCE = 0.10, 0.05, 0.01
SIGN_IN, SIGN_UP, RESET = (f"/account/{page}/" for page in ("sign-in", "sign-up", "password/reset"))
OK, FOUND, MISSING = 200, 302, 404

Act = Callable[[int], float]


def main() -> int:
    """Print a line for each two that are compared; return 1 when one misses its target."""
    missed = 0
    with prepared_site(), mail_server() as mail_port:
        cast = make_cast()
        # What is not there is written into the log, some thousand times.
        site = serve(
            is_quiet=True,
            TRUSTED_PROXY_COUNT="1",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=str(mail_port),
            EMAIL_USE_TLS="off",
        )
        with site as (port, _worker):
            print(f"{'':<58}{'ms':>8}{'ms':>8}{'gap':>8}{'p':>7}")
            for name, acts in of_records(Visitor(port), cast).items():
                missed += compare(name, acts, most_gap=MOST_GAP_OF_RECORDS)
            for name, acts in of_accounts(Visitor(port), cast).items():
                missed += compare(name, acts, most_gap=MOST_GAP_OF_ACCOUNTS, least_chance=LEAST_CHANCE, pause=PAUSE)
    return int(missed > 0)


# --- How alike --------------------------------------------------------------------------------------------------------


def compare(
    name: str, acts: Mapping[str, Act], *, most_gap: float, least_chance: float = 0.0, pause: float = 0.0
) -> int:
    """Take the samples, hold each kind against the first one, and return how many miss a target."""
    seconds: dict[str, list[float]] = {kind: [] for kind in acts}
    drawn = random.Random(name)
    for number in range(COUNT):
        for kind in drawn.sample(list(acts), len(acts)):
            taken = acts[kind](number)
            time.sleep(pause)
            if number >= WARM_UP:
                seconds[kind].append(taken)
    (first, base), *others = seconds.items()
    return sum(report(f"{name}: {first}, {kind}", base, other, most_gap, least_chance) for kind, other in others)


def report(name: str, first: list[float], second: list[float], most_gap: float, least_chance: float) -> int:
    """Print both medians, their gap, and how likely chance makes two as unlike; return 1 when a target is missed."""
    gap, chance = abs(median(second) / median(first) - 1), likelihood(first, second)
    is_right = gap < most_gap and chance > least_chance
    numbers = f"{median(first) * 1e3:8.2f}{median(second) * 1e3:8.2f}{gap:8.1%}{chance:7.2f}"
    print(f"{name:<58}{numbers}{'' if is_right else '   MISSED'}", flush=True)
    return int(not is_right)


def likelihood(first: list[float], second: list[float]) -> float:
    """Return the two-sided p of Mann and Whitney's test, by the normal approximation; two equal times share a rank."""
    together = sorted(first + second)
    places: dict[float, list[int]] = {}
    for place, value in enumerate(together, start=1):
        places.setdefault(value, []).append(place)
    ranks = sum(sum(places[value]) / len(places[value]) for value in first)
    n, m = len(first), len(second)
    ties = sum(len(one) ** 3 - len(one) for one in places.values()) / ((n + m) * (n + m - 1))
    deviation = math.sqrt(n * m / 12 * (n + m + 1 - ties))
    return math.erfc(abs(ranks - n * (n + m + 1) / 2) / deviation / math.sqrt(2)) if deviation else 1.0


# --- What is compared -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cast:
    """Somebody who looks, what is not theirs, people who invite, and addresses by what is known of them."""

    session_key: str
    own: UUID
    other: UUID
    others_result: UUID
    no_longer_shared: UUID
    inviters: list[tuple[UUID, str]]
    addresses: dict[str, list[str]]


def of_records(visitor: Visitor, cast: Cast) -> dict[str, dict[str, Act]]:
    """Return what is asked for that is not there for whoever asks."""

    def look(address: str) -> Act:
        return lambda _number: visitor.get(address.replace("*", str(uuid4())), cast.session_key)

    return {
        "record": {"none": look("/records/*/"), "another's": look(f"/records/{cast.other}/")},
        "record, once shared": {"none": look("/records/*/"), "ended": look(f"/records/{cast.no_longer_shared}/")},
        "results of a record": {
            "none": look("/records/*/results/"),
            "another's": look(f"/records/{cast.other}/results/"),
        },
        "result in one's own record": {
            "none": look(f"/records/{cast.own}/results/*/"),
            "another's": look(f"/records/{cast.own}/results/{cast.others_result}/"),
        },
    }


def of_accounts(visitor: Visitor, cast: Cast) -> dict[str, dict[str, Act]]:
    """Return what is done with an address."""

    def post(page: str, name: str, kind: str, expect: int, **more: str) -> Act:
        addresses = cast.addresses.get(kind)

        def act(number: int) -> float:
            address = addresses[number] if addresses else _nobody()
            return visitor.post(page, {name: address, **more}, expect=expect)

        return act

    def invite(kind: str) -> Act:
        addresses = cast.addresses.get(kind)

        def act(number: int) -> float:
            record, key = cast.inviters[number // INVITED_BY_ONE]
            address = addresses[number] if addresses else _nobody()
            page = f"/records/{record}/sharing/add/person/"
            return visitor.post(page, {"email": address, "level": "view", **_next_year()}, expect=FOUND, key=key)

        return act

    wrong = {"password": uuid4().hex}
    kinds = ("unknown", "known", "inactive", "without a password")
    return {
        "sign-in": {kind: post(SIGN_IN, "login", f"{kind}, sign-in", OK, **wrong) for kind in kinds},
        "reset": {kind: post(RESET, "email", f"{kind}, reset", FOUND) for kind in kinds},
        "sign-up": {
            kind: post(SIGN_UP, "email", f"{kind}, sign-up", FOUND, password1=uuid4().hex) for kind in kinds[:2]
        },
        "invitation": {kind: invite(f"{kind}, invitation") for kind in kinds[:2]},
    }


def _nobody() -> str:
    return f"{uuid4().hex}@example.org"


def _next_year() -> dict[str, str]:
    from django.utils import timezone  # noqa: PLC0415 - after setup

    day = timezone.localdate() + timedelta(days=300)
    return {"ends_day": str(day.day), "ends_month": str(day.month), "ends_year": str(day.year)}


# --- Who and what there is --------------------------------------------------------------------------------------------


def make_cast() -> Cast:
    """Make everybody; the many accounts are put into the tables at once, as each password takes its time."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - models load after setup
    from django.db import connection  # noqa: PLC0415 - as above

    from accounts.models import Patient  # noqa: PLC0415 - as above
    from benchmarks.person import make_person, sign_in  # noqa: PLC0415 - as above
    from milestones.models import LabResult  # noqa: PLC0415 - as above

    reader, other, sharer = make_person(), make_person(), make_person()
    share_and_end(of=sharer.patient_id, to=reader.patient_id)
    password = make_password(uuid4().hex)
    columns: dict[str, dict[str, Any]] = {
        "known": {"password": password},
        "inactive": {"password": password, "is_active": False},
        "without a password": {"password": make_password(None)},
    }
    inviters = Patient.objects.bulk_create(
        [Patient(user=user, display_name="Somebody") for user in make_users(COUNT // INVITED_BY_ONE, password=password)]
    )
    made = Cast(
        reader.session_key,
        reader.patient_id,
        other.patient_id,
        LabResult.objects.filter(patient=other.patient_id).values_list("pk", flat=True)[0],
        sharer.patient_id,
        [(patient.pk, sign_in(patient.user)) for patient in inviters if patient.user is not None],
        {
            f"{kind}, {form}": [user.email for user in make_users(COUNT, **of)]
            for kind, of in columns.items()
            for form in ("sign-in", "reset", "sign-up", "invitation")
        },
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def make_users(count: int, **columns: Any) -> list[Any]:
    """Return so many accounts, each with a confirmed address."""
    from allauth.account.models import EmailAddress  # noqa: PLC0415 - after setup

    from accounts.models import User  # noqa: PLC0415 - as above

    users = User.objects.bulk_create([User(email=_nobody(), **columns) for _ in range(count)])
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users]
    )
    return users


def share_and_end(*, of: UUID, to: UUID) -> None:
    """Let a record have been shared with the owner of another one."""
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from accounts.models import Grant, Patient  # noqa: PLC0415 - as above

    now, user = timezone.now(), Patient.objects.select_related("user").get(pk=to).user
    if user is None:
        raise ValueError(to)
    times: dict[str, Any] = dict.fromkeys(
        ("invited_at", "invitation_ends_at", "accepted_at", "confirmed_at", "revoked_at"), now
    )
    Grant.objects.create(
        patient_id=of, user=user, accepted_by=user, email=user.email, state="revoked", ends_on=now.date(), **times
    )


# --- Asking -----------------------------------------------------------------------------------------------------------


class Visitor:
    """A browser that forgets everything after each request, and comes from another network each time."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._came = 0

    def get(self, address: str, key: str) -> float:
        """Ask for a page that is not there; return how long the answer took."""
        return self._timed("GET", address, {"Cookie": f"session={key}"}, None, MISSING)

    def post(self, page: str, fields: dict[str, str], *, expect: int, key: str = "") -> float:
        """Send the form of a page; return how long the answer to that took."""
        headers = {"Cookie": f"session={key}"} if key else {}
        response, html = self._ask("GET", page, headers, None)
        kept = [COOKIE.match(one) for one in response.headers.get_all("Set-Cookie", [])]
        given = [f"session={key}"] * bool(key) + [f"{one[1]}={one[2]}" for one in kept if one]
        headers = {"Cookie": "; ".join(given), "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({**dict(HIDDEN.findall(html)), **fields})
        return self._timed("POST", page, headers, body, expect)

    def _timed(self, method: str, address: str, headers: dict[str, str], body: str | None, expect: int) -> float:
        started = time.perf_counter()
        response, html = self._ask(method, address, headers, body)
        taken = time.perf_counter() - started
        if response.status != expect:
            message = f"{address} answered {response.status}, not {expect}: {html[:500]}"
            raise RuntimeError(message)
        return taken

    def _ask(
        self, method: str, address: str, headers: dict[str, str], body: str | None
    ) -> tuple[http.client.HTTPResponse, str]:
        self._came += 1
        source = f"10.{self._came >> 16}.{self._came >> 8 & 255}.{self._came & 255}"
        self._connection.request(method, address, body, {**headers, "X-Forwarded-For": source})
        response = self._connection.getresponse()
        return response, response.read().decode()


class _Mailbox(socketserver.StreamRequestHandler):
    """Takes every mail, and throws it away."""

    def handle(self) -> None:
        self._say("220 here")
        is_mail = False
        for line in self.rfile:
            if is_mail and line != b".\r\n":
                continue
            is_mail = line.upper().startswith(b"DATA")
            self._say("354 go on" if is_mail else "250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[int]:
    """Take mails on a port: what is sent is the same for all, and a server that is down would be asked again."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mailbox) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
