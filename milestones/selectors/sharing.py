"""The page "People and sharing": who has what, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.selectors.grants import GrantRow, MemberSeen
from milestones.explanations import phrases

_LEVELS = {
    "view": _lazy("They may read and print."),
    "add": _lazy("They may also add results, check-ins and questions."),
    "manage": _lazy("They may also change medicines, visits and the next test, and correct what they added."),
}
# A team corrects what anybody added, as far as it is shared; a team that adds writes down answers too.
_LEVELS_OF_A_TEAM = _LEVELS | {
    "view": _lazy("They may read and print, and mark what they have seen."),
    "add": _lazy("They may also add results, check-ins and questions, and write down answers."),
    "manage": _lazy("They may also change medicines, visits and the next test, and correct what you or others added."),
}


@dataclass(frozen=True, slots=True)
class MemberWords:
    """Somebody in a team, in words."""

    id: UUID
    name: str
    words: str
    is_left_out: bool

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class SharedWith:
    """One person or team, in words."""

    row: GrantRow
    name: str
    level: str
    parts: str
    times: str
    last_seen: str
    members: tuple[MemberWords, ...]


@dataclass(frozen=True, slots=True)
class SharingPage:
    """Who waits to be confirmed, who can see the record now, who is invited, and with whom sharing has ended."""

    to_confirm: tuple[SharedWith, ...]
    confirmed: tuple[SharedWith, ...]
    invited: tuple[SharedWith, ...]
    ended: tuple[SharedWith, ...]

    @property
    def is_shared(self) -> bool:
        """Whether anybody has, or could get, anything."""
        return bool(self.to_confirm or self.confirmed or self.invited)


def sharing_page(rows: Sequence[GrantRow], zone: ZoneInfo) -> SharingPage:
    """Return the grants of a record, told apart by how far they have come; days are those of ``zone``."""
    words = [_describe(row, zone) for row in rows]

    def in_state(*states: str) -> tuple[SharedWith, ...]:
        return tuple(one for one in words if one.row.state in states)

    return SharingPage(in_state("accepted"), in_state("confirmed"), in_state("invited"), in_state("revoked", "expired"))


def _describe(row: GrantRow, zone: ZoneInfo) -> SharedWith:
    return SharedWith(
        row=row,
        name=row.name or row.email,
        level=str((_LEVELS_OF_A_TEAM if row.is_team else _LEVELS)[row.level]),
        parts=_parts(row),
        times=_times(row, zone),
        last_seen=_last_seen(row, zone),
        members=tuple(_member(one, zone) for one in row.members),
    )


def _parts(row: GrantRow) -> str:
    parts = [_("results"), _("treatment")]
    for is_shared, name in (
        (row.shares_side_effects, _("side effects")),
        (row.shares_visits, _("visits, questions and goals")),
        (row.shares_missed_doses, _("missed doses that you ticked")),
    ):
        if is_shared:
            parts.append(name)
    return _("They see: %(parts)s.") % {"parts": ", ".join(parts)}


def _times(row: GrantRow, zone: ZoneInfo) -> str:
    until = phrases.long_date(row.ends_on)
    if row.state == "confirmed" and row.confirmed_at:
        return _("Since %(since)s, until %(until)s.") % {"since": _day(row.confirmed_at, zone), "until": until}
    if row.state == "invited":
        asked = {"asked": _day(row.invited_at, zone), "until": _day(row.invitation_ends_at, zone)}
        return _("Invited on %(asked)s. They can accept until %(until)s.") % asked
    if row.state == "accepted":
        return _("They have accepted. They see nothing before you confirm.")
    if row.ended_at:
        return _("Ended on %(date)s.") % {"date": _day(row.ended_at, zone)}
    return _("Ended by itself on %(date)s.") % {"date": _last_day(row, zone)}


def _last_day(row: GrantRow, zone: ZoneInfo) -> str:
    is_invitation = row.confirmed_at is None and row.invitation_ends_at <= timezone.now()
    return _day(row.invitation_ends_at, zone) if is_invitation else phrases.long_date(row.ends_on)


def _last_seen(row: GrantRow, zone: ZoneInfo) -> str:
    if row.state != "confirmed":
        return ""
    if row.last_seen_at is None:
        return _("They have not looked yet.")
    return _("Last looked on %(date)s.") % {"date": _day(row.last_seen_at, zone)}


def _member(one: MemberSeen, zone: ZoneInfo) -> MemberWords:
    words = one.name
    if one.is_new:
        about = {"name": one.name, "date": _day(one.joined_at, zone)}
        words = _("%(name)s, who joined on %(date)s, after you began to share") % about
    if one.is_left_out:
        words = _("%(who)s (left out: sees nothing)") % {"who": words}
    return MemberWords(one.membership_id, one.name, words, one.is_left_out)


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return phrases.long_date(timezone.localtime(moment, zone).date())
