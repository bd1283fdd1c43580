"""Takes secrets out of text: those we know by value, and those that betray themselves by shape."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from pydantic import BaseModel, SecretStr

from runtime.secret_text import SHORTEST, is_placeholder

HIDDEN = "[hidden]"

_NAME = re.compile(
    r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|AUTH|PAT|DSN|COOKIE)(_|$)", re.I
)

_SHAPES = re.compile(
    r"""
    \b(?:sk|rk|pk)-[A-Za-z0-9_-]{16,}                # OpenAI, Anthropic and the many that copy them
    | \bxox[a-z]-[A-Za-z0-9-]{10,} | \bxapp-[A-Za-z0-9-]{10,}          # Slack
    | \bgh[pousr]_[A-Za-z0-9]{20,} | \bgithub_pat_[A-Za-z0-9_]{20,}    # GitHub
    | \baether_[A-Za-z0-9_-]{32,}                                      # our own: bot.web_token
    | \bglpat-[A-Za-z0-9_-]{16,}                                       # GitLab
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                                    # AWS
    | \bAIza[A-Za-z0-9_-]{30,}                                         # Google
    | \b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,} # Discord
    | \beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*        # JSON web tokens
    | \b(?:hooks\.slack\.com/|ticket=)[\w/%.-]{16,}                     # Slack: replies, sockets
    | (?<=/webhooks/)\d{15,}/[\w-]{40,}                              # Discord: replies
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][A-Z ]*PRIVATE[ ]KEY-----|\Z)
    """,
    re.VERBOSE | re.DOTALL,
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.I)
_URL_PASSWORD = re.compile(r"(?<=://)([^\s/:@]*):([^\s/@]+)@")


class Redactor:
    """A text in, the same text without secrets out. Idempotent; never raises."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # The longest first: a secret may contain another one.
        known = sorted({s for s in secrets if len(s) >= SHORTEST}, key=lambda s: (-len(s), s))
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        text = _SHAPES.sub(HIDDEN, text)
        text = _BEARER.sub(rf"\1 {HIDDEN}", text)
        return _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", text)


def secrets_of(settings: BaseModel) -> Iterator[str]:
    """The values of all secret settings, however deep; also what stands alone inside them, such as
    the password of an address. Placeholders are words."""
    for _, value in settings:
        yield from (secret for secret in _secrets_in(value) if not is_placeholder(secret))


def _secrets_in(value: object) -> Iterator[str]:
    match value:
        case SecretStr():
            secret = value.get_secret_value()
            yield secret
            yield from (found[2] for found in _URL_PASSWORD.finditer(secret))
        case BaseModel():
            yield from secrets_of(value)
        case dict():
            for item in cast("dict[object, object]", value).values():
                yield from _secrets_in(item)
        case _:
            pass


def secrets_in(environ: Mapping[str, str]) -> Iterator[str]:
    """The values of variables whose name says that they are secret. Placeholders are words."""
    named = (value for name, value in environ.items() if _NAME.search(name))
    return (value for value in named if not is_placeholder(value))
