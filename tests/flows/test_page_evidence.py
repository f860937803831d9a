"""Files beside the words, in a real browser against the real demo: sent, shown, refused, and not lost on the way."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage.evidence import of_complaint
from tests.media.corpus import corners, jpeg, pdf, saved
from tests.page import (
    NARROW,
    PHONE,
    READABLE,
    Demo,
    card_of,
    contrasts,
    heard,
    on_card,
    person,
    press,
    say,
    skip_to_the_card,
    submit,
)

Open = Callable[..., Any]
STORY = "翠竹街道水贝社区3栋楼道漏水，昨天开始的，希望尽快修好"
PICTURE = {"name": "楼道.jpg", "mimeType": "image/jpeg", "buffer": jpeg(640, 480)}
SECOND = {"name": "墙面.png", "mimeType": "image/png", "buffer": saved(corners(300, 200), "PNG")}
PAPER = {"name": "报价单.pdf", "mimeType": "application/pdf", "buffer": pdf()}
FAILED = {"status": 200, "json": {"why": "broken_off"}}  # an error status would be a complaint of the browser's
PROGRAM = b"MZ" + bytes(200)
LOADED = "images => images.every(each => each.complete && each.naturalWidth > 0)"
DROP = """([form, name, type, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, { type }));
  const log = document.querySelector('#resident .log');
  const event = (kind) => new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
  if (form === 'drop') return void (log.dispatchEvent(event('dragover')), log.dispatchEvent(event('drop')));
  const paste = new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true });
  document.querySelector('#resident-input').dispatchEvent(paste);
}"""


def choose(page: Any, *files: dict[str, Any]) -> None:
    with page.expect_file_chooser() as asked:
        page.get_by_role("button", name="附件：照片、视频、录音或文件").click()
    asked.value.set_files(list(files))


def picked(page: Any, name: str = "") -> Any:
    return page.locator("#resident .picked .file", has_text=name)


def own_files(page: Any) -> Any:
    return page.locator("#resident .mine .files .file")


def told(page: Any, words: str) -> Any:
    return page.locator("#resident .told", has_text=words)


def until_shown(page: Any, where: str) -> None:
    """The pictures that stand there come from the service, and have come."""
    page.wait_for_selector(f"{where} .files img[src^='/evidence/']")
    page.wait_for_function(f'() => ({LOADED})([...document.querySelectorAll("{where} .files img")])')


def to_the_review(page: Any) -> Any:
    press(page, "同意，继续")
    skip_to_the_card(page)
    return heard(page, "请核对")


# sent and shown


def test_a_photo_goes_with_the_words_and_staff_see_it_but_no_stranger(open_page: Open, demo: Demo) -> None:
    page = open_page()
    choose(page, PICTURE)
    picked(page, "已上传").wait_for()
    assert "楼道.jpg" in picked(page).inner_text()
    say(page, STORY)
    assert picked(page).count() == 0
    assert own_files(page).locator("img[alt='照片 1']").get_attribute("src").startswith("data:image/jpeg")
    heard(page, "收到照片 1 张").wait_for()
    card = to_the_review(page)
    assert "材料：照片 1" in card.inner_text()
    until_shown(page, "#resident .mine")
    number = submit(page)

    card_of(page, number).locator(".choice", has_text="看材料").wait_for()
    on_card(page, number, "看材料")
    shown = heard(page, f"【{number}】材料第 1 到 1 份", "group")
    shown.locator("img[alt='照片 1']").wait_for()
    until_shown(page, "#group .heard")
    address = shown.locator("a").get_attribute("href")
    mine = own_files(page).locator("a").get_attribute("href")
    assert "楼道" not in shown.inner_html()

    status = "async path => (await fetch(path)).status"
    assert [page.evaluate(status, each) for each in (address, mine, f"{mine}/thumb")] == [200] * 3
    stranger = page.context.browser.new_context().new_page()
    for path in (mine, f"{mine}/thumb"):
        assert stranger.goto(f"{demo.address}{path}").status == 404
    stranger.goto(demo.address)  # with a session of their own
    for path in (mine, f"{mine}/thumb"):
        assert stranger.goto(f"{demo.address}{path}").status == 404
    stranger.context.close()


def test_several_at_once_are_shown_by_kind_and_outlive_the_page(open_page: Open) -> None:
    page = open_page(PHONE, has_touch=True)
    choose(page, PICTURE, SECOND, PAPER)
    say(page, STORY)
    heard(page, "收到照片 2 张、文件 1 份").wait_for()
    assert "材料：照片 2、文件 1" in to_the_review(page).inner_text()
    until_shown(page, "#resident .mine")
    assert own_files(page).locator("a[download='报价单.pdf']").inner_text().startswith("文件 1：报价单.pdf")
    page.reload()
    until_shown(page, "#resident .mine")
    assert own_files(page).locator("img").evaluate_all("all => all.map(each => each.alt)") == ["照片 1", "照片 2"]


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_is_dropped_or_pasted(open_page: Open, way: str) -> None:
    page = open_page()
    page.evaluate(DROP, [way, "截图.png", "image/png", list(SECOND["buffer"])])
    picked(page, "截图.png").filter(has_text="已上传").wait_for()
    page.press("#resident-input", "Enter")  # without a word
    heard(page, "收到照片 1 张").wait_for()


def test_by_keyboard_one_is_removed_before_it_is_sent(open_page: Open) -> None:
    page = open_page()
    choose(page, PICTURE, PAPER)
    picked(page).nth(1).wait_for()
    page.get_by_role("button", name="移除 楼道.jpg").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "resident-input"
    page.keyboard.press("Enter")
    heard(page, "收到文件 1 份（共 1 份材料）").wait_for()


# refused


def test_what_is_never_taken_is_said_before_it_is_sent_and_the_rest_goes(open_page: Open) -> None:
    page = open_page(NARROW, color_scheme="dark")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.headers.get("x-file-name", "")))
    never = [
        {"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": PROGRAM},
        {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": b"ftypheic"},
        {"name": "大图.jpg", "mimeType": "image/jpeg", "buffer": bytes(10 * 2**20 + 1)},
        {"name": "空.pdf", "mimeType": "application/pdf", "buffer": b""},
    ]
    choose(page, *never, PAPER)
    for words in (
        "“setup.exe”是程序",
        "“IMG_1.HEIC”的照片格式看不了",
        "“大图.jpg”有 10 MB，照片最大 10 MB",
        "“空.pdf”是空的",
    ):
        told(page, words).wait_for()
    picked(page, "已上传").wait_for()
    assert picked(page).count() == 1
    assert [name for name in requests if name] == ["%E6%8A%A5%E4%BB%B7%E5%8D%95.pdf"]
    assert [text for text in contrasts(page) if text[0] < READABLE] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.locator("#resident .send").bounding_box()["y"] < NARROW["height"]


def test_more_than_ten_are_not_taken_at_once(open_page: Open) -> None:
    page = open_page()
    choose(page, *({**PAPER, "name": f"{number}.pdf"} for number in range(12)))
    told(page, "一次最多 10 份附件").wait_for()
    assert picked(page).count() == 10


def test_a_program_under_the_name_of_a_picture_is_refused_in_the_chat(open_page: Open) -> None:
    page = open_page()
    choose(page, {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": PROGRAM})
    say(page, STORY)
    heard(page, "收到照片 1 张").wait_for()
    press(page, "同意，继续")
    refusal = heard(page, "没有收").inner_text()
    assert "照片「照片.jpg」" in refusal
    assert "里面有程序，为了安全不能收" in refusal
    own_files(page).filter(has_text="没有收").wait_for()


# on the way


def test_a_page_that_is_closed_in_the_middle_of_an_upload_loses_nothing(open_page: Open) -> None:
    page = open_page()
    page.route("**/upload", lambda route: None)  # never answered
    choose(page, PICTURE)
    say(page, STORY)
    own_files(page).wait_for()
    say(page, "另外电梯也坏了")  # does not wait for it
    page.locator("#resident .mine.sent", has_text="电梯").wait_for()
    assert page.locator("#resident .mine.waiting", has_text=STORY).count() == 1
    context = page.context
    page.close()
    again = open_page(context=context)
    again.locator("#resident .mine.sent", has_text=STORY).wait_for()
    heard(again, "收到照片 1 张").wait_for()
    assert own_files(again).locator("img[alt='照片 1']").count() == 1


def test_words_go_without_a_file_that_is_not_on_this_device_any_more(open_page: Open) -> None:
    page = open_page()
    page.route("**/upload", lambda route: None)
    choose(page, PICTURE)
    say(page, STORY)
    own_files(page).wait_for()
    context = page.context
    page.evaluate("new Promise(done => { indexedDB.deleteDatabase('jiesu').onblocked = done; })")
    page.close()
    again = open_page(context=context)
    again.locator("#resident .mine.sent", has_text=STORY).wait_for()
    own_files(again).filter(has_text="没有发出，请重新添加").wait_for()
    heard(again, "登记之前").wait_for()


def test_an_upload_that_fails_says_so_and_is_offered_again(open_page: Open) -> None:
    page = open_page()
    answers = iter([FAILED])

    def answer(route: Any) -> None:
        first = next(answers, None)
        route.fulfill(**first) if first else route.continue_()

    page.route("**/upload", answer)
    choose(page, PICTURE)
    told(page, "没有传完").wait_for()
    say(page, STORY)
    told(page, "请点“再试”").wait_for()
    assert page.input_value("#resident-input") == STORY
    picked(page).get_by_role("button", name="再试").click()
    picked(page, "已上传").wait_for()
    page.press("#resident-input", "Enter")
    heard(page, "收到照片 1 张").wait_for()


@pytest.mark.parametrize(
    ("label", "answer", "files"),
    [("再试一次", "收到照片 1 张", "照片 1"), ("不发这份", "登记之前", "没有发出，请重新添加")],
)
def test_a_file_that_fails_after_the_words_were_said_holds_them_until_one_decides(
    open_page: Open, label: str, answer: str, files: str
) -> None:
    page = open_page()
    held: list[Any] = []
    page.route("**/upload", lambda route: route.continue_() if held else held.append(route))
    choose(page, PICTURE)
    say(page, STORY)
    own_files(page).filter(has_text="上传中").wait_for()
    held[0].fulfill(**FAILED)
    own_files(page).filter(has_text="没有传完").wait_for()
    assert page.locator("#resident .mine.waiting").count() == 1
    assert [text for text in contrasts(page) if text[0] < READABLE] == []
    own_files(page).get_by_role("button", name=label).click()
    page.locator("#resident .mine.sent", has_text=STORY).wait_for()
    said = heard(page, answer)
    said.wait_for()
    assert ("收到照片" in said.inner_text()) == (label == "再试一次")
    assert files in own_files(page).inner_html()


def test_a_message_outlives_the_service_and_uploads_that_were_swept_meanwhile(open_page: Open, demo: Demo) -> None:
    page = open_page()
    choose(page, PICTURE)
    picked(page, "已上传").wait_for()
    demo.kill()
    page.wait_for_selector("#offline:not([hidden])")
    say(page, STORY)
    for file in uploads_of(demo, person(page)):
        file.unlink()
    demo.start()
    heard(page, "收到照片 1 张").wait_for()
    page.locator("#resident .mine.sent", has_text=STORY).wait_for()
    assert "材料：照片 1" in to_the_review(page).inner_text()
    number = submit(page)
    database = demo.database
    rows = database.read(lambda work: of_complaint(work, number))
    assert [(each.chat, each.name) for each in rows] == [(person(page), "楼道.jpg")]
    database.close()


def uploads_of(demo: Demo, sender: str) -> list[Path]:
    found = list(demo._key.parent.glob(f"**/incoming/{sender}_*"))
    assert found
    return found


def test_staff_have_no_way_to_attach(open_page: Open) -> None:
    page = open_page()
    assert page.locator("#group .attach").count() == 0
    assert re.search(r"\bhidden\b", page.locator("#resident .choose").evaluate("each => each.outerHTML"))
