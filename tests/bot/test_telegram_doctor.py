"""`jiesu doctor` names each usual mistake with Telegram and what to do; the token is in no line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.cli import doctor, telegram_checks
from bot.settings import Settings
from storage import people
from tests.botapi.server import BotApi
from tests.town import Town

Found = Callable[..., Awaitable[list[str]]]
URL, SECRET = "https://bot.example.org/telegram", "s" * 32
WEBHOOK = {"telegram_mode": "webhook", "telegram_webhook_url": URL, "telegram_webhook_secret": SecretStr(SECRET)}
NOBODYS = "123456789:" + "A" * 35
SETUP = "运行 jiesu telegram setup"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=3) as running:
        running.world.privacy = False
        yield running


@pytest.fixture
def found(api: BotApi, town: Town) -> Found:
    """What is found with these settings, our clock being so many seconds ahead."""

    async def found(ahead: float = 0, **more: object) -> list[str]:
        given = {"token": api.token, "api_url": api.url, "file_url": api.file_url}
        of = Settings(**{**{f"telegram_{name}": value for name, value in given.items()}, **more})  # type: ignore[arg-type]

        def now() -> datetime:
            return datetime.now(UTC) + timedelta(seconds=ahead)

        lines = await asyncio.to_thread(town.desk.read, lambda work: list(telegram_checks.findings(work, of, now)))
        assert api.token not in "".join(lines)
        assert NOBODYS not in "".join(lines)
        return lines

    return found


def only(lines: list[str], *parts: str) -> None:
    assert len(lines) == 1, lines
    for part in parts:
        assert part in lines[0]


async def registered(api: BotApi, url: str = URL, allowed: list[str] | None = None) -> None:
    """As if `setup` had been run for `url`, without the platform's calls to it."""
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    api.updates.url, api.updates.secret, api.updates.allowed = url, SECRET, kinds if allowed is None else allowed


async def test_all_is_well_with_polling(found: Found) -> None:
    assert await found() == []


async def test_all_is_well_with_a_webhook(api: BotApi, found: Found) -> None:
    await registered(api)
    assert await found(**WEBHOOK) == []


async def test_without_telegram_nothing_is_asked(api: BotApi, found: Found) -> None:
    assert await found(telegram_token="") == []
    assert api.calls == []


async def test_a_webhook_without_a_token_is_half_a_setting(found: Found) -> None:
    only(await found(telegram_token="", **WEBHOOK), "没有 JIESU_TELEGRAM_TOKEN", "/token")


async def test_a_refused_token(found: Found) -> None:
    only(await found(telegram_token=NOBODYS), "不认 JIESU_TELEGRAM_TOKEN", "BotFather", "JIESU_TELEGRAM_API_URL")


async def test_nobody_at_the_address(found: Found) -> None:
    only(await found(telegram_api_url="http://127.0.0.1:9/bot"), "连不上 127.0.0.1", "JIESU_TELEGRAM_API_URL")


async def test_a_platform_that_answers_nonsense(api: BotApi, found: Found) -> None:
    api.faults.once("garbage", "getWebhookInfo")
    only(await found(), "没有正常回答")


@pytest.mark.parametrize(
    ("ahead", "said"),
    [(0, None), (20, None), (-20, None), (90, "快了"), (-600, "慢了")],
    ids=["right", "a little fast", "a little slow", "fast", "slow"],
)
async def test_a_clock_that_is_off(found: Found, ahead: float, said: str | None) -> None:
    lines = await found(ahead)
    if said is None:
        assert lines == []
    else:
        only(lines, said, "NTP")


async def test_a_webhook_that_is_set_while_polling(api: BotApi, found: Found) -> None:
    await registered(api)
    only(await found(), "polling", "bot.example.org", SETUP)


@pytest.mark.parametrize(
    ("url", "said"), [("", "没有登记"), ("https://old.example.org/x", "old.example.org/x")], ids=["none", "another"]
)
async def test_a_webhook_that_is_not_ours(api: BotApi, found: Found, url: str, said: str) -> None:
    await registered(api, url)
    only(await found(**WEBHOOK), said, SETUP)


@pytest.mark.parametrize("url", ["https://bot.example.org:9000/telegram", "http://bot.example.org/telegram"])
async def test_an_address_the_platform_never_calls(
    api: BotApi, found: Found, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.settings.TELEGRAM", "127.0.0.1")  # the server here takes the place of the official one
    only(await found(**WEBHOOK | {"telegram_webhook_url": url}), "JIESU_TELEGRAM_WEBHOOK_URL", "8443")


async def test_a_webhook_that_does_not_get_all(api: BotApi, found: Found) -> None:
    await registered(api, allowed=["message"])
    only(await found(**WEBHOOK), "收不全", SETUP)


@pytest.mark.parametrize(
    ("said", "todo"),
    [
        ("Wrong response from the webhook: 403 Forbidden", "密令对不上"),
        ("Wrong response from the webhook: 404 Not Found", "反向代理"),
        ("Wrong response from the webhook: 502 Bad Gateway", "是否在运行"),
        ("Wrong response from the webhook: 503 Service Unavailable", "会再送来"),
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "证书"),
        ("Failed to resolve host: Name or service not known", "DNS"),
        ("Connection timed out", "防火墙"),
        ("Connection refused", "端口"),
    ],
)
async def test_what_the_platform_last_complained_of(api: BotApi, found: Found, said: str, todo: str) -> None:
    await registered(api)
    api.updates.last_error = int(api.clock.now()) - 60, said
    only(await found(**WEBHOOK), said, todo)
    api.updates.last_error = int(api.clock.now()) - 7200, said
    assert await found(**WEBHOOK) == []


async def test_many_updates_that_wait(api: BotApi, found: Found) -> None:
    await registered(api)
    person = api.world.person("张三")
    for _ in range(101):
        person.write("楼道漏水")
    only(await found(**WEBHOOK), "积压了 101 条")


async def test_privacy_mode_matters_once_a_group_is_bound(api: BotApi, town: Town, found: Found) -> None:
    api.world.privacy = True
    await town.desk.write(lambda work: people.bind_group(work, "web", "group:440303", "440303", "web:1"))
    assert await found() == []
    await town.desk.write(lambda work: people.bind_group(work, "telegram", "-4001", "440303", "51"))
    only(await found(), "/setprivacy", "Disable", "重新加入")


@pytest.mark.parametrize(
    ("rights", "said"),
    [({"can_manage_topics"}, None), ({"can_pin_messages"}, "「管理话题」"), (None, "「管理话题」")],
    ids=["may open topics", "an administrator who may not", "a mere member"],
)
async def test_a_group_with_topics_needs_a_right(
    api: BotApi, town: Town, found: Found, rights: set[str] | None, said: str | None
) -> None:
    standing = "member" if rights is None else "administrator"
    group = api.world.group("工作群", forum=True, bot=standing, rights=frozenset(rights or ()))
    gone = api.world.group("走了的群", forum=True, bot="left")
    for chat in (group, gone):
        await town.desk.write(
            lambda work, chat=chat: people.bind_group(work, "telegram", str(chat.id), "440303", "51", forum=True)
        )
    lines = await found()
    if said is None:
        assert lines == []
    else:
        only(lines, said, "440303", "管理员")


async def test_doctor_asks_about_telegram(api: BotApi, town: Town) -> None:
    await registered(api)
    of = Settings(telegram_token=SecretStr(api.token), telegram_api_url=api.url)
    lines = await asyncio.to_thread(town.desk.read, lambda work: list(doctor._telegram(work, of)))
    only(lines, "polling", SETUP)
