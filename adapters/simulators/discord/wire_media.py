"""Components and embeds with the real addresses of their files."""

from __future__ import annotations

from pydantic import JsonValue

from adapters.simulators.discord import cdn
from adapters.simulators.discord.message import Attachment, Body
from adapters.simulators.discord.payload import Json
from adapters.simulators.discord.state import State

ATTACHMENT = "attachment://"
_IMAGES = ("image", "thumbnail")


def components_json(world: State, body: Body) -> list[JsonValue]:
    files = {file.name: file for file in body.attachments}
    return [_resolved(world, files, component) for component in body.components]


def embeds_json(world: State, body: Body) -> list[JsonValue]:
    files = {file.name: file for file in body.attachments}
    return [_pictured(world, files, embed) for embed in body.embeds]


def listed(body: Body) -> list[Attachment]:
    """The attachments without those that an embed shows as its picture."""
    shown: set[str] = set()
    for embed in body.embeds:
        for key in _IMAGES:
            picture = embed.get(key)
            if isinstance(picture, dict):
                shown.add(str(picture.get("url", "")))
    return [file for file in body.attachments if ATTACHMENT + file.name not in shown]


def _resolved(world: State, files: dict[str, Attachment], value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_resolved(world, files, item) for item in value]
    if not isinstance(value, dict):
        return value
    said: Json = {key: _resolved(world, files, item) for key, item in value.items()}
    for key in ("media", "file"):
        media = said.get(key)
        if isinstance(media, dict) and "url" in media:
            said[key] = _medium(world, files, str(media["url"]))
            if key == "file" and (held := files.get(_name(value[key]))):
                said |= {"name": held.name, "size": len(held.data)}
    return said


def _name(media: JsonValue) -> str:
    return str(media.get("url", "")).removeprefix(ATTACHMENT) if isinstance(media, dict) else ""


def _medium(world: State, files: dict[str, Attachment], url: str) -> Json:
    file = files.get(url.removeprefix(ATTACHMENT)) if url.startswith(ATTACHMENT) else None
    if file is None:
        return {"id": "0", "url": url, "proxy_url": url}
    address = cdn.address(world, file)
    return {
        "id": str(file.id),
        "url": address,
        "proxy_url": address,
        "content_type": file.media_type,
        "attachment_id": str(file.id),
    }


def _pictured(world: State, files: dict[str, Attachment], embed: Json) -> Json:
    said = {**embed}
    for key in _IMAGES:
        picture = embed.get(key)
        if isinstance(picture, dict):
            said[key] = _medium(world, files, str(picture.get("url", "")))
    return said
