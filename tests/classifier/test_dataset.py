"""A dataset is read whole or the line at fault is named."""

from pathlib import Path

import pytest

from classifier.dataset import DatasetError, Example, read, without_repeats


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text,label,item,note\n路灯不亮,城乡建设,照明,x\n"),
        ("b.csv", "\ufefflabel,text,item\r\n城乡建设,路灯不亮,照明\r\n"),  # as Excel writes it
        ("c.jsonl", '{"text": "路灯不亮", "label": "城乡建设", "item": "照明", "votes": 3}\n\n'),
        ("d.json", '{"text": " 路灯不亮 ", "label": "城乡建设", "item": "照明", "title": null}'),
    ],
)
def test_csv_and_json_lines_say_the_same(tmp_path: Path, name: str, content: str) -> None:
    assert read(written(tmp_path, name, content)) == [Example("路灯不亮", "城乡建设", item="照明")]


@pytest.mark.parametrize(
    ("name", "content", "line", "reason"),
    [
        ("a.csv", "text,class\n路灯,城建\n", 1, "no column label"),
        ("a.csv", "text,label\n路灯,城建\n,城建\n", 3, "no text"),
        ("a.csv", 'text,label\n"路\n灯",城建\n停车,\n', 4, "no label"),  # a text of two lines before
        ("a.csv", "text,label\n\n\n路灯,\n", 4, "no label"),  # empty lines before
        ("a.csv", "text,label\n路灯,坏了,城建\n", 2, "more fields"),
        ("a.csv", 'text,label\n"路灯,城建\n', 2, "unexpected end"),
        ("a.csv", "text,label\n路灯,城建\n".encode("gb18030"), 2, "not UTF-8"),
        ("a.csv", "", 1, "no column text or label"),
        ("a.csv", "text,label\n", 1, "no rows"),
        ("a.jsonl", '{"text": "a", "label": "b"}\n{"text": \n', 2, "not JSON"),
        ("a.jsonl", '["路灯", "城建"]\n', 1, "not a JSON object"),
        ("a.jsonl", '{"text": "a", "label": 3}\n', 1, "label is not a string"),
        ("a.jsonl", '{"text": "  ", "label": "b"}\n', 1, "no text"),
    ],
)
def test_the_line_at_fault_is_named(tmp_path: Path, name: str, content: str | bytes, line: int, reason: str) -> None:
    with pytest.raises(DatasetError, match=f"{name}, line {line}: .*{reason}"):
        read(written(tmp_path, name, content))


def test_a_unicode_line_break_does_not_end_a_row(tmp_path: Path) -> None:
    rows = read(written(tmp_path, "a.jsonl", '{"text": "路灯\u2028不亮", "label": "城建", "id": 7}\n'))
    assert [(row.text, row.id) for row in rows] == [("路灯\u2028不亮", "7")]


def test_the_title_is_read_once() -> None:
    assert Example("路灯不亮", "城建", title="三栋").reading == "三栋 路灯不亮"
    assert Example("三栋路灯不亮", "城建", title="三栋").reading == "三栋路灯不亮"


@pytest.mark.parametrize(
    ("labels", "kept", "repeated", "contested"),
    [
        (["a"], ["a"], 0, 0),
        (["a", "a", "a"], ["a"], 2, 0),
        (["a", "b"], [], 1, 1),  # nobody knows
        (["b", "a", "b"], ["b"], 2, 0),  # most say b
    ],
)
def test_a_text_given_twice_counts_once(labels: list[str], kept: list[str], repeated: int, contested: int) -> None:
    spellings = ["路灯 不亮 WIFI", "路灯不亮wifi", "路灯不亮ＷＩＦＩ"]
    cleaned = without_repeats(Example(text, label) for text, label in zip(spellings, labels, strict=False))
    assert [example.label for example in cleaned.examples] == kept
    assert (cleaned.repeated, cleaned.contested) == (repeated, contested)
