"""People and groups. People are invited by mail, choose a password, and are disabled when they leave."""

from collections.abc import Callable
from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  (registers what is taken out below)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.utils import reset as forget_failures
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.accounts import second_factor
from advocacy.accounts.forms import InvitationForm, PersonForm
from advocacy.accounts.log import Sort, record
from advocacy.accounts.mail import send_invitation, send_password_link
from advocacy.accounts.models import StaffAction, User
from advocacy.accounts.roles import ROLE_NAMES
from advocacy.accounts.sessions import places
from advocacy.site.admin_site import SET_UP


def role_name(group: Group) -> str:
    return str(ROLE_NAMES.get(group.name, group.name))


def role_names(person: User) -> str:
    return ", ".join(role_name(group) for group in person.groups.order_by("pk"))


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("active", _("Active")),
            ("invited", _("Invited, no password so far")),
            ("disabled", _("Disabled")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        state = self.value()
        return getattr(queryset, state)() if state in {"active", "invited", "disabled"} else queryset


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    desk_group = SET_UP
    desk_order = 80

    form = PersonForm
    add_form = InvitationForm
    change_form_template = "admin/accounts/user/change_form.html"
    list_display = ("name", "email", "roles", "language", "state", "last_login")
    list_display_links = ("name",)
    list_filter = (StateFilter, "groups")
    search_fields = ("first_name", "last_name", "username", "email")
    search_help_text = gettext_lazy("Search by name, log-in name or e-mail address.")
    readonly_fields = ("last_login", "date_joined")
    actions = ("invite_again", "disable", "unlock")
    add_fieldsets = (
        (
            None,
            {
                "description": gettext_lazy(
                    "The person receives an e-mail with a link, by which they choose a password of their own."
                ),
                "fields": ("first_name", "last_name", "email", "groups", "language", "time_zone"),
            },
        ),
    )
    fieldsets = (
        (None, {"fields": ("first_name", "last_name", "email", "username")}),
        (gettext_lazy("What this person may do"), {"fields": ("groups",)}),
        (gettext_lazy("Language and time"), {"fields": ("language", "time_zone")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    superuser_fieldset = (
        gettext_lazy("Beyond the groups"),
        {"fields": ("is_superuser", "user_permissions"), "classes": ("collapse",)},
    )
    filter_horizontal = ("user_permissions",)

    # -- the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=gettext_lazy("Name"), ordering="first_name")
    def name(self, person: User) -> str:
        return person.display_name

    @admin.display(description=gettext_lazy("Groups"))
    def roles(self, person: User) -> str:
        return ", ".join(role_name(group) for group in person.groups.all())

    @admin.display(description=gettext_lazy("State"))
    def state(self, person: User) -> str:
        if not person.is_active:
            return _("Disabled")
        return _("Invited") if person.is_invited else _("Active")

    # -- who may change whom

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account is changed by superusers only: its address is a way into the account."""
        if obj and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj and (obj == request.user or (obj.is_superuser and not request.user.is_superuser)):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # people who leave are disabled
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nobody is deleted whom the record names, the list of what staff changed included."""
        deletable, counts, missing, protected = super().get_deleted_objects(objs, request)
        named = LogEntry.objects.filter(user__in=objs).count()
        if named:
            protected = [
                *protected,
                ngettext(
                    "%(count)d entry in the list of changes",
                    "%(count)d entries in the list of changes",
                    named,
                )
                % {"count": named},
            ]
        return deletable, counts, missing, protected

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        # Hashes of passwords could be read sign by sign through filters in the address.
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    # -- the forms

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return (*self.fieldsets, self.superuser_fieldset) if request.user.is_superuser else self.fieldsets

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = self.add_form
        return super().get_form(request, obj, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        return {"language": request.user.language, "time_zone": request.user.time_zone}

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            at = timezone.now()
            send_invitation(obj, by=request.user, at=at)
            record(request.user, Sort.INVITED, obj.email, about=obj, at=at)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        person = form.instance
        before = role_names(person)
        super().save_related(request, form, formsets, change)
        after = role_names(person)
        if change and before != after:
            words = _("From “%(before)s” to “%(after)s”.") % {"before": before, "after": after}
            record(request.user, Sort.ROLES_CHANGED, words, about=person, at=timezone.now())

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, _("An invitation goes to %(email)s.") % {"email": obj.email})
        return super().response_add(request, obj, post_url_continue)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        may = bool(person and person != request.user and self.has_change_permission(request, person))
        context = {**(extra_context or {}), "may_disable": may}
        if may and person:
            context["has_second_factor"] = second_factor.has_one(person)
            context["places"] = places(person, request, timezone.now())
        return super().change_view(request, object_id, form_url, context)

    # -- deeds: buttons on the form, and actions in the list

    def get_urls(self) -> list:
        deeds: dict[str, tuple[Callable, Sort]] = {
            "invite": (self._invite, Sort.INVITED),
            "send-link": (self._send_link, Sort.LINK_SENT),
            "disable": (self._disable, Sort.DISABLED),
            "enable": (self._enable, Sort.ENABLED),
            "unlock": (self._unlock, Sort.UNLOCKED),
            "sign-out": (self._sign_out, Sort.SIGNED_OUT_EVERYWHERE),
        }
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    self.admin_site.admin_view(self._deed(deed, sort)),
                    name=f"accounts_user_{name}",
                )
                for name, (deed, sort) in deeds.items()
            ),
            path(
                "<int:pk>/reset-second-factor/",
                self.admin_site.admin_view(self.reset_second_factor),
                name="accounts_user_reset-second-factor",
            ),
            *super().get_urls(),
        ]

    def _deed(self, deed: Callable[[HttpRequest, User], str], sort: Sort) -> Callable[..., HttpResponse]:
        @method_decorator(require_POST)
        def view(_self: Any, request: HttpRequest, pk: int) -> HttpResponse:
            with transaction.atomic():
                person = self._locked(request, pk)
                said = deed(request, person)
                record(request.user, sort, said, about=person, at=timezone.now())
            messages.success(request, said)
            return redirect("admin:accounts_user_change", pk)

        return view.__get__(self)

    def _locked(self, request: HttpRequest, pk: int) -> User:
        person = get_object_or_404(User.objects.select_for_update(), pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        return person

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    @method_decorator(transaction.atomic)
    def reset_second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For who has lost the device: asks once, then takes the second factor and every session away."""
        person = self._locked(request, pk)
        if person == request.user:
            raise PermissionDenied  # one's own is changed on the account page, with the password
        if request.method != "POST":
            title = _("Reset the second factor of %(name)s") % {"name": person}
            context = {**self.admin_site.each_context(request), "title": title, "person": person}
            context |= {"opts": self.opts, "needs_one": second_factor.needs_one(person)}
            return render(request, "admin/accounts/user/reset_second_factor.html", context)
        second_factor.remove_all(person)
        person.sign_out_everywhere()
        record(request.user, Sort.SECOND_FACTOR_REMOVED, about=person, at=timezone.now())
        messages.success(
            request,
            _("The second factor of %(name)s is reset, and every log-in has ended.") % {"name": person},
        )
        return redirect("admin:accounts_user_change", pk)

    def _invite(self, request: HttpRequest, person: User) -> str:
        if not person.is_invited:
            return _("%(name)s has a password already, so there was nothing to send.") % {"name": person}
        send_invitation(person, by=request.user, at=timezone.now())
        return _("An invitation goes to %(email)s.") % {"email": person.email}

    def _send_link(self, request: HttpRequest, person: User) -> str:
        if not person.is_active:
            raise PermissionDenied
        send_password_link(person, at=timezone.now())
        return _("A link for a new password goes to %(email)s.") % {"email": person.email}

    def _disable(self, request: HttpRequest, person: User) -> str:
        if person == request.user:
            raise PermissionDenied
        person.disable()
        return _("The account of %(name)s is disabled. Every log-in of theirs has ended.") % {"name": person}

    def _enable(self, request: HttpRequest, person: User) -> str:
        if person.is_active:
            return _("The account of %(name)s is not disabled.") % {"name": person}
        person.enable()
        send_invitation(person, by=request.user, at=timezone.now())
        return _("%(name)s may work here again. An invitation goes to %(email)s.") % {
            "name": person,
            "email": person.email,
        }

    def _unlock(self, request: HttpRequest, person: User) -> str:
        forget_failures(username=person.username)  # the line in the log forgets wrong codes too
        return _("%(name)s may try to log in again.") % {"name": person}

    def _sign_out(self, request: HttpRequest, person: User) -> str:
        person.sign_out_everywhere()
        return _("Every log-in of %(name)s has ended.") % {"name": person}

    @admin.action(description=gettext_lazy("Invite again"), permissions=["change"])
    def invite_again(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._each(request, queryset.invited(), self._invite, Sort.INVITED)

    @admin.action(description=gettext_lazy("Disable account"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        chosen = queryset.active().exclude(pk=request.user.pk)
        self._each(request, chosen, self._disable, Sort.DISABLED)

    @admin.action(description=gettext_lazy("Let them try to log in again"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._each(request, queryset, self._unlock, Sort.UNLOCKED)

    def _each(
        self,
        request: HttpRequest,
        chosen: QuerySet[User],
        deed: Callable[[HttpRequest, User], str],
        sort: Sort,
    ) -> None:
        people = [person for person in chosen if self.has_change_permission(request, person)]
        with transaction.atomic():
            for person in people:
                said = deed(request, person)
                record(request.user, sort, said, about=person, at=timezone.now())
                messages.success(request, said)
        if not people:
            messages.warning(request, _("This could be done for none of the people you chose."))


class SortFilter(admin.SimpleListFilter):
    title = gettext_lazy("sort of action")
    parameter_name = "sort"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(value), label) for value, label in Sort.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        known = {str(value) for value in Sort.values}
        return queryset.filter(action_flag=self.value()) if self.value() in known else queryset


@admin.register(StaffAction)
class StaffLogAdmin(admin.ModelAdmin):
    """The staff log, to be read (advocacy/accounts/log.py)."""

    desk_group = SET_UP
    desk_order = 90

    list_display = ("moment", "person", "sort", "about", "words")
    list_display_links = None
    list_filter = (SortFilter, ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "content_type")
    date_hierarchy = "action_time"
    ordering = ("-action_time", "-pk")
    search_fields = (
        "object_repr",
        "change_message",
        "user__first_name",
        "user__last_name",
        "user__username",
        "user__email",
    )
    search_help_text = gettext_lazy("Search by person, by what it was done to, or by what was written of it.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("When"), ordering="action_time")
    def moment(self, action: StaffAction) -> Any:
        return action.action_time

    @admin.display(description=gettext_lazy("Who"), ordering="user__first_name")
    def person(self, action: StaffAction) -> str:
        return action.user.display_name

    @admin.display(description=gettext_lazy("What"), ordering="action_flag")
    def sort(self, action: StaffAction) -> str:
        return str(Sort(action.action_flag).label) if action.action_flag in Sort.values else ""

    @admin.display(description=gettext_lazy("To what"))
    def about(self, action: StaffAction) -> str:
        is_own_account = action.action_flag in Sort.values and action.action_flag > Sort.DELETED
        if not action.content_type or (is_own_account and action.object_id == str(action.user_id)):
            return ""
        name = action.content_type.name
        return format_html("{} <small>{}</small>", action.object_repr, name)

    @admin.display(description=gettext_lazy("More"))
    def words(self, action: StaffAction) -> str:
        return action.get_change_message()


for model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(model)  # allauth's pages would show secrets, and rows that we do not use


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    desk_group = SET_UP
    desk_order = 85
