import pytest

from complaints import traces


@pytest.mark.parametrize(
    ("masked", "found"),
    [
        ("水贝社区3栋502漏水", True),
        ("3栋2单元1203", True),
        ("住在1203室", True),
        ("楼上王阿姨", True),
        ("李经理不肯退钱", True),
        ("陈某多次威胁", True),
        ("邻居叫王小明，", True),
        ("我叫王**，", False),  # masked already
        ("水贝社区3栋楼道漏水", False),
        ("王总不肯退钱", True),
        ("王总是不来", False),
        ("物业经理不理人", False),
        ("电话138****1234", False),
        ("3栋楼下每晚有广场舞", False),
        ("", False),
    ],
)
def test_what_may_still_lead_to_somebody(masked: str, found: bool) -> None:
    assert traces.are_in(masked) == found
