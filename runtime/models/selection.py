"""Chooses the model to think with, and says why."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pydantic import SecretStr

from runtime.errors import Misconfigured
from runtime.models.connection import Connection
from runtime.models.demo import NAME as DEMO
from runtime.models.demo import demo_model
from runtime.models.local import PLACES, LocalServer, find, first_chat_model
from runtime.models.request import Limits
from runtime.models.spec import (
    HOMES,
    Effort,
    Options,
    Provider,
    Spec,
    checked_key,
    checked_url,
    named,
)
from runtime.models.turn import DirectModel

VARIABLE = "AETHER_MODEL"
LIST_SECONDS = 10.0

NOTHING_FOUND = (
    "The built-in demo model plays a script: no key, no base URL and no local server is there. "
    f"Set OPENAI_API_KEY, ANTHROPIC_API_KEY or {VARIABLE}."
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model and one sentence for people. `spec` is None for the demo. Close the model at the
    end."""

    model: DirectModel
    why: str
    spec: Spec | None = None


async def choose(
    environ: Mapping[str, str],
    wanted: str = "",
    models: Mapping[str, Options] | None = None,
    *,
    thinking: Effort = "",
    limits: Limits | None = None,
    places: Sequence[LocalServer] = PLACES,
) -> Chosen:
    """The explicit setting, else AETHER_MODEL, else a key or base URL of the environment, else a
    server on this machine, else the demo. `models` are the configuration's, by its own names, and
    `thinking` is how hard those think that do not say it themselves.

    Sends nothing but GET requests for lists of models. Raises Misconfigured.
    """
    shop = _Shop(environ, thinking, limits or Limits())
    for text, place in ((wanted, "the model setting"), (environ.get(VARIABLE, ""), VARIABLE)):
        if name := text.strip():
            return shop.take((models or {}).get(name) or Options(name), place)
    if shop.has("OPENAI_API_KEY") or shop.has("OPENAI_BASE_URL"):
        return shop.take(*await shop.openai())
    if shop.has("ANTHROPIC_API_KEY"):
        home = HOMES[Provider.ANTHROPIC]
        return shop.take(Options(f"{Provider.ANTHROPIC}:{home.default}"), home.key_name)
    if (served := await find(places)) is not None:
        options = Options(f"{Provider.OPENAI}:{served.name}", base_url=served.place.base_url)
        chosen = shop.take(options, f"{served.place.kind} on this machine")
        return replace(chosen, why=f"{chosen.why} Set {VARIABLE} to choose another.")
    return Chosen(demo_model(), NOTHING_FOUND)


@dataclass(frozen=True, slots=True)
class _Shop:
    """Where models come from, for the length of one choice."""

    environ: Mapping[str, str]
    thinking: Effort
    limits: Limits

    def has(self, name: str) -> bool:
        return bool(self.environ.get(name, "").strip())

    def take(self, options: Options, place: str) -> Chosen:
        if options.model == DEMO:
            return Chosen(demo_model(), f"The built-in demo model plays a script: {place} says so.")
        options = replace(options, thinking=options.thinking or self.thinking)
        spec = resolve(options, place, self.environ)
        limits = replace(self.limits, tokens=options.max_tokens or self.limits.tokens)
        model = DirectModel(spec.label, partial(_open, spec), limits)
        return Chosen(model, f"{spec.label} at {spec.place}, because of {place}.", spec)

    async def openai(self) -> tuple[Options, str]:
        """Only a key or a base URL is given: OpenAI has a default model, other servers are
        asked."""
        home = HOMES[Provider.OPENAI]
        url = checked_url(self.environ.get(home.url_name, "") or home.base_url, home.url_name)
        if url == home.base_url:
            # Its newest models refuse tools together with thinking on chat completions.
            return Options(f"{Provider.RESPONSES}:{home.default}"), home.key_name
        key = checked_key(SecretStr(self.environ.get(home.key_name, "")), home.key_name)
        name = await first_chat_model(url, key, LIST_SECONDS)
        if name is None:
            raise Misconfigured(
                f"{home.url_name} is set, but its server names no chat model: start it, check that "
                "the address ends where the API begins (often /v1), or set "
                f"{VARIABLE}=openai:NAME."
            )
        return Options(f"{Provider.OPENAI}:{name}"), home.url_name


def _open(spec: Spec) -> Connection:
    from runtime.models.connect import connect  # imports the provider library

    importlib.import_module("runtime.models.exchange")  # the rest of it, which the first turn needs
    return connect(spec)


def resolve(options: Options, place: str, environ: Mapping[str, str]) -> Spec:
    """Fill what is left open from the environment. Raises Misconfigured naming the remedy."""
    provider, name = named(options.model, place)
    home = HOMES[provider]
    own_url = options.base_url or environ.get(home.url_name, "").strip() or home.base_url
    url = checked_url(own_url, "base_url" if options.base_url else home.url_name)
    key = checked_key(options.api_key, "api_key")
    if key is None and (not options.base_url or url == home.base_url):
        # A key of the environment goes to the server of the environment, and to no other.
        key = checked_key(SecretStr(environ.get(home.key_name, "")), home.key_name)
    spec = Spec(provider, name, url, key, options)
    if key is None and spec.at_home:
        raise Misconfigured(
            f"{place} names {spec.label}, which needs a key: set {home.key_name}, or "
            f"{home.url_name} for a server of your own."
        )
    return spec
