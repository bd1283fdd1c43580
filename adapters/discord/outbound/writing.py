"""Our own messages: posted, changed, found again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast

import discord

from adapters.discord.outbound import history, rate_limits
from adapters.discord.outbound.calls import Calls
from adapters.discord.outbound.discord_time import DiscordTime
from adapters.discord.outbound.idempotency_key import nonce
from adapters.discord.outbound.refs import message_id, ref_to, took_over
from adapters.discord.render.card import mentions, render
from adapters.discord.render.file import attachment
from adapters.ports.cards import Card, CardKey, Note
from adapters.ports.errors import Deleted, SurfaceFault
from adapters.ports.rate_limit import RateLimit
from adapters.ports.surface import Place, Ref, Upload, Verb
from runtime.ids import Address

_MOVED = "This goes on in a newer message"
_NOBODY = discord.AllowedMentions.none()
_PATIENCE = 60.0  # seconds for a change
_COURTESY = 2.0  # seconds for a link, which must keep nobody waiting


class Writing:
    """A live message that became too old to be changed often goes on in a new one: it says so and
    leads there, the reconciler is told that it is gone, and the new message answers it.

    Once for each card: whoever reads a thread for so long has seen where it goes, three changes in
    20 seconds keep the second message fresh enough, and one new message an hour would push what
    people say out of sight. (The reconciler posts nothing a third time, either.)
    """

    def __init__(self, calls: Calls, time: DiscordTime) -> None:
        self._calls, self._time = calls, time
        self._replaced: dict[tuple[str, CardKey], int] = {}
        """Messages that are gone, until another one stands for them."""
        self._outgrown: dict[tuple[str, CardKey], Ref] = {}
        """Those of them that still stand there and shall lead on."""

    async def post(self, place: Place, card: Card) -> Ref:
        view = render(card, beside=_is_beside(place))
        ref = await self._send("post", place, card.key, view, mentions(card))
        left = self._outgrown.pop((place.channel, card.key), None)
        if left is not None:
            with suppress(SurfaceFault):
                await self._leave(left, card, f"{_MOVED}: {_address(ref)}", _COURTESY)
        return ref

    async def say(self, address: Address, text: str) -> None:
        """In the channel, below the message that the thread is made from; no card, and found by
        nobody."""
        place = Place(address=address, channel=address.channel)
        channel = self._calls.channel(address.channel)
        await self._calls.make(
            "post",
            address.channel,
            lambda: channel.send(
                text,
                reference=_answered(place, None),
                mention_author=False,
                allowed_mentions=_NOBODY,
            ),
            cost=self._cost(place, "post"),
        )

    async def attach(self, place: Place, key: CardKey, file: Upload) -> Ref:
        view, upload = attachment(key, file)
        return await self._send("attach", place, key, view, _NOBODY, [upload])

    async def edit(self, ref: Ref, card: Card) -> None:
        if self._is_over(ref, card):
            await self._leave(ref, card, f"{_MOVED} below.")
            self._passes_on(ref, card.key)
            raise Deleted(f"message {message_id(ref)} is too old to be changed often")
        try:
            await self._change(ref, card)
        except Deleted:
            self._replaced[ref.place.channel, card.key] = message_id(ref)
            raise

    def _passes_on(self, ref: Ref, key: CardKey) -> None:
        """The next message of this card is its second; what is left of the first says so, whichever
        process made it."""
        self._replaced[ref.place.channel, key] = message_id(ref)
        self._outgrown[ref.place.channel, key] = ref

    async def delete(self, ref: Ref) -> None:
        message = self._calls.message(ref.place.channel, message_id(ref))
        with suppress(Deleted):
            cost = self._cost(ref.place, "delete", ref=ref)
            await self._calls.make("delete", ref.place.channel, message.delete, cost=cost)

    async def find(self, place: Place, key: CardKey) -> Ref | None:
        channel, me = self._calls.channel(place.channel), self._calls.me
        found, left = await self._calls.make(
            "find",
            place.channel,
            lambda: history.ours(channel, me, key, _earlier(key)),
            cost=self._cost(place, "find"),
        )
        if found is None:
            if left is not None:
                self._passes_on(ref_to(place, left.id), key)
            return None
        earlier = found.reference.message_id if found.reference else None
        return ref_to(place, found.id, earlier if str(earlier) != place.address.thread else None)

    def _is_over(self, ref: Ref, card: Card) -> bool:
        is_aged = rate_limits.is_aged(ref, self._time.now())
        return is_aged and card.state == "live" and not took_over(ref)

    async def _leave(self, ref: Ref, card: Card, text: str, patience: float = _PATIENCE) -> None:
        """Nothing else is left there, nor its key: it would be found in place of the new one."""
        told = replace(card, key=_earlier(card.key), blocks=(Note("info", text),))
        await self._change(ref, told, patience)

    async def _change(self, ref: Ref, card: Card, patience: float = _PATIENCE) -> None:
        message = self._calls.message(ref.place.channel, message_id(ref))
        await self._calls.make(
            "edit",
            ref.place.channel,
            lambda: message.edit(
                view=_unwatched(render(card, beside=_is_beside(ref.place))),
                allowed_mentions=mentions(card),
            ),
            cost=self._cost(ref.place, "edit", card, ref),
            patience=patience,
        )

    def _cost(
        self, place: Place, verb: Verb, card: Card | None = None, ref: Ref | None = None
    ) -> Sequence[RateLimit]:
        return rate_limits.cost(place.address, verb, card, ref, self._time.now())

    async def _send(
        self,
        verb: Verb,
        place: Place,
        key: CardKey,
        view: discord.ui.LayoutView,
        called: discord.AllowedMentions,
        files: Sequence[discord.File] = (),
    ) -> Ref:
        channel = self._calls.channel(place.channel)
        earlier, sent = self._replaced.get((place.channel, key)), self._time.moment()
        message = await self._calls.make(
            verb,
            place.channel,
            lambda: channel.send(
                view=_unwatched(view),
                files=files,
                nonce=nonce(place.channel, key, earlier),
                allowed_mentions=called,
                reference=_answered(place, earlier),
            ),
            cost=self._cost(place, verb),
        )
        self._time.wrote(message.id, sent)
        self._replaced.pop((place.channel, key), None)
        return ref_to(place, message.id, earlier)


def _earlier(key: CardKey) -> CardKey:
    return CardKey(f"{key}/earlier")


def _address(ref: Ref) -> str:
    """What Discord shows as a link to a message."""
    guild = ref.place.address.team or "@me"
    return f"https://discord.com/channels/{guild}/{ref.place.channel}/{message_id(ref)}"


def _unwatched(view: discord.ui.LayoutView) -> discord.ui.LayoutView:
    """The library remembers a view for as long as its buttons may be pressed, which is for ever.
    One that is finished it does not remember; presses come in through the front door."""
    view.stop()
    return view


def _answered(place: Place, earlier: int | None) -> discord.MessageReference:
    """What the message stands below: the one that it took over from, or, where the thread is the
    channel itself, what was said to us. Otherwise None, which send takes, but for its stubs."""
    number = earlier or (int(place.address.thread) if _is_beside(place) else None)
    reference = number and discord.MessageReference(
        message_id=number, channel_id=int(place.channel), fail_if_not_exists=False
    )
    return cast(discord.MessageReference, reference or None)


def _is_beside(place: Place) -> bool:
    """Whether it is a channel where others speak, since no thread could be made."""
    return bool(place.address.team) and place.channel == place.address.channel
