"""Who decides under an edition of the guidance, as fixed texts say it: the Chair and the Board, or the partners."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from models.rules.spoken_roles import spoken_role

CHAIR = "independent_chair"  # in ladders and periods: whoever decides on a case under the edition
_THE_CHAIR = re.compile(r"\bthe (Independent )?Chair\b")


@dataclass(frozen=True)
class WhoDecides:
    """The people of an edition in words that stand in a sentence.

    A text names them in braces: "{Decider has} decided", "before {decider's} decision", "approved by {approver}".
    """

    decider: str = "the Chair"  # on a case
    approver: str = "the Board"  # of a report
    partners: str = "the Strategic Partners"
    limit_extender: str = "the Independent Chair"  # lets a process end after its limit
    decider_role: str = CHAIR
    limit_role: str = CHAIR
    _said: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def say(self, text: str) -> str:
        """The text with everybody named in it. Raises KeyError for words in braces that name nobody."""
        if text not in self._said:
            self._said[text] = text.format_map(self._words)
        return self._said[text]

    def role(self, role: str) -> str:
        """The role as people say it, the partners as the edition calls them."""
        return self.partners.removeprefix("the ") if role == "strategic_partners" else spoken_role(role)

    def in_place_of(self, role: str) -> str:
        """The role, or whoever decides on a case where it is the Independent Chair's and others decide."""
        return self.decider_role if role == CHAIR else role

    def named(self, words: str) -> str:
        """The words with whoever decides in the place of the Chair, where that is somebody else."""
        return words if self.decider_role == CHAIR else _THE_CHAIR.sub(self.decider, words)

    @cached_property
    def _words(self) -> dict[str, str]:
        words: dict[str, str] = {}
        named = {
            "decider": self.decider, "approver": self.approver, "partners": self.partners,
            "limit extender": self.limit_extender,
        }  # fmt: skip
        for name, who in named.items():
            for key, said in ((name, who), (_upper(name), _upper(who))):
                many = who.endswith("s")
                words |= {
                    key: said, f"{key}'s": f"{said}'" if many else f"{said}'s",
                    f"{key} has": f"{said} {'have' if many else 'has'}",
                }  # fmt: skip
        return words


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


AS_THE_FRAMEWORKS_SAY = WhoDecides()
