"""Named points at which a test may end the process, as a power cut would.

`JIESU_FAIL_AT` names one; in production it is not set and a point costs one comparison. The tests read the names
from the code, so a point without a test fails.
"""

import os

_FAIL_AT = os.environ.get("JIESU_FAIL_AT", "")


def point(name: str) -> None:
    """Ends the process at once, without any clean-up, if this point is named."""
    if _FAIL_AT and name == _FAIL_AT:
        os._exit(137)
