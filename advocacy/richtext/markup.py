"""The shape of rich text: reads what nh3 let through and builds blocks in which every tag has its place.

nh3 decides what is safe; this module decides what is tidy. Words are never changed: what stands where it has
no place (a heading in a table, a list in a heading) loses its tag and keeps its words.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

from advocacy.richtext.allowed import OUTSIDE, PICTURE, TAGS, VIDEO_CARD, address, allowed_value

LISTS = ("ul", "ol")
CELLS = ("td", "th")
ROW_GROUPS = ("thead", "tbody")
TABLE_PARTS = ("caption", *ROW_GROUPS, "tfoot", "tr", *CELLS)
LIST_PLACES = ("body", "blockquote", "li", *CELLS)
DEEPEST_LIST = 4
MOST_SPANS = 3

# How tags of other programs are read. What is neither here nor in the table loses its tag, not its words.
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
WRAPPERS = {
    **{tag: tag for tag in ("a", "strong", "em", "sub", "sup", "span")},
    "b": "strong",
    "i": "em",
    "cite": "em",
    "dfn": "em",
    "var": "em",
}
STRUCK = ("s", "strike", "del")
# These are taken off but end a line, so that the words on both sides do not run together.
LINE_ENDS = tuple(
    "section article header footer main nav aside address figure figcaption center pre dl dt dd form fieldset"
    " legend details summary option".split()
)
READ = {*TAGS, *HEADINGS, *WRAPPERS, *STRUCK, *LINE_ENDS, "tfoot", "img"}

VIDEO_PLACES = {
    "youtube.com": r"/(watch|playlist)\?|/(shorts|live|embed|v)/.",
    "youtube-nocookie.com": r"/embed/.",
    "youtu.be": r"/.",
    "vimeo.com": r"/.*\d",
    "dailymotion.com": r"/(embed/)?video/.",
    "dai.ly": r"/.",
    "rutube.ru": r"/(video|shorts|play)/.",
}
HOSTS = {*VIDEO_PLACES, *(f"player.{host}" for host in VIDEO_PLACES)}
SPACE = re.compile(r"[ \t\n\r\f]+")
BREAK = "\n"  # stands for <br>: white space is one blank everywhere else
# Characters that nobody can tell from nothing; a paragraph of these alone is empty.
NOTHING = " \n\xa0\u200b\u200c\u200d\u2060\ufeff"

Wrap = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Run:
    """Words in a line, and the tags around them from the outside in."""

    text: str
    wraps: tuple[Wrap, ...] = ()


@dataclass(slots=True, eq=False)
class Node:
    """A block: a line with its words in `runs`, or a place with blocks in `children`."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    level: int = 0  # of a heading, as it was written
    implied: bool = False  # a list nobody opened
    bare: bool = False  # a paragraph alone in its cell or list item: written without its tag

    def add(self, text: str, wraps: tuple[Wrap, ...]) -> None:
        """Puts words at the end of the line, less the blanks that a browser would not show."""
        if text.startswith(" ") and (not self.runs or self.runs[-1].text.endswith((" ", BREAK))):
            text = text[1:]
        if self.tag in HEADINGS:
            wraps = tuple(wrap for wrap in wraps if wrap[0] != "strong")
        if self.runs and self.runs[-1].wraps == wraps:
            self.runs[-1].text += text
        elif text:
            self.runs.append(Run(text, wraps))

    def trim(self, characters: str) -> None:
        while self.runs:
            self.runs[-1].text = self.runs[-1].text.rstrip(characters)
            if self.runs[-1].text:
                return
            self.runs.pop()

    @property
    def words(self) -> str:
        """The words of a line."""
        return "".join(run.text for run in self.runs)

    def lines(self) -> Iterator["Node"]:
        """Every line in it, itself included."""
        for node in [self, *self.walk()]:
            if node.runs:
                yield node

    def walk(self) -> Iterator["Node"]:
        for child in self.children:
            yield child
            yield from child.walk()

    @property
    def text(self) -> str:
        return BREAK.join(line.words for line in self.lines())

    def is_empty(self) -> bool:
        return not self.text.strip(NOTHING)


