"""Files: an address for the bytes, then a share."""

from __future__ import annotations

from dataclasses import replace

from adapters.simulators.slack.body import NO_BODY
from adapters.simulators.slack.call import Call
from adapters.simulators.slack.channel import Channel
from adapters.simulators.slack.file import File
from adapters.simulators.slack.messages import announce_message
from adapters.simulators.slack.methods.chat import own_message, settle_status, thread_of
from adapters.simulators.slack.read import file_json
from adapters.simulators.slack.refusal import Refusal
from adapters.simulators.slack.rules.payload import checked
from adapters.simulators.slack.sharing import shared_in
from adapters.simulators.slack.wire import Json

ALT, CHANNELS, LARGEST = 1000, 100, 1024**3


def get_upload_url(call: Call) -> Json:
    length = call.args.number("length", 0, 0, LARGEST + 1)
    if length < 1:
        raise Refusal("invalid_arguments", "[ERROR] must be greater than 0 [json-pointer:/length]")
    if length > LARGEST:
        raise Refusal("file_upload_size_restricted")
    if len(alt := call.args.text("alt_txt")) > ALT:
        raise Refusal("alt_txt_too_large")
    id_ = f"F{call.team.id[1:4]}{len(call.team.files):06d}"
    name, created = call.args.text("filename"), int(call.now.timestamp())
    call.team.files[id_] = File(id_, name, call.bot.id, created, length, alt=alt)
    address = f"{call.service.base_url}/upload/v1/{call.team.id}/{id_}"
    return {"file_id": id_, "upload_url": address}


def complete_upload(call: Call) -> Json:
    entries = call.args.objects("files", "invalid_arguments") or ()
    files = [_uploaded(call, entry) for entry in entries]
    if not files:
        raise Refusal("invalid_arguments", "[ERROR] files must not be empty")
    channels = [call.may_write(call.team.channel(id_, call.bot.id)) for id_ in _given(call)]
    for file in files:
        call.team.files[file.id] = file
    for channel in channels:
        _share(call, channel, files)
    call.service.changes.note()
    return {"files": [file_json(call.service, call.team, file.id) for file in files]}


def _given(call: Call) -> tuple[str, ...]:
    names = call.args.names("channels") or call.args.names("channel_id")
    if len(names) > CHANNELS:
        raise Refusal("channels_limit_exceeded")
    return names


def _uploaded(call: Call, entry: Json) -> File:
    file = call.team.files.get(str(entry.get("id")))
    if file is None or file.data is None or file.done:
        raise Refusal("file_not_found")
    return replace(file, title=str(entry.get("title") or file.name), done=True)


def _share(call: Call, channel: Channel, files: list[File]) -> None:
    blocks = call.args.objects("blocks", "invalid_blocks")
    body = replace(
        NO_BODY,
        text=call.args.maybe("initial_comment"),
        blocks=None if blocks is None else checked(blocks),
    )
    message = own_message(call, channel, body, thread_of(call, channel))
    message = replace(message, subtype="file_share", files=tuple(file.id for file in files))
    channel.put(message)
    shared_in(call.team, channel, message)
    settle_status(call, message)
    announce_message(call.service, call.team, message)


def info(call: Call) -> Json:
    file = _file(call)
    about = file_json(call.service, call.team, file.id)
    return {"file": {**about, "shares": file.shares_json()}, "comments": []}


def delete(call: Call) -> Json:
    file = _file(call)
    if file.user != call.bot.id:
        raise Refusal("cant_delete_file")
    call.team.files[file.id] = replace(file, deleted=True, data=None)
    call.service.changes.note()
    return {}


def _file(call: Call) -> File:
    file = call.team.files.get(call.args.text("file"))
    if file is None:
        raise Refusal("file_not_found")
    if file.deleted:
        raise Refusal("file_deleted")
    return file
