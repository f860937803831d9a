"""A request to the API: its method, parameters and files, in every encoding the API takes; and what became of it."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
LISTS = frozenset({"allowed_updates", "commands", "entities", "caption_entities", "link_preview_options", "media",
                   "reply_markup", "reply_parameters", "scope"})  # fmt: skip


@dataclass
class Call:
    """One call; `status` is 0 until it is answered, `fault` names the fault it met."""

    method: str
    params: Json = field(default_factory=dict)
    uploads: dict[str, tuple[bytes, str, str]] = field(default_factory=dict)  # field: bytes, file name, MIME type
    fault: str = ""
    status: int = 0
    description: str = ""
    done: bool = False  # carried out, whether or not the client heard of it

    def text(self, name: str) -> str:
        """A parameter as text; "" if absent."""
        value = self.params.get(name)
        return "" if value is None else str(value)

    def number(self, name: str) -> int:
        """A parameter as a whole number; 0 if absent or no number."""
        try:
            return int(self.text(name))
        except ValueError:
            return 0

    def true(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "1", "yes")

    def get(self, name: str) -> Any:
        """A parameter that is a JSON object or array; None if absent."""
        value = self.params.get(name)
        return json.loads(value) if isinstance(value, str) and name in LISTS and value else value


async def read(request: web.Request, method: str) -> Call:
    """Everything of the request. Query and body count alike."""
    call = Call(method, dict(request.query))
    kind = request.content_type
    if kind == "application/json":
        call.params.update(await request.json())
    elif kind == "multipart/form-data":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                call.uploads[name] = value.file.read(), value.filename, value.content_type
                value.file.close()
            else:
                call.params[name] = value
    elif kind == "application/x-www-form-urlencoded":
        call.params.update(await request.post())
    return call
