"""Comments that changed: open pages that may see them are told that they did, never what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drafting.domain.comment import Audience, Visibility
from drafting.live.frames import Frame

if TYPE_CHECKING:
    from drafting.live.house import House


class Comments:
    """Tells of changed threads, in this process and to the others."""

    def __init__(self, house: House) -> None:
        self._house = house

    def changed(self, section_id: int, audience: Audience) -> None:
        """Tell, after the commit, that a thread for this audience changed."""
        self._tell_own(section_id, audience)
        self._house.neighbours.notifier.say(
            "comments", section=section_id, visibility=audience.visibility.value, author=audience.author,
            organisation=audience.organisation,
        )

    def changed_elsewhere(self, content: dict[str, Any]) -> None:
        """Tell our own pages what another process says."""
        audience = Audience(Visibility(content["visibility"]), content["author"], content["organisation"])
        self._tell_own(content["section"], audience)

    def _tell_own(self, section_id: int, audience: Audience) -> None:
        for conversation in self._house.everybody():
            actor = conversation.actor
            if not audience.includes(actor.person_id, actor.organisation_id):
                continue
            for section in conversation.sections():
                if section.id == section_id:
                    frame = Frame({"type": "comments", "section": section.key})
                    self._house.hub.answer(section_id, conversation, frame)
