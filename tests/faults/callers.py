"""Residents and a clerk with Telegram in hand, who go on with whatever the bot shows them, whenever it comes.

They know nothing of the faults: a resident acts once for each thing that is read, and takes a second copy of it for
what it is. Only buttons are pressed, so what they do depends on nothing but what was asked.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.channels.telegram.markup import ASK_LINE, MARK
from complaints import numbers
from handlers import dispatch
from tests.botapi.chats import Chat, Kept
from tests.botapi.people import Person

Json = dict[str, Any]
Same = tuple[str, tuple[str, ...]]  # a text without its mark, and the ids under it: the same in every copy
AGREE, SUBMIT, ANONYMOUS, SKIP, SEND_NOW = "同意，继续", "确认提交", "匿名", "跳过", "立即发送"
FILED = "已登记，编号 "
LOOKS = 0.03  # seconds
THINKS = (0.0, 0.3)  # seconds
CATEGORY = "城乡建设"
WHY = "为什么"
EMPTIED = dispatch.emptied().text


@dataclass(frozen=True)
class Script:
    """first: the messages it begins with; answers: what is typed where a question has these words; else it is skipped.

    {n}: the resident's number, so that nobody's words are anybody else's.
    """

    first: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict)


SCRIPTS = (
    Script(("翠竹街道水贝社区{n}栋楼道漏水，昨天开始的，希望尽快修好",)),
    Script(
        ("{n}号楼下面夜里总有人施工", "已经是第{n}回了", "{n}号楼的人都睡不着"),  # in one breath, so its answers queue
        {"哪里": "翠竹街道水贝社区{n}号楼", "希望": "{n}点以后请不要再施工"},
    ),
    Script(("{n}路公交站的灯不亮",)),  # says no place, so the district's own group leads
)


async def until(is_so: Callable[[], Any]) -> Any:
    """What it is, once it is something."""
    while not (found := is_so()):
        await asyncio.sleep(LOOKS)
    return found


def keys(kept: Kept) -> list[Json]:
    """The choices under a message."""
    rows = kept.json.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row if "callback_data" in button]


def same(kept: Kept) -> Same:
    return str(kept.json["text"]).removeprefix(MARK), tuple(button["callback_data"] for button in keys(kept))


def is_again(kept: Kept) -> bool:
    return str(kept.json["text"]).startswith(MARK)


def read(chat: Chat) -> list[Kept]:
    """What the bot wrote there, in order, each copy; not the line beside a question that only carries a key."""
    own = [chat.kept[number] for number in sorted(chat.kept) if chat.kept[number].own]
    return [kept for kept in own if str(kept.json["text"]).removeprefix(MARK) not in ASK_LINE.values()]


def read_once(chat: Chat) -> list[Kept]:
    """The first copy of each."""
    firsts: dict[Same, Kept] = {}
    for kept in read(chat):
        firsts.setdefault(same(kept), kept)
    return list(firsts.values())


def is_card(kept: Kept) -> bool:
    """A resident is told of a complaint by words that begin like its card. What was emptied is one too."""
    in_group = kept.json["chat"]["type"] != "private"
    return in_group and (is_emptied(kept) or str(kept.json["text"]).removeprefix("〔超时〕").startswith("【LH-"))


def is_emptied(kept: Kept) -> bool:
    return bool(kept.json["text"] == EMPTIED)


class Resident:
    """Tells a trouble from the first word to the receipt. asked: how often somebody was to answer."""

    def __init__(self, person: Person, n: int, random: Random) -> None:
        self.person, self.n, self.random = person, n, random
        self.script = SCRIPTS[n % len(SCRIPTS)]
        self.number = ""
        self.typed: list[str] = []
        self.acts = 0
        person.started = True

    @property
    def chat(self) -> Chat:
        return self.person.chat

    @property
    def has_no_place(self) -> bool:
        return self.script is SCRIPTS[2]

    async def live(self) -> None:
        for words in self.script.first:
            self._type(words)
        while not self.number:
            shown = await until(self._answer)
            await asyncio.sleep(self.random.uniform(*THINKS))
            self._go_on(shown)

    def dialogue(self) -> list[str]:
        """The first line of each thing that was read up to the receipt."""
        lines = [same(kept)[0].split("\n")[0] for kept in read_once(self.chat)[: self.acts]]
        return [FILED if line.startswith(FILED) else line for line in lines]

    def _answer(self) -> Kept | None:
        """To what was done last: each act has one."""
        found = read_once(self.chat)
        return found[self.acts - 1] if len(found) >= self.acts else None

    def _go_on(self, shown: Kept) -> None:
        text, labels = same(shown)[0], {button["text"]: button for button in keys(shown)}
        if text.startswith(FILED):
            self.number = text.removeprefix(FILED)[:14]
            return
        said = next((words for part, words in self.script.answers.items() if part in text.split("\n")[0]), "")
        if said and SUBMIT not in labels and AGREE not in labels:
            self._type(said)
            return
        label = next((each for each in (AGREE, SUBMIT, ANONYMOUS, SKIP) if each in labels), None)
        if label is None:
            raise AssertionError(f"nothing to press under: {text}")
        self.person.query(self.chat, shown, labels[label], False)
        self.acts += 1

    def _type(self, words: str) -> None:
        self.typed.append(words.format(n=self.n))
        self.person.write(self.typed[-1])
        self.acts += 1


@dataclass
class Clerk:
    """Of the district's group: says the category of what comes, signs for it, and writes to who sent it.

    Of a card that hangs twice the older one is pressed. written: by number. pressed: ids of messages.
    """

    person: Person
    group: Chat
    written: dict[str, str] = field(default_factory=dict)
    pressed: set[int] = field(default_factory=set)

    async def handle(self, resident: Resident) -> None:
        """The whole of one complaint."""
        number = await until(lambda: resident.number)
        await until(lambda: self._cards(number))
        await self._say(f"/category {number} {CATEGORY}", f"{number} 已定为")
        await self._say(f"/claim {number}", f"已签收 {number}")
        words = f"师傅明天到{resident.n}号来看"
        self.written[number] = words
        preview = await self._say(f"/reply {numbers.short(number)} {words}", words)
        button = next(each for each in keys(preview) if each["text"] == SEND_NOW)
        self.person.query(self.group, preview, button, False)
        await until(lambda: words in [part for kept in read(resident.chat) for part in same(kept)[0].split("\n")])

    async def press_strays(self) -> None:
        """Until cancelled: of each complaint whose card hangs twice, asks under the older one why it is here, once."""
        while True:
            self._press_strays()
            await asyncio.sleep(LOOKS)

    def _press_strays(self) -> None:
        known: set[str] = set()
        for kept in reversed([kept for kept in read(self.group) if is_card(kept) and keys(kept)]):
            number, id = kept.json["text"].partition("【")[2][:14], int(kept.json["message_id"])
            button = next((each for each in keys(kept) if each["text"] == WHY), None)
            if number in known and button and id not in self.pressed:
                self.pressed.add(id)
                self.person.query(self.group, kept, button, False)
            known.add(number)

    def _cards(self, number: str) -> list[Kept]:
        return [kept for kept in read(self.group) if is_card(kept) and number in kept.json["text"]]

    async def _say(self, text: str, answer: str) -> Kept:
        """What came back."""
        self.person.write(text, self.group)

        def heard() -> Kept | None:
            texts = [kept for kept in read(self.group) if not is_card(kept) and answer in kept.json["text"]]
            return texts[0] if texts else None

        found: Kept = await until(heard)
        return found
