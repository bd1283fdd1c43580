"""Files in a session that is exported: pictures stand in the page, of the rest only the names."""

from __future__ import annotations

import base64
import re

from adapters.web.files import media_type
from adapters.web.render.tags import Html
from runtime.errors import ToolError
from runtime.ids import ArtifactHash
from runtime.ports import Artifacts

LIMIT = 10 * 1024 * 1024  # bytes of all pictures of one export
_LINK = re.compile(r'<a class="file"[^>]*>(.*?)</a>', re.DOTALL)
_PICTURE = re.compile(r'<img src="/sessions/[^"/]*/files/([0-9a-f]{64})[^"]*"')


async def embedded(html: str, artifacts: Artifacts) -> Html:
    """Nothing in it leads back to the server. Safe on markup that was built here: in text every
    `<` is escaped, and prose has no pictures."""
    html = _LINK.sub(r'<span class="file">\1</span>', html)
    left, sources = LIMIT, dict[str, str]()
    for name in dict.fromkeys(_PICTURE.findall(html)):
        sources[name] = await _source(ArtifactHash(name), left, artifacts)
        left -= len(sources[name])
    return Html(_PICTURE.sub(lambda found: f'<img src="{sources[found[1]]}"', html))


async def _source(name: ArtifactHash, most: int, artifacts: Artifacts) -> str:
    """Empty for what is gone, too large, or no picture: then its words are seen instead."""
    try:
        data = await artifacts.get(name)
    except ToolError:
        return ""
    kind = media_type(data)
    if len(data) > most or not kind.startswith("image/"):
        return ""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
