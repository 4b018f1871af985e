"""Where fetch() goes and where it does not, against a server of the tests' own."""

import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.fetching import visit as visiting
from advocacy.fetching.networks import is_public
from advocacy.fetching.visit import NotFetched, Reason, visit
from tests.fetching.web import OTHER, SITE, answer, redirect

CERTIFICATE = Path(__file__).parent.parent / "certificate.pem"  # signed by nobody whom anybody knows


def go(url, *, types=("text/html",), limit=100_000, seconds=5.0):
    return visit(url, types=types, limit=limit, seconds=seconds)


def reason_of(url, **how):
    with pytest.raises(NotFetched) as failure:
        go(url, **how)
    assert str(failure.value)
    return failure.value.reason


# A page


def test_a_page_comes_with_its_address_type_and_bytes(web):
    web.answers["/a?b=c"] = answer("Ժողով".encode(), Content_Type='Text/HTML; Charset="UTF-8"')
    page = go("http://site.example/a?b=c#part")
    assert (page.status, page.type, page.charset, page.whole) == (200, "text/html", "utf-8", True)
    assert page.body.decode() == "Ժողով"
    assert web.connected == [(SITE, 80)]


def test_the_request_names_the_host_and_nobody_else(web, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    web.answers["/"] = answer()
    go("http://SITE.example")
    head = web.asked[0].lower()
    assert "host: site.example\r\n" in head
    assert not any(word in head for word in ("referer", "cookie", "authorization", "testserver"))


def test_a_name_in_another_script_is_asked_for_as_machines_write_it(web):
    web.names["xn--e1afmkfd.xn--p1ai"] = [SITE]
    web.answers["/%D1%8B"] = answer()
    assert go("http://пример.рф/ы").status == 200
    assert "host: xn--e1afmkfd.xn--p1ai\r\n" in web.asked[0].lower()


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "503 Busy", "304 Same"])
def test_every_status_is_an_answer(web, status):
    web.answers["/"] = answer(b"", status=status, Content_Type="image/png")
    assert go("http://site.example/").status == int(status[:3])


def test_the_type_has_to_be_one_of_those_asked_for(web):
    web.answers["/"] = answer(Content_Type="application/pdf")
    assert reason_of("http://site.example/") == Reason.UNFIT
    assert go("http://site.example/", types=None).type == "application/pdf"
    web.answers["/"] = answer(Content_Type="")
    assert reason_of("http://site.example/") == Reason.UNFIT


# Addresses that it does not go to

WRONG = [
    "",
    " ",
    "site.example",
    "//site.example/",
    "/path",
    "ftp://site.example/",
    "file:///etc/passwd",
    "gopher://site.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "unix:/run/x",
    "http:",
    "http://",
    "http:///path",
    "http://[",
    "http://[]/",
    "http://[::1",
    "http://[v1.x]/",
    "http://user@site.example/",
    "http://user:secret@site.example/",
    "http://site.example@evil.example/",
    "http://site.example\\@evil.example/",
    "http://site.example:8080/",
    "http://site.example:22/",
    "http://site.example:0/",
    "http://site.example:99999/",
    "http://site.example:80x/",
    "http://site.example:-80/",
    "http://127.0.0.1\\.site.example/",
    "http://site%2eexample/",
    "http://site..example/",
    "http://.example/",
    "http://" + "a" * 64 + ".example/",
    "http://" + "a." * 200 + "example/",
    "http://site.example/" + "a" * 5000,
    "http://si te.example/",
    "http://site.example\r\nHost: evil/",
    "http://site.example/\r\nX: y",
    "http://site.example/\x00",
    "http://site\x00.example/",
    "http://site\u200b.example/",
    "http://\ud800.example/",
    "http://site.example/\ud800",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://xn--\u0430.example/",
    "http://*/",
    "http://-a.example/",
    "http://a-.example/",
]


@pytest.mark.parametrize("url", WRONG, ids=[ascii(url)[:40] for url in WRONG])
def test_an_address_that_is_none_is_refused_in_words(web, url):
    assert reason_of(url) == Reason.REFUSED
    assert not web.connected


NOT_PUBLIC = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.255"),
    *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.216.34", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254"),
    *("fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1", "2606:2800:220:1::1%1"),
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_name_leads_to_an_address_that_is_not_public(web, address):
    web.names["site.example"] = [address]
    assert reason_of("http://site.example/") == Reason.REFUSED
    host = f"[{address}]" if ":" in address else address
    assert reason_of(f"http://{host}/") == Reason.REFUSED
    assert not web.connected


