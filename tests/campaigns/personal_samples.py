"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from campaigns.models import Signatory, SignatoryImport, ToldBeforehand
from tests.campaigns.makers import make_letter, make_signatory


def signatory(at):
    letter = make_letter(published=False, slug=f"letter-{Signatory.objects.count()}")
    return make_signatory(letter=letter, name="Anahit", shown=False, email="anahit@home.example", entered=at)


def signatory_list(at):
    letter = make_letter(published=False, slug=f"list-{SignatoryImport.objects.count()}")
    return SignatoryImport.objects.create(work=letter.work, language="en", file_name="list.csv", made=at)


def told_beforehand(at):
    number = ToldBeforehand.objects.count()
    return ToldBeforehand.objects.create(
        name="Karine Vardanyan", email=f"karine{number}@partner.example", consent="E-mail", agreed=at.date()
    )


SAMPLES = {Signatory: signatory, SignatoryImport: signatory_list, ToldBeforehand: told_beforehand}
