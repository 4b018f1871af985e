"""What a browser says of a page as it stands: axe, and the ruler."""

import json

from axe_playwright_python.base import AXE_SCRIPT

OPTIONS = {"resultTypes": ["violations"], "preload": False}
CONTRAST = {"runOnly": ["color-contrast"]}


def violations(page, options=None):
    """What axe finds, in one line for each element.

    The editor's own bars are not ours: what they hold is left out, as is the text that it shows in a frame.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    told = json.dumps(OPTIONS | (options or {}))
    found = page.evaluate(f"axe.run({{exclude: ['.cke']}}, {told})")["violations"]
    return [
        f"{each['id']}: {node['target']} {node['html'][:120]}" for each in found for node in each["nodes"]
    ]


def overflow(page):
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
