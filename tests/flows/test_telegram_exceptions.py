"""The table of flows that are not run on Telegram names only flows that there are."""

from pathlib import Path

import pytest

from tests.not_on_telegram import NOT_ON_TELEGRAM


@pytest.mark.parametrize("entry", NOT_ON_TELEGRAM)
def test_an_exception_is_of_a_flow_that_there_is(entry: str) -> None:
    file, _, name = entry.partition("::")
    assert f"def {name}(" in (Path(__file__).parent / file).read_text("utf-8")
