"""What staff typed, as the bot may repeat it in their group: masked like all that groups read of the complaint.

Limits: as those of `complaints.masking`.
"""

from handlers.turn import Turn
from storage import masks


def masked(turn: Turn, typed: str) -> str:
    """`typed` about the complaint of this turn; as long as `typed`."""
    return masks.masked(turn.work, turn.case.number, typed)
