"""What staff typed, as the bot may repeat it in their group: masked, with the name given as contact.

Limits: as those of `complaints.masking`.
"""

from complaints import masking
from handlers.turn import Turn
from storage import complaints as stored


def masked(turn: Turn, typed: str) -> str:
    """`typed` about the complaint of this turn; as long as `typed`."""
    return masking.mask(typed, stored.names_given(turn.work, turn.case.number))
