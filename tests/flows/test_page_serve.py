"""Staff on their group's page, in a real browser against a real `jiesu serve`: joining, binding, working together."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.channels.web import NAME
from complaints.workflow import Status
from storage import people
from tests.group import STATION
from tests.page import NARROW, READABLE, WIDE, Demo, Serve, card_of, contrasts, file, heard, on_card, person, say
from tests.town import KEYS, sqlite_url

Open = Callable[..., Any]
STORY = "翠竹街道水贝社区3栋楼道的水管爆了，从昨天晚上一直流到现在，希望尽快修好"


@pytest.fixture(scope="module")
def serve(demo: Demo, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    folder = tmp_path_factory.mktemp("serve")
    shutil.copy(template, folder / "test.db")
    running = Serve(folder, sqlite_url(folder), KEYS, demo)
    running.start()
    yield running
    assert running.stop() == 0


def join(open_page: Open, serve: Serve, name: str, **more: Any) -> Any:
    """A colleague in a browser of their own, on the group's page, come there by the link that joining showed."""
    page = open_page(address=serve.address, **more)
    assert page.locator("#to-group").is_hidden()
    say(page, f"/start {serve.code('staff', STATION, '--name', name)}")
    heard(page, "已加入").wait_for()
    page.click("#to-group")
    page.wait_for_selector('#link[data-state="open"]')
    return page


def test_two_colleagues_bind_their_group_and_work_in_it(open_page: Open, serve: Serve) -> None:
    one = join(open_page, serve, "甲")
    assert "这个群还没有绑定" in one.inner_text("#group .empty")
    say(one, f"/绑定 {serve.code('group', STATION)}", "group")
    heard(one, "本群现在是", "group").wait_for()
    other = join(open_page, serve, "乙")
    heard(other, "本群现在是", "group").wait_for()

    resident = open_page(address=serve.address)
    number = file(resident, STORY)
    for page in (one, other):
        card_of(page, number).filter(has_text="已派单").wait_for()
    on_card(one, number, "签收")
    card_of(other, number).filter(has_text="甲").wait_for()
    say(other, f"/claim {number}", "group")
    heard(other, "已由甲签收", "group").wait_for()
    assert [text for text in contrasts(other) if text[0] < READABLE] == []
    card_of(other, number).locator(".title").click()
    heard(other, "原话（已脱敏）", "group").wait_for()
    heard(one, "原话（已脱敏）", "group").wait_for()

    database = serve.database
    complaint = database.reached(number, Status.CLAIMED)
    one.goto(serve.address)
    holder = database.read(lambda work: people.member(work, NAME, person(one)))
    database.close()
    assert complaint.holder == holder.id


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["wide", "narrow and dark"])
def test_who_is_no_staff_is_told_what_to_do(open_page: Open, serve: Serve, size: dict[str, int], scheme: str) -> None:
    page = open_page(size, address=serve.address, color_scheme=scheme)
    page.goto(f"{serve.address}/group")
    assert "jiesu code staff" in page.inner_text("main")
    assert [text for text in contrasts(page) if text[0] < READABLE] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.click("main a[href='/']")
    page.wait_for_selector("#resident-input")
