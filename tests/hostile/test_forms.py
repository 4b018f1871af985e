"""Every form of the site, in every field, with what no person types: a sentence beside the field or a clean
success, never a fault of ours; and what was typed stands in the form again.

Each model's admin is asked for its pages, and each page for its forms (pages.py), so that nothing has to be
listed here. The quick run gives every field of a form something hostile at once; the slow one every value to every
field. What is complained about is filled in as a person would and sent again, so that the rest reaches the database.
"""

import re
from html import unescape
from itertools import chain
from traceback import extract_tb
from urllib.parse import parse_qsl, urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from advocacy.accounts.models import User
from tests.hostile.pages import (
    TYPED,
    Upload,
    complaints,
    forms_at,
    forms_in,
    pages_of,
    sent,
    taken_form,
    with_files,
)
from tests.hostile.words import COUNTS, DIGITS, QUICK, TEXTS, WORDS, as_bytes, as_read
from tests.walk import public_patterns

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
# What is sent to fields in which nothing is typed: choices, ticks, what is hidden.
CHOSEN = (*QUICK, "nothing", "a negative number", "a path", "a list")
PRESS = "/en/press/"
SECRET = {"password", "file"}
ROW_KEY = re.compile(r"-\d+-(id|\w+_ptr)$")
FORGOTTEN = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")


# -- what holds of every answer


def check(answer, form, fields):
    assert answer.status_code < 500, f"{form}: {fault(answer)}, with {told(fields)}"
    if form.method == "post" and answer.status_code not in {301, 302, 303, 404, 405}:
        check_kept(answer, form, fields)


def check_kept(answer, form, fields):
    """What was typed into a field stands in it again."""
    again = [each for each in forms_in(answer, form.url) if each.method == "post"]
    shown = dict(chain.from_iterable(each.typed().items() for each in again))
    kinds = {each.name: each.kind for each in form.controls}
    # Of two values the last one counts.
    posted = dict(pair for pair in fields if not isinstance(pair[1], Upload))
    for name, value in posted.items():
        if kinds.get(name) in TYPED and name in shown:
            assert in_lines(shown[name]) == in_lines(as_read(value)), f"{form} lost {name}: {value!r:.80}"


