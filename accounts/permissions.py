"""What a person may do with a record, and which role may do what. A person reads these sentences."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that can be done with one person's record."""

    RECORD_VIEW = "record_view"
    SIDE_EFFECTS_VIEW = "side_effects_view"
    VISITS_VIEW = "visits_view"
    MISSED_DOSES_VIEW = "missed_doses_view"
    CARE_VIEW = "care_view"
    CARE_REVIEW = "care_review"
    RESULT_ADD = "result_add"
    RESULT_CORRECT = "result_correct"
    NEXT_TEST_CHANGE = "next_test_change"
    TREATMENT_CHANGE = "treatment_change"
    CHECK_IN_ADD = "check_in_add"
    CHECK_IN_CORRECT = "check_in_correct"
    QUESTION_ADD = "question_add"
    QUESTION_CORRECT = "question_correct"
    QUESTION_CHOOSE = "question_choose"
    ANSWER_WRITE = "answer_write"
    VISIT_CHANGE = "visit_change"
    MISSED_DOSES_CHANGE = "missed_doses_change"
    GOAL_CHANGE = "goal_change"
    RECORD_EXPORT = "record_export"
    SETTINGS_CHANGE = "settings_change"
    SHARING_CHANGE = "sharing_change"

    @property
    def sentence(self) -> Promise:
        """Say in one sentence what this allows."""
        return _SENTENCES[self]


class Role(StrEnum):
    """Who somebody is to a record."""

    OWNER = "owner"
    CARER_VIEW = "carer_view"
    CARER_ADD = "carer_add"
    CARER_MANAGE = "carer_manage"
    TEAM_READ = "team_read"
    TEAM_VIEW = "team_view"
    TEAM_ADD = "team_add"
    TEAM_MANAGE = "team_manage"

    @property
    def sentence(self) -> Promise:
        """Say in one sentence who this is."""
        return _ROLE_SENTENCES[self]

    @property
    def is_team(self) -> bool:
        """Whether somebody comes as a member of a care team."""
        return self in _TEAM


_SENTENCES: dict[Permission, Promise] = {
    Permission.RECORD_VIEW: _("See the results, the treatment and what they mean, and print them."),
    Permission.SIDE_EFFECTS_VIEW: _("See side effects and check-ins that are not private."),
    Permission.VISITS_VIEW: _("See visits, questions and goals that are not private, with their notes."),
    Permission.MISSED_DOSES_VIEW: _("See missed doses that were ticked to be seen."),
    Permission.CARE_VIEW: _("Read the record as a care team does, with the guideline's own words."),
    Permission.CARE_REVIEW: _("Mark results as seen, and check a result against the laboratory's report."),
    Permission.RESULT_ADD: _("Add a test result."),
    Permission.RESULT_CORRECT: _("Correct a test result, or mark it as entered by mistake."),
    Permission.NEXT_TEST_CHANGE: _("Write down when the next test is, and when the blood was taken."),
    Permission.TREATMENT_CHANGE: _("Add or change medicines, doses and dates."),
    Permission.CHECK_IN_ADD: _("Write down how somebody has been."),
    Permission.CHECK_IN_CORRECT: _("Correct a check-in, or mark it as entered by mistake."),
    Permission.QUESTION_ADD: _("Write down questions for a visit."),
    Permission.QUESTION_CORRECT: _("Change a question, or mark it as entered by mistake."),
    Permission.QUESTION_CHOOSE: _("Choose the three questions that come first."),
    Permission.ANSWER_WRITE: _("Write down the answer to a question."),
    Permission.VISIT_CHANGE: _("Add or change visits."),
    Permission.MISSED_DOSES_CHANGE: _("Write down missed doses."),
    Permission.GOAL_CHANGE: _("Add or change personal goals."),
    Permission.RECORD_EXPORT: _("Download the record as a file."),
    Permission.SETTINGS_CHANGE: _("Change how the record is shown and which guideline it uses."),
    Permission.SHARING_CHANGE: _("Share the record, end sharing, and see who has looked."),
}

_ROLE_SENTENCES: dict[Role, Promise] = {
    Role.OWNER: _("The person whose record it is."),
    Role.CARER_VIEW: _("Somebody they trust, who may read and print."),
    Role.CARER_ADD: _("Somebody they trust, who may also add results, check-ins and questions."),
    Role.CARER_MANAGE: _(
        "Somebody they trust, who may also change medicines, visits and the next test, and correct what they added."
    ),
    Role.TEAM_READ: _("A member of their care team, who may only read and print."),
    Role.TEAM_VIEW: _("A member of their care team, who may read and print, and mark what they have seen."),
    Role.TEAM_ADD: _("A member of their care team, who may also add results, check-ins and questions."),
    Role.TEAM_MANAGE: _(
        "A member of their care team, who may also change medicines, visits and the next test, "
        "and correct what anybody added."
    ),
}

