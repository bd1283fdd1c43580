"""One workspace of Slack as a surface: what is shown there, and what can be asked of it."""

from __future__ import annotations

from pydantic import JsonValue
from slack_sdk.web.async_client import AsyncWebClient

from adapters.ports.cards import Card, CardKey
from adapters.ports.errors import Deleted, Unanswered
from adapters.ports.inbound import Attachment, Reply
from adapters.ports.limits import Limits
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from adapters.slack.outbound import rate_limits
from adapters.slack.outbound.api import Api, Json
from adapters.slack.outbound.errors import Refusal
from adapters.slack.outbound.files import Files
from adapters.slack.outbound.history import ThreadHistory
from adapters.slack.outbound.status import Status
from adapters.slack.outbound.streams import CONFLICT, Streams
from adapters.slack.outbound.thread import Thread, found
from adapters.slack.render.card import LIMITS, Payload, render
from adapters.slack.workspace import Workspace
from runtime.events import Phase
from runtime.ids import Address
from runtime.ports import Clock

_SEEN = "eyes"


class SlackSurface:
    """Implements Surface. What it remembers (streams, names, what Slack does not offer) can be
    lost: it makes the next calls fewer, not right."""

    def __init__(
        self, web: AsyncWebClient, workspace: Workspace, clock: Clock, *, allow_guests: bool = False
    ) -> None:
        """`web` must be made with `retry_handlers=[]`: the reconciler decides what is repeated.
        `allow_guests` as in SlackSettings."""
        self._workspace = workspace
        self._api = Api(web, workspace)
        self._streams = Streams(self._api, clock)
        self._status = Status(self._api, clock)
        self._files = Files(self._api, clock)
        self._past = ThreadHistory(self._api, clock, allow_guests=allow_guests)

    @property
    def limits(self) -> Limits:
        return LIMITS

    async def open(self, address: Address, title: str) -> Place:
        """A thread is there as soon as its root is."""
        return Place(address=address, channel=address.channel, thread=address.thread)

    async def signal(self, address: Address, message_id: str | None, phase: Phase) -> None:
        if message_id is None:
            await self._status.say(address, phase)
            return
        try:
            await self._api.call(
                "reactions.add", channel=address.channel, timestamp=message_id, name=_SEEN
            )
        except Refusal as refusal:
            if refusal.code != "already_reacted":
                raise

    async def post(self, place: Place, card: Card) -> Ref:
        ref = await self._stream(place, card) or await self._post(place, card)
        await self._status.renew(place.address, posted=True)
        return ref

    async def _stream(self, place: Place, card: Card) -> Ref | None:
        if not self._streams.may_start(place, card):
            return None
        self._status.forget(place.address)
        return await self._streams.start(place, card)

    async def _post(self, place: Place, card: Card) -> Ref:
        answer = await self._say(
            "chat.postMessage",
            card,
            channel=place.channel,
            thread_ts=place.thread,
            unfurl_links=False,
            unfurl_media=False,
        )
        return Ref(place=place, message=str(answer["ts"]))

    async def edit(self, ref: Ref, card: Card) -> None:
        await self._edit(ref, card)
        await self._status.renew(ref.place.address)

    async def _edit(self, ref: Ref, card: Card) -> None:
        if self._streams.holds(ref):
            ends = not self._streams.goes_on(ref, card)
            if ends:
                self._status.forget(ref.place.address)
            if await self._streams.write(ref, card):
                return
        try:
            await self._update(ref, card)
        except Refusal as refusal:
            if refusal.code != CONFLICT:
                raise
            await self._take_over(ref, card)

    async def delete(self, ref: Ref) -> None:
        try:
            await self._delete(ref)
        except Deleted:
            return
        except Refusal as refusal:
            if refusal.code != "cant_delete_message":
                raise
            await self._streams.stop(ref, CardKey(""))
            await self._delete(ref)

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        thread = Thread(self._api, place.channel, place.thread)
        ts = found(await thread.ours(), key)
        return Ref(place=place, message=ts) if ts else None

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        return await self._files.share(place, key, file)

    async def history(self, address: Address, after: str) -> tuple[Reply, ...]:
        return await self._past.replies(address, after)

    async def fetch(self, file: Attachment) -> bytes:
        return await self._files.fetch(file)

    def cost(
        self, address: Address, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> tuple[RateLimit, ...]:
        match verb:
            case "open":
                return ()
            case "signal":
                on_message = rate_limits.of(self._workspace, "reactions.add")
                return on_message if ref else self._status.cost()
            case "post":
                return self._cost_of_post(address, card)
            case "edit":
                return rate_limits.of(self._workspace, *self._ways_to_edit(card, ref))
            case "delete":
                return rate_limits.of(self._workspace, "chat.delete")
            case "find" | "history":
                return rate_limits.of(self._workspace, "conversations.replies")
            case "attach":
                calls = ("files.getUploadURLExternal", "files.completeUploadExternal")
                return rate_limits.of(self._workspace, *calls, "files.info")

    def _cost_of_post(self, address: Address, card: Card | None) -> tuple[RateLimit, ...]:
        place = Place(address=address, channel=address.channel, thread=address.thread)
        if card is not None and self._streams.may_start(place, card):
            return rate_limits.of(self._workspace, "chat.startStream")
        return rate_limits.of_post(self._workspace, address.channel)

    def _ways_to_edit(self, card: Card | None, ref: Ref | None) -> tuple[str, ...]:
        if card is None or ref is None or not self._streams.holds(ref):
            return ("chat.update",)
        if self._streams.goes_on(ref, card):
            return ("chat.appendStream",)
        return ("chat.stopStream", "chat.update")

    async def _update(self, ref: Ref, card: Card) -> None:
        await self._say("chat.update", card, channel=ref.place.channel, ts=ref.message)

    async def _say(self, method: str, card: Card, **where: JsonValue) -> Json:
        return await self._api.call(method, **where, **_content(render(card)))

    async def _take_over(self, ref: Ref, card: Card) -> None:
        """It is a stream that nobody here knows. It ends by itself in a few minutes, if Slack does
        not let us end it."""
        await self._streams.stop(ref, card.key)
        self._status.forget(ref.place.address)
        try:
            await self._update(ref, card)
        except Refusal as refusal:
            if refusal.code != CONFLICT:
                raise
            raise Unanswered("Slack still holds the message open as a stream") from None

    async def _delete(self, ref: Ref) -> None:
        await self._api.call("chat.delete", channel=ref.place.channel, ts=ref.message)


def _content(payload: Payload) -> Json:
    """`parse` is said because chat.update looks for names by itself. Text without blocks takes
    away those that stand there."""
    return {
        "text": payload.text,
        "blocks": [*payload.blocks] or None,
        "metadata": payload.metadata or None,
        "parse": "none",
    }
