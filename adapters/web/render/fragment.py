"""A piece of the page that is replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from adapters.web.render.tags import Html


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands under `key` in a region, before it has a number."""

    region: str
    key: str
    html: Html


@dataclass(frozen=True, slots=True)
class Fragment:
    """`rev` grows with every change; `after` is the piece that it follows in its region, "" for
    none."""

    piece: Piece
    after: str
    rev: int

    def frame(self) -> dict[str, JsonValue]:
        return {
            "key": self.piece.key,
            "html": self.piece.html,
            "rev": self.rev,
            "region": self.piece.region,
            "after": self.after,
        }