_VIEW = frozenset(
    {Permission.RECORD_VIEW, Permission.SIDE_EFFECTS_VIEW, Permission.VISITS_VIEW, Permission.MISSED_DOSES_VIEW}
)
_ADD = _VIEW | {Permission.RESULT_ADD, Permission.CHECK_IN_ADD, Permission.QUESTION_ADD}
_MANAGE = _ADD | {
    Permission.RESULT_CORRECT,
    Permission.CHECK_IN_CORRECT,
    Permission.QUESTION_CORRECT,
    Permission.ANSWER_WRITE,
    Permission.NEXT_TEST_CHANGE,
    Permission.TREATMENT_CHANGE,
    Permission.VISIT_CHANGE,
}
_TEAM = frozenset({Role.TEAM_READ, Role.TEAM_VIEW, Role.TEAM_ADD, Role.TEAM_MANAGE})
_AS_A_TEAM_DOES = frozenset({Permission.CARE_VIEW, Permission.CARE_REVIEW})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    # A team's own pages are for the team; its sentences are the ones that the person reads on their own.
    Role.OWNER: frozenset(Permission) - _AS_A_TEAM_DOES,
    Role.CARER_VIEW: _VIEW,
    Role.CARER_ADD: _ADD,
    Role.CARER_MANAGE: _MANAGE,
    Role.TEAM_READ: _VIEW | {Permission.CARE_VIEW},
    Role.TEAM_VIEW: _VIEW | _AS_A_TEAM_DOES,
    Role.TEAM_ADD: _ADD | _AS_A_TEAM_DOES | {Permission.ANSWER_WRITE},
    Role.TEAM_MANAGE: _MANAGE | _AS_A_TEAM_DOES,
}


@dataclass(frozen=True, slots=True)
class Shares:
    """The parts of a record beside results and treatment that somebody may see; nothing of them, unless it is said."""

    side_effects: bool = False
    visits: bool = False
    missed_doses: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether no part is left out; single entries may still be private."""
        return self.side_effects and self.visits and self.missed_doses


_EVERYTHING = Shares(side_effects=True, visits=True, missed_doses=True)
_OF_SIDE_EFFECTS = frozenset({Permission.SIDE_EFFECTS_VIEW, Permission.CHECK_IN_ADD, Permission.CHECK_IN_CORRECT})
_OF_VISITS = frozenset(
    {
        Permission.VISITS_VIEW,
        Permission.QUESTION_ADD,
        Permission.QUESTION_CORRECT,
        Permission.ANSWER_WRITE,
        Permission.VISIT_CHANGE,
    }
)
_OF_MISSED_DOSES = frozenset({Permission.MISSED_DOSES_VIEW})


@dataclass(frozen=True, slots=True)
class Viewing:
    """As who somebody has come to a record, and what of it they may see; ``accounts.access`` alone makes one."""

    role: Role
    shares: Shares = _EVERYTHING
    team_name: str = ""
    permissions: frozenset[Permission] = frozenset()

    @property
    def is_own(self) -> bool:
        """Whether it is their own record: nothing is hidden from them."""
        return self.role is Role.OWNER

    @property
    def is_partial(self) -> bool:
        """Whether parts of the record are left out."""
        return not self.shares.is_everything

    @property
    def corrects_only_own(self) -> bool:
        """Whether they correct what they themselves added, and nothing else."""
        return self.role not in (Role.OWNER, Role.TEAM_MANAGE)

    def may(self, permission: Permission) -> bool:
        """Tell whether this is allowed to them."""
        return permission in self.permissions

    def corrects(self, author_id: UUID | None, *, by: UUID) -> bool:
        """Tell whether ``by``, who has come as this, corrects what ``author_id`` wrote, where they may correct."""
        return not self.corrects_only_own or author_id == by


def view_as(role: Role, shares: Shares = _EVERYTHING, *, team_name: str = "") -> Viewing:
    """Return what somebody in this role may do, less what belongs to the parts that are left out."""
    permissions = ROLE_PERMISSIONS[role]
    if not shares.side_effects:
        permissions -= _OF_SIDE_EFFECTS
    if not shares.visits:
        permissions -= _OF_VISITS
    if not shares.missed_doses:
        permissions -= _OF_MISSED_DOSES
    return Viewing(role, shares, team_name, permissions)


OWN = view_as(Role.OWNER)
