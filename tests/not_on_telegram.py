"""Which flows are not run on Telegram, and why: each a decision about the product, not a failure."""

from typing import Any

ONE_FILE = "a message there has one file; several come as an album, which is answered two seconds later"

NOT_ON_TELEGRAM: dict[str, str] = {
    "test_evidence_of_residents.py::test_what_is_too_large_is_refused_at_once_and_the_rest_goes_on": ONE_FILE,
    "test_evidence_of_residents.py::test_a_complaint_takes_no_more_than_its_limit": ONE_FILE,
    "test_evidence_of_residents.py::test_added_later_it_joins_the_complaint_and_staff_are_told": ONE_FILE,
    "test_staff_work.py::test_where_a_platform_can_edit_there_is_one_card_that_changes": (
        "it makes a terminal that can edit; Telegram can, and its card is looked at in test_telegram_groups.py"
    ),
}


def why_not(node: Any) -> str:
    """Empty: it is run."""
    name = getattr(node, "originalname", None) or node.name
    return NOT_ON_TELEGRAM.get(f"{node.path.name}::{name}", "")