@dataclass(slots=True, eq=False)
class Opened:
    """A tag of the source that is not closed yet, and what became of it."""

    tag: str
    wraps: tuple[Wrap, ...] = ()  # of this tag and all around it
    carry: dict[str, str] = field(default_factory=dict)  # language and direction for the blocks inside
    id: str = ""
    is_wrapper: bool = False
    node: Node | None = None
    depth: int = 0  # how many blocks were open before its own
    table: Node | None = None  # the table whose rows may stand here
    refused: str = ""  # the address of a link that is taken off
    heard: list[str] | None = None  # collects the words inside, to name them to the editor


@dataclass
class Changes:
    """What an editor would want to know, in the order of the text."""

    headings: list[tuple[str, int, int]] = field(default_factory=list)  # words, level then, level now
    misplaced: list[str] = field(default_factory=list)  # words of headings outside the running text
    links: list[tuple[str, str]] = field(default_factory=list)  # words, refused address
    videos: list[str] = field(default_factory=list)  # titles
    pictures: int = 0
    struck: int = 0


class Reader(HTMLParser):
    """Builds the blocks. Takes HTML from nh3 only, which is well-formed whatever was typed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.body = Node("body")
        self.places = [self.body]  # the blocks that are open, innermost last
        self.line: Node | None = None  # where words go now
        self.opened = [Opened("body")]
        self.changes = Changes()

    @property
    def place(self) -> Node:
        return self.places[-1]

    @property
    def block(self) -> Opened:
        """The innermost tag of the source that is not around words only."""
        return next(opened for opened in reversed(self.opened) if not opened.is_wrapper)

    # What the source says

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self.break_line()
        elif tag == "hr":
            self.end_line()
            if self.place is self.body:
                self.body.children.append(Node("hr"))
        elif tag == "img":
            self.changes.pictures += 1
        elif tag == "figure" and kept(tag, given).get(PICTURE):
            self.put_picture(kept(tag, given))
        elif tag in WRAPPERS or tag in STRUCK:
            self.open_wrapper(tag, given)
        else:
            self.end_line()
            self.open_block(tag, given)

    def put_picture(self, attrs: dict[str, str]) -> None:
        """A picture of the library, between the blocks of the running text; out of a table or list it moves behind it."""
        around = self.opened[-1]
        self.end_line()
        self.body.children.append(Node("figure", attrs))
        carry = dict(self.block.carry)
        self.opened.append(Opened("figure", around.wraps, carry, table=around.table, heard=around.heard))

    def handle_endtag(self, tag: str) -> None:
        if len(self.opened) == 1 or self.opened[-1].tag != tag:
            return
        opened = self.opened.pop()
        self.tell(opened)
        if opened.is_wrapper:
            return
        self.end_line()
        if opened.node is not None:
            self.line = None
            del self.places[opened.depth :]

    def handle_data(self, data: str) -> None:
        text = SPACE.sub(" ", data)
        heard = self.opened[-1].heard
        if heard is not None:
            heard.append(text)
        if self.line is not None or text != " ":
            self.here().add(text, self.opened[-1].wraps)

    # Lines

    def here(self) -> Node:
        """The line that takes words; a new paragraph where none is open."""
        if self.line is None:
            if self.place.tag in LISTS:
                self.enter(Node("li"))
            elif self.place.tag in ("table", *ROW_GROUPS, "tr"):
                self.enter_cell("td", next(place for place in self.places if place.tag == "table"))
            block = self.block
            self.line = Node("p", dict(block.carry))
            if block.id:
                self.line.attrs["id"], block.id = block.id, ""
            self.place.children.append(self.line)
        return self.line

    def end_line(self) -> None:
        if self.line is None:
            return
        if self.line.tag == "p":
            self.line = None
        elif self.line.tag == "caption":
            self.line.add(" ", ())
        elif self.line.runs:  # a heading ends where a paragraph begins
            self.line = None
            self.places.pop()

    def break_line(self) -> None:
        """A line break. The second in a row begins a new paragraph."""
        if self.line is None:
            return
        self.line.trim(" ")
        if self.line.tag == "caption":
            self.line.add(" ", ())
        elif self.line.words.endswith(BREAK):
            self.line = None if self.line.tag == "p" else self.line
        elif self.line.runs:
            self.line.add(BREAK, self.opened[-1].wraps)

    # Tags around words

    def open_wrapper(self, tag: str, given: dict[str, str]) -> None:
        around = self.opened[-1]
        opened = Opened(tag, around.wraps, is_wrapper=True, table=around.table, heard=around.heard)
        if tag in STRUCK:
            self.changes.struck += 1
        elif tag == "a" and address(given.get("href", "")) is None:
            if given.get("href", "#")[:1] != "#":  # a mark without an address, or one inside another document
                opened.refused, opened.heard = given["href"], []
        else:
            opened.wraps = wrapped(around.wraps, WRAPPERS[tag], given)
        self.opened.append(opened)

    def tell(self, opened: Opened) -> None:
        """Notes what was taken off, with the words it stood around."""
        words = "".join(opened.heard or ()).strip()
        if opened.refused:
            self.changes.links.append((words, opened.refused))
        elif opened.tag in HEADINGS and opened.node is None and words:
            self.changes.misplaced.append(words)

    # Blocks

    def open_block(self, tag: str, given: dict[str, str]) -> None:
        """Opens the block where it has a place; else its tag does no more than end a line."""
        around = self.opened[-1]
        carry = self.block.carry | kept("p", {name: given.get(name, "") for name in ("lang", "dir")})
        opened = Opened(tag, around.wraps, carry, table=around.table, heard=around.heard)
        opened.depth = len(self.places)
        if tag == "table":
            opened.table = None
        opened.node = self.enter_block(tag, given, opened)
        if opened.node is None:
            opened.id = kept("p", given).get("id", "") if tag == "p" else ""
            opened.heard = [] if tag in HEADINGS else opened.heard
        elif "lang" in TAGS[opened.node.tag]:
            opened.node.attrs = carry | kept(opened.node.tag, given)
            opened.carry = {}
        self.opened.append(opened)

    def enter_block(self, tag: str, given: dict[str, str], opened: Opened) -> Node | None:
        if tag == "li":
            return self.enter_item(opened)
        if tag in TABLE_PARTS:
            return self.enter_table_part(tag, opened)
        if tag in LISTS:
            return self.enter_list(tag)
        if self.place is not self.body:
            return None
        if tag in HEADINGS:
            self.line = self.enter(Node("h2", level=HEADINGS[tag]))
            return self.line
        if tag == "table":
            opened.table = self.enter(Node("table"))
            return opened.table
        if tag == "blockquote" or (tag == "div" and given.get("class") == VIDEO_CARD):
            return self.enter(Node(tag))
        return None

    def enter(self, node: Node) -> Node:
        self.place.children.append(node)
        self.places.append(node)
        return node

    def enter_list(self, tag: str) -> Node | None:
        if sum(place.tag in LISTS for place in self.places) >= DEEPEST_LIST:
            return None
        if self.place.tag in LISTS and self.place.children:
            # A list straight in a list belongs to the item before it.
            self.places.append(self.place.children[-1])
        return self.enter(Node(tag)) if self.place.tag in LIST_PLACES else None

    def enter_item(self, opened: Opened) -> Node | None:
        for index in range(len(self.places) - 1, -1, -1):
            if self.places[index].tag in LISTS:
                opened.depth = index + 1
                del self.places[opened.depth :]
                return self.enter(Node("li"))
            if self.places[index].tag != "li":
                break
        if self.place.tag not in LIST_PLACES:
            return None
        before = self.place.children[-1] if self.place.children else None
        if before is not None and before.implied:
            self.places.append(before)
        else:
            self.enter(Node("ul", implied=True))
        return self.enter(Node("li"))

    def enter_table_part(self, tag: str, opened: Opened) -> Node | None:
        table = opened.table
        if table is None or table not in self.places:
            return None
        if tag == "caption":
            del self.places[self.places.index(table) + 1 :]
            if table.children:
                return None
            self.line = self.enter(Node("caption"))
            return self.line
        if tag == "tr":
            return self.enter_row(table)
        if tag in CELLS:
            return self.enter_cell(tag, table)
        return self.enter_row_group(tag, table)

    def enter_row_group(self, tag: str, table: Node) -> Node:
        del self.places[self.places.index(table) + 1 :]
        is_first = all(part.tag == "caption" for part in table.children)
        return self.enter(Node("thead" if tag == "thead" and is_first else "tbody"))

    def enter_row(self, table: Node) -> Node:
        inside = self.places[self.places.index(table) + 1 :]
        if inside and inside[0].tag in ROW_GROUPS:
            del self.places[self.places.index(inside[0]) + 1 :]
        else:
            self.enter_row_group("tbody", table)
        return self.enter(Node("tr"))

    def enter_cell(self, tag: str, table: Node) -> Node:
        row = next((place for place in self.places[self.places.index(table) :] if place.tag == "tr"), None)
        if row is None:
            self.enter_row(table)
        else:
            del self.places[self.places.index(row) + 1 :]
        return self.enter(Node(tag))


def kept(tag: str, given: dict[str, str]) -> dict[str, str]:
    """Those of the attributes that `tag` may have, in the table's order."""
    values = {name: allowed_value(tag, name, given.get(name, "")) for name in TAGS[tag]}
    return {name: value for name, value in values.items() if value}