def in_lines(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")


def told(fields):
    return {name: value[:12] if isinstance(value, str | bytes) else value.name for name, value in fields}


def fault(answer):
    """The exception and the last line of ours on the way to it."""
    if not getattr(answer, "exc_info", None):
        return answer.status_code
    *_kind, error, trace = answer.exc_info
    ours = [
        f"{frame.filename}:{frame.lineno}"
        for frame in extract_tb(trace)
        if "site-packages" not in frame.filename
    ]
    return f"{error!r:.200} at {ours[-1:]}"


# -- what is sent


def with_value(fields, name, value):
    kept = [pair for pair in fields if pair[0] != name]
    return [*kept, (name, value)]


def send_hostile(client, form, hostile):
    """These values in these fields; then without what was complained about, so that the rest reaches the database."""
    good = with_files(form)
    fields = [(name, hostile.get(name, value)) for name, value in good]
    for _attempt in range(2):
        answer = sent(client, form, fields)
        check(answer, form, fields)
        wrong = complaints(answer)
        if answer.status_code in {301, 302, 303} or not wrong:
            return
        fields = [
            *(pair for pair in fields if pair[0] not in wrong),
            *(pair for pair in good if pair[0] in wrong),
        ]


def send_something_in_each(client, form):
    """Every field with a hostile value, another one in each."""
    names = enumerate(form_fields(form))
    send_hostile(client, form, {name: TEXTS[QUICK[place % len(QUICK)]] for place, name in names})


def send_each_in_all(client, form):
    """Each value in all the fields that it is worth trying in."""
    sorts = {name: sorts_for(kind) for name, kind in form_fields(form).items()}
    # A row that says it is another one stands elsewhere in the form that comes back, with all its words.
    keys = {name for name in sorts if ROW_KEY.search(name)}
    for sort, value in TEXTS.items():
        for names in (sorts.keys() - keys, keys):
            hostile = {name: value for name in names if sort in sorts[name]}
            if hostile:
                send_hostile(client, form, hostile)


def form_fields(form):
    """The kind of each field by its name."""
    return {
        control.name: kind_of(control) for control in form.controls if not control.name.endswith(FORGOTTEN)
    }


def send_fewer_and_more(client, form):
    """Nothing at all; then every field twice, and some that no form has."""
    good = with_files(form)
    strange = [
        ("\x00", "\x00"),
        ("pk", "²"),
        ("id", "-1"),
        (b"\xff", b"\xff"),
        ("a" * 1000, "b"),
        ("_popup", "x"),
    ]
    for fields in ([], [*(pair for pair in good for _twice in range(2)), *strange]):
        check(sent(client, form, fields), form, fields)


def send_wrong_counts(client, form, counts):
    """Rows are claimed that were not sent, or nothing is said of them."""
    good = with_files(form)
    for end in FORGOTTEN[:2]:
        names = {prefix + end for prefix in form.rows()}
        rest = [pair for pair in good if pair[0] not in names]
        for claimed in counts if names else ():
            fields = [*rest, *((name, claimed) for name in names)]
            check(sent(client, form, fields), form, fields)
        check(sent(client, form, rest), form, rest)


def send_without_each(client, form):
    """Each field is left out alone; what no person ticked is ticked with something that no page offers."""
    good = with_files(form)
    again = re.compile(
        r"(form-\d{2,}|(?!form-)\w+-[1-9]\d*)-|_selected_action"
    )  # like the first row of its set
    for name in form_fields(form):
        if not again.match(name):
            fields = [pair for pair in good if pair[0] != name]
            if fields == good:
                fields = [*good, (name, "²")]
            check(sent(client, form, fields), form, fields)


def kind_of(control):
    """The admin's fields for a date or a time are lines of text with a class."""
    return (
        "date" if {"vDateField", "vTimeField"} & set(control.attrs.get("class", "").split()) else control.kind
    )


def sorts_for(kind):
    if kind in {"number", "date", "time"}:
        return dict.fromkeys([*DIGITS, *CHOSEN])
    return WORDS if kind in TYPED | SECRET else CHOSEN


def attack(client, form, *, slow):
    good = taken_form(client, form)
    # Else only the first complaint of the form would ever be met.
    assert good or not form.buttons, (
        f"{form} is taken in no way; it says {complaints(sent(client, form, form.fields()))}"
    )
    form = good or form
    if slow:
        send_each_in_all(client, form)
        send_fewer_and_more(client, form)
        send_without_each(client, form)
        send_wrong_counts(client, form, COUNTS)
    else:
        send_something_in_each(client, form)


# -- the forms of the admin


# Whose forms hold what people write, and rows of every sort; the others in the slow run.
QUICKLY = {
    "Release",
    "Letter",
    "Signatory",
    "Bulletin",
    "Inquiry",
    "Picture",
    "Subscriber",
}


@pytest.mark.parametrize(
    "model",
    [pytest.param(model, marks=[] if model.__name__ in QUICKLY else pytest.mark.slow) for model in MODELS],
    ids=lambda model: model._meta.label,
)
def test_forms_of_the_admin(desk, model):
    """Each page's forms: they are taken as a person fills them in, and nothing hostile breaks them."""
    attack_all(desk, pages_of(model).values(), slow=False)


@pytest.mark.slow
@each_model
def test_every_field_of_every_form_of_the_admin(desk, model):
    attack_all(desk, pages_of(model).values(), slow=True)


def attack_all(client, urls, *, slow):
    for url in urls:
        for form in forms_at(client, url):
            attack(client, form, slow=slow)


# -- what belongs to no model, and what a stranger can reach


def desk_pages():
    """The pages of the admin that belong to no model: one's own account, the password."""
    plain = [pattern for pattern in admin.site.get_urls() if getattr(pattern, "name", "")]
    names = [pattern.name for pattern in plain if not pattern.pattern.regex.groups]
    return [reverse(f"admin:{name}") for name in names if name not in {"logout", "jsi18n"}]


def strangers_pages():
    """Every list and form of the public site, and the doors of the admin."""
    public = [name for name, parts in public_patterns() if parts == ("language",)]
    token = default_token_generator.make_token(User.objects.get(username="attacker"))
    key = urlsafe_base64_encode(force_bytes(User.objects.get(username="attacker").pk))
    choose = reverse("admin:password-choose", kwargs={"uidb64": key, "token": token})
    return [
        *(reverse(name, kwargs={"language": language}) for name in public for language in ("en", "ar")),
        *(reverse(f"admin:{name}") for name in ("login", "password-reset")),
        choose.replace(token, "set-password"),
    ]


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["quick", "slow"])
def test_forms_of_the_admin_s_own(desk, slow):
    attack_all(desk, desk_pages(), slow=slow)


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["quick", "slow"])
def test_forms_that_a_stranger_reaches(desk, stranger, settings, slow):
    settings.AXES_FAILURE_LIMIT = 1_000_000
    settings.AXES_ENABLED = True
    pages = strangers_pages()
    stranger.get(
        pages[-1].replace("set-password", default_token_generator.make_token(desk.user))
    )  # opens the door
    found = [form for url in pages for form in forms_at(stranger, url)]
    assert {PRESS, "/admin/login/", "/admin/password-reset/", pages[-1]} <= {
        form.url.split("?")[0] for form in found
    }
    for form in found:
        attack(stranger, form, slow=slow)


# -- what stands in the address of a list, and of a form that is filled in beforehand

IN_ADDRESSES = ("²", "9" * 30, "a,b", "(", "9999-12-31", "0", "\ud800", "")
ENDS = ("", "__exact", "__in", "__isnull", "__gte", "__lt", "__range", "__year", "__month", "__day", "__date", "__icontains", "__regex", "__nothing")  # fmt: skip


