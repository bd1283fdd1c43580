"""A file, and where it was shared."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass

from adapters.simulators.slack.wire import Json


@dataclass(frozen=True, slots=True)
class Share:
    channel: str
    ts: str
    thread_ts: str | None
    is_public: bool


@dataclass(frozen=True, slots=True)
class File:
    """`data` is None until the bytes came, `done` is set by completeUploadExternal."""

    id: str
    name: str
    user: str
    created: int
    length: int
    title: str = ""
    alt: str = ""
    data: bytes | None = None
    done: bool = False
    deleted: bool = False
    shares: tuple[Share, ...] = ()

    @property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def is_image(self) -> bool:
        return self.media_type in {"image/png", "image/jpeg", "image/gif", "image/webp"}

    def json(self, base: str, team: str) -> Json:
        address = f"{base}/files-pri/{team}-{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.media_type,
            "filetype": self.name.rpartition(".")[2].lower(),
            "user": self.user,
            "size": self.length,
            "mode": "hosted",
            "is_external": False,
            "is_public": any(share.is_public for share in self.shares),
            "file_access": "visible",
            "alt_txt": self.alt,
            "url_private": f"{address}/{self.id}",
            "url_private_download": f"{address}/download/{self.id}",
            "permalink": f"{base}/files/{self.id}",
            "channels": [s.channel for s in self.shares if s.is_public],
            "groups": [s.channel for s in self.shares if not s.is_public],
            "ims": [],
        }

    def shares_json(self) -> Json:
        answer: Json = {}
        for share in self.shares:
            kind = answer.setdefault("public" if share.is_public else "private", {})
            entry = {"ts": share.ts} | ({"thread_ts": share.thread_ts} if share.thread_ts else {})
            kind.setdefault(share.channel, []).append(entry)
        return answer
