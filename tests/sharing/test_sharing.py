"""The ways out to the networks: built from our own record, and only while readers have the text."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import segno
import time_machine
from django.utils import translation

from advocacy.publishing.models import Version
from advocacy.sharing.bar import share_bar
from advocacy.sharing.networks import NETWORKS, one_line
from advocacy.sharing.views import qr_svg
from tests.minutes.models import Minutes

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2023, 9, 28, 14, tzinfo=UTC)
SITE = "https://carm.example"
HOSTS = {
    "x": "x.com",
    "linkedin": "www.linkedin.com",
    "bluesky": "bsky.app",
    "facebook": "www.facebook.com",
    "whatsapp": "wa.me",
    "telegram": "t.me",
}
HOSTILE = [
    "Line one\r\nBcc: everyone@carm.example\r\n\r\nBody",
    "Quotes \" and ' and “curly” and <b>",
    "Ampersand & hash # question ? plus + per cent %0d%0a equals =",
    "Turned \u202eevil\u202c and \u2066isolated\u2069",
    "Emoji 🇦🇲🕊️ and Հայերեն and العربية",
    "javascript:alert(1)//",
    "//evil.example/path",
    "Tab\tNEL\x85 line \u2028 paragraph \u2029 zero \x1b",
]


@pytest.fixture(autouse=True)
def own_site(settings):
    settings.SITE_URL = SITE


def make_minutes(*, title="A broad coalition", language="en", work=None, starts=LONG_AGO):
    minutes = Minutes(title=title, language=language)
    if work:
        minutes.work = work
    minutes.save()
    minutes.publish(starts=starts, at=starts - timedelta(hours=1))
    return minutes


def shared_text(location):
    """Everything a network's address carries, decoded."""
    return " ".join(value for values in parse_qs(urlsplit(location).query).values() for value in values)


# Where they lead


@pytest.mark.parametrize("network", NETWORKS)
def test_each_network_gets_the_title_and_the_address(client, network):
    make_minutes()
    response = client.get(f"/share/{network}/en/2023-09-28")
    assert response.status_code == 302
    location = response["Location"]
    if network == "email":
        assert location.startswith("mailto:?subject=A%20broad%20coalition&body=")
    else:
        assert location.startswith(f"https://{HOSTS[network]}/")
    assert f"{SITE}/en/minutes/a-broad-coalition/" in shared_text(location)
    if network not in ("linkedin", "facebook"):  # these read the title from the page
        assert "A broad coalition" in shared_text(location)


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("network", NETWORKS)
def test_whatever_the_title_holds_the_address_stays_the_networks_own(client, network, title):
    minutes = make_minutes(title=title)
    location = client.get(f"/share/{network}/en/2023-09-28")["Location"]
    assert re.fullmatch(r"[\x21-\x7e]+", location)
    parts = urlsplit(location)
    assert (parts.scheme, parts.netloc) == (
        ("mailto", "") if network == "email" else ("https", HOSTS[network])
    )
    assert parts.path in {
        "",
        "/intent/post",
        "/sharing/share-offsite/",
        "/intent/compose",
        "/sharer/sharer.php",
        "/",
        "/share/url",
    }
    assert not parts.fragment
    names = set(parse_qs(parts.query, keep_blank_values=True))
    assert names <= {"text", "url", "u", "subject", "body"}
    text = shared_text(location)
    assert f"{SITE}/en/minutes/{minutes.slug}/" in text
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\x85\t") & set(text)


def test_a_mail_has_no_further_headers(client):
    make_minutes(title=HOSTILE[0])
    location = client.get("/share/email/en/2023-09-28")["Location"]
    subject, body = re.fullmatch(r"mailto:\?subject=([^&]*)&body=([^&]*)", location).groups()
    assert unquote(subject) == "Line one Bcc: everyone@carm.example Body"
    assert unquote(body).count("\r\n") == 1


def test_titles_become_one_line_of_a_sensible_length():
    assert one_line(" a \n\n b\x00c ") == "a b c"
    assert one_line("a\ud800b") == "ab"
    assert len(one_line("word " * 2000)) <= 200
    assert one_line("Nagorno‑Karabakh 👩‍👩‍👧") == "Nagorno‑Karabakh 👩‍👩‍👧"


def test_the_longest_title_is_no_fault(client):
    make_minutes(title="Հ" * 200)
    for network in NETWORKS:
        assert client.get(f"/share/{network}/en/2023-09-28").status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/share/x/en/2023-09-28?url=https://evil.example/&text=evil&next=//evil.example",
        "/share/x/en/2023-09-28?u=javascript:alert(1)",
    ],
)
def test_the_query_has_no_say(client, path):
    make_minutes()
    location = client.get(path, headers={"host": "testserver", "referer": "https://evil.example/"})[
        "Location"
    ]
    assert "evil" not in location and "javascript" not in location
    assert location == client.get("/share/x/en/2023-09-28")["Location"]


