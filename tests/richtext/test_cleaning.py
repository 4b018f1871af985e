"""What becomes of HTML on its way into the database."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advocacy.richtext import RichText, blocks, clean, cleaned_notes, plain, words
from advocacy.richtext.allowed import TAGS, address, for_editor, for_nh3
from tests.richtext.hostile import ADDRESSES, ATTACKS

ID = re.compile(r' id="b-[a-z0-9]{8}"')


def tidy(html):
    """The cleaned text without ids and line ends, to be read in a test."""
    return ID.sub("", clean(html)).replace("\n", "")


class Seen(HTMLParser):
    """Every tag with its attributes, and the words."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data):
        self.tags.append(("!--", {}))

    def handle_data(self, data):
        self.words += data


def assert_harmless(html):
    for tag, attrs in Seen(html).tags:
        assert tag in TAGS
        assert set(attrs) <= set(TAGS[tag]), (tag, attrs)
        assert attrs.get("href", "/") == address(attrs.get("href", "/"))
        assert attrs.get("class", "video-card") == "video-card"
    ids = [attrs["id"] for _tag, attrs in Seen(html).tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    html.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", html)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: ascii(attack[:40]))
def test_attack_comes_out_harmless_and_soon(attack):
    begun = time.process_time()
    html = clean(attack)
    assert time.process_time() - begun < 5
    assert_harmless(html)
    assert clean(str.__add__(html, "")) == html


@pytest.mark.parametrize("where", ADDRESSES, ids=ascii)
def test_forbidden_address_loses_its_link_and_keeps_its_words(where):
    quoted = where.replace('"', "&quot;")
    assert tidy(f'<p>read <a href="{quoted}">this page</a> now</p>') == "<p>read this page now</p>"


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("HTTP://example.org", "http://example.org"),
        (" https://example.org/a b ", "https://example.org/a%20b"),
        ("https://հայ.example/ճանապարհ", "https://հայ.example/ճանապարհ"),
        ("mailto:press@example.org?subject=Hello", "mailto:press@example.org?subject=Hello"),
        ("tel:+37410555501", "tel:+37410555501"),
        ("/en/letters/a/#d7", "/en/letters/a/#d7"),
        ("/", "/"),
    ],
)
def test_allowed_address_is_kept(where, kept):
    assert address(where) == kept


def test_outside_links_say_nothing_about_our_reader_and_open_no_window():
    html = tidy(
        '<p><a href="https://example.org/" target="_blank" rel="opener">out</a> <a href="/en/">in</a></p>'
    )
    assert html == (
        '<p><a href="https://example.org/" rel="noopener noreferrer">out</a> <a href="/en/">in</a></p>'
    )


def test_words_on_both_sides_of_an_unknown_block_stay_apart():
    assert tidy("<div>one</div><section>two</section>three<dl><dt>four<dd>five</dl>") == (
        "<p>one</p><p>two</p><p>three</p><p>four</p><p>five</p>"
    )


def test_typed_text_is_never_altered():
    text = "‘It’s “here”’ – 5\xa0% … ՛Ի՞նչ՛ «да» a\u200cb  --  (c) 'x' \"y\".\xa0"
    assert Seen(clean(f"<p>{text}</p>")).words == text.replace("  ", " ")


def test_empty_paragraphs_go():
    assert tidy("<p>&nbsp;</p><p>a</p><p><strong> </strong><br></p><h2></h2><ul><li></li></ul><p>b</p>") == (
        "<p>a</p><p>b</p>"
    )


def test_two_line_breaks_begin_a_paragraph_and_one_stays():
    assert tidy("one<br>two<br><br>three<br>") == "<p>one<br>two</p><p>three</p>"