@pytest.mark.slow
@each_model
def test_addresses_of_lists_and_forms(desk, model):
    attack_addresses(desk, model, ends=ENDS, values=IN_ADDRESSES)


def attack_addresses(client, model, *, ends, values):
    pages = {
        name: url
        for name, url in pages_of(model).items()
        if name.endswith(("_changelist", "_add", "_change"))
    }
    wrong = {}
    for name, url in pages.items():
        asked, dates = ["_to_field", "_changelist_filters"], None
        if name.endswith("_changelist"):
            asked += ["o", "p", "q", "all", "_facets", "pk__in", f"{model._meta.pk.name}__in"]
            asked += [name + end for name in one_of_each_sort(model) for end in ends]
            asked += names_in_links(client, url)
            dates = admin.site._registry[model].date_hierarchy
        elif name.endswith("_add"):
            asked += [name for name in one_of_each_sort(model) if ends]
        for query in queries(dict.fromkeys(asked), values, dates):
            answer = client.get(f"{url}?{query}")
            if answer.status_code >= 500:
                wrong[f"{url}?{query:.80}"] = fault(answer)
    assert not wrong, wrong


def one_of_each_sort(model):
    """A column of each type; two of one type are looked up alike."""
    return {
        field.get_internal_type(): field.name for field in model._meta.get_fields() if field.concrete
    }.values()


def queries(names, values, dates):
    for name in names:
        for value in values:
            yield urlencode({name: as_bytes(value)})
    for year, month, day in WALKS if dates else ():
        said = {f"{dates}__year": year, f"{dates}__month": month, f"{dates}__day": day}
        yield urlencode({name: as_bytes(value) for name, value in said.items() if value})


WALKS = [
    ("0", "", ""), ("1", "1", "1"), ("9999", "", ""), ("9999", "12", ""), ("9999", "12", "31"), ("10000", "1", "1"), ("2023", "0", "0"),
    ("2023", "13", "1"), ("2023", "2", "30"), ("²", "²", "²"), ("-1", "-1", "-1"), ("9" * 40, "9" * 40, "9" * 40), ("", "5", ""), ("", "", "5"),
]  # fmt: skip


def names_in_links(client, url):
    answer = client.get(url)
    if answer.status_code != 200:
        return []
    found = re.findall(r'href="\?([^"]*)"', answer.content.decode())
    return [name for query in found for name, _value in parse_qsl(unescape(query), keep_blank_values=True)]


@pytest.mark.parametrize("value", [*IN_ADDRESSES, "\x00", "a" * 5000])
def test_the_search_in_fields(desk, value):
    good = {
        "app_label": "newsroom",
        "model_name": "coverage",
        "field_name": "outlet",
        "term": "a",
        "page": "1",
    }
    for name in good:
        for fields in (
            good | {name: as_bytes(value)},
            {key: kept for key, kept in good.items() if key != name},
        ):
            answer = desk.get("/admin/autocomplete/?" + urlencode(fields))
            assert answer.status_code < 500, (name, fault(answer))


@pytest.mark.parametrize("sign", ["ﷺ", "ŉ", "İ", "😀"])
def test_a_name_whose_letters_grow_when_spellings_are_compared(desk, sign):
    """One sign becomes eighteen: what is kept for comparing must fit on PostgreSQL as well."""
    add, listed = "/admin/campaigns/signatory/add/", "/admin/campaigns/signatory/import/"
    [form] = [taken_form(desk, form) for form in forms_at(desk, add)]
    answer = sent(desk, form, with_value(with_files(form), "name", sign * 200))
    assert answer.status_code == 302, fault(answer)
    [form] = [taken_form(desk, form) for form in forms_at(desk, listed)]
    names = Upload(f"Name\n{sign * 200}\n".encode(), "list.csv", "text/csv")
    answer = sent(desk, form, with_value(with_files(form), "file", names), keep=True)
    assert answer.status_code == 302, complaints(answer)
    [form] = [form for form in forms_at(desk, answer["Location"]) if form.method == "post"]
    assert sent(desk, form, form.fields()).status_code == 302


def test_lists_are_not_searched_by_patterns(desk):
    for name in ("title__regex", "title__iregex"):
        assert desk.get(f"/admin/newsroom/release/?{name}=(a%2B)%2B%24").status_code == 400


def test_a_field_without_a_name_is_no_fault(desk):
    for address in ("/admin/auth/group/1/change/", "/admin/newsroom/release/1/change/"):
        assert desk.get(f"{address}?_to_field=").status_code in {302, 400}


def test_saved_rows_that_are_not_counted_are_not_saved_twice(desk):
    from advocacy.organisation.models import Organisation

    forms = forms_at(desk, f"/admin/organisation/organisation/{Organisation.current().pk}/change/")
    [form] = [taken_form(desk, form) for form in forms if form.method == "post" and form.rows()]
    [count] = [f"{prefix}-INITIAL_FORMS" for prefix in form.rows() if "text" in prefix]
    answer = sent(desk, form, with_value(with_files(form), count, "0"))
    assert answer.status_code == 400, fault(answer)