def test_another_host_name_has_no_say(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_minutes()
    location = client.get("/share/x/en/2023-09-28", headers={"host": "evil.example"})["Location"]
    assert "evil" not in location


# Where there is nothing


@pytest.mark.parametrize(
    "path",
    [
        "/share/myspace/en/2023-09-28",
        "/share/X/en/2023-09-28",
        "/share/x/hy/2023-09-28",
        "/share/x/xx/2023-09-28",
        "/share/x/en/2023-09-29",
        "/share/x/en/2023-09-28-2",
        "/share/x/en/https:/evil.example",
        "/share/x/en/2023-09-28/",
        "/share/https:/evil.example/en/2023-09-28",
        "/qr/hy/2023-09-28.svg",
        "/qr/en/2023-09-29.svg",
        "/qr/en/2023-09-28.png",
        "/qr/en/2023-09-28",
    ],
)
def test_what_is_not_ours_to_share_is_a_404(client, path):
    make_minutes()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/share/x/en/2023-09-28", "/share/email/en/2023-09-28", "/qr/en/2023-09-28.svg"]
)
def test_only_while_readers_have_the_text(client, path):
    minutes = make_minutes()
    with time_machine.travel(LONG_AGO - timedelta(seconds=1), tick=False):
        assert client.get(path).status_code == 404
    with time_machine.travel(LONG_AGO, tick=False):
        assert client.get(path).status_code != 404
    minutes.withdraw()
    assert client.get(path).status_code == 404


def test_a_draft_has_no_address_to_share(client):
    draft = Minutes(title="Draft")
    draft.save()
    assert draft.work.short_id is None
    for short_id in ("None", "0", "", str(draft.work.pk)):
        assert client.get(f"/share/x/en/{short_id}").status_code == 404


def test_each_language_shares_its_own_text(client):
    original = make_minutes(title="A broad coalition")
    make_minutes(title="Լայն կոալիցիա", language="hy", work=original.work)
    assert "Լայն կոալիցիա" in shared_text(client.get("/share/x/hy/2023-09-28")["Location"])
    assert "/hy/minutes/" in shared_text(client.get("/share/x/hy/2023-09-28")["Location"])
    assert "/en/minutes/" in shared_text(client.get("/share/x/en/2023-09-28")["Location"])


# Manners


@pytest.mark.parametrize("path", ["/share/x/en/2023-09-28", "/qr/en/2023-09-28.svg"])
def test_manners(client, path):
    make_minutes()
    response = client.get(path)
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    assert response.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert client.head(path).status_code == response.status_code
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize("path", ["/share/x/en/2023-09-28", "/qr/en/2023-09-28.svg"])
def test_one_query(client, path, django_assert_num_queries):
    make_minutes()
    with django_assert_num_queries(1):
        client.get(path)


# QR code


def test_the_code_is_black_on_white_and_holds_the_short_address(client):
    minutes = make_minutes()
    make_minutes(title="Լայն կոալիցիա", language="hy", work=minutes.work)
    response = client.get("/qr/en/2023-09-28.svg")
    assert response["Content-Type"] == "image/svg+xml"
    svg = response.content
    assert svg == qr_svg(f"{SITE}/r/2023-09-28")
    assert b'stroke="#000"' in svg and b'fill="#fff"' in svg
    assert b"style" not in svg and b"script" not in svg and b"viewBox" in svg
    assert client.get("/qr/hy/2023-09-28.svg").content == qr_svg(f"{SITE}/r/2023-09-28/hy")


def test_the_code_has_level_m_and_a_quiet_zone():
    address = f"{SITE}/r/2023-09-28"
    code = segno.make(address, error="m", boost_error=False, micro=False)
    side = code.symbol_size(border=4)[0]
    drawn = qr_svg(address)
    assert f'viewBox="0 0 {side} {side}"'.encode() in drawn
    assert re.search(r' d="([^"]+)"', code.svg_inline(border=4))[1].encode() in drawn


# The bar


def test_the_share_bar(django_assert_num_queries):
    make_minutes()
    version = Version.objects.select_related("work").get()
    with django_assert_num_queries(0):
        bar = share_bar(version)
    labels = [link.label for link in bar.links]
    assert labels == ["X", "LinkedIn", "Bluesky", "Facebook", "WhatsApp", "Telegram", "E-mail"]
    assert bar.links[0].url == "/share/x/en/2023-09-28"
    assert bar.qr_url == "/qr/en/2023-09-28.svg"
    assert bar.short_url == f"{SITE}/r/2023-09-28"


def test_the_same_chips_in_another_language():
    make_minutes()
    version = Version.objects.select_related("work").get()
    with translation.override("ar"):
        assert [link.key for link in share_bar(version).links] == list(NETWORKS)


def test_a_part_is_shared_by_its_own_address_and_an_unknown_part_is_not_here(client, monkeypatch):
    make_minutes()
    version = Version.objects.select_related("work").get()
    parts = {"d2": ("Demand 2: Open the road", "/en/minutes/x/2/")}
    monkeypatch.setattr(
        version.kind_class, "shared_part", classmethod(lambda cls, _version, part: parts.get(part))
    )
    bar = share_bar(version, part="d2")
    assert bar.short_url == f"{SITE}/r/2023-09-28#d2"
    assert bar.links[0].url == "/share/x/en/2023-09-28/d2"
    assert "Open%20the%20road" in client.get(bar.links[0].url)["Location"]
    assert client.get(bar.qr_url).status_code == 200
    assert client.get("/share/x/en/2023-09-28/d3").status_code == 404
    assert client.get("/qr/en/2023-09-28/d3.svg").status_code == 404
