"""Finds every page with a form, and reads its forms as a browser does: from the HTML, never from the code.

The admin's pages come from the registry and its url patterns, so a new admin is covered without a line here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus, urlencode, urljoin

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.db import connection, transaction
from django.forms import BaseForm, BaseFormSet
from django.urls import reverse

from advocacy.subscribers.models import SubscriberImport
from campaigns.models import DemandChange, DemandProposal, SignatoryImport
from newsroom.models import PressImport
from tests.hostile.words import as_bytes
from tests.pictures.makers import PDF_BYTES, picture_bytes

BOUNDARY = "part-part-part"
TYPED = {"text", "textarea", "email", "url", "tel", "number", "date", "time", "search"}

Fields = list[tuple[str, Any]]


@dataclass(frozen=True)
class Upload:
    """A file as a form sends it."""

    data: bytes
    name: str | bytes = "words.txt"
    media: str = "application/octet-stream"


@dataclass
class Control:
    name: str
    kind: str
    value: str
    attrs: dict[str, str]
    options: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    is_on: bool = True  # a box that is ticked; a button counts as never pressed


@dataclass
class Form:
    page: str
    action: str = ""
    method: str = "get"
    is_multipart: bool = False
    controls: list[Control] = field(default_factory=list)
    buttons: Fields = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.method} {self.url}"

    @property
    def url(self) -> str:
        return urljoin(self.page, self.action) if self.action else self.page

    def fields(self) -> Fields:
        """What a browser would send of the form as it stands, by its first button."""
        sent: Fields = self.buttons[:1]
        for each in self.controls:
            if each.kind == "select":
                sent += [(each.name, value) for value in each.chosen]
            elif each.is_on and each.kind != "file":
                sent.append((each.name, each.value))
        return sent

    def typed(self) -> dict[str, str]:
        """What stands in the fields into which people type."""
        return {control.name: control.value for control in self.controls if control.kind in TYPED}

    def by_each_button(self) -> list["Form"]:
        """A list is saved by one button, and something is done with its rows by another."""
        if len(self.buttons) < 2 or not any(each.name == "action" for each in self.controls):
            return [self]
        return [replace(self, buttons=[button]) for button in self.buttons]

    def rows(self) -> list[str]:
        """The prefixes of its sets of rows."""
        end = "-TOTAL_FORMS"
        return [each.name.removesuffix(end) for each in self.controls if each.name.endswith(end)]


class Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, []
        self.form: Form | None = None
        self.open: Control | None = None  # the select or the text area we are in

    def handle_starttag(self, tag: str, given: Any) -> None:
        attrs = {name: value or "" for name, value in given}
        if tag == "form":
            method, media = attrs.get("method", "get").lower(), attrs.get("enctype", "")
            self.form = Form(self.page, attrs.get("action", ""), method, "multipart" in media)
            self.forms.append(self.form)
        elif tag == "option" and self.open is not None:
            self.open.options.append(attrs.get("value", ""))
            if "selected" in attrs:
                self.open.chosen.append(attrs.get("value", ""))
        elif tag in {"input", "textarea", "select", "button"} and self.form is not None and attrs.get("name"):
            self.take(tag, attrs)

    def take(self, tag: str, attrs: dict[str, str]) -> None:
        kind = attrs.get("type", "text").lower() if tag == "input" else tag
        if "disabled" in attrs or kind in {"submit", "button"}:
            self.form.buttons += [] if "disabled" in attrs else [(attrs["name"], attrs.get("value", ""))]
            return
        control = Control(attrs["name"], kind, attrs.get("value", ""), attrs)
        if kind in {"checkbox", "radio"}:
            control.value, control.is_on = attrs.get("value", "on"), "checked" in attrs
        if tag != "input":
            self.open = control
        self.form.controls.append(control)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select" and self.open is not None:
            if not self.open.chosen and "multiple" not in self.open.attrs:
                self.open.chosen = self.open.options[:1]
            self.open = None
        elif tag == "textarea" and self.open is not None:
            # A browser drops the line end behind the tag; it sends every other as two signs.
            self.open.value = self.open.value.replace("\r\n", "\n").removeprefix("\n")
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.open.kind == "textarea":
            self.open.value += data


def forms_in(answer: Any, page: str) -> list[Form]:
    reader = Reader(page)
    reader.feed(answer.content.decode())
    reader.close()
    forms = [form for form in reader.forms if not form.url.endswith("/logout/")]
    return [each for form in forms for each in form.by_each_button()]


# -- sending


def encoded(fields: Fields, is_multipart: bool) -> tuple[bytes, str]:
    """The body and its type, made here: Django's test client refuses to send what is no text."""
    if not is_multipart:
        pairs = [(as_bytes(name), as_bytes(value)) for name, value in fields if not isinstance(value, Upload)]
        return urlencode(pairs, quote_via=quote_plus).encode(), "application/x-www-form-urlencoded"
    parts = []
    for name, value in fields:
        said = b'Content-Disposition: form-data; name="%s"' % quoted(name)
        if isinstance(value, Upload):
            said += b'; filename="%s"\r\nContent-Type: %s' % (quoted(value.name), value.media.encode())
        body = value.data if isinstance(value, Upload) else as_bytes(value)
        parts.append(b"--%s\r\n%s\r\n\r\n%s\r\n" % (BOUNDARY.encode(), said, body))
    parts.append(b"--%s--\r\n" % BOUNDARY.encode())
    return b"".join(parts), f"multipart/form-data; boundary={BOUNDARY}"


