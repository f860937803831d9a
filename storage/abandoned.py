"""What a process that is no more was sending: it may be taken at once, not only when the leases end.

Only on SQLite, where one process sends for a channel: on PostgreSQL others may be sending just now, so there the
leases run out. If a second process does begin beside the first one, what that was sending comes twice and says so.
"""

from collections.abc import Collection

from sqlalchemy import update

from storage.outbox import SENDING
from storage.tables import card, outbox
from storage.unit_of_work import Work


def take_back(work: Work, channels: Collection[str]) -> int:
    """Ends the leases on texts and cards of these channels; how many. A text keeps that it may have arrived."""
    if work.connection.dialect.name != "sqlite":
        return 0
    texts = (outbox.c.tenant == work.tenant, outbox.c.channel.in_(channels), outbox.c.state == SENDING)
    drawn = (card.c.tenant == work.tenant, card.c.channel.in_(channels), card.c.lease_until > work.now)
    ended = [
        update(outbox).where(*texts, outbox.c.lease_until > work.now).values(lease_until=work.now),
        update(card).where(*drawn).values(lease_until=work.now),
    ]
    return sum(work.connection.execute(each).rowcount for each in ended)
