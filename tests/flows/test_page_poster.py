"""What leads to the place on the page: a poster that is scanned, and the button that stands out while it is asked."""

from collections.abc import Callable
from typing import Any

from tests.page import heard, press, say

Open = Callable[..., Any]
STATION = "440303004S04"


def marked(page: Any) -> int:
    return int(page.locator("#resident .place.wanted").count())


def test_a_poster_counts_in_a_chat_that_has_begun_long_ago_too(open_page: Open) -> None:
    page = open_page()
    say(page, "楼道的灯坏了")
    press(page, "同意，继续")
    heard(page, "事情发生在哪里").wait_for()
    again = open_page(path=f"/?at={STATION}", context=page.context)
    assert "水贝社区工作站" in heard(again, "您扫的是").inner_text()
    assert "第 3/6 步" in heard(again, "您扫的是").inner_text()
    assert "at=" not in again.url
    again.reload()
    again.wait_for_selector('#link[data-state="open"]')
    again.wait_for_timeout(500)
    assert again.locator("#resident .mine", has_text="扫码进入").count() == 1


def test_the_button_that_sends_the_place_stands_out_while_it_is_asked_for(open_page: Open) -> None:
    page = open_page()
    say(page, "楼道的灯坏了")
    press(page, "同意，继续")
    heard(page, "事情发生在哪里").wait_for()
    assert marked(page) == 1
    page.reload()
    page.wait_for_selector("#resident .place.wanted")
    say(page, "水贝社区")
    heard(page, "什么时候的事").wait_for()
    assert marked(page) == 0