def quoted(name: str | bytes) -> bytes:
    return as_bytes(name).replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")


def sent(client: Any, form: Form, fields: Fields, *, keep: bool = False) -> Any:
    """The answer to the form with these fields; what it did is undone, unless told. A fault is an answer too."""
    with transaction.atomic():
        if form.method == "get":
            query = urlencode([(as_bytes(name), as_bytes(value)) for name, value in fields])
            answer = client.get(f"{form.url.split('?')[0]}?{query}")
        else:
            body, media = encoded(fields, form.is_multipart)
            answer = client.generic("POST", form.url, body, content_type=media)
        if answer.status_code < 400:
            connection.check_constraints()  # which the database itself would ask for at the end
        transaction.set_rollback(not keep)
    client.cookies.pop("messages", None)
    return answer


# -- finding

# Pages that show a row of another table than the one whose admin they belong to.
ROWS_OF = {
    "campaigns_demand_mend": DemandProposal,
    "campaigns_demand_proposal": DemandProposal,
    "campaigns_demand_take_back": DemandChange,
    "campaigns_signatory_report": SignatoryImport,
    "newsroom_presscontact_report": PressImport,
    "subscribers_subscriber_report": SubscriberImport,
}
NAMED = {"service": "listmonk"}
COUNTED = {"number", "given"}  # a version by its number, a pass: the first, where there is one


def pages_of(model: Any) -> dict[str, str]:
    """Every address of a model's admin, by name; those of one row lead to the newest that there is."""
    found = {}
    for pattern in admin.site._registry[model].get_urls():
        if not pattern.name:
            continue
        parts = list(pattern.pattern.converters)
        shown = ROWS_OF.get(pattern.name, model)
        row = shown._default_manager.order_by("-pk").first()
        given = {part: 1 if part in COUNTED else quote(row.pk) if row else 0 for part in parts}
        given |= {part: NAMED[part] for part in parts if part in NAMED}
        found[pattern.name] = reverse(f"admin:{pattern.name}", kwargs=given)
    return found


def forms_at(client: Any, url: str) -> Iterator[Form]:
    """The forms of a page. What takes a post alone counts as a form without a field."""
    answer = client.get(url)
    may_be_missing = url.endswith(("/1/", "/beside/", "/compare/", "/send/")) or "/proposals/" in url
    there = {200, 301, 302, 403, 405} | ({404} if may_be_missing else set())
    assert answer.status_code in there, f"{url} answers {answer.status_code}"
    if answer.status_code == 405:
        yield Form(url, method="post")
    elif answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        yield from forms_in(answer, url)


# -- filling in what a person would


def taken_form(client: Any, form: Form) -> Form | None:
    """The form filled in so that it is taken: all of it, or else without what the site complains about. None
    where nothing of the sort is taken; a page for reading, or of a deed that must not be done, has no button."""
    for attempt in (filled(client, with_rows(form)), filled(client, form, required_only=True), form):
        for _again in range(4):
            answer = sent(client, attempt, with_files(attempt))
            wrong = complaints(answer)
            if not wrong and answer.status_code in {200, 302, 303}:
                return attempt
            fewer = one_field_less(client, attempt, form) if wrong == {"__all__"} else None
            if fewer:
                return fewer
            if wrong <= {"__all__"}:
                break
            attempt = without(attempt, wrong, form)
    return None


def one_field_less(client: Any, attempt: Form, form: Form) -> Form | None:
    """The attempt without one of the fields that were filled in, where two of them exclude each other."""
    before = {each.name: each for each in form.controls}
    for each in attempt.controls:
        if each.name in before and each != before[each.name]:
            fewer = without(attempt, {each.name}, form)
            answer = sent(client, fewer, with_files(fewer))
            if not complaints(answer) and answer.status_code in {200, 302, 303}:
                return fewer
    return None


def without(attempt: Form, wrong: set[str], form: Form) -> Form:
    """The attempt without the rows that were complained about, and with the other fields as they were."""
    before = {each.name: each for each in form.controls}
    added = {each.name: each for each in attempt.controls if each.name not in before}
    rows = {
        row_of(name) for name in wrong if row_of(name) and any(row_of(each) == row_of(name) for each in added)
    }
    controls = [
        before.get(each.name, each) if each.name in wrong else each
        for each in attempt.controls
        if row_of(each.name) not in rows
    ]
    for prefix in {row.rpartition("-")[0] for row in rows}:
        name = f"{prefix}-TOTAL_FORMS"
        controls = [
            replace(each, value=before[name].value) if each.name == name else each for each in controls
        ]
    return replace(attempt, controls=controls)


