"""The fast way to a feature must lead where the plain one does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.lookup import CharacterRows, WordRows
from classifier.tokens import character_features, word_features

LEARNED = [["路灯", "不", "亮"], ["公交", "不", "来"], ["𠮷", "z", "路", "\U0010ffff"]]
WORDS = st.lists(st.sampled_from(["路灯", "不", "亮", "来", "路", "灯", "公", "z", "𠮷", "\U0010ffff", "没见过"]))


@given(WORDS)
def test_every_feature_is_found_where_a_dict_has_it(words: list[str]) -> None:
    for features, rows in ((word_features, WordRows), (character_features, CharacterRows)):
        learned = sorted({feature for text in LEARNED for feature in features(text)})
        plain = {feature: row for row, feature in enumerate(learned)}
        assert rows(learned).at(words).tolist() == [plain.get(feature, -1) for feature in features(words)]


@pytest.mark.parametrize("rows", [WordRows([]), CharacterRows([])])
def test_a_model_of_no_features_finds_none(rows: WordRows | CharacterRows) -> None:
    assert set(rows.at(["路灯", "亮"]).tolist()) == {-1}
    assert rows.at([]).tolist() == []


@pytest.mark.parametrize("run", ["", "路灯不亮"])
def test_a_run_of_another_length_is_refused(run: str) -> None:
    with pytest.raises(ValueError, match="one to three"):
        CharacterRows([run])
