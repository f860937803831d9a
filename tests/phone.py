"""A resident's phone in the town: presses buttons, and sees to it that no text breaks what all texts promise."""

import json
from typing import Any

from sqlalchemy import select

from bot.channels.terminal import RESIDENT
from complaints.complaint import Complaint
from handlers.messages import Outgoing, outgoing_from_json
from storage import complaints as stored
from storage import inbox
from storage.shown import after
from storage.tables import conversation, draft
from storage.tables import inbox as received
from storage.tables import outbox as sent
from storage.unit_of_work import Work
from tests.town import Town

LONG = ("请核对", "【紧急】", "登记之前", "　")  # cards, and what is put before them
STORY = "翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好"


class Phone:
    def __init__(self, town: Town) -> None:
        self.town, self.me = town, town.id(RESIDENT)

    async def say(self, *texts: str, **more: Any) -> str:
        """The texts one after the other; what is read last."""
        for text in texts:
            await self.town.say(text, **more)
        return self.read()

    def read(self) -> str:
        return self.town.heard()

    async def shown(self) -> list[Outgoing]:
        """All that was shown, the newest first."""
        rows = await self.town.read(lambda work: after(work, self.town.name, self.me, 0, 500))
        return [outgoing_from_json(row.payload) for row in reversed(rows)]

    async def button(self, label: str) -> str:
        """The id of the newest button with this label; a label may be given by its beginning."""
        for out in await self.shown():
            for row in out.buttons:
                for button in row:
                    if button.label.startswith(label):
                        return button.id
        raise AssertionError(f"no button {label}")

    async def press(self, label: str) -> str:
        return await self.press_id(await self.button(label))

    async def press_id(self, id: str, key: str = "") -> str:
        return await self.town.hear(RESIDENT, RESIDENT, key=key, button=id)

    async def to_the_card(self, story: str = STORY) -> str:
        """The review card, with everything skipped that the story does not tell."""
        await self.say(story, "同意")
        for _ in range(6):
            if "请核对" in self.read():
                break
            await self.say("匿名" if "怎么联系您" in self.read() else "跳过")
        return self.read()

    async def file(self, story: str = STORY) -> str:
        """Its number."""
        await self.to_the_card(story)
        return number_in(await self.say("确认提交"))

    async def complaint(self, number: str) -> Complaint:
        found: Complaint | None = await self.town.read(lambda work: stored.load(work, number, lock=False))
        assert found is not None
        return found

    async def mine(self) -> list[Complaint]:
        return list(await self.town.read(lambda work: stored.of_person(work, self.town.name, self.me, 100)))

    async def words(self, number: str) -> list[str]:
        """What the resident said about it, as staff may read it."""
        rows = await self.town.read(lambda work: stored.words(work, number, ["filed", "added"]))
        return [row.masked for row in rows]

    async def readable(self) -> str:
        """All that the keys can open of what was typed and answered: inbox, drafts, conversation, outbox."""
        return str(await self.town.read(_readable))

    async def ask_whether_solved(self, number: str) -> str:
        """Staff claim and conclude it; what the resident is asked."""
        lead, code = (await self.complaint(number)).lead or "", number.split("-")[2]
        await self.town.join(lead)
        if (await self.complaint(number)).holder is None:
            await self.town.staff(lead, f"/接 {code}")
        await self.town.staff(lead, f"/办结 {code} 支持 事实：已换水管 依据：物业管理条例")
        return self.read()

    async def check(self) -> None:
        """Nothing raised, nothing waits; each text is short and says what can be done next."""
        counts = await self.town.read(inbox.counts)
        assert (counts["waiting"], counts["quarantined"]) == (0, 0)
        for out in await self.shown():
            assert out.buttons or "“进度”" in out.text or out.text == "（草稿已删除）", f"a dead end: {out.text}"
            assert sum(len(row) for row in out.buttons) <= 9, out.text
            assert len(out.text) <= 300 or any(mark in out.text for mark in LONG), f"{len(out.text)}: {out.text}"


def number_in(text: str) -> str:
    return text.split("编号 ")[1][:14]


def _readable(work: Work) -> str:
    found = []
    for row in work.connection.execute(select(received).where(received.c.body.is_not(None))):
        found.append(work.keys.open(row.body, work.tenant, "inbox", row.channel, row.update_key))
    for row in work.connection.execute(select(draft).where(draft.c.content.is_not(None))):
        found.append(work.keys.open(row.content, work.tenant, "draft", row.id))
    for row in work.connection.execute(select(conversation).where(conversation.c.state.is_not(None))):
        found.append(work.keys.open(row.state, work.tenant, "conversation", row.channel, row.chat))
    for row in work.connection.execute(select(sent).where(sent.c.payload.is_not(None))):
        found.append(work.keys.open(row.payload, work.tenant, "outbox", row.channel, row.chat))
    return "\n".join(json.dumps(json.loads(text), ensure_ascii=False) for text in found)