def test_language_and_direction_stay_and_are_handed_down():
    assert tidy('<div lang="ar" dir="rtl"><p>a</p><p>b <span lang="hy">c</span></p></div>') == (
        '<p lang="ar" dir="rtl">a</p><p lang="ar" dir="rtl">b <span lang="hy">c</span></p>'
    )
    assert tidy('<p lang="x y" dir="up">a <span>b</span></p>') == "<p>a b</p>"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<li>a</li><li>b</li>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ul><li><p>a</p><li><p>b</p><p>c</p></ul>", "<ul><li>a</li><li><p>b</p><p>c</p></li></ul>"),
        ("<ol start=4><li>a</li></ol>", '<ol start="4"><li>a</li></ol>'),
        ("<ul>a<li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<b>a<p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("<h2><b>a</b></h2>", "<h2>a</h2>"),
        ("<h2>a<p>b</p></h2>", "<h2>a</h2><p>b</p>"),
        ("<table><tr><td>a<table><tr><td>b</table></table>",
         "<table><tbody><tr><td><p>a</p><p>b</p></td></tr></tbody></table>"),
        ("<table><thead><tr><th>a</thead><tr><th>b<td>c</table>",
         '<table><thead><tr><th scope="col">a</th></tr></thead>'
         '<tbody><tr><th scope="row">b</th><td>c</td></tr></tbody></table>'),
        ("<p>a<s>b</s><u>c</u><font color=red>d</font></p>", "<p>abcd</p>"),
        ("<p><b>a</b><strong>b</strong></p>", "<p><strong>ab</strong></p>"),
    ],
)  # fmt: skip
def test_every_tag_finds_its_place(typed, stored):
    assert tidy(typed) == stored


# Headings


@pytest.mark.parametrize(
    ("levels", "given"),
    [
        ("2 4", "2 3"),
        ("2 4 4 3", "2 3 3 3"),
        ("4 3 2", "2 2 2"),
        ("1 2 3", "2 3 4"),
        ("2 3 4 2 4", "2 3 4 2 3"),
        ("1 2 3 4 5 6", "2 3 4 4 4 4"),
    ],
)
def test_headings_begin_at_level_2_and_leave_none_out(levels, given):
    html = clean("".join(f"<h{level}>x</h{level}>" for level in levels.split()))
    assert re.findall(r"<h(\d)", html) == given.split()


def test_editor_is_told_of_a_moved_heading():
    assert cleaned_notes("<h2>Demands</h2><h4>In Armenia</h4>") == [
        "The heading “In Armenia” was moved from level 4 to level 3, because no level may be left out."
    ]
    assert "level 1 is the title" in cleaned_notes("<h1>Demands</h1>")[0]
    assert "4 is the last level" in cleaned_notes("<h2>a</h2><h3>b</h3><h4>c</h4><h5>d</h5>")[0]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ('<p><a href="ftp://x">the list</a></p>', "The link behind “the list” was taken off"),
        ("<p>a<img src=x></p>", "A picture was taken out"),
        ("<p>a<img><img></p>", "2 pictures were taken out"),
        ("<p>a<iframe></iframe></p>", "Embedded content was taken out"),
        ("<p>a<s>b</s></p>", "struck out"),
        ("<ul><li><h3>Three</h3></li></ul>", "“Three” became ordinary text"),
        ("<div>" * 1000 + "a", "too tangled"),
        ('<p><a href="https://youtu.be/abc">Speech</a></p>', "The link to the video “Speech” became a card"),
    ],
)
def test_editor_is_told(typed, told):
    (note,) = cleaned_notes(typed)
    assert told in note


def test_nothing_is_told_of_what_stays_or_was_never_seen():
    html = (
        '<h2>a</h2><p id="b-aaaaaaaa">b <b>c</b> <a href="/x">d</a></p><p>&nbsp;</p><p><a name="x">e</a></p>'
    )
    assert cleaned_notes(html) == []
    assert cleaned_notes(clean('<p><a href="https://youtu.be/abc">Speech</a></p>') + "") == []


# Video cards


