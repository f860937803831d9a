"""Names and phones as people give them."""

import pytest

from handlers.resident.contact import Contact, read

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
