"""A form of the admin as a person finds it: what stands in its fields, to be changed and sent."""

from html.parser import HTMLParser


def fields_of(response):
    """Names and values of everything the page's form would send as it stands."""
    reader = Reader()
    reader.feed(response.content.decode())
    return {name: value for name, value in reader.found.items() if "__prefix__" not in name}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.select, self.area = {}, "", ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "input" and name and given.get("type") not in ("submit", "file"):
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self.found[name] = given.get("value") or ""
        elif tag == "select":
            self.select = name
            self.found.setdefault(name, "")
        elif tag == "option" and self.select and "selected" in given:
            self.found[self.select] = given.get("value") or ""
        elif tag == "textarea":
            self.area = name
            self.found[name] = ""

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.found[self.area] = self.found[self.area].removeprefix("\n")
            self.area = ""

    def handle_data(self, data):
        if self.area:
            self.found[self.area] += data


def errors_of(response):
    """Every sentence of the page's lists of errors."""
    reader = Errors()
    reader.feed(response.content.decode())
    return [" ".join(text.split()) for text in reader.found]


class Errors(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.inside = [], False

    def handle_starttag(self, tag, attrs):
        if tag == "ul":
            self.inside = "errorlist" in (dict(attrs).get("class") or "")
        elif tag == "li" and self.inside:
            self.found.append("")

    def handle_endtag(self, tag):
        if tag == "ul":
            self.inside = False

    def handle_data(self, data):
        if self.inside and self.found:
            self.found[-1] += data
