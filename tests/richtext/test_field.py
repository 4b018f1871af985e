"""The column and the form field: whoever writes, what is stored has been cleaned."""

import pytest
from django import forms
from django.contrib.admin import ModelAdmin, site
from django.db import connection, models
from django.test.utils import isolate_apps

from advocacy.richtext import RichText, RichTextField, clean
from advocacy.richtext.editor import Editor
from advocacy.richtext.forms import RichTextFormField, editor_notes, write_in

TYPED = '<p onclick="x()">Hello<script>alert(1)</script> <b>you</b></p>'
CLEAN = clean("<p>Hello <strong>you</strong></p>")


@pytest.fixture
def Note():
    """A model of this test alone; no other test meets it."""
    with isolate_apps("advocacy.richtext"):

        class Note(models.Model):
            body = RichTextField(blank=True)
            aside = RichTextField(null=True)

            class Meta:
                app_label = "richtext"

            def __str__(self):
                return self.body.plain

        yield Note


@pytest.fixture
def notes(Note, transactional_db):
    """The same with a table."""
    with connection.schema_editor() as editor:
        editor.create_model(Note)
    yield Note.objects
    with connection.schema_editor() as editor:
        editor.delete_model(Note)


def stored(notes):
    """What the database holds, read past the field."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT body FROM {notes.model._meta.db_table}")
        return [row[0] for row in cursor.fetchall()]


def test_assignment_cleans(Note):
    note = Note(body=TYPED)
    assert note.body == CLEAN
    note.body = "<script>x</script><p>Hello <b>you</b></p>"
    assert note.body == CLEAN
    assert isinstance(note.body, RichText)
    note.aside = None
    assert note.aside is None


@pytest.mark.parametrize(
    "broken",
    [
        "a\x00b",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in ("a\ud800b", "a\udfffb", "\x01a\x1fb", "a\ufffeb")
        ),
    ],
)
def test_broken_characters_never_raise(notes, broken):
    assert notes.create(body=broken).body == clean("ab")
    assert stored(notes) == [clean("ab")]


def test_save_and_create(notes):
    notes.create(body=TYPED)
    assert stored(notes) == [CLEAN]
    assert notes.get().body == CLEAN
    assert isinstance(notes.defer("body").get().body, RichText)


def test_update_cleans(notes):
    notes.create()
    notes.update(body=TYPED)
    assert stored(notes) == [CLEAN]


def test_update_cleans_what_only_claims_to_be_safe(notes):
    from django.utils.safestring import mark_safe

    notes.create()
    notes.update(body=mark_safe(TYPED))
    assert stored(notes) == [CLEAN]


def test_bulk_create_and_bulk_update_clean(notes):
    note = notes.model(body="")
    note.__dict__["body"] = TYPED  # past the assignment
    notes.bulk_create([note])
    assert stored(notes) == [CLEAN]
    kept = notes.get()
    kept.__dict__["body"] = TYPED + TYPED
    notes.bulk_update([kept], ["body"])
    assert stored(notes) == [clean(TYPED + TYPED)]


def test_update_or_create_cleans(notes):
    notes.update_or_create(id=1, defaults={"body": TYPED})
    assert stored(notes) == [CLEAN]


def test_raw_save_of_a_fixture_cleans(notes):
    note = notes.model(id=1)
    note.__dict__["body"] = TYPED
    note.save_base(raw=True)
    assert stored(notes) == [CLEAN]


def test_column_can_be_copied_by_the_database(notes):
    notes.create(body=TYPED)
    notes.update(aside=models.F("body"))
    assert notes.get().aside == CLEAN


def test_search_within_the_text(notes):
    notes.create(body=TYPED)
    assert notes.filter(body__icontains="hello").count() == 1
    assert notes.filter(body="").count() == 0


# Forms


class NoteForm(forms.Form):
    body = RichTextFormField()
    aside = RichTextFormField(required=False)


def test_form_cleans_and_tells_the_editor():
    form = NoteForm({"body": "<h2>Demands</h2><h4>In Armenia</h4>"})
    assert form.is_valid()
    assert isinstance(form.cleaned_data["body"], RichText)
    assert editor_notes(form) == [
        "Body: The heading “In Armenia” was moved from level 4 to level 3, because no level may be left out."
    ]
    assert editor_notes(NoteForm({"body": "a"})) == []


@pytest.mark.parametrize("nothing", ["", "  ", "<p>&nbsp;</p>", "<script>x</script>", "\x00", None])
def test_required_text_has_words(nothing):
    assert NoteForm({"body": nothing}).errors == {"body": ["This field is required."]}


def test_too_long_a_text_is_refused_in_a_sentence_and_kept_in_the_form():
    form = NoteForm({"body": "x" * 1_000_001})
    assert "too long" in form.errors["body"][0]
    assert "x" * 1000 in str(form["body"])


def test_reformatting_by_the_editor_is_no_change():
    form = NoteForm(
        {"body": "<p>Hello\n\t<strong>you</strong></p>\n\n<p>&nbsp;</p>"}, initial={"body": CLEAN}
    )
    assert not form.has_changed()
    assert NoteForm({"body": "<p>Hello</p>"}, initial={"body": CLEAN}).has_changed()


def test_markup_in_the_text_area_is_escaped():
    html = str(NoteForm(initial={"body": clean("<p>1 &lt; 2</p>")})["body"])
    assert "&lt;p" in html
    assert "1 &amp;lt; 2" in html


def test_admin_shows_the_editor(Note, rf):
    class NoteAdmin(ModelAdmin):
        pass

    form = NoteAdmin(Note, site).get_form(rf.get("/"))
    assert isinstance(form.base_fields["body"].widget, Editor)


def test_text_area_is_never_marked_required_because_the_browser_could_not_show_it():
    assert "required" not in str(NoteForm()["body"])


def test_editor_writes_in_the_language_of_the_text():
    form = NoteForm()
    write_in(form, "ar")
    html = str(form["body"])
    assert "contentsLangDirection&quot;: &quot;rtl" in html
    assert "contentsLanguage&quot;: &quot;ar" in html
    assert "contentsLangDirection&quot;: &quot;ltr" in str(NoteForm()["body"])


def test_scripts_come_in_the_order_in_which_they_need_each_other():
    written = NoteForm().media.render()
    scripts = ["ckeditor-init.js", "ckeditor/ckeditor.js", "richtext/listeners.js", "richtext/editor.js"]
    places = [written.index(script) for script in scripts]
    assert places == sorted(places)
