"""All trials: one a row of the table."""

from tests.botapi import trials_of_asking, trials_of_sending
from tests.botapi.trying import PICTURE, TRIALS

__all__ = ["PICTURE", "TRIALS", "trials_of_asking", "trials_of_sending"]
