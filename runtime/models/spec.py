"""What the configuration says about a model, and what is left when every question is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from runtime.errors import Misconfigured

Effort = Literal["", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How hard to think; empty leaves it to the model."""


class Provider(StrEnum):
    """The word before the colon of a model's name."""

    OPENAI = "openai"  # chat completions, which every compatible server speaks
    RESPONSES = "openai-responses"
    ANTHROPIC = "anthropic"


@dataclass(frozen=True, slots=True)
class ProviderHome:
    """A provider's own server and the environment variables that people know it by."""

    base_url: str
    url_name: str
    key_name: str
    default: str
    """The model that is used where only a key is given."""


_OPENAI = ProviderHome(
    "https://api.openai.com/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY", "gpt-6.1-terra"
)

HOMES = {
    Provider.OPENAI: _OPENAI,
    Provider.RESPONSES: _OPENAI,
    Provider.ANTHROPIC: ProviderHome(
        "https://api.anthropic.com", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "claude-sonnet-5-5"
    ),
}


@dataclass(frozen=True, slots=True)
class Options:
    """One model of the configuration. Empty fields mean: from the environment, else the default."""

    model: str
    """`provider:name`, or `demo`."""
    base_url: str = ""
    api_key: SecretStr | None = None
    max_tokens: int | None = None
    """Cap on the tokens of one turn."""
    thinking: Effort = ""
    vision: bool = False
    """Whether pictures may be sent to it."""
    strict_tools: bool = False
    """Whether the server may be asked to hold calls to their schema; many local ones refuse."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A model that can be connected to."""

    provider: Provider
    name: str
    base_url: str
    api_key: SecretStr | None
    options: Options

    @property
    def label(self) -> str:
        return f"{self.provider}:{self.name}"

    @property
    def at_home(self) -> bool:
        """Whether it is the provider itself that answers, not a server that speaks its API."""
        return self.base_url.rstrip("/") == HOMES[self.provider].base_url

    @property
    def place(self) -> str:
        """Host and port, without a password that the URL may hold."""
        parts = urlsplit(self.base_url)
        return parts.netloc.rpartition("@")[2]

    @property
    def on_this_machine(self) -> bool:
        host = urlsplit(self.base_url).hostname or ""
        return host in {"localhost", "::1"} or host.startswith("127.")


def named(text: str, place: str) -> tuple[Provider, str]:
    """Split `provider:name`; `place` is where it was written. Raises Misconfigured."""
    prefix, colon, name = text.strip().partition(":")
    known = ", ".join(f"{provider}:NAME" for provider in Provider)
    if prefix not in set(Provider) or not colon:
        raise Misconfigured(
            f"{place} names the model {text!r}, and Aether cannot tell whose it is: write it "
            f"as one of {known}, or demo."
        )
    if not name or name != "".join(name.split()):
        raise Misconfigured(f"{place} names no model in {text!r}: write one of {known}, or demo.")
    return Provider(prefix), name


def checked_url(url: str, place: str) -> str:
    """A base URL that can be asked. Raises Misconfigured."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
    except ValueError:
        usable = False
    if not usable:
        raise Misconfigured(
            f"{place} is no address of a server: write it like http://127.0.0.1:8080/v1."
        )
    return url.strip().rstrip("/")


def checked_key(key: SecretStr | None, place: str) -> SecretStr | None:
    """A key that fits into a header, or None. Raises Misconfigured, without the key."""
    text = key.get_secret_value().strip() if key is not None else ""
    if not text:
        return None
    if not text.isascii() or not text.isprintable() or " " in text:
        raise Misconfigured(f"{place} holds characters that no key has: copy the key again.")
    return SecretStr(text)