def wrapped(wraps: tuple[Wrap, ...], tag: str, given: dict[str, str]) -> tuple[Wrap, ...]:
    """`wraps` and one more inside. A tag twice says nothing new, but a language may stand in another."""
    attrs = kept(tag, given | {"rel": OUTSIDE}) if tag == "a" else kept(tag, given)
    if tag == "a" and not attrs["href"].startswith("http"):
        del attrs["rel"]
    if tag == "span" and not attrs:
        return wraps
    if sum(name == tag for name, _ in wraps) >= (MOST_SPANS if tag == "span" else 1):
        return wraps
    return (*wraps, (tag, tuple(attrs.items())))


def tidy(body: Node, changes: Changes) -> None:
    """Brings what was read into its final shape. Doing it again changes nothing."""
    drop_empty(body)
    body.children = [node for child in body.children for node in with_video_cards(child, changes)]
    lower_headings(body, changes)
    name_blocks(body)


def drop_empty(node: Node) -> None:
    for child in node.children:
        drop_empty(child)
    node.trim(" " + BREAK)
    node.children = [child for child in node.children if not is_hollow(child)]
    paragraphs = [child for child in node.children if child.tag == "p"]
    if node.tag in ("li", *CELLS) and len(paragraphs) == 1:
        paragraphs[0].bare = True
        paragraphs[0].attrs.pop("id", None)
        node.attrs = paragraphs[0].attrs | node.attrs
    if node.tag == "tr":
        is_head = all(cell.tag == "th" for cell in node.children)
        for cell in node.children:
            if cell.tag == "th":
                cell.attrs.setdefault("scope", "col" if is_head else "row")


