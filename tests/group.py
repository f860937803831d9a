"""The group of a unit as its clerks use it, for tests: they write, press, answer cards, and read what comes back."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bot.channels.terminal import RESIDENT, group_chat, staff_sender
from complaints import numbers
from complaints.complaint import Complaint
from handlers import clocks, record, routing
from handlers.messages import outgoing_from_json
from handlers.turn import Scene
from storage import clocks as clock_rows
from storage import complaints as stored
from storage import inbox, tables
from storage.shown import after
from storage.unit_of_work import Work
from tests.town import Town

STATION, ABOVE, DISTRICT = "440303004S04", "440303004", "440303"  # 水贝社区工作站, 翠竹街道, the district centre
HOUSING, LABOUR, MARKET = "440303D01", "440303D02", "440303D04"
SHUIBEI = "440303004011"


@dataclass
class Group:
    town: Town
    unit: str

    @property
    def chat(self) -> str:
        return group_chat(self.unit)

    @property
    def id(self) -> str:
        return self.town.id(self.chat)

    async def join(self, *names: str) -> "Group":
        """The group is bound; its usual clerk and any others named belong to the unit."""
        await self.town.join(self.unit)
        for name in names:
            await self.town.join(self.unit, name)
        return self

    async def say(self, text: str = "", who: str | None = None, **more: Any) -> str:
        """What the bot wrote in the group because of it, all in one."""
        before = len(self.heard)
        await self.town.staff(self.unit, text, who, **more)
        return "\n".join(self.heard[before:])

    async def under(self, number: str, text: str, who: str | None = None, **more: Any) -> str:
        """An answer to the card of a complaint."""
        return await self.say(text, who, reply_to=await self.card_id(number), **more)

    async def press(self, label: str, who: str | None = None) -> str:
        """The newest button with this label that hangs here."""
        return await self.say("", who, button=await self.button(label))

    async def button(self, label: str) -> str:
        def find(work: Work) -> str:
            for shown in reversed(after(work, self.town.name, self.id, 0)):
                for row in outgoing_from_json(shown.payload).buttons:
                    for button in row:
                        if button.label == label:
                            return button.id
            raise LookupError(label)

        return str(await self.town.read(find))

    async def card_id(self, number: str) -> str:
        mine = (tables.card.c.chat == self.id, tables.card.c.complaint == number)
        return str(
            await self.town.read(lambda w: w.connection.execute(select(tables.card.c.message_id).where(*mine)).scalar())
        )

    async def message_id(self, part: str) -> str:
        """Of the newest text in this group that holds `part`; cards are none."""

        def find(work: Work) -> str:
            sent = tables.outbox
            for row in work.connection.execute(select(sent).where(sent.c.chat == self.id).order_by(sent.c.id.desc())):
                if part in work.keys.open(row.payload, work.tenant, "outbox", row.channel, row.chat):
                    return str(row.message_id)
            raise LookupError(part)

        return str(await self.town.read(find))

    @property
    def heard(self) -> list[str]:
        return self.town.all(self.chat)

    def card(self, number: str) -> str:
        """The complaint's card as it hangs now; empty if none does."""
        cards = [text for text in self.heard if text.removeprefix("〔超时〕").startswith(f"【{number}】")]
        return cards[-1] if cards else ""


async def open_group(town: Town, unit: str, *names: str) -> Group:
    return await Group(town, unit).join(*names)


async def filed(
    town: Town,
    category: str = "城乡建设",
    *,
    gist: str = "水贝社区3栋楼道漏水",
    who: str = "",
    area: str | None = SHUIBEI,
    sender: str = RESIDENT,
    number: str = "",
) -> str:
    """A complaint of this category where the catalogue sends it; without one at the triage desk. Its number."""

    def make(work: Work) -> str:
        scene = Scene(work, town.outside, town.outside.rules(work))
        code = number or numbers.new_number("LH", town.outside.random)
        whose = town.id(sender)
        complaint = Complaint(code, scene.token(12), town.name, whose, whose, gist, work.now, {"who": who}, area=area)
        complaint.register(work.now)
        stored.say(work, code, "filed", "resident", gist)
        complaint.classify(category or "其他", "", "model" if category else "nobody", work.now)
        to = routing.assignment_for(scene, category, "", area, who)
        if to is None:
            complaint.hold_for_triage("unsure", scene.rules.desk, work.now)
        else:
            complaint.accept(work.now)
            complaint.dispatch(to, work.now)
        promised = clocks.promised(scene, category, "", work.now)
        complaint.promised = {kind: due.isoformat() for kind, due in promised.items()}
        assert record.file(scene, complaint)
        return code

    filed = str(await town.desk.write(make))
    await town.deliver()
    return filed


async def claimed(town: Town, group: Group, **more: Any) -> str:
    """A complaint that the group's usual clerk has signed for."""
    number = await filed(town, **more)
    await group.say(f"/claim {number}")
    return number


async def state(town: Town, number: str) -> Complaint:
    found = await town.read(lambda work: stored.load(work, number, lock=False))
    assert found is not None
    return found  # type: ignore[no-any-return]


async def alarms(town: Town, number: str) -> dict[str, Any]:
    return dict(await town.read(lambda work: clock_rows.of(work, number)))


async def history(town: Town, number: str) -> list[str]:
    return [row.kind for row in await town.read(lambda work: stored.events(work, number))]


async def nothing_is_left_over(town: Town) -> None:
    """All that came in was handled, no text waits that is due, no card is older than its complaint."""
    left = await town.read(inbox.counts)
    assert (left["waiting"], left["quarantined"]) == (0, 0)
    stale = select(func.count()).select_from(tables.card).where(tables.card.c.wanted > tables.card.c.shown)
    assert await town.read(lambda work: work.connection.execute(stale).scalar()) == 0


def short(number: str) -> str:
    return numbers.short(number)


def id_of(unit: str) -> str:
    """The id under which the usual clerk of a unit acts."""
    return f"id-{staff_sender(unit)}"


def told(town: Town, before: int, chat: str = RESIDENT) -> list[str]:
    """What a chat has read since it had read `before` texts."""
    return town.all(chat)[before:]
