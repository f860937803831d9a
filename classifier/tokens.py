"""Tokens: a text as the model reads it, cut into words, and the features made of them.

Training and serving both come through here, so that they cannot read a text differently. Han runs go to rjieba,
everything else to one regular expression: on mixed script (house numbers, links) rjieba and jieba differ, on Han
runs they do not. jieba is the reference and the fall-back; it is imported only then, for that takes half a second.

Only the first 4,000 characters are read. Punctuation, emoji and white space are no tokens; any token with five
digits in a row becomes one sign, so that no phone or identity number can enter a vocabulary.
"""

import hashlib
import json
import logging
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib.metadata import version
from itertools import pairwise
from operator import add
from types import ModuleType

from classifier.traditional import SIMPLIFIED

rjieba: ModuleType | None
try:
    import rjieba
except ImportError:  # no wheel for this machine
    rjieba = None

READ_AT_MOST = 4_000
NUMBER = "#"
HAN = "\u4e00-\u9fd5"  # the run that both segmenters cut by dictionary
PIECE = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")
LONG_NUMBER = re.compile(r"\d{5}")
ALL_HAN = re.compile(rf"[{HAN}]+")
# Cut once by every segmenter: if its dictionary or its rules change, so do these tokens and with them the hash.
PROBE = (
    "小区物业停车费乱涨价，业主委员会一直没有回应；楼下烧烤店凌晨2点还在放音响，油烟直接飘进卧室。"
    "公交M123路早高峰40分钟一班，学生迟到。工地拖欠农民工工资3个月，劳动仲裁怎么申请？社保断缴、公积金提取、"
    "医保报销比例、疫苗接种预约、学位房积分入学、校外培训退费、网购假货退一赔三、预付卡跑路、外墙瓷砖脱落、"
    "玻璃幕墙反光、井盖松动、路灯不亮、垃圾分类投放点太远、河涌发黑发臭、扬尘噪声扰民、电动车飞线充电、wifi信号差。"
)

Cut = Callable[[str], list[str]]


def readable(text: str) -> str:
    """The text in one spelling: NFKC, lower case, simplified, and no longer than READ_AT_MOST."""
    spelled = unicodedata.normalize("NFKC", text[:READ_AT_MOST])[:READ_AT_MOST]  # NFKC may lengthen
    return spelled.lower().translate(SIMPLIFIED)


class Segmenter:
    """Cuts texts into words. words: known besides the dictionary, Han only. engine: "rjieba", "jieba" or "" (best).

    name: engine and version. dictionary: a hash of `words` and of how the engine cuts PROBE, so the same for two
    engines that agree. Raises ValueError if a word is not Han throughout.
    """

    def __init__(self, words: Iterable[str] = (), engine: str = "") -> None:
        self.words = tuple(sorted(set(words)))
        for word in self.words:
            if not ALL_HAN.fullmatch(word):
                raise ValueError(f"only Han words can be added to the dictionary, not {word!r}")
        engine = engine or ("rjieba" if rjieba else "jieba")
        self.name = f"{engine} {version(engine)}"
        self._cut = _rjieba(self.words) if engine == "rjieba" else _jieba(self.words)
        known = json.dumps([self.words, self.cut(PROBE)], ensure_ascii=False)
        self.dictionary = hashlib.sha256(known.encode()).hexdigest()

    def cut(self, text: str) -> list[str]:
        """The words of `text` in order, in the spelling of `readable`."""
        words: list[str] = []
        for han, other in PIECE.findall(readable(text)):
            if han:
                words += self._cut(han)
            else:
                words.append(NUMBER if LONG_NUMBER.search(other) else other)
        return words


def _rjieba(words: Iterable[str]) -> Cut:
    if rjieba is None:
        raise ImportError("rjieba is not installed")
    engine = rjieba.Jieba()
    for word in words:
        engine.add_word(word, None, None)
    cut: Cut = engine.cut
    return cut


def _jieba(words: Iterable[str]) -> Cut:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its escapes and its pkg_resources are not ours to mend
        import jieba
    jieba.setLogLevel(logging.WARNING)
    engine = jieba.Tokenizer()
    for word in words:
        engine.add_word(word)
    cut: Cut = engine.lcut
    return cut


@lru_cache(maxsize=4)
def segmenter(words: tuple[str, ...] = ()) -> Segmenter:
    """The best segmenter here, made once for each set of added words."""
    return Segmenter(words)


def segmenter_id(words: tuple[str, ...] = ()) -> tuple[str, str]:
    """Name and dictionary hash of the segmenter in use: what a model card records."""
    chosen = segmenter(words)
    return chosen.name, chosen.dictionary


def word_features(words: Sequence[str]) -> list[str]:
    """Every word, then every two neighbours: n + (n - 1) features for n words, in the order of the text."""
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def character_features(words: Sequence[str]) -> list[str]:
    """Every run of one, then of two, then of three characters of the words joined, in the order of the text."""
    text = "".join(words)
    pairs = list(map(add, text, text[1:]))
    return [*text, *pairs, *map(add, pairs, text[2:])]
