"""What Slack sends over HTTP, as far as Bolt takes its shape for granted. It is looked at before:
what is signed may still be of another shape, and Bolt would break over it."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

Object = dict[str, Any]
Word = Annotated[str, Field(min_length=1)]
Maybe = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _Named(_Shape):
    id: Word


class _Handshake(_Shape):
    type: Literal["url_verification"]
    challenge: str


class _Event(_Shape):
    type: Literal["event_callback"]
    team_id: Maybe = ""
    enterprise_id: Maybe = ""
    event: Object
    authorizations: list[Object] | None = None


class _Limited(_Shape):
    type: Literal["app_rate_limited"]


class _Interaction(_Shape):
    """`team` is null where the app belongs to an organisation."""

    type: Word
    user: _Named
    team: _Named | None = None
    enterprise: Object | None = None
    channel: Object | None = None
    container: Object | None = None
    message: Object | None = None
    view: Object | None = None
    actions: list[Object] | None = None


class _Command(_Shape):
    command: Word
    user_id: Word
    channel_id: Word


class _Check(_Shape):
    ssl_check: Word


_BY_JSON = TypeAdapter[_Handshake | _Event | _Limited](_Handshake | _Event | _Limited)
_BY_FORM = TypeAdapter[_Command | _Check](_Command | _Check)


def is_understood(body: str, content_type: str) -> bool:
    """As Bolt tells JSON and forms apart: by the header, and by how the body begins."""
    try:
        if content_type == "application/json" or body.lstrip()[:1] in ("{", "["):
            _BY_JSON.validate_python(json.loads(body))
            return True
        form = dict(parse_qsl(body, keep_blank_values=True))
        if "payload" in form:
            _Interaction.model_validate(json.loads(form["payload"]))
        else:
            _BY_FORM.validate_python(form)
    except (ValidationError, ValueError, RecursionError):
        return False
    return True