def row_of(name: str) -> str:
    """`quotes-0` of `quotes-0-words`."""
    found = re.match(r"(.+-\d+)-", name)
    return found[1] if found else ""


def with_rows(form: Form) -> Form:
    """One row more in each set, made from the row that the page keeps ready for it."""
    controls = [replace(each) for each in form.controls]
    for prefix in form.rows():
        fresh = [each for each in controls if each.name.startswith(f"{prefix}-__prefix__-")]
        total = next(each for each in controls if each.name == f"{prefix}-TOTAL_FORMS")
        number = total.value
        total.value = str(int(number) + bool(fresh))
        controls += [
            replace(each, name=each.name.replace("__prefix__", number))
            for each in fresh
            if not each.name.endswith("-DELETE")
        ]
    return replace(form, controls=controls)


def filled(client: Any, form: Form, *, required_only: bool = False) -> Form:
    """The form with something sensible in every empty field; in a row, something else than in the others."""
    controls = [replace(each) for each in form.controls if "-__prefix__-" not in each.name]
    ticked = {each.name for each in controls if each.kind in {"checkbox", "radio"} and each.is_on}
    boxes = [each.name for each in controls if each.kind == "checkbox"]
    for each in controls:
        if required_only and not {"required", "data-model-name"} & each.attrs.keys() and each.kind != "radio":
            continue
        place = int(row_of(each.name).rpartition("-")[2] or 0)
        if each.kind in TYPED | {"password"} and not each.value:
            each.value = plausible(each, place)
        elif each.kind == "select" and not any(each.chosen):
            each.chosen = choice(client, each, place)
        elif each.name not in ticked and (
            each.kind == "radio" or (each.kind == "checkbox" and boxes.count(each.name) > 1)
        ):
            each.is_on = True
            ticked.add(each.name)
    return replace(form, controls=controls)


def plausible(control: Control, place: int) -> str:
    name, sort = control.name, control.attrs.get("class", "")
    if control.kind == "date" or "vDateField" in sort:
        return "2026-03-24"
    if control.kind == "time" or "vTimeField" in sort:
        return "10:00"
    if control.kind == "number":
        return str(max(int(control.attrs.get("min") or 1), place + 1))
    if control.kind == "email" or name.endswith("email"):
        return "someone@words.example"
    if control.kind == "url" or "vURLField" in sort or "url" in name:
        return "https://words.example/"
    if control.kind == "password":
        return "correct horse battery"
    return f"words-{place}"[: int(control.attrs.get("maxlength") or 100)]


def choice(client: Any, control: Control, place: int) -> list[str]:
    if "data-model-name" not in control.attrs:
        return [value for value in control.options if value][:1]
    asked = {
        "app_label": control.attrs["data-app-label"],
        "model_name": control.attrs["data-model-name"],
        "field_name": control.attrs["data-field-name"],
    }
    found = json.loads(client.get(reverse("admin:autocomplete"), asked).content)["results"]
    return [str(each["id"]) for each in found[place : place + 1] or found[:1]]


def with_files(form: Form) -> Fields:
    """What is sent of the form, with a good file in each field for one."""
    files = [
        (each.name, good_file(each.attrs.get("accept", ""))) for each in form.controls if each.kind == "file"
    ]
    return [*form.fields(), *files]


def good_file(accept: str) -> Upload:
    if ".jpg" in accept:
        return Upload(picture_bytes(size=(300, 200)), "photo.jpg", "image/jpeg")
    if ".pdf" in accept:
        return Upload(PDF_BYTES, "letter.pdf", "application/pdf")
    return Upload(b"Name,Country\nHouse of Words,Armenia\n", "list.csv", "text/csv")


# -- what the site complains about


def complaints(answer: Any) -> set[str]:
    """The names of the fields that the answer has an error for."""
    found = set()
    for form in bound_forms(answer):
        found |= {form.add_prefix(name) for name in form.errors}
    return found


def bound_forms(answer: Any) -> Iterator[BaseForm]:
    for context in answer.context or ():
        for layer in getattr(context, "dicts", [context]):
            for value in layer.values():
                yield from forms_of(value)


def forms_of(value: Any) -> Iterator[BaseForm]:
    if isinstance(value, BaseForm):
        yield from [value] if value.is_bound else []
    elif isinstance(value, BaseFormSet):
        yield from (form for form in value.forms if form.is_bound)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from forms_of(getattr(each, "formset", None))
    elif isinstance(value, AdminForm):
        yield from forms_of(value.form)
    elif isinstance(value, ChangeList):
        yield from forms_of(value.formset)
