"""The second factor: who needs one, how it is added, and what proves at log-in that it is them.

Codes of an app, recovery codes and passkeys are those of allauth.mfa, which keeps them in `Authenticator`. Ours are
the pages (views.py, entrance.py) and the rules here: a wrong code counts against the person and not against a
network, in the database and not in one process, and no code opens twice.
"""

import base64
import hashlib
import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.core.context import request_context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as passkeys
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from advocacy.accounts.log import Sort, lately
from advocacy.accounts.models import User
from advocacy.accounts.roles import ADMINISTRATOR, EDITOR
from advocacy.organisation.chrome import load

ROLES_THAT_NEED_ONE = (EDITOR, ADMINISTRATOR)
WRONG_CODES, SHUT_FOR = 10, timedelta(hours=1)
PATIENCE = timedelta(minutes=10)  # between the password and the code

ASKED = "second_step"  # in the session: whose password was right, and when
ON_SCREEN = "app_on_screen"  # in the session: the secret that is shown and not in use yet

APP, PASSKEY, RECOVERY = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)


class Adapter(DefaultMFAAdapter):
    """What allauth asks us: our name and host, and how secrets lie in the database.

    A copy of the database alone gives nobody a working code: secrets are encrypted with a key made of
    CMS_SECRET_KEY. Keys of earlier times (CMS_SECRET_KEY_FALLBACKS) still read what they wrote.
    """

    def _get_site_name(self) -> str:
        return load(settings.LANGUAGE_CODE).short_name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": self._get_site_name()}

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return generate_totp_secret()  # its key is lost: a secret that nobody knows opens nothing


def box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"second factor {key}".encode()).digest()))
            for key in keys
        ]
    )


# Who


def needs_one(user: Any) -> bool:
    """Whether this person may open nothing before they have a second factor."""
    if not settings.CMS_TWO_FACTOR:
        return False
    return user.is_superuser or user.groups.filter(name__in=ROLES_THAT_NEED_ONE).exists()


def factors(user: Any) -> QuerySet[Authenticator]:
    """App and passkeys. Recovery codes are none by themselves: they stand in for the others."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=[APP, PASSKEY]).order_by("pk")


def has_one(user: Any) -> bool:
    return factors(user).exists()


def recovery_codes_left(user: Any) -> int:
    row = Authenticator.objects.filter(user_id=user.pk, type=RECOVERY).first()
    return len(row.wrap().get_unused_codes()) if row else 0


def name_of(factor: Authenticator) -> str:
    return factor.wrap().name if factor.type == PASSKEY else _("Authenticator app")


# Adding and taking away


def secret_on_screen(request: HttpRequest) -> str:
    """The secret that the person takes into their app: the same until it is in use, whatever they reload."""
    return request.session.setdefault(ON_SCREEN, generate_totp_secret())


def app_address(user: Any, secret: str) -> str:
    return Adapter().build_totp_url(user, secret)


def add_app(request: HttpRequest, user: Any, code: str, at: datetime) -> None:
    """Raises ValidationError if the code is not the app's."""
    step = step_of(secret_on_screen(request), code, at)
    if step is None:
        raise ValidationError(
            _("The app shows another code now. Check that its clock is right, and try again.")
        )
    row = TOTP.activate(user, request.session.pop(ON_SCREEN)).instance
    row.data["step"] = step  # the code on the screen has been used
    row.save(update_fields=["data"])


def passkey_options(request: HttpRequest, user: Any) -> str:
    """What the browser is asked, to make a passkey, as JSON."""
    with request_context(request):
        return json.dumps(plain(passkeys.begin_registration(user, passwordless=False)))


def add_passkey(request: HttpRequest, user: Any, name: str, credential: Any) -> None:
    """Raises ValidationError if what the browser sent is no passkey for what it was asked."""
    with request_context(request), whatever_a_browser_sends():
        passkeys.parse_registration_response(credential)
        passkeys.complete_registration(credential)
    passkeys.WebAuthn.add(user, name, credential)


def new_recovery_codes(user: Any) -> list[str]:
    """Ten new codes; earlier ones open nothing any more."""
    Authenticator.objects.filter(user_id=user.pk, type=RECOVERY).delete()
    return RecoveryCodes.activate(user).get_unused_codes()


