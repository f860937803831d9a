"""`jiesu telegram setup`: menus for each kind of chat, one way in, and what a person must tell BotFather."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot import settings
from bot.channels.telegram import request
from bot.channels.telegram.setup import SCOPES
from bot.cli import app
from handlers import dispatch
from handlers.commands import TABLE, Role
from tests.botapi.server import BotApi

Run = Callable[..., Awaitable[tuple[int, str, str]]]
URL, SECRET = "https://bot.example.org/telegram", "s" * 32
TOKEN = "123456789:" + "A" * 35


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(seed=3) as running:
        yield running


@pytest.fixture
def run(api: BotApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in a thread beside the platform: exit code, output, errors. Names are settings without JIESU_."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["jiesu", "telegram", "setup"])

    def command() -> int:
        with pytest.raises(SystemExit) as ended:
            app.main()
        return int(ended.value.code or 0)

    async def run(**more: str) -> tuple[int, str, str]:
        given = {"TELEGRAM_TOKEN": api.token, "TELEGRAM_API_URL": api.url, "TELEGRAM_FILE_URL": api.file_url, **more}
        for name, value in given.items():
            monkeypatch.setenv(f"JIESU_{name}", value)
        code = await asyncio.to_thread(command)
        out, err = capsys.readouterr()
        assert api.token not in out + err
        return code, out, err

    return run


def menu(api: BotApi, type: str, language: str) -> list[str]:
    return [each["command"] for each in api.asking.menus[(json.dumps({"type": type}), language)]]


@pytest.mark.parametrize("language", ["", "zh"], ids=["any language", "Chinese"])
async def test_each_kind_of_chat_has_its_menu(api: BotApi, run: Run, language: str) -> None:
    code, out, _ = await run()
    assert code == 0
    private = menu(api, "all_private_chats", language)
    group = menu(api, "all_group_chats", language)
    assert {"new", "status", "human"} <= set(private)
    assert {"claim", "reply", "conclude", "queue"} <= set(group)
    assert not {"claim", "bind"} & set(private)
    assert not {"new", "bind", "alert"} & set(group)
    assert set(menu(api, "all_chat_administrators", language)) == {*group, "bind"}
    assert f"私聊 {len(private)} 条" in out


async def test_polling_takes_a_webhook_away_and_keeps_what_waits(api: BotApi, run: Run) -> None:
    api.updates.url = "https://old.example.org/x"
    api.world.person("张三").write("楼道漏水")
    code, out, _ = await run(TELEGRAM_MODE="polling")
    assert code == 0
    assert "webhook 已删除" in out
    assert api.updates.url == ""
    assert not api.updates.taken()
    assert "没有 webhook" in (await run())[1]


async def test_a_webhook_is_set_with_its_secret(api: BotApi, run: Run) -> None:
    code, out, err = await run(TELEGRAM_MODE="webhook", TELEGRAM_WEBHOOK_URL=URL, TELEGRAM_WEBHOOK_SECRET=SECRET)
    assert (code, err) == (0, "")
    assert (api.updates.url, api.updates.secret) == (URL, SECRET)
    assert set(api.updates.allowed) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert "bot.example.org" in out
    assert SECRET not in out


@pytest.mark.parametrize("privacy", [True, False], ids=["privacy mode on", "privacy mode off"])
async def test_what_botfather_must_be_told_is_said(api: BotApi, run: Run, privacy: bool) -> None:
    api.world.privacy = privacy
    _, out, _ = await run()
    assert ("/setprivacy" in out) is privacy
    assert "https://t.me/JiesuTestBot" in out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"TELEGRAM_TOKEN": ""}, "JIESU_TELEGRAM_TOKEN: missing", id="no token"),
        pytest.param({"TELEGRAM_TOKEN": TOKEN}, "不认这个 token", id="a token that is nobody's"),
        pytest.param({"TELEGRAM_API_URL": "http://127.0.0.1:9/bot"}, "127.0.0.1 没有办成", id="nobody at the address"),
        pytest.param({"TELEGRAM_MODE": "webhook"}, "JIESU_TELEGRAM_WEBHOOK_URL: missing", id="no address"),
        pytest.param(
            {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_URL": URL},
            "JIESU_TELEGRAM_WEBHOOK_SECRET: missing",
            id="no secret",
        ),
    ],
)
async def test_a_mistake_is_said_with_its_setting(run: Run, given: dict[str, str], said: str) -> None:
    code, _, err = await run(**given)
    assert code == 2
    assert said in err
    assert TOKEN not in err


# the menus


def test_menus_are_such_as_the_platform_takes() -> None:
    menus = dict(dispatch.menus())
    assert menus.keys() == SCOPES.keys()
    for menu in menus.values():
        assert 0 < len(menu) <= 100
        for command, what in menu:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", command)
            assert 0 < len(what) <= 256


def test_every_command_is_in_a_menu_or_left_out_on_purpose() -> None:
    shown = {command for _, menu in dispatch.menus() for command, _ in menu}
    triage_only = {entry.name for entry in TABLE if entry.roles == {Role.TRIAGE}}
    assert {entry.name for entry in TABLE} - shown == {"start", *triage_only}


# the settings


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TELEGRAM_TOKEN", "geheim", "should be the token as BotFather shows it"),
        ("TELEGRAM_TOKEN", "12345:geheim", "should be the token as BotFather shows it"),
        ("TELEGRAM_API_URL", "geheim", "should be the address before the token"),
        ("TELEGRAM_FILE_URL", "ftp://geheim/file/bot", "should be the address before the token"),
        ("TELEGRAM_MODE", "geheim", "Input should be 'polling' or 'webhook'"),
        ("TELEGRAM_WEBHOOK_URL", "geheim.example.org/telegram", "should be the address the platform is to call"),
        ("TELEGRAM_WEBHOOK_URL", "https://[geheim/telegram", "should be the address the platform is to call"),
        ("TELEGRAM_WEBHOOK_SECRET", "geheim!", "should be 1 to 256 of"),
        ("TELEGRAM_WEBHOOK_SECRET", "geheim" * 50, "should be 1 to 256 of"),
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_a_wrong_setting_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"JIESU_{name}", value)
    with pytest.raises(settings.BadSettings) as caught:
        settings.read()
    assert str(caught.value).startswith(f"JIESU_{name}: {said}")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (URL, ""),
        ("https://bot.example.org:8443/telegram", ""),
        ("https://bot.example.org:9000/telegram", "port 443, 80, 88 or 8443"),
        ("http://bot.example.org/telegram", "should be https"),
        ("https://bot.example.org/", "a path of its own"),
    ],
)
@pytest.mark.usefixtures("elsewhere")
def test_the_platform_calls_https_at_four_ports_only(monkeypatch: pytest.MonkeyPatch, url: str, said: str) -> None:
    monkeypatch.setenv("JIESU_TELEGRAM_WEBHOOK_URL", url)
    monkeypatch.setenv("JIESU_TELEGRAM_WEBHOOK_SECRET", SECRET)
    of = settings.read()
    if not said:
        assert of.webhook() == (url, SECRET)
        return
    with pytest.raises(settings.BadSettings, match=said):
        of.webhook()


@pytest.mark.usefixtures("elsewhere")
def test_an_own_server_of_the_platform_may_call_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIESU_TELEGRAM_API_URL", "http://127.0.0.1:8081/bot")
    monkeypatch.setenv("JIESU_TELEGRAM_WEBHOOK_URL", "http://127.0.0.1:8080/telegram")
    monkeypatch.setenv("JIESU_TELEGRAM_WEBHOOK_SECRET", SECRET)
    assert settings.read().webhook()[0] == "http://127.0.0.1:8080/telegram"


@pytest.mark.usefixtures("elsewhere")
def test_secrets_are_not_in_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIESU_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("JIESU_TELEGRAM_WEBHOOK_SECRET", SECRET)
    of = settings.read()
    assert of.telegram_token.get_secret_value() == TOKEN
    assert TOKEN not in repr(of)
    assert SECRET not in repr(of)


@pytest.mark.usefixtures("elsewhere")
def test_without_settings_it_is_the_official_server() -> None:
    of = settings.read()
    assert (of.telegram_api_url, of.telegram_file_url) == (request.API_URL, request.FILE_URL)
    assert (of.telegram_mode, of.media_dir) == ("polling", Path("var/media"))
