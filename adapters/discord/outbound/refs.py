"""What a ref says of a message: its id, and whether it is the second of its card."""

from __future__ import annotations

from adapters.ports.surface import Place, Ref


def ref_to(place: Place, message: int, earlier: int | None = None) -> Ref:
    """`earlier` is the message that it took over from."""
    return Ref(place=place, message=f"{message}/{earlier}" if earlier else str(message))


def message_id(ref: Ref) -> int:
    return int(ref.message.partition("/")[0])


def took_over(ref: Ref) -> bool:
    return "/" in ref.message
