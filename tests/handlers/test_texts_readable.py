"""What people read can be read aloud: words in every sentence and on every button, no sign in place of words, a name
for every control and every picture of the page.

Looked at as they are written, sentence by sentence and tag by tag; what a browser makes of the page: `test_page`.
"""

import ast
import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import bot.channels.telegram
import bot.web
import handlers.texts
from bot.channels.telegram.markup import CUT

TEXTS = sorted(Path(handlers.texts.__path__[0]).glob("*.py"))
MARKUP = Path(bot.channels.telegram.__path__[0]) / "markup.py"
STATIC = Path(bot.web.__path__[0]) / "static"
PAGE = (STATIC / "page.html").read_text("utf-8")
SCRIPTS = sorted(STATIC.glob("*.js"))
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
NO_WORDS = frozenset({"So", "Sk", "Co", "Cs", "Cn"})  # pictures, skin colours, and what has no name
PLAIN = frozenset("↩↓‹›✓✗")  # arrows and ticks, beside words that say the same


def has_words(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def pictures(text: str) -> list[str]:
    """Signs that a reader says by a name of its own, or not at all."""
    found = (sign for sign in text if not sign.isascii() and sign not in PLAIN)
    return [sign for sign in found if unicodedata.category(sign) in NO_WORDS]


# sentences


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What functions return and what constants hold, with the line; a part that is filled in later reads as 某."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            yield from ((node.lineno, text) for text in whole(node.value))
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_label(node):
            yield from ((node.lineno, text) for text in whole(node.value))


def is_label(node: ast.Assign | ast.AnnAssign) -> bool:
    """Constants for people; those of the module alone, with _, may be parts of a sentence, and are read in it."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [name for target in targets for name in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return all(isinstance(name, ast.Name) and name.id.isupper() for name in names)


def whole(value: ast.expr) -> list[str]:
    """The texts of an expression, each with all its parts."""
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) and value.value else []
    if isinstance(value, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "某" for part in value.values)]
    if isinstance(value, ast.Dict):
        return [text for each in value.values for text in whole(each)]
    if isinstance(value, ast.Tuple | ast.List | ast.Set):
        return [text for each in value.elts for text in whole(each)]
    if isinstance(value, ast.IfExp):
        return [*whole(value.body), *whole(value.orelse)]
    return []


ALL = [
    pytest.param(text, id=f"{file.name}:{line}")
    for file in (*TEXTS, MARKUP)
    for line, text in sentences(ast.parse(file.read_text("utf-8")))
]


def test_sentences_are_found() -> None:
    assert len(ALL) > 200
    assert {each.values[0] for each in ALL} >= {"同意，继续", "‹ 上一步", "签收", "发送我的位置", "已发送。"}


@pytest.mark.parametrize("text", ALL)
def test_a_sentence_has_words(text: str) -> None:
    assert has_words(text) or text == CUT


@pytest.mark.parametrize("file", [*TEXTS, MARKUP, *SCRIPTS, STATIC / "page.html"], ids=lambda file: file.name)
def test_no_picture_stands_for_words(file: Path) -> None:
    assert pictures(file.read_text("utf-8")) == []


@pytest.mark.parametrize("text", ["👍", "✓", "✅ 👌", "……", "‹", "🇨🇳"])
def test_a_button_of_signs_alone_would_be_noticed(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize("text", ["👍 好", "👍🏽", "✅ 已办结", "⚠️ 超时"])
def test_a_picture_would_be_noticed(text: str) -> None:
    assert pictures(text)


# the page


class Reader(HTMLParser):
    """Each button, picture and control, with what a screen reader would call it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.buttons: list[tuple[dict[str, str | None], list[str]]] = []
        self.labelled: set[str] = set()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found.append((tag, given))
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag == "button":
            self.buttons.append((given, []))
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        hidden = any(given.get("aria-hidden") == "true" for _, given in self.open)
        if self.buttons and not hidden and any(tag == "button" for tag, _ in self.open):
            self.buttons[-1][1].append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def nameless_buttons(page: str) -> list[dict[str, str | None]]:
    """Those that say nothing; one whose words are written by a script is empty, and has a title that says what for."""
    named = ("aria-label", "title")
    return [
        given
        for given, words in read(page).buttons
        if not has_words("".join(words)) and not any(has_words(given.get(name) or "") for name in named)
    ]


def nameless_controls(page: str) -> list[dict[str, str | None]]:
    """Fields with no label, unless nobody is led to them. A select stands within its label."""
    reader = read(page)
    fields = [given for tag, given in reader.found if tag in {"input", "textarea"}]
    return [
        given
        for given in fields
        if given.get("id") not in reader.labelled and not given.get("aria-label") and given.get("aria-hidden") != "true"
    ]


def pictures_without_words(page: str) -> list[dict[str, str | None]]:
    """Without `alt`, which is empty for one that says nothing; drawings are to be hidden, or named."""
    found = [given for tag, given in read(page).found if tag == "img" and given.get("alt") is None]
    drawn = [given for tag, given in read(page).found if tag == "svg"]
    return found + [given for given in drawn if given.get("aria-hidden") != "true" and not given.get("aria-label")]


def test_every_button_of_the_page_says_what_it_does() -> None:
    assert len(read(PAGE).buttons) > 10
    assert nameless_buttons(PAGE) == []


def test_every_field_of_the_page_has_a_name() -> None:
    assert nameless_controls(PAGE) == []


def test_every_picture_of_the_page_has_words_or_is_hidden() -> None:
    assert pictures_without_words(PAGE) == []


@pytest.mark.parametrize(
    ("page", "faults"),
    [
        ("<button><svg aria-hidden='true'></svg></button>", 1),
        ("<button>×</button>", 1),
        ("<button><span aria-hidden='true'>发送</span></button>", 1),
        ("<button aria-label='发送'></button>", 0),
        ("<button><b>发送</b></button>", 0),
        ("<img src='x'>", 1),
        ("<img src='x' alt=''>", 0),
        ("<svg></svg>", 1),
        ("<input id='a'>", 1),
        ("<label for='a'>话</label><input id='a'>", 0),
    ],
)
def test_a_fault_of_the_page_would_be_noticed(page: str, faults: int) -> None:
    assert len(nameless_buttons(page) + nameless_controls(page) + pictures_without_words(page)) == faults


# what scripts make

MADE = re.compile(r'element\(\s*"(img|button)",\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}')


def made(tag: str) -> list[str]:
    """The attributes of every such element, and what follows them."""
    found = []
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        found += [text[each.start() : each.end() + 120] for each in MADE.finditer(text) if each[1] == tag]
    return found


def test_every_picture_a_script_makes_has_words() -> None:
    assert len(made("img")) >= 2
    assert [each for each in made("img") if not re.search(r"\balt:", each)] == []


def test_every_element_a_script_makes_is_looked_at() -> None:
    written = sum(len(re.findall(r'element\(\s*"(?:img|button)"', each.read_text("utf-8"))) for each in SCRIPTS)
    assert written == len(made("img")) + len(made("button"))


def test_every_button_a_script_makes_has_words() -> None:
    """Its words come as children behind the attributes, or are written when its state is known."""
    for each in made("button"):
        attributes = MADE.match(each)
        assert attributes is not None
        behind = each[attributes.end() :].lstrip()
        written_later = "aria-expanded" in attributes[0]  # 展开 or 收起
        assert "aria-label" in attributes[0] or behind.startswith(",") or written_later, each