@pytest.mark.parametrize(
    "host",
    [
        *(
            "2130706433",
            "017700000001",
            "0x7f000001",
            "0x7f.1",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "127.1",
            "127.0.1",
        ),
        *(
            "127.0.0.1.",
            "0",
            "00",
            "0x",
            "127.0.0.01",
            "127.0.0.0x1",
            "１２７.0.0.1",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
        ),
        *(
            "93.184.216",
            "093.184.216.34",
            "1572395042",
            "93.184.216.34.",
            "256.1.1.1",
            "1.2.3.4.5",
            "²",
            "a.²",
        ),
        *("[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[::1%25lo]", "[64:ff9b::127.0.0.1]", "[::127.0.0.1]"),
    ],
)
def test_a_number_in_disguise_is_no_host(web, host):
    assert reason_of(f"http://{host}/") == Reason.REFUSED
    assert not web.connected


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00::1"])
def test_other_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("words", ["", "site", "1.2.3", "²", "1.2.3.4/8", "::g", "1.2.3.4 ", "0x1"])
def test_what_is_no_address_is_not_public(words):
    assert not is_public(words)


def test_one_address_that_is_not_public_spoils_the_name(web):
    web.names["site.example"] = [SITE, "10.0.0.1"]
    assert reason_of("http://site.example/") == Reason.REFUSED
    assert not web.connected


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(web):
    """Name servers that say something else the second time (rebinding) are not asked a second time."""
    web.names["site.example"] = [[SITE], ["127.0.0.1"]]
    web.answers["/"] = answer()
    assert go("http://site.example/").status == 200
    assert web.connected == [(SITE, 80)]
    assert web.names["site.example"] == [["127.0.0.1"]]


def test_a_name_that_moves_between_two_hops_is_refused(web):
    """The connection is closed by the server, so that the second hop needs a new one."""
    web.names["site.example"] = [[SITE], ["127.0.0.1"]]
    web.answers["/"] = answer(b"", status="302 Found", Location="/next", Connection="close")
    assert reason_of("http://site.example/") == Reason.REFUSED
    assert web.connected == [(SITE, 80)]


def test_the_next_address_of_a_name_is_tried(web):
    web.names["site.example"] = [OTHER, SITE]
    web.answers["/"] = answer()
    assert go("http://site.example/").status == 200
    assert web.connected == [(OTHER, 80), (SITE, 80)]
    web.names["site.example"] = [OTHER]
    assert reason_of("http://site.example/") == Reason.UNREACHABLE


def test_a_name_that_stands_for_nothing(web):
    assert reason_of("http://nobody.example/") == Reason.NO_SUCH_HOST
    web.names["site.example"] = [[]]
    assert reason_of("http://site.example/") == Reason.NO_SUCH_HOST


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Reason.NO_SUCH_HOST),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), Reason.UNREACHABLE),
        (socket.gaierror(socket.EAI_FAIL, "failed"), Reason.UNREACHABLE),
        (UnicodeError("label too long"), Reason.REFUSED),
    ],
)
def test_name_servers_that_fail_are_not_taken_for_a_name_that_is_gone(monkeypatch, trouble, reason):
    def fail(host, *args, **kwargs):
        if host == "site.example":
            raise trouble
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.41.0.4", 53))]

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert reason_of("http://site.example/") == reason


