"""The page in a real browser, against the real demo: it loses nothing, and everybody can use it.

Needs a Chromium. Without one the tests are skipped, loudly; where CI is true they fail.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.page import NARROW, PHONE, READABLE, WIDE, Demo, contrasts, file, heard, press, say

# from the first word to the last


def test_the_example_story_reaches_its_end(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.click("#story")
    page.wait_for_selector("#caption:has-text('8/8')", timeout=120_000)
    page.wait_for_selector("#facts .big:has-text('已办结')")
    assert page.locator("#facts .state.good", has_text="完整").count() == 1
    number = page.input_value("#numbers")
    assert "已办结" in page.locator("#group .message.card", has_text=number).inner_text()
    assert page.locator("#story").get_attribute("aria-pressed") == "false"


def test_a_poster_says_where_it_hangs(open_page: Callable[..., Any]) -> None:
    page = open_page(path="/?at=440303004S04")
    assert "您扫的是" in heard(page, "您扫的是").inner_text()
    page.reload()
    page.wait_for_selector('#link[data-state="open"]')
    page.wait_for_timeout(500)
    assert page.locator(".message.mine").count() == 1  # once, however often the page is loaded


def test_staff_answer_by_replying_to_the_card(open_page: Callable[..., Any]) -> None:
    page = open_page()
    number = file(page, "翠竹街道水贝社区路灯坏了一个星期，希望尽快修好")
    card = page.locator("#group .message.card", has_text=number)
    card.wait_for()
    if card.locator(".choice", has_text="签收").count() == 0:  # the model was not sure: triage first
        card.locator(".choice", has_text="改分类").click()
        say(page, "城乡建设", "group")
    card.locator(".choice", has_text="签收").click()
    card.locator(".choice", has_text="回复居民").click()
    assert page.evaluate("document.activeElement.id") == "group-input"
    page.keyboard.press("Escape")
    assert page.locator(".replying").is_hidden()
    card.locator(".choice", has_text="回复居民").click()
    say(page, "今天下午派人来修", "group")
    press(page, "立即发送", "group")
    heard(page, "今天下午派人来修").wait_for()


# nothing lost, nothing twice


def test_what_is_typed_while_the_service_is_down_is_kept_and_sent_once(
    open_page: Callable[..., Any], demo: Demo
) -> None:
    page = open_page()
    say(page, "你好")
    heard(page, "您好").wait_for()
    before = page.locator("#resident .message.heard").count()
    demo.kill()
    page.wait_for_selector("#offline:not([hidden])")
    assert page.inner_text("#offline") == "连接中断，消息已保存，恢复后自动发送"
    say(page, "楼下水管爆了")
    page.wait_for_selector(".message.mine.waiting:has-text('楼下水管爆了')")
    demo.start()
    page.wait_for_selector("#resident .live .choice:has-text('同意，继续')")
    page.wait_for_timeout(1000)
    assert page.locator(".message.mine.sent", has_text="楼下水管爆了").count() == 1
    assert page.locator("#resident .message.heard").count() == before + 1
    assert page.locator("#offline").is_hidden()


def test_a_message_not_acknowledged_before_the_tab_was_closed_is_sent_when_it_opens_again(
    open_page: Callable[..., Any], demo: Demo
) -> None:
    page = open_page()
    demo.kill()
    page.wait_for_selector("#offline:not([hidden])")
    say(page, "你好")
    context = page.context
    page.close()
    demo.start()
    again = open_page(context=context)
    heard(again, "您好").wait_for()
    assert again.locator(".message.mine.sent", has_text="你好").count() == 1


class Between:
    """Stands between the page and the service, and does to the first frame of a kind what a bad day would do."""

    def __init__(self, kind: str, does: Callable[[Any, dict[str, Any]], None]) -> None:
        self.kind, self.does, self.seen = kind, does, 0

    def __call__(self, page: Any) -> None:
        service = page.connect_to_server()
        page.on_message(lambda raw: self._pass(raw, page, service.send))
        service.on_message(lambda raw: self._pass(raw, page, page.send))

    def _pass(self, raw: str, page: Any, send: Callable[[str], None]) -> None:
        frame = json.loads(raw)
        self.seen += frame["type"] == self.kind
        if frame["type"] == self.kind and self.seen == 1:
            self.does(page, frame)
        else:
            send(raw)


def test_a_busy_service_is_told_again(open_page: Callable[..., Any]) -> None:
    between = Between("say", lambda page, frame: page.send(json.dumps({"type": "busy", "id": frame["id"]})))
    page = open_page(between=between)
    say(page, "你好")
    heard(page, "您好").wait_for()
    page.locator("#resident .message.mine.sent", has_text="你好").wait_for()
    assert between.seen == 2


def test_a_line_that_breaks_between_the_commit_and_its_acknowledgement_doubles_nothing(
    open_page: Callable[..., Any],
) -> None:
    between = Between("ack", lambda page, frame: page.close(code=1001))
    page = open_page(between=between)
    say(page, "你好")
    page.locator("#resident .message.mine.sent", has_text="你好").wait_for()
    assert between.seen == 2  # said twice under one id, acknowledged both times
    heard(page, "您好").wait_for()
    page.wait_for_timeout(1000)
    assert page.locator("#resident .message").count() == 2


def test_several_quick_messages_stay_in_order_when_the_first_meets_a_busy_service(
    open_page: Callable[..., Any],
) -> None:
    between = Between("say", lambda page, frame: page.send(json.dumps({"type": "busy", "id": frame["id"]})))
    page = open_page(between=between)
    for text in ("楼下水管爆了", "/取消", "你好"):
        say(page, text)
    heard(page, "您好").wait_for()
    assert page.locator("#resident .message.heard").last.inner_text().startswith("您好")
    assert page.locator("#resident .message.heard").count() == 3


def test_the_page_shows_the_same_after_it_was_loaded_again(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "楼下水管爆了")
    press(page, "同意，继续")
    heard(page, "步").wait_for()
    page.wait_for_timeout(500)
    before = page.locator("#resident .bubble").all_inner_texts()
    page.reload()
    page.wait_for_selector('#link[data-state="open"]')
    page.wait_for_timeout(500)
    assert page.locator("#resident .bubble").all_inner_texts() == before


def test_two_tabs_of_one_person_show_the_same(open_page: Callable[..., Any]) -> None:
    first = open_page()
    second = open_page(context=first.context)
    say(first, "你好")
    for page in (first, second):
        heard(page, "您好").wait_for()
        page.locator(".message.mine", has_text="你好").wait_for()
    second.wait_for_timeout(300)
    assert [page.locator("#resident .message").count() for page in (first, second)] == [2, 2]


def test_a_page_that_lost_its_memory_gets_what_it_was_told(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "你好")
    heard(page, "您好").wait_for()
    page.evaluate("localStorage.clear()")
    page.reload()
    heard(page, "您好").wait_for()
    assert page.locator("#resident .message").count() == 1


# everybody can use it


def test_the_numbers_press_the_buttons_of_the_last_message(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "楼下水管爆了")
    page.wait_for_selector("#resident .live .choice")
    page.locator("#resident .log").focus()
    page.keyboard.press("1")
    page.locator(".message.mine.chosen", has_text="同意，继续").wait_for()


def test_a_number_that_is_typed_presses_the_button_that_shows_it(open_page: Callable[..., Any]) -> None:
    page = open_page()
    say(page, "楼下水管爆了")
    page.wait_for_selector("#resident .live .choice")
    say(page, "1")
    page.locator(".message.mine.chosen", has_text="同意，继续").wait_for()


def test_enter_that_picks_a_word_of_an_input_method_sends_nothing(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.fill("#resident-input", "shui")
    page.dispatch_event("#resident-input", "keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert page.locator("#resident .message").count() == 0
    assert page.input_value("#resident-input") == "shui"


def test_an_example_can_be_sent_with_one_touch(open_page: Callable[..., Any]) -> None:
    page = open_page(PHONE, has_touch=True)
    page.locator(".chip").first.tap()
    page.wait_for_selector("#resident .live .choice")
    assert page.locator("#resident .empty").is_hidden()


@pytest.mark.parametrize("size", [WIDE, PHONE, NARROW], ids=["wide", "phone", "narrow"])
def test_nothing_is_wider_than_the_screen(open_page: Callable[..., Any], size: dict[str, int]) -> None:
    page = open_page(size)
    say(page, "楼下水管爆了" + "w" * 200)
    page.wait_for_selector("#resident .live .choice")
    for tab in ("resident", "group", "happened"):
        if size is not WIDE:
            page.click(f"#tab-{tab}")
        wide = page.evaluate(
            "[document.documentElement.scrollWidth, ...[...document.querySelectorAll('.log, .facts')]"
            ".map(e => e.scrollWidth - e.clientWidth + innerWidth)]"
        )
        assert max(wide) <= size["width"], tab


def test_what_is_touched_is_large_enough_on_a_phone(open_page: Callable[..., Any]) -> None:
    """WCAG 2.2, 2.5.8 asks for 24 px; the targets of the conversation have 44."""
    page = open_page(PHONE, has_touch=True)
    say(page, "楼下水管爆了")
    page.wait_for_selector("#resident .live .choice")
    sizes = page.evaluate(
        "[...document.querySelectorAll("
        "'#resident .live .choice, #resident .send, #resident .place, .tabs button, #story')]"
        ".map(e => e.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_its_ground(open_page: Callable[..., Any], scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    page = open_page(color_scheme=scheme)
    file(page, "翠竹街道水贝社区路灯坏了一个星期，希望尽快修好")
    page.wait_for_selector("#group .message.card .choice")
    page.wait_for_selector("#facts .chain")
    page.wait_for_timeout(2000)  # a card that changed fades into its colour
    found = contrasts(page)
    assert len(found) > 40
    assert [text for text in found if text[0] < READABLE] == []


@pytest.mark.parametrize("said", ["我不想活了，真的撑不下去了", "有人被困在电梯里，电梯掉下去了"])
def test_the_number_to_call_is_in_sight_on_a_small_phone(open_page: Callable[..., Any], said: str) -> None:
    page = open_page(NARROW)
    say(page, said)
    page.locator("#resident .urgent", has_text="请先拨打").wait_for()
    page.locator("#resident .mine.sent", has_text=said).wait_for()
    in_sight = """() => {
        const [log, words] = ['.log', '.urgent .words'].map(
            name => document.querySelector(`#resident ${name}`).getBoundingClientRect());
        return log.top < words.top && words.top + 50 < log.bottom;
    }"""
    assert page.evaluate(in_sight)


def test_a_screen_reader_finds_its_way(open_page: Callable[..., Any]) -> None:
    page = open_page()
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert page.get_by_role("log").count() == 2
    assert page.get_by_role("main").count() == 1
    page.wait_for_function("() => document.querySelector('#resident .log').getAttribute('aria-live') === 'polite'")
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button, textarea, select')].filter(e => e.checkVisibility())"
        ".filter(e => !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML)"
    )
    assert unnamed == []


def test_nothing_is_loaded_from_elsewhere(browser: Any, demo: Demo) -> None:
    context = browser.new_context()
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.address)
    page.wait_for_selector('#link[data-state="open"]')
    context.close()
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((demo.address, "data:"))] == []
