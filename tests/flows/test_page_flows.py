"""A complaint's ways through the page, in a real browser against the real demo; where it came to is in the database."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.web import NAME
from complaints.workflow import Status
from storage import audit, drafts, reports
from storage.tables import draft
from storage.unit_of_work import Work
from tests.page import (
    Database,
    Demo,
    card_of,
    conclude,
    decide,
    file,
    heard,
    on_card,
    person,
    press,
    say,
    skip_to_the_card,
    submit,
    take,
    to_the_card,
)

Open = Callable[..., Any]
STORY = "翠竹街道水贝社区3栋楼道的水管爆了，从昨天晚上一直流到现在，希望尽快修好"
UNCLEAR = "翠竹街道水贝社区这里有件事想请你们来看看，昨天开始的，希望有人管"
FACTS, BASIS = "爆裂的水管已更换，下午五点恢复供水", "《城镇供水条例》第二十四条"


@pytest.fixture
def database(demo: Demo) -> Iterator[Database]:
    opened = demo.database
    yield opened
    opened.close()


def answer_and_send(page: Any, number: str, words: str) -> None:
    on_card(page, number, "回复居民")
    say(page, words, "group")
    press(page, "立即发送", "group")
    heard(page, words).wait_for()


def test_from_the_first_word_to_confirmed(open_page: Open, database: Database) -> None:
    page = open_page()
    number = file(page, STORY)
    take(page, number)
    answer_and_send(page, number, "师傅今天下午三点到")
    conclude(page, number, FACTS, BASIS)
    press(page, "解决了")
    press(page, "满意")
    heard(page, "的评价：满意。谢谢").wait_for()  # the answer before it says thanks as well
    complaint = database.reached(number, Status.CLOSED)
    assert complaint.satisfied == "yes"
    assert database.history(number)[-5:] == ["claimed", "first_contact", "concluded", "confirmed", "rated"]
    assert any(FACTS in words and BASIS in words for words in database.words(number, "conclusion"))
    assert database.read(lambda work: audit.verify(work).broken) == ()


def test_a_resident_corrects_the_category_before_it_is_sent(open_page: Open, database: Database) -> None:
    page = open_page()
    to_the_card(page, STORY)
    press(page, "改分类")
    page.locator("#resident .live .choice", has_text="都不是").wait_for()
    offered = [label.lstrip("123") for label in page.locator("#resident .live .choice").all_inner_texts()]
    chosen = offered[1].strip()
    press(page, chosen)
    heard(page, "请核对").wait_for()
    complaint = database.complaint(submit(page))
    assert (complaint.category, complaint.category_by) == (chosen, "resident")
    assert complaint.status is Status.DISPATCHED


def test_what_the_model_is_not_sure_of_goes_through_triage_to_the_unit_that_leads(
    open_page: Open, database: Database
) -> None:
    page = open_page()
    number = file(page, UNCLEAR)
    held = database.reached(number, Status.TRIAGE)
    card_of(page, number).locator(".choice", has_text="改分类").wait_for()
    decide(page, number, "城乡建设")
    sent = database.reached(number, Status.DISPATCHED)
    assert (sent.category, sent.category_by) == ("城乡建设", "staff")
    assert sent.lead != held.lead
    page.wait_for_function("chat => document.querySelector('#groups').value === chat", arg=f"group:{sent.lead}")
    on_card(page, number, "签收")
    database.reached(number, Status.CLAIMED)


def test_a_double_tap_files_one_complaint(open_page: Open, database: Database) -> None:
    page = open_page()
    to_the_card(page, STORY)
    page.locator("#resident .live .choice", has_text="确认提交").evaluate("button => (button.click(), button.click())")
    heard(page, "没有重复登记").wait_for()
    page.wait_for_function("document.querySelectorAll('#resident .mine.sent.chosen').length >= 4")
    assert page.locator("#resident .mine.chosen", has_text="确认提交").count() == 2
    filed = database.read(lambda work: reports.filed_by(work, NAME, person(page)))
    assert len(filed) == 1
    said = set(page.locator("#resident .copy").all_inner_texts())
    assert said == {f"复制 {filed[0]}"}


def test_what_is_not_solved_goes_back_and_is_concluded_again(open_page: Open, database: Database) -> None:
    page = open_page()
    number = file(page, STORY)
    take(page, number)
    conclude(page, number, FACTS, BASIS)
    press(page, "没解决")
    heard(page, "还有什么").wait_for()
    say(page, "五楼的水管还在漏")
    database.reached(number, Status.HANDLING)
    card_of(page, number).filter(has_text="五楼的水管还在漏").wait_for()
    conclude(page, number, "五楼的水管也换好了，现场试水正常", BASIS)
    press(page, "解决了")
    complaint = database.reached(number, Status.CLOSED)
    assert complaint.reopened == 1
    assert database.words(number, "added") == ["五楼的水管还在漏"]
    history = database.history(number)
    assert [kind for kind in history if kind in {"concluded", "reopened", "confirmed"}] == [
        "concluded",
        "reopened",
        "concluded",
        "confirmed",
    ]


# in the middle of it


def asked(database: Database, page: Any) -> tuple[str, Any]:
    """The draft in hand, and what it waits for."""
    mine = select(draft.c.id).where(draft.c.channel == NAME, draft.c.sender == person(page))

    def find(work: Work) -> tuple[str, Any]:
        found = drafts.load(work, work.connection.execute(mine).scalar_one())
        assert found is not None
        return found.id, found.asked

    found: tuple[str, Any] = database.read(find)
    return found


@pytest.mark.parametrize("page_too", [False, True], ids=["the server dies", "the server dies and the page is closed"])
def test_a_dialogue_goes_on_at_the_same_step(open_page: Open, demo: Demo, database: Database, page_too: bool) -> None:
    page = open_page()
    say(page, "家门口的路灯坏了")
    press(page, "同意，继续")
    question = heard(page, "步")
    question.wait_for()
    shown = page.locator("#resident .bubble").all_inner_texts()
    before = asked(database, page)
    demo.kill()
    page.wait_for_selector("#offline:not([hidden])")
    if page_too:
        context = page.context
        page.close()
        demo.start()
        page = open_page(context=context)
    else:
        demo.start()
        page.wait_for_selector('#link[data-state="open"]')
    assert page.locator("#resident .bubble").all_inner_texts() == shown
    assert asked(database, page) == before
    say(page, "翠竹街道水贝社区")
    page.wait_for_function("n => document.querySelectorAll('#resident .bubble').length >= n", arg=len(shown) + 2)
    assert asked(database, page)[0] == before[0]
    assert asked(database, page)[1] != before[1]
    skip_to_the_card(page)
    complaint = database.complaint(submit(page))
    assert complaint.area is not None
    assert "路灯坏了" in complaint.gist


# a long letter


def test_a_long_letter_is_sent_whole_and_folded_on_the_page(open_page: Open, database: Database) -> None:
    page = open_page()
    letter = ("翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好。" + "水一直流。" * 20_000)[:100_000]
    page.fill("#resident-input", letter)
    page.press("#resident-input", "Enter")
    page.locator("#resident .mine.sent").wait_for()
    bubble = page.locator("#resident .mine .bubble")
    assert len(bubble.inner_text()) < 500
    assert bubble.bounding_box()["height"] < 600
    fold = bubble.locator(".fold")
    assert fold.inner_text() == "展开（共 100000 字）"
    fold.click()
    assert bubble.locator(".words").inner_text() == letter
    fold.click()
    assert len(bubble.inner_text()) < 500
    press(page, "同意，继续")
    skip_to_the_card(page)
    number = submit(page)
    assert letter[-1000:] in database.words(number, "filed")[0]
    page.reload()
    page.wait_for_selector('#link[data-state="open"]')
    page.locator("#resident .fold").click()
    assert page.locator("#resident .mine .words").first.inner_text() == letter
