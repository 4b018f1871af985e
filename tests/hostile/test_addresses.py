"""Every public address with whatever a stranger can send: methods, paths, query, headers, cookies, bodies.

A fault is never the answer, nothing is stored by what is refused, and nothing of it has a say in a page.
"""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from advocacy.delivery.middleware import refuse_broken_input
from advocacy.delivery.models import Attempt
from advocacy.delivery.stamps import stamp
from advocacy.wsgi import application
from newsroom.models import Inquiry
from tests.hostile.pages import BOUNDARY
from tests.hostile.test_forms import fault
from tests.hostile.words import LONG, QUICK, TEXTS, as_bytes, some_quickly
from tests.newsroom.makers import posted
from tests.walk import public_patterns, values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("furnished")]

PRESS = "/en/press/"
DOORS = ["/admin/login/", "/admin/password-reset/", "/admin/", "/admin/newsroom/release/"]
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
NO_HEADER = "\r\n"


@pytest.fixture(scope="module")
def one_of_each(furnished, django_db_blocker):
    """One address of every public pattern: one that a page leads to, or else any that can be made."""
    with django_db_blocker.unblock(), transaction.atomic():
        given, linked = values(), linked_addresses(Client(raise_request_exception=False))
    made = {
        name: reverse(name, kwargs={part: given[part][0] for part in parts})
        for name, parts in public_patterns()
    }
    return list(dict.fromkeys((made | linked).values()))


@pytest.fixture(scope="module")
def few(one_of_each):
    """Some of them, for what the middleware has to deal with whatever the address is."""
    return list(dict.fromkeys([PRESS, *one_of_each[::12]]))


def linked_addresses(client):
    """From the home page on, by what each page leads to: the first address of each pattern, by its name."""
    found, ahead = {}, ["/en/", "/sitemap.xml"]
    for url in ahead:
        name = name_of(url)
        if name and name not in found and (answer := client.get(url)).status_code < 400:
            found[name] = url
            ahead += re.findall(r'(?:href|src|srcset)="(?:http://testserver)?(/[^"? ]+)', text_of(answer))
    return found


def name_of(url):
    try:
        return resolve(url).view_name
    except Resolver404:
        return ""


def text_of(answer):
    return "" if answer.streaming else answer.content.decode("utf-8", "replace")