def is_hollow(node: Node) -> bool:
    if node.tag in ("hr", "figure", *CELLS):
        return False
    if node.tag in ("tr", *ROW_GROUPS):
        return not node.children
    return node.is_empty()


def with_video_cards(node: Node, changes: Changes) -> list[Node]:
    """The block itself; or a card, where it is a link to a video and nothing else."""
    if node.tag == "div":
        return video_card_again(node)
    if node.tag != "p" or BREAK in node.words:
        return [node]
    link = video_link(node.runs[0])
    if link is None or any(video_link(run) != link for run in node.runs):
        return [node]
    changes.videos.append(node.words.strip())
    return [video_card(link, node.runs, node.attrs)]


def video_link(run: Run) -> Wrap | None:
    """The link to a video around these words; an address typed out counts as one."""
    link = next((wrap for wrap in run.wraps if wrap[0] == "a"), None)
    if link is None and not run.wraps:
        words = run.text.strip(NOTHING)
        link = next(iter(wrapped((), "a", {"href": words})), None) if address(words) else None
    return link if link and video_host(dict(link[1])["href"]) else None


def video_host(where: str) -> str:
    """The host as it is printed on the card; empty for an address that is no video's."""
    parts = urlsplit(where)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = f"{parts.path}?{parts.query}"
    pattern = VIDEO_PLACES.get(host.removeprefix("player."))
    return host if pattern and re.match(pattern, path) else ""


