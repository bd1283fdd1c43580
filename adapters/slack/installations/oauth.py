"""The pages on which a workspace installs the app."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.installations.store import InstallationStore
from adapters.slack.installations.web import client
from adapters.slack.manifest import REDIRECT_PATH, SCOPES
from adapters.slack.settings import SlackSettings, site_of
from runtime.errors import Misconfigured
from runtime.ports import Clock

INSTALL_PATH = "/slack/install"
_LASTS = 600.0  # seconds


class SignedStates(AsyncOAuthStateStore):
    """States that prove by their signature that we issued them, and when by the machine's monotonic
    clock, which nobody sets; so nothing is kept, and nobody can fill a memory by opening the page.
    Bolt binds them to the browser by a cookie, and Slack's code is good once."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret, self._clock = hashlib.sha256(f"state {secret}".encode()).digest(), clock

    @property
    def logger(self) -> logging.Logger:
        return logging.getLogger(__name__)

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        content = f"{int(self._clock.monotonic())}.{secrets.token_hex(16)}"
        return f"{content}.{self._signed(content)}"

    async def async_consume(self, state: str | None) -> bool:
        content, _, signature = (state or "").rpartition(".")
        if not hmac.compare_digest(self._signed(content).encode(), signature.encode()):
            return False
        return 0 <= self._clock.monotonic() - int(content.partition(".")[0]) <= _LASTS

    def _signed(self, content: str) -> str:
        return hmac.new(self._secret, content.encode(), hashlib.sha256).hexdigest()


def oauth_flow(settings: SlackSettings, store: InstallationStore, clock: Clock) -> AsyncOAuthFlow:
    """Raises Misconfigured if people could not be sent back."""
    if not settings.public_url.startswith("https://"):
        raise Misconfigured(
            "slack: public_url must begin with https://: Slack sends people who install the app"
            " back to it"
        )
    flow_settings = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=list(SCOPES),
        user_scopes=[],
        redirect_uri=settings.public_url.rstrip("/") + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=f"https://{site_of(settings.base_url)}/oauth/v2/authorize",
        installation_store=store,
        installation_store_bot_only=True,
        state_store=SignedStates(settings.client_secret, clock),
        state_expiration_seconds=int(_LASTS),
    )
    return AsyncOAuthFlow(client=client(settings.base_url), settings=flow_settings)