def body(answer):
    """A file comes piece by piece."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def never_a_fault(answer, said):
    assert answer.status_code < 500, f"{said!r:.200}: {fault(answer)}"
    return answer


def stored():
    """How many rows stand in each table that holds what people send."""
    return {model: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def raw(client, path, method="GET", **environ):
    """Asks for a path as its bytes stand on the wire, which the test client would tidy."""
    return client.request(REQUEST_METHOD=method, PATH_INFO=as_bytes(path).decode("latin-1"), **environ)


def test_every_pattern_has_an_address(one_of_each):
    assert PRESS in one_of_each
    assert len(one_of_each) > 25


# Methods

ONE_CLICK = (
    "/unsubscribe/no-such-token/"  # leads to the page with the button, whatever is posted but the one field
)


def test_wrong_methods_are_refused_and_store_nothing(stranger, one_of_each):
    before = stored()
    for url in one_of_each:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"):
            answer = never_a_fault(stranger.generic(method, url, b"a=1", URLENCODED), (method, url))
            known = {400, 404, 405} | ({303} if url == ONE_CLICK else set())
            assert answer.status_code in known, f"{method} {url}: {answer.status_code}"
    assert stored() == before


# The query


def test_unknown_query_names_have_no_say(stranger, one_of_each):
    with time_machine.travel(timezone.now(), tick=False):
        for url in one_of_each:
            plain, other = (
                stranger.get(url),
                stranger.get(f"{url}?utm=1&a[]=2&page=3&__proto__=4&next=//evil&x=%26"),
            )
            assert body(other) == body(plain), url
            assert other.status_code == plain.status_code
            assert other.get("Location") == plain.get("Location"), url


LISTED = ("word", "year", "language", "before", "after")
PLACES = [
    "2023-09-28.1", "9999-12-31.1", "0001-01-01.0", "0000-00-00.1", "2023-02-30.1", "2023-09-28.²", "20230928.1",
    "2023-W39-4.1", "2023-09-28.99999999999999999999", "1.1", "999999999999999999.999999999999999999", "-1.-1", ".", "1.",
]  # fmt: skip


@pytest.mark.parametrize("name", some_quickly(LISTED))
def test_hostile_values_of_the_listed_names(stranger, one_of_each, name):
    lists = [url for url in one_of_each if url.endswith(("/releases/", "/coverage/", "/people/"))]
    assert len(lists) == 3
    for url in lists:
        for value in [*(TEXTS[sort] for sort in QUICK), *PLACES]:
            never_a_fault(stranger.get(f"{url}?{urlencode({name: as_bytes(value)})}"), (url, name, value))


@pytest.mark.slow
def test_hostile_values_together_and_doubled(stranger, one_of_each):
    for url in one_of_each:
        for value in ("²", LONG, "%s"):
            query = urlencode([(name, value) for name in (*LISTED, *LISTED)])
            never_a_fault(stranger.get(f"{url}?{query}"), (url, value))


@pytest.mark.parametrize(
    "query",
    [
        "%", "%%", "%zz", "%0", "%ff", "%00", "%c0%af", "%ed%a0%80", "=", "&", "&&&", "a=b=c", ";a", "[", "\xff=\xff",
        "word=%ff", "word=%ed%a0%80", "word=%00", "year=%c2%b2", "&" * 5000, "a=1&" * 2000, "word=" + "%f0%9f%92%a9" * 2000,
    ],
)  # fmt: skip
def test_broken_queries(stranger, few, query):
    for url in [*few, *DOORS]:
        answer = stranger.request(PATH_INFO=url, QUERY_STRING=query, REQUEST_METHOD="GET")
        never_a_fault(answer, (url, query))


# Paths

PATHS = [
    "", "/", "//", "///", "/en", "/en//", "/en//releases/", "//evil.example/", "//evil.example/en/releases", "/\\evil.example",
    "/en/../admin/", "/en/releases/../../admin/", "/../../etc/passwd", "/..", "/.", "/en/./releases/", "/en/releases/..;/",
    "/%2e%2e/", "/en/%2e%2e/admin/", "/en/releases/%00/", "/%", "/en/%zz/", "/en/releases/%ed%a0%80/", "/en/;a=b",
    "/\x00", "/en/\x00", "/en/releases/a\x00b/", "/en/\x01\x7f", "/en/\ud800/", b"/en/\xff\xfe/", b"/\xed\xa0\x80", b"/en/\xc0\xaf",
    "/en/\r\nX-Evil: 1", "/en/releases\r\n", "/en/\u202e/", "/xx/", "/EN/", "/en-gb/", "/en/releases/²/", "/en/releases/" + LONG,
    "/" + LONG + "/", "/" * 5000, "/en/" + "a/" * 3000, "/en/releases", "/r/" + LONG, "/r/²", "/r/2023-09-28/xx", "/r/..",
    "/sitemap-0000.xml", "/sitemap-1000.xml", "/sitemap-2999.xml", "/sitemap-²³.xml", "/sitemap-99999.xml", "/en/feed.exe",
    "/en/feed/../x.rss", "/en/feed/nothing.rss", "/files/p/../../db.sqlite3", "/files/p1/..%2f..%2fdb.sqlite3", "/files//x",
    "/files/" + "p" * 5000 + "/400.webp", "/static/../advocacy/settings.py", "/static/%2e%2e/manage.py", "/static/\x00",
    "/share/x/en/²", "/share/evil/en/2023-09-28", "/share/x/xx/2023-09-28", "/share/email/en/%0d%0a", "/qr/en/²²²²-²²-²².svg",
    "/en/letters/a/demands/²/", "/en/letters/a/demands/99999999999999999999/", "/en/letters/a/demands/" + "9" * 5000 + "/",
    "/en/releases/a/versions/99999999999999999999/", "/en/releases/a/versions/-1/", "/en/releases/a/versions/0/",
    "/admin/../", "/admin//", "/admin/\x00", b"/admin/\xff", "/admin/newsroom/release/99999999999999999999/change/",
    "/admin/newsroom/release/²/change/", "/admin/newsroom/release/\u202e/change/", "/admin/newsroom/release/" + "9" * 5000 + "/publish/",
    "/admin/password-reset/²/x/", "/admin/password-reset/MQ/set-password/", "/admin/password-reset/////", "/admin/r/1/1/",
    "/admin/password-reset/" + LONG + "/x/", "/admin/files/p/../x", "*", "http://evil.example/en/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path)[:40])
def test_hostile_paths(stranger, desk, path):
    client = desk if as_bytes(path).startswith(b"/admin") else stranger
    for method in ("GET", "POST"):
        answer = never_a_fault(raw(client, path, method), (method, path))
        where = answer.get("Location", "")
        assert "\r" not in where
        assert "\n" not in where
        assert not where.startswith(("//", "/\\", "http://evil")), where


def test_what_is_put_behind_a_public_address_is_no_fault(stranger, one_of_each):
    for url in one_of_each[::3]:
        for end in (
            "%00",
            "%ff",
            "\x00",
            "/",
            "//",
            "..",
            ".rss",
            "?",
            "\u202e",
            b"\xed\xa0\x80",
            "²",
            "'",
            "a" * 3000,
        ):
            never_a_fault(raw(stranger, as_bytes(url) + as_bytes(end)), (url, end))


# Headers

HOSTS = [
    "evil.example", "", " ", "testserver.evil.example", "evil.example:80", "testserver@evil.example", "[::1", "[]",
    "testserver:99999999", "testserver:²", "tests\x00erver", "²", "a" * 5000, "testserver/../x", "testserver#", "testserver,evil",
    b"\xff\xfe".decode("latin-1"), "testserver\r\nX-Evil: 1",
]  # fmt: skip


@pytest.mark.parametrize("host", some_quickly(HOSTS), ids=lambda host: repr(host)[:30])
def test_another_host_is_refused_and_never_printed(stranger, few, host):
    for url in [*few, *DOORS, "/nowhere", "/en", "/en/releases"]:
        answer = never_a_fault(stranger.get(url, headers={"host": host}), (url, host))
        assert answer.status_code in {400, 404} or "evil" not in (
            body(answer).decode("latin-1") + answer.get("Location", "")
        )


def test_what_a_proxy_might_say_of_the_host_has_no_say(stranger, one_of_each):
    lies = {
        "x-forwarded-host": "evil.example", "x-forwarded-server": "evil.example", "x-host": "evil.example",
        "forwarded": "host=evil.example;proto=gopher", "x-forwarded-proto": "gopher", "x-forwarded-port": "²",
        "x-original-url": "/admin/", "x-rewrite-url": "/admin/", "x-http-method-override": "DELETE", "x-script-name": "//evil",
    }  # fmt: skip
    with time_machine.travel(timezone.now(), tick=False):
        for url in one_of_each:
            plain, other = stranger.get(url), stranger.get(url, headers=lies)
            assert body(other) == body(plain), url
            assert other.get("Location") == plain.get("Location")


HEADERS = [
    ("accept-encoding", "gzip;q=x, \x00"), ("accept-language", LONG), ("accept-language", "²;q=²"), ("accept", "\xff"),
    ("if-none-match", '"' + LONG), ("if-none-match", "W/²"), ("if-modified-since", "0000"), ("if-modified-since", "Fri, 99 Foo 99999 99:99:99"),
    ("range", "bytes=²-"), ("range", "bytes=99999999999999999999-,-1"), ("referer", "\x00"), ("referer", "http://[::1"), ("user-agent", "\x01" * 300),
    ("user-agent", "\u00ff" * 5000), ("content-length", "²"), ("content-length", "-1"), ("content-length", "9" * 30), ("content-type", "\x00"),
    ("content-type", LONG), ("content-type", ";;;=;charset"), ("origin", "http://[::1"),
    ("origin", "²"), ("origin", "http://\u2488.example"), ("origin", "null"), ("cookie", "=;=;;;\x00"), ("x-requested-with", "\x00"),
    ("authorization", "Basic ²"), ("expect", "x"), ("transfer-encoding", "chunked"), ("upgrade", "h2c"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), some_quickly(HEADERS), ids=lambda text: repr(text)[:30])
def test_hostile_headers(stranger, few, name, value):
    for url in [*few, DOORS[0]]:
        never_a_fault(stranger.get(url, headers={name: value}), (url, name, value))
    for url in (PRESS, *DOORS[:2]):
        fields = posted(stamp=stamp("inquiry", PRESS, timezone.now())) | {"username": "a", "password": "b"}
        answer = stranger.post(url, urlencode(fields), content_type=URLENCODED, headers={name: value})
        never_a_fault(answer, (url, name, value))


COOKIES = [
    "sessionid=" + LONG, "sessionid=²", 'sessionid="abcdefgh\\000ijkl"', 'sessionid="\\377\\376abcdefgh"', "sessionid=abcdefgh\x00",
    "csrftoken=²", "csrftoken=" + LONG, 'csrftoken="\\000"', "messages=²", "messages=" + LONG, 'messages="\\000:\\000"',
    "sessionid=abcdefghijklmnop; sessionid=x", "; ".join(f"c{n}=1" for n in range(2000)), "a=" + "b" * 1_000_000,
    "django_language=..%2f", "sessionid=\xff\xfe\xed\xa0\x80abcdefgh", "=", ";" * 1000, "__Host-x=1; $Version=1",
]  # fmt: skip


@pytest.mark.parametrize("cookie", some_quickly(COOKIES), ids=lambda text: repr(text)[:30])
def test_hostile_cookies(stranger, few, cookie):
    with time_machine.travel(timezone.now(), tick=False):
        for url in few:
            answer = never_a_fault(stranger.get(url, headers={"cookie": cookie}), (url, cookie))
            assert "Set-Cookie" not in answer
            assert not answer.cookies
        assert stranger.get(PRESS, headers={"cookie": cookie}).content == stranger.get(PRESS).content
    for url in DOORS[::2]:
        never_a_fault(stranger.get(url, headers={"cookie": cookie}), (url, cookie))
        never_a_fault(
            stranger.post(url, {"username": "a", "password": "b"}, headers={"cookie": cookie}), (url, cookie)
        )


FORWARDED = [
    "203.0.113.9", "203.0.113.9, 198.51.100.7", "unknown", "²", "\x00", LONG, "[2001:db8::1]:80", "203.0.113.9:80", "fe80::1%eth0",
    "::ffff:203.0.113.9", ",,,", " ", "_hidden", "999.999.999.999", "\u202e", "203.0.113.9\r\nX: y", "01.02.03.04", "0x7f.1", "/",
]  # fmt: skip


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("chain", some_quickly(FORWARDED), ids=lambda text: repr(text)[:30])
def test_hostile_client_addresses(stranger, settings, chain, proxies):
    settings.TRUSTED_PROXIES = proxies
    for remote in ("127.0.0.1", "unix:") if proxies else ("", "²"):
        said = {"headers": {"x-forwarded-for": chain}, "REMOTE_ADDR": remote}
        answer = never_a_fault(stranger.post(PRESS, fresh(), **said), (chain, remote))
        assert answer.status_code in {303, 429}
        never_a_fault(
            stranger.post("/admin/login/", {"username": "a", "password": "b"}, **said), (chain, remote)
        )
        never_a_fault(
            stranger.post("/admin/password-reset/", {"email": "a@words.example"}, **said), (chain, remote)
        )


def fresh(**fields):
    return posted(stamp=stamp("inquiry", PRESS, timezone.now())) | fields


@pytest.mark.parametrize("proxies", [0, 1])
def test_nobody_makes_up_their_own_network(stranger, settings, proxies):
    """Without a proxy nothing that is forwarded counts; behind one, only what the proxy itself wrote last."""
    settings.TRUSTED_PROXIES = proxies
    before = Attempt.objects.count()
    for number in range(3):
        lie = f"192.0.2.{number}" + (", 203.0.113.9" if proxies else "")
        assert stranger.post(PRESS, fresh(), headers={"x-forwarded-for": lie}).status_code == 303
    assert Attempt.objects.count() == before + 1
    assert Attempt.objects.latest("pk").count == 3


# Bodies


def part(headers, body=b"x"):
    return b"--%s\r\n%s\r\n\r\n%s\r\n--%s--\r\n" % (
        BOUNDARY.encode(),
        as_bytes(headers),
        body,
        BOUNDARY.encode(),
    )


BODIES = {
    "over five megabytes": (URLENCODED, b"message=" + b"a" * 5_000_001),
    "two thousand fields": (URLENCODED, b"&".join(b"f%d=1" % number for number in range(2000))),
    "two thousand files": (MULTIPART, b"".join(part(f'Content-Disposition: form-data; name="f{n}"; filename="a"')[: -len(BOUNDARY) - 8] for n in range(2000))),
    "JSON": ("application/json", b'{"name": "\\ud800", "a": [[[[1]]]]}'),
    "plain text": ("text/plain", b"name=x"),
    "no type": ("", b"name=x"),
    "no boundary": ("multipart/form-data", b"--x"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--\r\n"),
    "a boundary of no letters": ("multipart/form-data; boundary=\xff²", b"--x"),
    "a long boundary": (f"multipart/form-data; boundary={LONG}", b"--x"),
    "no end": (MULTIPART, f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a'.encode()),
    "no name": (MULTIPART, part("Content-Disposition: form-data")),
    "a hundred kilobytes of headers": (MULTIPART, part("Content-Disposition: form-data; name=a\r\nX-A: " + "a" * 100_000)),
    "an unknown encoding of a name": (MULTIPART, part("Content-Disposition: form-data; name*=bogus''x")),
    "an unknown encoding of a file name": (MULTIPART, part("Content-Disposition: form-data; name=\"a\"; filename*=bogus''x")),
    "a codec that is no encoding": (MULTIPART, part("Content-Disposition: form-data; name=\"a\"; filename*=hex''6161")),
    "half a letter as a name": (MULTIPART, part("Content-Disposition: form-data; name*=unicode_escape''%5Cud800")),
    "half a letter in a file name": (MULTIPART, part("Content-Disposition: form-data; name=\"a\"; filename*=unicode_escape''%5Cud800.jpg")),
    "a NUL in an encoding": (MULTIPART, part("Content-Disposition: form-data; name=\"a\"; filename*=\x00''x")),
    "broken base64": (MULTIPART, part('Content-Disposition: form-data; name="name"\r\nContent-Transfer-Encoding: base64', b"a")),
    "base64 of half a letter": (MULTIPART, part('Content-Disposition: form-data; name="name"\r\nContent-Transfer-Encoding: base64', b"7aCA")),
    "a charset of a part": (MULTIPART, part('Content-Disposition: form-data; name="name"\r\nContent-Type: text/plain; charset=bogus')),
    "a file for a word": (MULTIPART, part('Content-Disposition: form-data; name="name"; filename="a"')),
    "a hostile file name": (MULTIPART, part(b'Content-Disposition: form-data; name="file"; filename="../\xff\x00\xed\xa0\x80..\\a"')),
    "UTF-7": (f"{URLENCODED}; charset=utf-7", b"name=%2B2AA-"),
    "UTF-16": (f"{URLENCODED}; charset=utf-16", b"name=x"),
    "an unknown charset": (f"{URLENCODED}; charset=bogus", b"name=x"),
    "a codec for a charset": (f"{URLENCODED}; charset=unicode_escape", b"name=%5Cud800"),
    "a charset of its own": (URLENCODED, b"_charset_=utf-7&name=%2B2AA-"),
    "a deep name": (URLENCODED, b"a" + b"[b]" * 3000 + b"=1"),
    "nothing": (URLENCODED, b""),
}  # fmt: skip


@pytest.mark.parametrize("sort", some_quickly(BODIES))
def test_bodies_that_are_no_form_of_ours(stranger, desk, few, sort):
    media, body = BODIES[sort]
    before = stored()
    for client, urls in ((stranger, few), (stranger, DOORS[:2]), (desk, DESKS)):
        for url in urls:
            answer = never_a_fault(client.generic("POST", url, body, content_type=media), (url, sort))
            assert answer.status_code >= 400 or url not in few, (url, answer.status_code)
    after = stored()
    assert {model for model in after if after[model] != before[model]} <= UNMINDED


# What the framework itself writes of a request: who failed to log in, and a session where there was none.
UNMINDED = {apps.get_model("axes", "AccessAttempt"), apps.get_model("sessions", "Session")}
DESKS = ["/admin/pictures/picture/add/", "/admin/campaigns/signatory/import/", "/admin/account/"]


@pytest.mark.parametrize(
    "media", ["text/html; charset*=x''%ff", "text/html; charset*=utf-8''%00", "a; charset=\x00", "a;*=''"]
)
def test_a_media_type_that_cannot_be_read(media):
    """Django reads this header before any of its handlers could answer a fault, so our own entrance takes care."""
    environ = RequestFactory().get(PRESS).environ | {"CONTENT_TYPE": media}
    request = application.request_class(environ)
    answer = refuse_broken_input(lambda request: HttpResponse())(request)
    assert answer.status_code in {200, 400}


# The stamp and the origin


@pytest.mark.parametrize(
    ("given", "origin", "status"),
    [
        (None, None, 400),
        ("", None, 400),
        ("\x00", None, 400),
        ("²:²", None, 400),
        (LONG, None, 400),
        ("9999-99-99:x", None, 400),
        (stamp("inquiry", "/hy/press/", timezone.now()), None, 400),
        (stamp("other", PRESS, timezone.now()), None, 400),
        (stamp("inquiry", PRESS, timezone.now() - timedelta(days=4)), None, 400),
        (stamp("inquiry", PRESS, timezone.now() + timedelta(days=2)), None, 400),
        ("good", "null", 403),
        ("good", "", 403),
        ("good", "https://evil.example", 403),
        ("good", "http://testserver.evil.example", 403),
        ("good", "http://testserver@evil.example", 403),
        ("good", "http://[::1", 403),
        ("good", "http://]", 403),
        ("good", "http://\u2488.example", 403),
        ("good", "\x00", 403),
        ("good", LONG, 403),
    ],
)
def test_a_post_from_elsewhere_keeps_the_words_and_stores_nothing(stranger, given, origin, status):
    before = stored()
    fields = fresh() | ({} if given == "good" else {"stamp": given})
    headers = {} if origin is None else {"origin": origin}
    body = urlencode({name: value for name, value in fields.items() if value is not None})
    answer = stranger.post(PRESS, body, content_type=URLENCODED, headers=headers)
    assert never_a_fault(answer, (given, origin)).status_code == status
    assert "Could a spokesperson comment on demand 9?" in answer.content.decode()
    assert stored() == before
    assert not Inquiry.objects.filter(network__gt="0" * 32).exists()
