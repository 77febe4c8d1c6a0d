"""What can stand in the way of sharing a record or running a team."""


class NotThereError(Exception):
    """There is no such invitation, grant or member for this person; to the asker it does not exist."""


class ChangedMeanwhileError(Exception):
    """It has changed since it was read; nothing was done."""


class AlreadySharedError(Exception):
    """The record is already shared with them, or they are already invited."""


class OwnAddressError(Exception):
    """Somebody invited themselves."""


class TooManyInvitationsError(Exception):
    """More were sent in a day than anybody needs."""


class TooManyKeysError(Exception):
    """The team has more open keys than it can look after."""


class LastLeadError(Exception):
    """A team needs somebody who leads it."""
