"""What a person may do with a record, and which role may do what. A person reads these sentences."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that can be done with one person's record."""

    RECORD_VIEW = "record_view"
    RESULT_ADD = "result_add"
    RESULT_CORRECT = "result_correct"
    TREATMENT_CHANGE = "treatment_change"
    CHECK_IN_ADD = "check_in_add"
    QUESTION_ADD = "question_add"
    VISIT_CHANGE = "visit_change"
    GOAL_CHANGE = "goal_change"
    RECORD_EXPORT = "record_export"
    SETTINGS_CHANGE = "settings_change"

    @property
    def sentence(self) -> Promise:
        """Say in one sentence what this allows."""
        return _SENTENCES[self]


class Role(StrEnum):
    """Who somebody is to a record."""

    OWNER = "owner"

    @property
    def sentence(self) -> Promise:
        """Say in one sentence who this is."""
        return _ROLE_SENTENCES[self]


_SENTENCES: dict[Permission, Promise] = {
    Permission.RECORD_VIEW: _("See the results, the treatment and what they mean."),
    Permission.RESULT_ADD: _("Add a test result."),
    Permission.RESULT_CORRECT: _("Correct a test result, or mark it as entered by mistake."),
    Permission.TREATMENT_CHANGE: _("Add or change medicines, doses and dates."),
    Permission.CHECK_IN_ADD: _("Write down how somebody has been, and change it."),
    Permission.QUESTION_ADD: _("Write down questions for a visit, and their answers."),
    Permission.VISIT_CHANGE: _("Add or change visits."),
    Permission.GOAL_CHANGE: _("Add or change personal goals."),
    Permission.RECORD_EXPORT: _("Download the record as a file."),
    Permission.SETTINGS_CHANGE: _("Change how the record is shown and which guideline it uses."),
}

_ROLE_SENTENCES: dict[Role, Promise] = {
    Role.OWNER: _("The person whose record it is."),
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
}


def is_allowed(role: Role | None, permission: Permission) -> bool:
    """Tell whether somebody in this role may do this; without a role nothing is allowed."""
    return role is not None and permission in ROLE_PERMISSIONS[role]
