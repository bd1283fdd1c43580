"""What of a page is hard to read: text whose contrast is below that of WCAG 2.2, level AA."""

from __future__ import annotations

from typing import Literal

from playwright.async_api import Page

# A canvas knows every notation of a colour; grounds are mixed from the page upwards.
_FAINT = """() => {
    const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const parsed = (colour) => {
        ink.clearRect(0, 0, 1, 1);
        ink.fillStyle = colour;
        ink.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = ink.getImageData(0, 0, 1, 1).data;
        return [red, green, blue, alpha / 255];
    };
    const over = ([red, green, blue, alpha], below) =>
        [red, green, blue].map((part, place) => part * alpha + below[place] * (1 - alpha));
    const ground = (node) => node
        ? over(parsed(getComputedStyle(node).backgroundColor), ground(node.parentElement))
        : [255, 255, 255];
    const light = (colour) => colour
        .map((part) => part / 255)
        .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
    const opacity = (node) =>
        node ? getComputedStyle(node).opacity * opacity(node.parentElement) : 1;
    const ratio = (node) => {
        const below = ground(node), [r, g, b, alpha] = parsed(getComputedStyle(node).color);
        const [one, two] = [light(over([r, g, b, alpha * opacity(node)], below)), light(below)];
        return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    };
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (words.nextNode()) {
        const node = words.currentNode.parentElement, { width } = node.getBoundingClientRect();
        if (!words.currentNode.data.trim() || width < 2 || node.closest("[disabled]")) continue;
        if (!node.checkVisibility({ visibilityProperty: true })) continue;
        const style = getComputedStyle(node), size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        if (ratio(node) < (large ? 3 : 4.5))
            found.push(`${node.className || node.nodeName}: ${words.currentNode.data.trim()}`);
    }
    return found;
}"""


async def faint(page: Page, scheme: Literal["light", "dark"]) -> list[str]:
    """The class of each such text, and the text."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return await page.evaluate(_FAINT)
