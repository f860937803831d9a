"""A resident sends where they are, in a real browser against the real demo; and what they are told if it cannot say."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.page import NARROW, PHONE, READABLE, Demo, contrasts, heard, press, say, skip_to_the_card

Open = Callable[..., Any]
HERE = {"latitude": 22.573, "longitude": 114.1260012, "accuracy": 20}  # beside a known point
ALLOWED = {"permissions": ["geolocation"], "geolocation": HERE}
INSTEAD = "请直接写地址、小区或附近的地标"
SILENT = "navigator.geolocation.getCurrentPosition = (found) => { window.answer = found; };"
INSECURE = "Object.defineProperty(window, 'isSecureContext', { value: false });"
MISSING = "Object.defineProperty(navigator, 'geolocation', { value: undefined });"
IMPATIENT = """{
  const ask = Geolocation.prototype.getCurrentPosition;
  Geolocation.prototype.getCurrentPosition = function (found, failed) {
    ask.call(this, found, failed, { timeout: 0, maximumAge: 0 });
  };
}"""


def button(page: Any, name: str = "发送位置") -> Any:
    return page.get_by_role("button", name=name, exact=True)


def told(page: Any, words: str = "") -> Any:
    return page.locator("#resident .told", has_text=words)


def asked_where(page: Any) -> None:
    say(page, "楼道的灯坏了")
    press(page, "同意，继续")
    heard(page, "事情发生在哪里").wait_for()


def pins(page: Any) -> Any:
    return page.locator("#resident .mine", has_text="我的位置")


def test_a_pin_answers_where_it_happened(open_page: Open) -> None:
    page = open_page(PHONE, has_touch=True, **ALLOWED)
    asked_where(page)
    button(page).tap()
    heard(page, "第 3/6 步").wait_for()
    assert pins(page).locator(".bubble").inner_text().split("\n")[-1] == "22.573, 114.126"
    assert told(page).inner_text() == ""
    skip_to_the_card(page)
    assert re.search("地点：.*水贝", heard(page, "请核对").inner_text())


def test_a_pin_is_sent_by_keyboard(open_page: Open) -> None:
    page = open_page(**ALLOWED)
    page.locator("#resident-input").focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "发送位置"
    page.keyboard.press("Enter")
    heard(page, "登记之前").wait_for()
    assert pins(page).count() == 1


def test_a_pin_given_while_the_service_is_down_outlives_the_tab_and_is_sent_once(open_page: Open, demo: Demo) -> None:
    page = open_page(**ALLOWED)
    demo.kill()
    page.wait_for_selector("#offline:not([hidden])")
    button(page).click()
    page.locator(".mine.waiting", has_text="我的位置").wait_for()
    context = page.context
    page.close()
    demo.start()
    again = open_page(context=context)
    heard(again, "登记之前").wait_for()
    again.locator(".mine.sent", has_text="我的位置").wait_for()
    again.reload()
    again.wait_for_selector('#link[data-state="open"]')
    again.wait_for_timeout(500)
    assert pins(again).locator(".degrees").all_inner_texts() == ["22.573, 114.126"]
    press(again, "同意，继续")
    say(again, "楼道的灯坏了")
    heard(again, "第 3/6 步").wait_for()  # the second, where, is answered


def test_nobody_is_asked_where_they_are_before_the_button_is_pressed(open_page: Open) -> None:
    page = open_page(**ALLOWED)
    page.context.add_init_script(SILENT)
    page.reload()
    asked_where(page)
    assert page.evaluate("window.answer") is None


def test_while_it_waits_it_says_so_and_can_be_cancelled(open_page: Open) -> None:
    page = open_page(**ALLOWED)
    page.context.add_init_script(SILENT)
    page.reload()
    page.wait_for_selector('#link[data-state="open"]')
    button(page).click()
    assert "正在取得位置" in told(page).inner_text()
    assert page.get_by_role("status").filter(has_text="正在取得位置").count() == 1
    button(page, "取消发送位置").click()
    assert "位置没有发出" in told(page).inner_text()
    page.evaluate("window.answer({ coords: { latitude: 22.573, longitude: 114.126, accuracy: 20 } })")
    say(page, "你好")
    heard(page, "您好").wait_for()
    assert pins(page).count() == 0
    assert told(page).inner_text() == ""


def test_who_does_not_allow_it_is_told_what_to_do_and_goes_on_in_words(open_page: Open) -> None:
    page = open_page(NARROW, color_scheme="dark")
    asked_where(page)
    button(page).click()
    told(page, "浏览器没有允许使用位置").wait_for()
    assert INSTEAD in told(page).inner_text()
    assert [text for text in contrasts(page) if text[0] < READABLE] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.locator("#resident .live .choice").last.is_visible()
    say(page, "翠竹街道水贝社区")
    heard(page, "第 3/6 步").wait_for()
    assert told(page).inner_text() == ""
    assert pins(page).count() == 0


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (IMPATIENT, "等了很久还没有定到位"),  # nothing came in time
        (INSECURE, "不是 https 开头"),  # browsers give positions to https only
        (MISSING, "这个浏览器不能定位"),
    ],
    ids=["timeout", "insecure", "no geolocation"],
)
def test_a_browser_that_cannot_say_it_is_no_dead_end(open_page: Open, script: str, words: str) -> None:
    page = open_page(**ALLOWED)
    page.context.add_init_script(script)
    page.reload()
    refused(page, words)


def test_a_device_that_knows_no_position_is_no_dead_end(open_page: Open) -> None:
    page = open_page(permissions=["geolocation"])
    page.context.new_cdp_session(page).send("Emulation.setGeolocationOverride", {})
    refused(page, "现在定不了位")


def test_a_position_that_may_be_a_city_off_is_not_sent(open_page: Open) -> None:
    page = open_page(permissions=["geolocation"], geolocation=HERE | {"accuracy": 12_000})
    refused(page, "误差有 12 公里")


def refused(page: Any, words: str) -> None:
    page.wait_for_selector('#link[data-state="open"]')
    button(page).click()
    told(page, words).wait_for()
    assert INSTEAD in told(page).inner_text()
    assert pins(page).count() == 0
    assert button(page).is_enabled()