def test_video_link_alone_becomes_a_card_of_title_host_and_link():
    assert tidy('<p><a href="https://www.youtube.com/watch?v=abc">The <b>hearing</b></a></p>') == (
        '<div class="video-card"><p><a href="https://www.youtube.com/watch?v=abc" rel="noopener noreferrer">'
        "The <strong>hearing</strong></a></p><p>youtube.com</p></div>"
    )
    assert "<p>vimeo.com</p>" in tidy("<p>https://vimeo.com/76979871</p>")


@pytest.mark.parametrize(
    "typed",
    [
        '<p>See <a href="https://youtu.be/abc">the hearing</a></p>',
        '<p><a href="https://www.youtube.com/@channel">Our channel</a></p>',
        '<p><a href="https://youtu.be.evil.example/abc">Not there</a></p>',
        '<p><a href="https://evil.example/https://youtu.be/abc">Nor there</a></p>',
        '<ul><li><a href="https://youtu.be/abc">In a list</a></li></ul>',
    ],
)
def test_other_links_stay_links(typed):
    assert "video-card" not in clean(typed)


def test_card_follows_its_link_and_keeps_added_words():
    card = clean('<p><a href="https://youtu.be/abc">Title</a></p>') + ""
    assert "<p>vimeo.com</p>" in clean(card.replace("https://youtu.be/abc", "https://vimeo.com/123"))
    added = tidy(card.replace("</div>", "<p>and more</p></div>"))
    assert added.endswith("<p>youtu.be</p></div><p>and more</p>")
    assert tidy(card.replace("https://youtu.be/abc", "/en/")) == '<p><a href="/en/">Title</a></p>'


def test_nothing_is_fetched(monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("cleaning asked the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    clean('<p><a href="https://youtu.be/abc">Title</a></p><p><img src="https://x.example/y"></p>')


# Ids


def test_every_block_has_an_id():
    html = clean("<h2>a</h2><p>b</p><ul><li>c</li></ul><blockquote>d</blockquote><table><tr><td>e</table>")
    tags = [tag for tag, attrs in Seen(html).tags if "id" in attrs]
    assert tags == ["h2", "p", "ul", "li", "blockquote", "p", "table"]


def test_id_stays_when_the_text_around_and_inside_is_edited():
    before = clean("<p>one</p><p>two</p><p>three</p>")
    middle = blocks(before)[1].id
    edited = "<h2>New</h2>" + before.replace(">two<", ">two, and more<").replace("one", "other")
    assert [block.id for block in blocks(clean(edited)) if block.text == "two, and more"] == [middle]


def test_copied_block_gets_another_id_and_the_first_keeps_its_own():
    html = clean('<p id="b-aaaaaaaa">one</p><p id="b-aaaaaaaa">one</p><p>one</p>')
    first, second, third = [block.id for block in blocks(html)]
    assert first == "b-aaaaaaaa"
    assert len({first, second, third}) == 3
    assert clean('<p id="b-aaaaaaaa">one</p><p id="b-aaaaaaaa">one</p><p>one</p>') == html


def test_new_block_never_takes_the_id_of_a_later_one():
    later = blocks(clean("<p>one</p>"))[0].id
    assert [block.id for block in blocks(clean(f'<p>one</p><p id="{later}">one</p>'))][1] == later


@pytest.mark.parametrize("given", ["intro", "b-AAAAAAAA", "b-1", "b-aaaaaaaa ", "docs-internal-guid-1"])
def test_foreign_id_is_replaced(given):
    (block,) = blocks(clean(f'<p id="{given}">x</p>'))
    assert re.fullmatch(r"b-[a-z0-9]{8}", block.id)
    assert block.id != given


# Once is enough

PIECES = st.one_of(
    st.sampled_from(
        [
            f"<{slash}{tag}{attrs}>"
            for tag in "p h1 h2 h3 h4 h6 ul ol li blockquote table caption thead tbody tfoot tr th td div hr"
            " br a strong em b i span s section dl dt pre figure font form select option svg math style"
            " title noscript template textarea xmp plaintext body colgroup col nobr img".split()
            for slash, attrs in [("", ""), ("/", ""), ("", ' id="b-aaaaaaaa"'), ("", ' lang="hy" dir="rtl"')]
        ]
    ),
    st.sampled_from(
        [
            '<div class="video-card">', '<a href="https://youtu.be/abc">', '<a href="/x">', '<a href="//x">',
            "https://youtu.be/abc", "youtu.be", "&nbsp;", "&lt;p&gt;", "\n", " ", "<!--", "-->",
            "<![CDATA[", "]]>",
        ]
    ),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=30).map("".join))
def test_cleaning_again_changes_nothing(typed):
    html = clean(typed)
    assert_harmless(html)
    assert clean(html + "") == html
    assert not [note for note in cleaned_notes(html + "") if "video" not in note]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("p h2 li td b div blockquote a span".split()), st.booleans()), max_size=20
    )
)
def test_no_word_is_lost_or_moved(tags):
    typed = "".join(f"<{'/' if closing else ''}{tag}>w{n} " for n, (tag, closing) in enumerate(tags))
    assert words(clean(typed)) == [f"w{n}" for n in range(len(tags))]


