"""Who may see which rows, in plain Python: what the site is held against, and nothing of the site itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

PARTS = ("side_effects", "visits", "missed_doses")
#: What the person themselves may open; nobody else may ever do all of it.
OWN = frozenset({"home", *PARTS, "result_add", "own"})


@dataclass
class Share:
    """One invitation and what became of it; ``to`` is a person, or North."""

    to: str
    level: str
    parts: frozenset[str]
    ends_on: date
    open_until: date
    state: str = "invited"
    version: int = 1

    def standing(self, today: date) -> str:
        is_over = self.ends_on < today or (self.state == "invited" and self.open_until <= today)
        return "expired" if is_over and self.state != "revoked" else self.state


@dataclass
class Row:
    """One row of the record: on which part it stands, and the number that it says and no other row ever said."""

    part: str
    number: int
    is_hidden: bool = False
    counts: bool = True

    def is_seen_by(self, way: frozenset[str]) -> bool:
        return "own" in way or (self.part in way and not self.is_hidden)


@dataclass
class Model:
    """What is right: who sees what today."""

    today: date
    shares: dict[UUID, Share] = field(default_factory=dict)
    team: dict[str, str] = field(default_factory=lambda: {"Bob": "lead", "Frank": "member", "Gina": "viewer"})
    left_out: set[str] = field(default_factory=set)
    rows: dict[UUID, Row] = field(default_factory=dict)

    def live(self, to: str) -> bool:
        return any(
            one.to == to and one.standing(self.today) in ("invited", "accepted", "confirmed")
            for one in self.shares.values()
        )

    def ways_of(self, person: str) -> list[frozenset[str]]:
        """Return what somebody may open, once for each way in which they come to the record."""
        if person == "Alice":
            return [OWN]
        ways = []
        for one in self.shares.values():
            in_team = person in self.team and person not in self.left_out
            comes = one.to == person or (one.to == "North" and in_team)
            if comes and one.standing(self.today) == "confirmed":
                reads_only = one.level == "view" or (one.to == "North" and self.team[person] == "viewer")
                also = (set() if reads_only else {"result_add"}) | ({"care"} if one.to == "North" else set())
                ways.append(frozenset({"home", *one.parts, *also}))
        return ways or [frozenset()]

    def is_listed_for(self, person: str) -> bool:
        """Whether Alice stands on the team's page for a member: asking, or with a record to be seen.

        The list knows no time zones: on the last day it is tomorrow already where days begin first.
        """
        states = {one.standing(self.today): one.ends_on for one in self.shares.values() if one.to == "North"}
        is_seen = "confirmed" in states and states["confirmed"] > self.today
        return person not in self.left_out and (is_seen or bool({"invited", "accepted"} & set(states)))

    def system_reads(self) -> bool:
        """Whether the team's system may read: nobody knows who looks at what it shows."""
        shared = any(one.to == "North" and one.standing(self.today) == "confirmed" for one in self.shares.values())
        return shared and not self.left_out & set(self.team)

    def rows_of(self, way: frozenset[str]) -> set[tuple[int, bool]]:
        """Return each row that somebody sees who comes this way: its number, and whether it counts."""
        return {(row.number, row.counts) for row in self.rows.values() if row.is_seen_by(way)}