def remove(factor: Authenticator) -> None:
    """With the last factor go the recovery codes."""
    user = factor.user
    factor.delete()
    if not has_one(user):
        remove_all(user)


def remove_all(user: Any) -> int:
    """Takes away everything, and says how many factors there were."""
    count = factors(user).count()
    Authenticator.objects.filter(user_id=user.pk).delete()
    return count


# The second step of a log-in


def ask(request: HttpRequest, user: Any, *, then: str, at: datetime) -> None:
    """Remembers in the session that the password was right. Nobody is logged in by that."""
    request.session.cycle_key()
    request.session[ASKED] = {
        "person": user.pk,
        "backend": user.backend,
        "hash": user.get_session_auth_hash(),
        "began": at.timestamp(),
        "then": then,
    }


def asked(request: HttpRequest, at: datetime) -> User | None:
    """Whose second step this is. None when it took too long, or the password or the account has changed since."""
    kept = request.session.get(ASKED)
    if not kept or at.timestamp() - kept["began"] > PATIENCE.total_seconds():
        return None
    user = User.objects.select_for_update().filter(pk=kept["person"], is_active=True, is_staff=True).first()
    return user if user and user.get_session_auth_hash() == kept["hash"] else None


def is_shut(user: User, at: datetime) -> bool:
    """Whether too many codes were wrong within the hour. A log-in opens it, and so does an administrator."""
    opened_by = (Sort.LOGGED_IN, Sort.UNLOCKED, Sort.SECOND_FACTOR_REMOVED)
    wrong = lately(user, Sort.SECOND_STEP_FAILED, since=at - SHUT_FOR, until_one_of=opened_by)
    return wrong >= WRONG_CODES


def key_options(request: HttpRequest, user: Any) -> str:
    """What the browser is asked, to prove a passkey; nothing where the person has none."""
    if not factors(user).filter(type=PASSKEY).exists():
        return ""
    with request_context(request):
        return json.dumps(plain(passkeys.begin_authentication(user)))


def proves_passkey(request: HttpRequest, user: Any, credential: Any, at: datetime) -> bool:
    try:
        with request_context(request), whatever_a_browser_sends():
            passkeys.parse_authentication_response(credential)
            row = passkeys.complete_authentication(user, credential)
    except ValidationError:
        return False
    used(row, at)
    return True


def proves_code(user: Any, code: str, at: datetime) -> bool:
    """Whether this is the code of the app, or one of the recovery codes. Either opens once."""
    for row in Authenticator.objects.filter(user_id=user.pk).exclude(type=PASSKEY):
        if row.type == APP and opens_app(row, code, at):
            used(row, at)
            return True
        if row.type == RECOVERY and row.wrap().validate_code(code):
            used(row, at)
            return True
    return False


def opens_app(row: Authenticator, code: str, at: datetime) -> bool:
    """allauth remembers used codes in the cache of one process; here the last step stands in the row."""
    step = step_of(decrypt(row.data["secret"]), code, at)
    if step is None or step <= row.data.get("step", 0):
        return False
    row.data["step"] = step
    row.save(update_fields=["data"])
    return True


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Which half minute shows this code: this one, the one before or the one after."""
    now = int(at.timestamp()) // app_settings.TOTP_PERIOD
    shown = (
        step
        for step in (now, now - 1, now + 1)
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step)))
    )
    return next(shown, None)


def used(row: Authenticator, at: datetime) -> None:
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)


def renew(user: Any) -> None:
    """At a log-in: what an earlier secret key encrypted goes over to the one of today."""
    for row in Authenticator.objects.filter(user_id=user.pk).exclude(type=PASSKEY):
        name = "secret" if row.type == APP else "seed"
        with suppress(InvalidToken):
            row.data[name] = box().rotate(row.data[name].encode()).decode()
            row.save(update_fields=["data"])


# What comes from and goes to browsers

# All that allauth, fido2 and cryptography make of words that are no passkey.
NO_PASSKEY = (
    ValidationError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    struct.error,
    InvalidSignature,
    UnsupportedAlgorithm,
)


@contextmanager
def whatever_a_browser_sends() -> Iterator[None]:
    try:
        yield
    except NO_PASSKEY as error:
        raise ValidationError(_("The passkey did not fit. Try again.")) from error


def plain(value: Any) -> Any:
    """fido2's mappings as dicts, for JSON."""
    if hasattr(value, "items"):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
