"""Names and phones as people give them."""

import pytest

from handlers.resident.contact import Contact, alone, in_story, number, read, vouched

MOBILE = "13800138000"


@pytest.mark.parametrize(
    ("typed", "name", "phone"),
    [
        ("13800138000", "", MOBILE),
        ("138 0013 8000", "", MOBILE),
        ("138-0013-8000", "", MOBILE),
        ("１３８００１３８０００", "", MOBILE),  # full width
        ("+86 13800138000", "", MOBILE),
        ("8613800138000", "", MOBILE),
        ("一三八零零一三八零零零", "", MOBILE),  # in words
        ("幺三八〇〇一三八〇〇〇", "", MOBILE),
        ("王女士 13800138000", "王女士", MOBILE),
        ("王女士，13800138000", "王女士", MOBILE),
        ("我姓王，电话13800138000", "王", MOBILE),
        ("我叫李小明，手机号是13800138000。", "李小明", MOBILE),
        ("电话：13800138000 陈生", "陈生", MOBILE),
        ("姓名：张三 电话：0755-25668888", "张三", "075525668888"),
        ("0755 2566 8888", "", "075525668888"),
        ("25668888", "", "25668888"),
        ("Mr. Brown 13800138000", "Mr. Brown", MOBILE),
        ("阿强", "阿强", ""),
        ("叫我陈伯", "陈伯", ""),
        ("打13800138000找我，谢谢你们了啊", "", MOBILE),  # a sentence is no name
    ],
)
def test_name_and_phone_are_read(typed: str, name: str, phone: str) -> None:
    assert read(typed) == Contact(name, phone)


@pytest.mark.parametrize(
    "typed",
    [
        "1380013800",  # a digit short
        "138001380001",  # a digit too many
        "12345",
        "微信 abc12345",
        "你们自己看着办就行",
        "，。",
        "13800138000 或者 1390013",  # which of them
    ],
)
def test_what_is_no_contact_is_asked_again(typed: str) -> None:
    assert read(typed) is None


@pytest.mark.parametrize(
    ("story", "name", "phone"),
    [
        ("我叫李小明，电话13800138000，水贝社区漏水", "李小明", MOBILE),
        ("我是王女士 13800138000，楼道漏水", "王女士", MOBILE),
        ("我是张伟，水贝社区楼道漏水", "张伟", ""),
        ("楼道漏水三天了，电话13800138000", "", MOBILE),  # signed at the end
        ("漏水，我的手机号是138 0013 8000，麻烦快点", "", MOBILE),
        ("漏水，请联系我13800138000，谢谢", "", MOBILE),
        ("我叫王建民，电话13800138000", "王建民", MOBILE),
        ("我叫張偉，電話13800138000，漏水", "張偉", MOBILE),
    ],
)
def test_a_story_tells_who_tells_it(story: str, name: str, phone: str) -> None:
    assert in_story(story) == Contact(name, phone)


@pytest.mark.parametrize(
    "story",
    [
        "我是业主，楼道漏水",
        "我是高中生，晚上太吵",
        "我叫了物业，没人来",
        "物业电话13800138000打不通",  # somebody else's
        "广告骚扰，电话13800138000，天天打",
        "有人天天打给我 13800138000 卖房",
        "广告上写着联系13800138000，贴满楼道",
        "店主叫张伟，电话13800138000，天天扰民",
        "我叫张伟，电话13800138000，请匿名",  # does not want to be known
    ],
)
def test_a_story_that_does_not_say_so_tells_nobody(story: str) -> None:
    assert in_story(story) is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("张伟 13812345678", Contact("张伟", "13812345678")),
        ("13812345678", Contact("", "13812345678")),
        ("我叫张伟，电话13812345678", Contact("张伟", "13812345678")),
        ("物业打13812345678也不接", None),
        ("张伟，13812345678，昨天又漏水了", None),
        ("楼上也漏", None),
    ],
)
def test_a_contact_alone_is_told_from_words_of_the_matter(typed: str, found: Contact | None) -> None:
    assert alone(typed) == found


@pytest.mark.parametrize(
    ("given", "phone"),
    [
        ("8613800138000", MOBILE),  # as Telegram gives it
        ("+86 138 0013 8000", MOBILE),
        ("+85291234567", "+85291234567"),
        ("85291234567", "+85291234567"),
        ("14155552671", "+14155552671"),  # looks like a mobile of ours, but always has its country's code
    ],
)
def test_a_number_that_a_platform_knows_is_taken_with_its_country(given: str, phone: str) -> None:
    assert vouched(given) == Contact("", phone)


@pytest.mark.parametrize("given", ["", "+86", "1234567", "1" * 16, "abc"])
def test_what_is_no_number_is_not_taken_from_a_platform_either(given: str) -> None:
    assert vouched(given) is None


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("13800138000", MOBILE),
        ("电话：13800138000", MOBILE),
        ("+85291234567", "+85291234567"),
        ("张伟 13800138000", None),  # a name too: it may be whom the matter is about
        ("楼道漏水 13800138000", None),
        ("110", None),
    ],
)
def test_a_number_alone_is_no_story(typed: str, phone: str | None) -> None:
    assert number(typed) == (Contact("", phone) if phone else None)
