"""Numbers are invented: phones of zeros, identity numbers of a district code that no district has."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.masking import LINES, measure, read
from complaints.digits import check_sign, is_card, is_identity
from complaints.masking import mask, spans
from complaints.spans import Kind, Span

IDENTITY = "44030019900101001" + check_sign("44030019900101001")
WRONG = IDENTITY[:-1] + ("0" if IDENTITY[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("电话13800001234", "电话138****1234"),
        ("打138-0000-1234找我", "打138-****-1234找我"),  # place for place: separators stay
        ("+86 138 0000 1234", "+86 138 **** 1234"),
        ("8613800001234", "86138****1234"),
        ("13800001234", "138****1234"),
        ("一三八零零零零一二三四", "一三八****一二三四"),
        ("幺三八零零零零幺二三四", "幺三八****幺二三四"),
        ("502房50213800001234", "502房502138****1234"),  # room and phone run together
        ("1380000123413900005678", "138****1234139****5678"),
        ("0755-20001234", "075*-****1234"),
        ("座机20001234", "座机****1234"),  # a short number keeps four, else one star were left
        ("电话138000012345,多写一位", "电话138*****2345,多写一位"),  # a slip of the finger must not leak
        (f"身份证{IDENTITY}", f"身份证440{'*' * 15}"),
        (f"号码{WRONG}", f"号码440{'*' * 15}"),  # wrong check sign, plausible birth date
        ("老证440300550505002", "老证440************"),
        ("卡6222 0000 0000 0009", "卡**** **** **** 0009"),
        ("卡号6222000000000019", "卡号************0019"),  # Luhn is wrong, the word says what it is
        ("粤B·12345", "粤B·*****"),
        ("粤BD12345", "粤B******"),
        ("粤Z1234港", "粤Z*****"),
        ("车牌AB 1234", "车牌A* ****"),
        ("邮箱zhang.san@example.com", "邮箱z****.***@example.com"),
        ("微信号xiaoli_88", "微信号x*****_**"),
        ("加V abc12345", "加V a*******"),
        ("QQ:100010001", "QQ:1********"),
        ("护照E00000001", "护照*********"),
    ],
)
def test_what_someone_could_be_found_by_is_masked(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "LH-7K3M-Q8XW-4",  # receipt numbers, also of digits alone
        "工单LH-1380-0138-0",
        "110 119 120 122 12345 12356 95588",  # service numbers
        "客服400-800-1234",
        "人民南路2028号3栋2单元1203",  # house numbers
        "欠薪138000.50元",  # amounts
        "2024-06-01 12:30至2024.06.30",  # dates and times
        "13、14、15、16、17、18栋停水",
        "电话20240601打过",
        "订单202406011230001234",
        "京A座1203",
        "微信转账50000元",
        "微信公众号打不开",
        "138****1234",  # masked before
        "王先生没有电话",
        "",
    ],
)
def test_what_finds_nobody_stays(text: str) -> None:
    assert mask(text) == text
    assert spans(text) == ()


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("王小明", "我是王小明,王小明的邻居", "我是王**,王**的邻居"),
        ("王小明先生", "王小明先生", "王**先生"),  # the title is no part of the name
        ("王先生", "王先生来过", "王先生来过"),
        ("欧阳小明", "欧阳小明", "欧阳**"),
        ("王 小明", "王小 明", "王* *"),
        ("John Smith", "john smith and Johnson", "j*** ***** and Johnson"),
        ("王**", "王**来过", "王**来过"),  # a masked copy that came back as a name
        ("王", "王府井", "王府井"),
        ("", "没有名字", "没有名字"),
        ("王小明", "小明来过", "小明来过"),  # only in full, see the module's limits
    ],
)
def test_the_names_of_the_contact_step_keep_the_surname(name: str, text: str, expected: str) -> None:
    assert mask(text, [name]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我叫王小明，楼上漏水", "我叫王**，楼上漏水"),
        ("我是李四", "我是李*"),
        ("我是李四电话13800001234", "我是李*电话138****1234"),
        ("我叫王小明13800001234", "我叫王**138****1234"),
        ("我的名字叫欧阳小明。", "我的名字叫欧阳**。"),
        ("您好,我是 陈小红,住三栋", "您好,我是 陈**,住三栋"),
        ("我叫冼文华，住3栋", "我叫冼**，住3栋"),  # a rare surname, of the lists
        ("我叫单晓红的邻居", "我叫单**的邻居"),  # after such words any surname
        ("我叫阳光明今年60岁", "我叫阳**今年60岁"),
        ("我叫柳如是。", "我叫柳**。"),
        ("我叫古丽娜扎,开餐馆", "我叫古***,开餐馆"),
        ("我叫,费雨晴", "我叫,费**"),
        ("姓名：买买提 地址3栋", "姓名：买** 地址3栋"),
        ("本人王小明,反映噪音", "本人王**,反映噪音"),
        ("本人邝美玲身份证丢了", "本人邝**身份证丢了"),
        ("我姓冼,名文华", "我姓冼,名**"),  # the surname stays, so nothing of the rest does
        ("我姓欧阳叫小红", "我姓欧阳叫**"),
        ("我姓冼文华", "我姓冼**"),
    ],
)
def test_a_name_is_masked_where_its_bearer_says_it(text: str, expected: str) -> None:
    assert mask(text) == expected
    assert mask(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "我是居民，",
        "我是业主。",
        "我是老人",
        "我是租户，",
        "我是家长，",
        "我是学生。",
        "我是王先生，",
        "我是李阿姨",
        "我是周边居民，",
        "我是周边的，",
        "我是附近商户，",
        "我是高龄，",
        "我是白领，",
        "我是顾客，",
        "我是龙岗的，",
        "我是单亲，",
        "我叫物业，没人来",
        "我叫保安，不理我",
        "我是罗湖的，",
        "我是江西人，",
        "我是陈旧小区的住户",
        "我是高三学生，",
        "我是程序员，",
        "我是马上，",
        "我叫了三次",
        "我叫他们来修，",
        "我叫物业来",
        "我叫师傅上门，",
        "我叫救护车，",
        "我叫住建局的人",
        "我叫停，",
        "我叫不动，",
        "我叫王先生，",
        "我名下有两套，",
        "我姓王，住3栋",
        "我姓欧阳",
        "我姓王的邻居",
        "姓名登记错误，",
        "姓名：保密，",
        "姓名:张某",
        "姓名 电话 地址",
        "本人非常生气，",
        "本人于昨天，",
        "本人周末，",
        "本人陈述，",
        "我是房东，",
    ],
)
def test_who_says_what_they_are_says_no_name(text: str) -> None:
    assert mask(text) == text


def test_the_longer_of_two_names_is_masked_whole() -> None:
    assert mask("王小明明和王小明", ["王小明", "王小明明"]) == "王***和王**"


def test_spans_say_where_what_stands() -> None:
    assert spans("电话13800001234,车牌粤B12345") == (Span(2, 13, Kind.PHONE), Span(16, 23, Kind.PLATE))


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("11010519491231002X", True),  # the example in GB 11643 itself
        ("110105194912310021", True),  # its check sign mistyped
        ("110105194913310020", False),  # month 13, and the check sign is wrong
        ("110105990101001", True),
        ("990105990101001", False),  # no province 99
        ("1101051949123100", False),
    ],
)
def test_identity_numbers_are_known_by_birth_date_or_check_sign(digits: str, expected: bool) -> None:
    assert is_identity(digits) is expected


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("4111111111111111", True), ("4111111111111112", False), ("1111111111111117", False), ("411111111111111", False)],
)
def test_bank_cards_are_known_by_their_sum(digits: str, expected: bool) -> None:
    assert is_card(digits) is expected


MOBILE = re.compile("1[3-9][0-9]{9}")
PIECES = st.sampled_from(
    [
        *f"13800001234 139 0000 1234 微信 QQ: 粤B 12345 D {IDENTITY} {WRONG} 一三八 零零零零 a@b.cn abc_1 电话 - * "
        "+86 , 0755 2000 王小明 卡号 LH- LH-7K3M-Q8XW-4 2024-06-01 元 车牌 MX-12-34 ( ) 1 x".split(),
        " ",
        "6222 0000 0000 0009",
        *["我叫", "我是", "本人", "姓名:", "我姓", "名", "叫", "冼文华", "欧阳", "的", "是", "物业来"],
    ]
)
TEXTS = (
    st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60) | st.text("0123456789 -一二三八零0", max_size=50)
)


@given(TEXTS)
def test_a_masked_text_masks_to_itself(text: str) -> None:
    once = mask(text, ["王小明"])
    assert mask(once, ["王小明"]) == once
    assert spans(once, ["王小明"]) == ()


@given(TEXTS)
def test_stars_stand_for_letters_and_digits_in_place(text: str) -> None:
    masked = mask(text, ["王小明"])
    assert len(masked) == len(text)
    assert all(ours == theirs or (ours == "*" and theirs.isalnum()) for ours, theirs in zip(masked, text, strict=True))


def figures(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


@given(TEXTS)
def test_no_mobile_survives_as_a_run_of_digits(text: str) -> None:
    runs = re.findall("[0-9]{11,}", figures(mask(text)))
    assert not [run for run in runs if MOBILE.fullmatch(run)]


@given(
    mobile=st.from_regex(MOBILE, fullmatch=True),
    before=st.sampled_from(
        ["", "我", "502房", "电话", "tel:", "+86", "86", "0", "x", "(", "502", "2024-06-01 ", "LH-"]
    ),
    after=st.sampled_from(["", "谢谢", ",", ")", "a", " 20000001", "元旦", "-2", "。110", "9"]),
    gap=st.sampled_from(["", " ", "-", "\u200b", "·"]),
    cuts=st.sampled_from([(3, 7), (3, 6), (4, 7), (3, 8), (5, 11), (11, 11)]),
    wide=st.booleans(),
)
def test_a_mobile_in_any_dress_loses_its_middle(
    mobile: str, before: str, after: str, gap: str, cuts: tuple[int, int], wide: bool
) -> None:
    assume(not (gap and (before == "502" or after in {"9", "-2", " 20000001"})))  # no longer one number
    assume(not ((before in {"502", "86", "0"}) and after == "9"))
    typed = gap.join(part for part in (mobile[: cuts[0]], mobile[cuts[0] : cuts[1]], mobile[cuts[1] :]) if part)
    if wide:
        typed = "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in typed)
    masked = mask(before + typed + after)
    assert sum(sign.isdecimal() for sign in masked[len(before) : len(before) + len(typed)]) <= 7


@given(st.from_regex("44030019[5-9][0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{4}", fullmatch=True))
def test_no_identity_number_survives_whatever_its_check_sign(digits: str) -> None:
    assert mask(f"本人{digits}反映") == f"本人440{'*' * 15}反映"


def test_the_lines_are_many_and_half_are_harmless() -> None:
    rows = read(LINES)
    harmless = sum(not expected for _, expected in rows)
    assert len({text for text, _ in rows}) == len(rows) >= 220
    assert 0.4 <= harmless / len(rows) <= 0.6


def test_recall_over_the_lines_stays_where_it_was_measured() -> None:
    # 0.980 when set: four lines, told across words (138后面...) or with no sign that it is an id; one more fails
    assert measure(read(LINES)).recall >= 0.979


def test_precision_over_the_lines_stays_where_it_was_measured() -> None:
    # 0.990 when set: an amount of eleven digits, and half of an id for which the whole was wanted; one more fails
    assert measure(read(LINES)).precision >= 0.989


def test_a_line_that_expects_what_it_does_not_say_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lines.csv").write_text("text,expected\n没有号码,13800001234\n", encoding="utf-8")
    with pytest.raises(ValueError, match="13800001234"):
        read(tmp_path / "lines.csv")
