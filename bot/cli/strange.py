"""Settings that are set and mean nothing, most often a slip of the keys, in words for whoever runs the service."""

from bot import settings


def lines() -> list[str]:
    """One for each. Raises BadSettings."""
    return [
        f"没有 {name} 这个设置，不起作用{f'：是不是 {nearest}？' if nearest else '：请删掉'}"
        for name, nearest in settings.unknown()
    ]
