"""Personal data has a date: what each model says of its columns, and what carries it out.

Every model of this project declares, for each column that can hold words (text, JSON, files, network
addresses, bytes), whether it holds a person's data:

    from advocacy.privacy.rules import Kept, Rule

    class Inquiry(models.Model):
        name = models.CharField(...)
        message = models.TextField(...)
        topic = models.SlugField(...)
        delete_on = models.DateField(...)

        ERASED = Rule(
            _("An inquiry is deleted on the date that stands under the form."),
            since="delete_on",
        )
        PERSONAL = {"name": ERASED, "message": ERASED}
        NOT_PERSONAL = ("topic",)

- `Rule(text, since=..., after=..., blank=..., only=...)` deletes a row, or empties some of its columns, once
  the moment in the column `since` lies `after` in the past. One rule may stand for many columns; it is
  carried out once.
- `Kept(text)` is for what stays by design: a name that its owner chose to publish, an office in public life.
- A foreign key to our user needs no line: `rules.STAFF` speaks for all of them.
- Abstract models declare their own columns; a model that inherits adds to what its parents say.
- Tables of other packages are in `advocacy.privacy.borrowed`.

The sentences are shown to readers, so they are whole and translated. `manage.py purge` and the worker carry
the rules out, a block at a time. The tests fail for a column without a line, and for a rule that is not
carried out: each area's tests offer a row for every model with a `Rule` in `tests/<area>/personal_samples.py`
(see tests/privacy/test_rules.py).
"""
