"""Updates on their way to the bot: the queue, the long poll and the webhook.

Nothing is kept longer than until it is confirmed; Telegram's 24 hours are not counted.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.botapi.clock import Clock
from tests.botapi.faults import Faults
from tests.botapi.rules import Refused

Json = dict[str, Any]
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})  # only if asked for by name
SECRET = "X-Telegram-Bot-Api-Secret-Token"
MOST = 100
RETRY, LONGEST_RETRY = 0.05, 1.0  # seconds; Telegram's own are longer, and not told


class Updates:
    """One bot's updates, in the order they happened."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self.clock, self.faults = clock, faults
        self.waiting: list[Json] = []
        self.again: list[Json] = []  # faults: given out once more although confirmed
        self.given: dict[int, int] = {}  # update_id: times handed over
        self.all: list[Json] = []
        self.next_id = 100_000_001
        self.allowed: list[str] = []
        self.url, self.secret, self.connections = "", "", 40
        self.last_error: tuple[int, str] | None = None
        self.came = asyncio.Event()
        self.poll: asyncio.Future[str] | None = None
        self.sender: asyncio.Task[None] | None = None

    def add(self, kind: str, what: Json) -> Json | None:
        """Queue an update; None if the bot did not ask for its kind."""
        if (kind not in self.allowed) if self.allowed else (kind in UNASKED):
            return None
        update = {"update_id": self.next_id, kind: json.loads(json.dumps(what))}
        self.next_id += 1
        self.waiting.append(update)
        self.all.append(update)
        self.came.set()
        return update

    def repeat(self, update: Json) -> None:
        """Deliver it again, under the same id."""
        self.again.append(update)
        self.came.set()

    # long poll

    async def get(self, offset: int, most: int, timeout: float, allowed: list[str] | None) -> list[Json]:
        """getUpdates: up to `most` updates, after at most `timeout` seconds. Raises Refused (409)."""
        if self.url:
            raise Refused("poll_or_webhook")
        if self.poll and not self.poll.done():
            self.poll.set_result("two_polls")
        if allowed is not None:
            self.allowed = allowed
        self.confirm(offset)
        ended = self.poll = asyncio.get_running_loop().create_future()
        try:
            await self.wait(timeout, ended)
        finally:
            ended.cancel()
        return self.batch(min(most or MOST, MOST))

    async def wait(self, timeout: float, ended: "asyncio.Future[str]") -> None:
        """Until something waits, time is up or another request ends this poll (raises Refused)."""
        if not self.waiting and not self.again and timeout > 0:
            self.came.clear()
            came = asyncio.ensure_future(self.came.wait())
            try:
                either: set[asyncio.Future[Any]] = {came, ended}
                await asyncio.wait(either, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            finally:
                came.cancel()
        if ended.done():
            raise Refused(ended.result())

    def confirm(self, offset: int) -> None:
        """What is before `offset` is done; a negative one keeps that many of the last."""
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset:
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]

    def batch(self, most: int) -> list[Json]:
        """The next updates, with the faults in force."""
        fresh = self.waiting[:most]
        batch, self.again = (self.again + fresh)[:most], []
        for update in fresh:
            self.spoil(update)
        for update in batch:
            self.given[update["update_id"]] = self.given.get(update["update_id"], 0) + 1
        if len(batch) > 1 and self.faults.hit(self.faults.shuffle):
            self.faults.random.shuffle(batch)
        return self.mixed(batch) if self.faults.hit(self.faults.mix) else batch

    def mixed(self, batch: list[Json]) -> list[Json]:
        """The chats interleaved anew, what is of one chat in its order."""
        chats = [chat_of(update) for update in batch]
        self.faults.random.shuffle(chats)
        lanes = {chat: iter([update for update in batch if chat_of(update) == chat]) for chat in chats}
        return [next(lanes[chat]) for chat in chats]

    def spoil(self, update: Json) -> None:
        """Maybe have a fresh update delivered again: under its id, or under a new one."""
        if update["update_id"] in self.given:
            return
        if self.faults.hit(self.faults.repeat):
            self.again.append(update)
        if self.faults.hit(self.faults.renumber):
            copy = {**update, "update_id": self.next_id}
            self.next_id += 1
            self.given[copy["update_id"]] = 0
            self.waiting.append(copy)

    # webhook

    def set_webhook(self, url: str, secret: str, connections: int, allowed: list[str] | None, drop: bool) -> None:
        """setWebhook and, with an empty url, deleteWebhook."""
        if self.poll and not self.poll.done() and url:
            self.poll.set_result("poll_ended")
        if drop:
            self.waiting, self.again = [], []
        if allowed is not None:
            self.allowed = allowed
        self.stop()
        self.url, self.secret, self.connections, self.last_error = url, secret, connections, None
        if url:
            self.sender = asyncio.get_running_loop().create_task(self.send())

    def info(self) -> Json:
        """The answer to getWebhookInfo."""
        info: Json = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self.waiting)}
        if self.url:
            info["max_connections"] = self.connections
        if self.allowed:
            info["allowed_updates"] = self.allowed
        if self.last_error:
            info["last_error_date"], info["last_error_message"] = self.last_error
        return info

    async def send(self) -> None:
        """POST what waits, a chat's updates one after another, several chats at once, until each was taken."""
        async with ClientSession(timeout=ClientTimeout(total=10)) as session:
            while True:
                self.came.clear()
                batch = self.batch(self.connections)
                if not batch:
                    await self.came.wait()
                    continue
                lanes: dict[int, list[Json]] = {}
                for update in batch:
                    lanes.setdefault(chat_of(update), []).append(update)
                await asyncio.gather(*(self.send_lane(session, lane) for lane in lanes.values()))

    async def send_lane(self, session: ClientSession, lane: list[Json]) -> None:
        for update in lane:
            pause = RETRY
            while not await self.post(session, update):
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_RETRY)
            self.waiting = [one for one in self.waiting if one is not update]

    async def post(self, session: ClientSession, update: Json) -> bool:
        """Whether the bot's side answered 2xx."""
        headers = {SECRET: self.secret} if self.secret else {}
        try:
            async with session.post(self.url, json=update, headers=headers, allow_redirects=False) as response:
                await response.read()
                fault = "" if 200 <= response.status < 300 else f"{response.status} {response.reason}"
                message = f"Wrong response from the webhook: {fault}"
        except (ClientError, TimeoutError) as error:
            fault, message = type(error).__name__, "Connection failed"
        if fault:
            self.last_error = int(self.clock.now()), message
        return not fault

    def stop(self) -> None:
        """End the webhook's task."""
        if self.sender:
            self.sender.cancel()
            self.sender = None

    async def close(self) -> None:
        """End everything and wait for it."""
        task = self.sender
        self.stop()
        if self.poll and not self.poll.done():
            self.poll.cancel()
        if task:
            await asyncio.gather(task, return_exceptions=True)

    def taken(self, test: Callable[[Json], bool] = bool) -> bool:
        """Whether no update that `test` picks is still waiting."""
        return not any(test(update) for update in self.waiting)


def chat_of(update: Json) -> int:
    """The chat an update belongs to; its own id where there is none."""
    for what in update.values():
        if isinstance(what, dict):
            chat = what.get("chat") or what.get("message", {}).get("chat") or what.get("from", {})
            return int(chat.get("id", 0))
    return int(update["update_id"])
