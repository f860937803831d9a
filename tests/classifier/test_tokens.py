"""One text must be read in one way: by both segmenters, in every spelling, in training and in serving."""

import pytest

from classifier.tokens import NUMBER, READ_AT_MOST, Segmenter, character_features, readable, segmenter, word_features
from classifier.traditional import SIMPLIFIED

MIXED = [
    "罗湖区翠竹路1058号3栋B座12A，楼下KTV凌晨2:30还在唱",
    "M123路公交早高峰40min一班！！！",
    "电话13800138000，微信abc_123，网址http://example.com/a?b=1",
    "wifi6信号差，5G基站辐射？？？",
    "ＡＢＣ１２３全角字符，半角abc123",
    "他说：“不想活了”……（已报警）",
    "深圳市罗湖区东门街道办事处的工作人员推诿扯皮",
    "P2P跑路、O2O退费、APP闪退、e租宝",
    "业主委员会物业管理费每平方米3.9元涨到4.5元",
    "🚧路灯不亮🚧\n\n\t一个月了",
    "مرحبا Привет こんにちは 안녕 你好",
    "𠮷野家门口有占道经营，㐂字招牌掉落",
    "",
    "。。。！！！",
    "的" * 50,
]


@pytest.fixture(scope="module")
def both() -> tuple[Segmenter, Segmenter]:
    return Segmenter(engine="rjieba"), Segmenter(engine="jieba")


@pytest.mark.parametrize("text", MIXED)
def test_both_segmenters_cut_alike(both: tuple[Segmenter, Segmenter], text: str) -> None:
    fast, reference = both
    assert fast.cut(text) == reference.cut(text)


def test_segmenters_that_cut_alike_have_one_dictionary_hash(both: tuple[Segmenter, Segmenter]) -> None:
    fast, reference = both
    assert fast.dictionary == reference.dictionary
    assert fast.name.startswith("rjieba 0.")
    assert reference.name.startswith("jieba 0.")


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_an_added_word_stays_whole(both: tuple[Segmenter, Segmenter], engine: str) -> None:
    assert "首接负责制" not in both[0].cut("落实首接负责制")
    taught = Segmenter(["首接负责制"], engine)
    assert taught.cut("落实首接负责制") == ["落实", "首接负责制"]
    assert taught.dictionary != both[0].dictionary


def test_a_word_that_never_reaches_the_dictionary_is_refused() -> None:
    with pytest.raises(ValueError, match="P2P理财"):
        Segmenter(["P2P理财"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ＡＢＣ１２", "abc12"),  # full width
        ("WiFi", "wifi"),
        ("樓下噪聲擾民請檢查髒亂", "楼下噪声扰民请检查脏乱"),  # traditional
        ("乾燥", "乾燥"),  # 干 in one word, 乾 in another: stays
        ("㎡", "m2"),  # one sign for two
        ("", ""),
    ],
)
def test_spellings_of_one_text_are_read_as_one(typed: str, read: str) -> None:
    assert readable(typed) == read


@pytest.mark.parametrize(
    "number", ["13800138000", "1380013", "44030319900101123x", "粤B12345", "１３８００１３８０００"]
)
def test_no_long_number_becomes_a_word(number: str) -> None:
    words = segmenter().cut(f"电话{number}")
    assert NUMBER in words
    assert not any(character.isdigit() for word in words for character in word)


def test_reading_again_changes_nothing() -> None:
    traditional = "".join(map(chr, SIMPLIFIED))
    assert readable(readable(traditional)) == readable(traditional) == "".join(SIMPLIFIED.values())


def test_short_numbers_stay() -> None:
    assert segmenter().cut("3栋1205") == ["3", "栋", "1205"]


def test_only_the_first_characters_are_read() -> None:
    assert len(readable("路" * 10 * READ_AT_MOST)) == READ_AT_MOST
    assert len(readable("\ufdfa" * READ_AT_MOST)) == READ_AT_MOST  # one sign that NFKC makes eighteen of


def test_features_come_in_the_order_of_the_text() -> None:
    assert word_features(["路灯", "不", "亮"]) == ["路灯", "不", "亮", "路灯 不", "不 亮"]
    assert character_features(["路灯", "亮"]) == ["路", "灯", "亮", "路灯", "灯亮", "路灯亮"]
    assert word_features([]) == character_features([]) == []
