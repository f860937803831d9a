"""The bytes Telegram keeps: under a file_id of each message, and a file_unique_id of the content."""

import hashlib
from dataclasses import dataclass
from typing import Any

from tests.botapi.rules import Refused, limit

Json = dict[str, Any]
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM")


@dataclass(frozen=True)
class File:
    """One kept file; `size` may be declared larger than what is held, to try limits without the memory."""

    file_id: str
    unique: str
    path: str
    data: bytes
    size: int
    kind: str
    name: str = ""
    mime: str = ""

    def shape(self) -> Json:
        """The fields every file object has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique, "file_size": self.size}

    def shapes(self, seconds: int = 0) -> Json:
        """The fields a message gets: {kind: ...}."""
        named = {"file_name": self.name} if self.name else {}
        mime = {"mime_type": self.mime} if self.mime else {}
        if self.kind == "photo":
            small = {**self.shape(), "file_id": f"{self.file_id}s", "file_unique_id": f"{self.unique}s"}
            small["file_size"] = min(self.size, 2000)
            return {"photo": [{**small, "width": 90, "height": 67}, {**self.shape(), "width": 1280, "height": 960}]}
        if self.kind == "voice":
            return {"voice": {**self.shape(), **mime, "duration": seconds}}
        if self.kind == "video":
            return {"video": {**self.shape(), **named, **mime, "width": 640, "height": 480, "duration": seconds}}
        return {"document": {**self.shape(), **named, **mime}}


class Files:
    """All files of one server."""

    def __init__(self) -> None:
        self.kept: dict[str, File] = {}

    def keep(self, kind: str, data: bytes, name: str = "", mime: str = "", size: int | None = None) -> File:
        """A new file_id for these bytes; file_unique_id is the same for the same bytes."""
        unique = "AQAD" + hashlib.sha256(data).hexdigest()[:12]
        file_id = f"AgAC{kind}{len(self.kept):06d}{unique}"
        path = f"{kind}s/file_{len(self.kept)}{ENDINGS.get(kind, '')}"
        file = File(file_id, unique, path, data, len(data) if size is None else size, kind, name, mime)
        self.kept[file_id] = file
        if kind == "photo":
            self.kept[f"{file_id}s"] = file
        return file

    def upload(self, kind: str, data: bytes, name: str, mime: str) -> File:
        """What the bot sends; raises Refused if it is empty, too large or, as a photo, no picture."""
        if not data:
            raise Refused("file_empty")
        if len(data) > limit("upload_large"):
            raise Refused("upload_large")
        if kind == "photo":
            if len(data) > limit("photo_large"):
                raise Refused("photo_large", size=len(data))
            if not data.startswith(PICTURES):
                raise Refused("photo_broken")
        return self.keep(kind, data, name, mime)

    def get(self, file_id: str) -> Json:
        """The answer to getFile. Raises Refused."""
        file = self.kept.get(file_id)
        if file is None:
            raise Refused("get_file_unknown")
        if file.size > limit("get_file_large"):
            raise Refused("get_file_large")
        return {**file.shape(), "file_path": file.path}

    def at(self, path: str) -> File | None:
        """The file a download path names."""
        return next((file for file in self.kept.values() if file.path == path), None)


ENDINGS = {"photo": ".jpg", "voice": ".oga", "video": ".mp4"}
