"""A model that fails to load must not take away the one that serves."""

import threading
import time

import pytest

from classifier.dataset import Example
from classifier.model_file import BrokenModel
from classifier.registry import Serving
from classifier.train import TrainedModel, train


@pytest.fixture(scope="module")
def other(examples: list[Example]) -> bytes:
    return train(examples, seed=1).data


def test_without_a_model_there_is_no_prediction() -> None:
    assert Serving().predict("路灯不亮") is None
    assert Serving().version is None


def test_a_swapped_model_serves(trained: TrainedModel, other: bytes) -> None:
    serving = Serving()
    first, second = serving.swap(trained.data), serving.swap(other)
    assert first != second == serving.version == serving.predict("路灯不亮").version


def test_a_broken_model_leaves_the_old_one(trained: TrainedModel) -> None:
    serving = Serving()
    version = serving.swap(trained.data)
    with pytest.raises(BrokenModel):
        serving.swap(trained.data[:-100])
    assert serving.predict("路灯不亮").version == version


def test_the_first_that_loads_is_chosen(trained: TrainedModel, other: bytes) -> None:
    serving = Serving()
    refused = serving.choose([b"", other, trained.data])
    assert len(refused) == 1
    assert serving.version not in {None, Serving().swap(trained.data)}


def test_with_none_that_loads_nothing_serves(trained: TrainedModel) -> None:
    serving = Serving()
    serving.swap(trained.data)
    assert len(serving.choose([b"", b"PK"])) == 2
    assert serving.predict("路灯不亮") is None


def test_swaps_do_not_disturb_who_asks(trained: TrainedModel, other: bytes) -> None:
    serving = Serving()
    versions = {serving.swap(other), serving.swap(trained.data)}
    ended, seen = threading.Event(), set()

    def ask() -> None:
        while not ended.is_set():
            seen.add(serving.predict("公交车不来").version)

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    given_up, turn = time.monotonic() + 30, 0
    while seen != versions and time.monotonic() < given_up:
        serving.swap(other if turn % 2 else trained.data)
        turn += 1
    ended.set()
    for thread in asking:
        thread.join()
    assert seen == versions
