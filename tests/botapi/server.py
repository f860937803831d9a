"""Telegram's Bot API on the loopback: for tests of a bot, with a world to move and faults to set.

    async with BotApi(seed=1, drop_after=0.1) as api:
        bot = Bot(api.token, base_url=api.url, base_file_url=api.file_url)
        someone = api.world.person("张三")
        someone.start()

One bot, one process. What is not in `methods` is answered as unknown. Rates are kept only with limits=True.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from random import Random
from string import ascii_letters, digits
from typing import Any

from aiohttp import web

from tests.botapi.asking import Asking
from tests.botapi.calls import Call, read
from tests.botapi.clock import Clock
from tests.botapi.faults import BROKEN, DROP_AFTER, DROP_BEFORE, GARBAGE, HANG_AFTER, TOO_MANY, Faults
from tests.botapi.files import Files
from tests.botapi.rules import TOKEN, Refused
from tests.botapi.sending import Accepted, Sending
from tests.botapi.updates import Updates
from tests.botapi.world import World

Json = dict[str, Any]
LARGEST = 128 << 20  # bytes read at all; the API's own limit is a row of the table


class BotApi:
    """A running server. Further arguments are those of Faults."""

    def __init__(self, seed: int = 0, *, limits: bool = False, press_age: float = 60.0,
                 username: str = "JiesuTestBot", **faults: Any) -> None:  # fmt: skip
        self.clock, self.faults, self.files = Clock(), Faults(seed=seed, **faults), Files()
        self.updates = Updates(self.clock, self.faults)
        self.world = World(self.clock, self.updates, self.files, seed, username)
        self.sending = Sending(self.world, limits)
        self.asking = Asking(self.world, self.sending, press_age)
        self.token = f"{self.world.bot['id']}:" + "".join(Random(seed).choices(ascii_letters + digits + "-_", k=35))
        self.calls: list[Call] = []
        self.url = self.file_url = ""
        self.methods = self.table()
        self.runner: web.AppRunner | None = None

    def table(self) -> dict[str, Callable[[Call], Any]]:
        """The methods by name, in lower case: the API does not mind the case."""
        sending, asking = self.sending, self.asking
        return {
            "getme": asking.get_me, "setwebhook": asking.set_webhook, "deletewebhook": asking.set_webhook,
            "getwebhookinfo": asking.get_webhook_info, "sendmessage": sending.send_message,
            "sendphoto": sending.send_file, "sendvoice": sending.send_file, "sendvideo": sending.send_file,
            "senddocument": sending.send_file, "sendmediagroup": sending.send_media_group,
            "editmessagetext": sending.edit, "editmessagecaption": sending.edit,
            "editmessagereplymarkup": sending.edit, "deletemessage": sending.delete_message,
            "answercallbackquery": asking.answer_callback_query, "sendchataction": asking.send_chat_action,
            "getfile": asking.get_file, "setmycommands": asking.set_my_commands,
            "getmycommands": asking.get_my_commands, "deletemycommands": asking.delete_my_commands,
            "getchat": asking.get_chat, "getchatmember": asking.get_chat_member,
            "getchatadministrators": asking.get_chat_administrators,
            "createforumtopic": asking.create_forum_topic, "editforumtopic": asking.change_topic,
            "closeforumtopic": asking.change_topic, "reopenforumtopic": asking.change_topic,
        }  # fmt: skip

    # running

    async def __aenter__(self) -> "BotApi":
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/bot{token}/{method}", self.answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self.download)
        self.runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        self.url, self.file_url = f"{base}/bot", f"{base}/file/bot"
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.updates.close()
        if self.runner:
            await self.runner.cleanup()

    # answering

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call, with the fault it meets."""
        method = request.match_info["method"]
        fault = self.faults.draw(method)
        call = await read(request, method)
        call.fault = fault
        self.calls.append(call)
        if fault == DROP_BEFORE:
            return self.hang_up(request)
        if call.number("chat_id") in self.faults.stuck:
            await asyncio.Event().wait()
        return await self.carry_out(request, call)

    async def carry_out(self, request: web.Request, call: Call) -> web.StreamResponse:
        """Do it, unless the fault forbids, then answer as the fault wants."""
        if call.fault == TOO_MANY:
            wait = self.faults.retry_after
            return self.reply(call, Refused("flood_all", {"retry_after": wait}, seconds=wait).answer())
        if call.fault == BROKEN:
            call.status = self.faults.status
            return web.Response(status=call.status, text="<html>Bad Gateway</html>", content_type="text/html")
        body = await self.result(request.match_info["token"], call)
        if self.faults.slow_ms:
            await asyncio.sleep(self.faults.slow_ms / 1000)
        if call.fault == HANG_AFTER:
            await asyncio.Event().wait()
        if call.fault == DROP_AFTER:
            return self.hang_up(request)
        if call.fault == GARBAGE:
            return web.Response(text="<html>not JSON", content_type="text/html")
        return self.reply(call, body)

    async def result(self, token: str, call: Call) -> Json:
        """The body of the answer."""
        try:
            self.check_token(token)
            name = call.method.lower()
            if name == "getupdates":
                result: Any = await self.updates.get(
                    call.number("offset"), call.number("limit"), call.number("timeout"), call.get("allowed_updates")
                )
            elif name in self.methods:
                result = self.methods[name](call)
            else:
                raise Refused("method_unknown")
        except Refused as refused:
            return refused.answer()
        call.done = True
        return {"ok": True, "result": result}

    def check_token(self, token: str) -> None:
        if not TOKEN.match(token):
            raise Refused("token_malformed")
        if token != self.token:
            raise Refused("token_unknown")

    @staticmethod
    def reply(call: Call, body: Json) -> web.Response:
        call.status, call.description = int(body.get("error_code", 200)), str(body.get("description", ""))
        headers = {"Retry-After": str(body["parameters"]["retry_after"])} if call.status == 429 else {}
        return web.json_response(body, status=call.status, headers=headers)

    @staticmethod
    def hang_up(request: web.Request) -> web.Response:
        """The connection ends at once, without an answer."""
        if request.transport:
            request.transport.abort()
        return web.Response(status=499)

    async def download(self, request: web.Request) -> web.Response:
        """/file/bot<token>/<file_path>."""
        file = self.files.at(request.match_info["path"])
        if request.match_info["token"] != self.token or file is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=file.data, content_type=file.mime or "application/octet-stream")

    # counting

    @property
    def accepted(self) -> list[Accepted]:
        """Every message taken, in order, also those the client never heard of."""
        return self.sending.accepted

    @property
    def texts(self) -> Counter[tuple[int, str]]:
        """How often each text was taken in each chat."""
        return Counter((one.chat, one.text) for one in self.accepted)

    @property
    def doubles(self) -> dict[tuple[int, str], int]:
        """What was taken more than once."""
        return {key: times for key, times in self.texts.items() if times > 1}

    async def until(self, happened: Callable[[], Any], seconds: float = 5.0) -> None:
        """Wait for something to become true. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not happened():
                await asyncio.sleep(0.005)