# One table


def test_editor_and_server_allow_the_same_tags():
    assert {re.match(r"\w+", rule)[0] for rule in for_editor().split("; ")} == for_nh3()["tags"] == set(TAGS)


@pytest.mark.parametrize("tag", "script style svg math iframe noscript title textarea xmp template".split())
def test_table_never_allows_what_breaks_parsers(tag):
    assert tag not in TAGS


# Reading


def test_blocks_are_the_top_level_in_order():
    found = blocks(clean("<p>one</p><ol><li>a</li><li>b</li></ol><blockquote><p>c</p></blockquote>"))
    assert [(block.tag, block.text) for block in found] == [
        ("p", "one"),
        ("ol", "1. a\n2. b"),
        ("blockquote", "c"),
    ]
    assert found[0].html == f'<p id="{found[0].id}">one</p>'
    assert isinstance(found[0].html, RichText)


def test_blocks_put_together_are_the_text():
    html = clean("<h2>a</h2><p>b <b>c</b>&nbsp;d &amp; e</p><table><tr><th>f<td>g</table><hr>")
    assert "\n".join(block.html for block in blocks(html)) == html


def test_plain_text_for_feeds_and_mail():
    html = clean(
        "<h2>Head</h2><p>One <a href='https://example.org/a'>link</a><br>two &lt;3</p>"
        "<ol start=3><li>a<ul><li>b</li></ul></li><li>c</li></ol>"
        "<table><caption>T</caption><tr><td>1<td>2</table><blockquote><p>q<p>r</blockquote><hr>"
    )
    assert plain(html) == ("Head\n\nOne link\ntwo <3\n\n3. a\n   - b\n4. c\n\nT\n1 | 2\n\nq\n\nr\n\n* * *")
    assert "One link (https://example.org/a)\n" in plain(html, addresses=True)
    assert words(html) == "Head One link two <3 a b c T 1 2 q r".split()
    assert html.plain == plain(html)


def test_template_prints_rich_text_as_it_is_and_other_strings_escaped():
    from django.template import Context, Template

    shown = Template("{{ text }}{{ typed }}").render(Context({"text": clean("<p>a</p>"), "typed": "<p>"}))
    assert ID.sub("", shown) == "<p>a</p>&lt;p&gt;"


def test_rich_text_cannot_be_made_without_cleaning():
    import copy
    import pickle

    assert RichText("<script>x</script>a") == clean("a")
    assert RichText(clean("<p>a</p>")) == clean("<p>a</p>")
    assert (
        pickle.loads(pickle.dumps(clean("<p>a</p>"))) == copy.deepcopy(clean("<p>a</p>")) == clean("<p>a</p>")
    )
    assert not isinstance(clean("<p>a</p>") + "<script>", RichText)