def test_on_a_machine_without_a_network_no_name_is_taken_for_gone(monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert reason_of("http://site.example/") == Reason.UNREACHABLE


# Redirects


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Here", "308 There"])
def test_redirects_are_followed(web, status):
    web.names["other.example"] = ["1.1.1.1"]
    web.answers |= {"/": redirect("http://other.example/b?c", status), "/b?c": answer(b"there")}
    page = go("http://site.example/")
    assert (page.url, page.body) == ("http://other.example/b?c", b"there")
    assert web.connected == [(SITE, 80), ("1.1.1.1", 80)]


@pytest.mark.parametrize(
    ("to", "at"), [("/b", "/b"), ("b", "/a/b"), ("../b", "/b"), ("//site.example/b", "/b"), ("?b", "/a/?b")]
)
def test_a_redirect_may_be_relative(web, to, at):
    web.answers |= {"/a/": redirect(to), at: answer()}
    assert go("http://site.example/a/").url == f"http://site.example{at}"


BEHIND = [
    "http://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://inside.example/",
    "http://2130706433/",
    "//127.0.0.1/",
    "http://user:secret@site.example/",
    "http://site.example:8080/",
    "file:///etc/passwd",
    "ftp://site.example/",
    "javascript:alert(1)",
    "http://[",
    "http://\ud7ff\x85/".encode().decode("latin-1"),
    "http://site..example/",
]


@pytest.mark.parametrize("to", BEHIND, ids=[ascii(to) for to in BEHIND])
def test_each_hop_passes_the_same_gate(web, to):
    web.names["inside.example"] = ["10.0.0.1"]
    web.answers |= {"/": redirect("/again"), "/again": redirect(to)}
    assert reason_of("http://site.example/") == Reason.REFUSED
    assert {address for address, _port in web.connected} == {SITE}


def test_redirects_come_to_an_end(web):
    web.answers["/"] = redirect("/")
    assert reason_of("http://site.example/") == Reason.UNREACHABLE
    assert len(web.asked) == visiting.REDIRECTS + 1


def test_a_redirect_to_nowhere_is_an_answer(web):
    web.answers["/"] = answer(b"", status="302 Found")
    assert go("http://site.example/").status == 302


# Limits


def test_not_more_than_the_limit_is_read(web):
    web.answers["/"] = [answer(b"", Content_Length=str(10**9)), b"x" * 200_000, None]
    page = go("http://site.example/", limit=1000)
    assert (len(page.body), page.whole) == (1000, False)


def test_what_is_packed_is_unpacked_within_the_limit(web):
    bomb = gzip.compress(b"\0" * 50_000_000)
    web.answers["/"] = answer(bomb, Content_Encoding="gzip")
    tracemalloc.start()
    page = go("http://site.example/", limit=1000)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (page.body, page.whole) == (b"\0" * 1000, False)
    assert most < 20_000_000
    for packed, name in [(gzip.compress(b"words"), "gzip"), (zlib.compress(b"words"), "Deflate")]:
        web.answers["/"] = answer(packed, Content_Encoding=name)
        assert go("http://site.example/").body == b"words"


@pytest.mark.parametrize(("packed", "name"), [(b"words", "gzip"), (b"words", "br"), (b"words", "gzip, gzip")])
def test_what_cannot_be_unpacked_is_unfit(web, packed, name):
    web.answers["/"] = answer(packed, Content_Encoding=name)
    assert reason_of("http://site.example/") == Reason.UNFIT
    assert go("http://site.example/", types=None).status == 200


@pytest.mark.parametrize(
    "silence",
    [
        None,
        [b"HTTP/1.1 200 OK\r\n", None],
        [answer(b"", Content_Length="100"), b"x", None],
        [b"HTTP/1.1 100 Continue\r\n\r\n", None],
    ],
)
def test_who_falls_silent_is_left(web, silence):
    web.answers["/"] = silence
    began = time.monotonic()
    assert reason_of("http://site.example/", seconds=0.3) == Reason.TOO_SLOW
    assert time.monotonic() - began < 5


def test_who_sends_a_byte_now_and_then_is_left(web):
    """Each byte comes within the patience for a step; the visit as a whole has an end all the same."""

    def slowly():
        yield answer(b"", Content_Length="1000")
        while True:
            time.sleep(0.02)
            yield b"x"

    web.answers["/"] = slowly()
    assert reason_of("http://site.example/", seconds=0.3) == Reason.TOO_SLOW


BROKEN = [
    b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    b"HTTP/1.1 abc\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 300_000 + b"\r\n\r\n",
    b"\0" * 1000 + b"\r\n\r\n",
    bytes(range(14, 256)) * 8 + b"\r\n\r\n",
]


@pytest.mark.parametrize("said", BROKEN, ids=[ascii(said[:30]) for said in BROKEN])
def test_who_speaks_no_http_is_unreachable(web, said):
    web.answers["/"] = said
    assert reason_of("http://site.example/") == Reason.UNREACHABLE


def test_a_certificate_that_nobody_knows_is_not_trusted(web):
    web.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    web.tls.load_cert_chain(CERTIFICATE)
    assert reason_of("https://site.example/") == Reason.UNREACHABLE
    assert web.connected == [(SITE, 443)]
    assert not web.asked


def test_a_certificate_has_to_be_for_the_name_though_the_connection_is_to_a_number(web, monkeypatch):
    web.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    web.tls.load_cert_chain(CERTIFICATE)
    web.names["other.example"] = [SITE]
    web.answers["/"] = answer()
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    monkeypatch.setattr(visiting.httpx, "create_ssl_context", lambda **kwargs: trusting)
    assert go("https://site.example/").status == 200
    assert reason_of("https://other.example/") == Reason.UNREACHABLE


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(), st.text().map(lambda text: f"http://{text}"), st.text().map("http://a.example/".__add__)
    )
)
def test_whatever_stands_in_an_address_ends_in_words(web, url):
    with pytest.raises(NotFetched):
        go(url)
    assert not web.connected