def video_card(link: Wrap, title: list[Run], attrs: dict[str, str]) -> Node:
    runs = [Run(run.text, run.wraps if link in run.wraps else (link, *run.wraps)) for run in title]
    host = video_host(dict(link[1])["href"])
    lines = [Node("p", runs=runs), Node("p", runs=[Run(host)])]
    for line in lines:
        line.trim(" " + BREAK)
    return Node("div", {"class": VIDEO_CARD} | attrs, lines)


def video_card_again(card: Node) -> list[Node]:
    """A card made earlier, with the host of the link it holds now. Words added to it follow as paragraphs."""
    lines = [line for line in card.children if line.words.strip(NOTHING) not in HOSTS]
    for line in lines:
        for link in [link for run in line.runs if run.wraps and (link := video_link(run))]:
            title = [run for run in line.runs if link in run.wraps]
            line.runs = [run for run in line.runs if link not in run.wraps]
            rest = [line for line in lines if line.words.strip(NOTHING)]
            return [video_card(link, title, card.attrs), *rest]
    return lines


def lower_headings(body: Node, changes: Changes) -> None:
    """Headings begin at level 2 and leave out no level; those that were alike stay alike."""
    above: list[tuple[int, int]] = []  # level as written, level given
    for node in body.children:
        if node.tag not in HEADINGS:
            continue
        while above and above[-1][0] >= node.level:
            above.pop()
        given = min((above[-1][1] if above else 1) + 1, 4)
        above.append((node.level, given))
        node.tag = f"h{given}"
        if given != node.level:
            changes.headings.append((node.words.strip(), node.level, given))


def name_blocks(body: Node) -> None:
    """Every block gets an id that stays. A second block with the same one, as after copying, gets another."""
    named = [node for node in body.walk() if "id" in TAGS[node.tag] and not node.bare]
    for card in body.children:
        if card.tag == "div":
            named = [node for node in named if node not in card.children]
    taken: dict[str, Node] = {}
    for node in named:
        if "id" in node.attrs:
            taken.setdefault(node.attrs["id"], node)
    turns: Counter[str] = Counter()
    for node in named:
        if taken.get(node.attrs.get("id", "")) is not node:
            node.attrs["id"] = next(name for name in ids_of(node, turns) if name not in taken)
            taken[node.attrs["id"]] = node


def ids_of(node: Node, turns: Counter[str]) -> Iterator[str]:
    """Ids made from the words, so that the same text always gets the same ones. `turns` counts them."""
    seed = f"{node.tag} {node.attrs.get(PICTURE, node.text)}"
    while True:
        digest = hashlib.blake2s(f"{seed} {turns[seed]}".encode(), digest_size=4).hexdigest()
        turns[seed] += 1
        yield f"b-{digest}"


def written(node: Node) -> str:
    """The block as HTML."""
    inside = written_runs(node.runs) + "".join(written(child) for child in node.children)
    if node.tag == "body" or node.bare:
        return inside
    attrs = "".join(f' {name}="{escape(node.attrs[name])}"' for name in TAGS[node.tag] if name in node.attrs)
    return f"<{node.tag}{attrs}>" + (inside + f"</{node.tag}>" if node.tag != "hr" else "")


def written_runs(runs: list[Run]) -> str:
    pieces: list[str] = []
    around: tuple[Wrap, ...] = ()
    for run in [*runs, Run("")]:
        common = 0
        while common < min(len(around), len(run.wraps)) and around[common] == run.wraps[common]:
            common += 1
        pieces += [f"</{tag}>" for tag, _ in reversed(around[common:])]
        for tag, attrs in run.wraps[common:]:
            pieces.append(f"<{tag}" + "".join(f' {name}="{escape(value)}"' for name, value in attrs) + ">")
        pieces.append(escape(run.text, quote=False).replace(" ", "&nbsp;").replace(BREAK, "<br>"))
        around = run.wraps
    return "".join(pieces)
