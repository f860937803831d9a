"""A resident's phone for every flow that asks for one; what it read is looked at when the flow is over."""

from collections.abc import AsyncIterator

import pytest

from tests.phone import Phone
from tests.town import Town


@pytest.fixture
async def phone(town: Town) -> AsyncIterator[Phone]:
    held = Phone(town)
    yield held
    await held.check()
