"""What a text says of time and wish."""

import pytest

from complaints.hints import time_in, wish_in


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("楼道漏水，昨天开始的", "昨天开始"),
        ("今天早上八点停水", "今天早上八点"),
        ("昨晚11点还在施工", "昨晚11点"),
        ("上周三交了钱", "上周三"),
        ("上个星期五晚上打架", "上个星期五晚上"),
        ("已经坏了三天了", "三天了"),
        ("坏了好几天了没人修", "好几天了"),
        ("两个多月前报过", "两个多月前"),
        ("半年以来一直这样", "半年以来"),
        ("10月1号晚上8点左右", "10月1号晚上8点左右"),
        ("2026年3月5日签的合同", "2026年3月5日"),
        ("凌晨两点还在唱歌", "凌晨两点"),
        ("每天半夜都吵", "每天半夜"),
        ("长期占道", "长期"),
        ("尋日開始漏水", "尋日"),
        ("8:30左右", "8:30左右"),
        ("15号那天", "15号"),
        ("住在15号楼", ""),  # a house, no day
        ("有一点吵", ""),
        ("路灯坏了", ""),
        ("", ""),
    ],
)
def test_the_words_of_time_are_found(text: str, time: str) -> None:
    assert time_in(text) == time


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("楼道漏水，希望尽快修好", "希望尽快修好"),
        ("漏水了。请尽快派人来修！谢谢", "请尽快派人来修"),
        ("太吵，麻烦你们管一下", "麻烦你们管一下"),
        ("我要求退还押金", "要求退还押金"),
        ("强烈要求拆除违建", "强烈要求拆除违建"),
        ("能不能装个路灯", "能不能装个路灯"),
        ("物业要求我们交停车费", ""),  # somebody else's demand
        ("我申请低保被拒绝了", ""),
        ("请问居住证怎么办理", ""),  # a question
        ("老板不让请假回家", ""),
        ("给生活带来很大麻烦，一直没人管", ""),
        ("路灯坏了", ""),
    ],
)
def test_the_words_of_a_wish_are_found(text: str, wish: str) -> None:
    assert wish_in(text) == wish


@pytest.mark.parametrize("unit", ["请", "昨天", "1", "希望", "一二三", "\n"])
def test_a_very_long_text_is_read_at_once(unit: str) -> None:
    text = unit * 50_000
    assert time_in(text) in text
    assert wish_in(text) in text
