"""What is sent in pieces is on its way for a while: nothing of a record may be so when sharing ends (S26)."""

from __future__ import annotations

import pytest

from tests.authorization.matrix import LINES, Cell, address_of
from tests.authorization.world import World, text_of

pytestmark = pytest.mark.django_db


def test_no_file_goes_out_in_pieces_to_anybody_but_the_owner(world: World) -> None:
    """So none runs on when sharing ends: what others get was read whole when their right to it was looked at."""
    pieces: dict[str, set[str]] = {}
    for view in ("ownerA", "carer_manage", "clin_team_manage", "lead of North"):
        for name, line in LINES.items():
            if line.get is None or line.door == "none":
                continue
            answer = world.ask(view, "get", address_of(line, Cell("live"), world))
            if answer.streaming:
                pieces.setdefault(view, set()).add(name)
                shown = text_of(answer)
                assert view == "ownerA" or not [text for text in world.texts_of_records() if text in shown], name
    assert pieces.pop("ownerA") >= {"milestones:results_csv", "milestones:record_fhir", "milestones:sharing_log_csv"}
    assert pieces == {"lead of North": {"teams:quality_csv"}}, "a file of figures, of nobody by name"
