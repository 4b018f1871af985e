"""Page and style sheet together are small enough for the first flight of packets: 14,336 bytes at gzip.

What a browser asks for, and from whom, is in tests/browser/test_requests.py.
"""

import gzip

import pytest
from django.conf import settings

from tests.site.pages import every_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
BUDGET = 14_336


def style_sheet():
    return (settings.BASE_DIR / "static/site.css").read_bytes()


def test_every_page_of_the_demo_keeps_within_the_budget(client):
    styles = len(gzip.compress(style_sheet(), 6))
    weights = {}
    for address in every_page(client):
        response = client.get(address, HTTP_ACCEPT_ENCODING="gzip")
        assert response["Content-Encoding"] == "gzip", address
        weights[address] = len(response.content) + styles
    heaviest = max(weights, key=weights.get)
    assert len(weights) > 100
    assert weights[heaviest] <= BUDGET, f"{heaviest}: {weights[heaviest]} bytes"
