"""A small cast: one person for each role."""

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import Group

from advocacy.accounts import second_factor
from advocacy.accounts.models import User

PASSWORD = "correct horse battery"


def make_user(*, role="Editor", name="", password=PASSWORD, **more):
    """A member of staff in one group; `role=None` for a superuser."""
    name = name or (role or "superuser").lower().replace(" ", "-")
    more.setdefault("email", f"{name}@staff.example")
    more.setdefault("first_name", name.title())
    user = User(username=name, is_staff=True, is_superuser=role is None, **more)
    user.set_password(password)
    user.save()
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user, secret=SECRET):
    """An authenticator app and recovery codes; the codes."""
    TOTP.activate(user, secret)
    return second_factor.new_recovery_codes(user)


def app_code(at, secret=SECRET):
    """What the app shows at this moment."""
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))


def any_user():
    """Somebody of the staff, where it does not matter who."""
    return User.objects.first() or make_user()


def log_in(client, **credentials):
    """Through the form, as people do; the answer is the page that follows."""
    return client.post("/admin/login/?next=/admin/", credentials)


def links_in(text):
    """The paths of the links in a mail."""
    return [
        word.split("://", 1)[1].split("/", 1)[1]
        for word in text.split()
        if "://" in word and "/admin/" in word
    ]


def the_link():
    """The path in the newest message, which goes to one person."""
    from advocacy.mail.models import Message

    [link] = links_in(Message.objects.order_by("-pk").first().text)
    return "/" + link
