"""A page of the admin with nothing but the editor on it: its tests need no kind, no row and no log-in."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path
from django.utils.html import format_html

from advocacy.richtext.forms import RichTextFormField, write_in

received = []


class TextForm(forms.Form):
    body = RichTextFormField()

    class Media:
        css = {"all": ["admin/css/base.css", "admin/css/dark_mode.css", "admin/css/forms.css"]}
        js = ["admin/js/vendor/jquery/jquery.js", "admin/js/jquery.init.js"]


@login_not_required
def text_page(request, language):
    form = TextForm(request.POST or None, initial={"body": request.GET.get("body", "")})
    write_in(form, language)
    if form.is_valid():
        received.append(form.cleaned_data["body"])
        form = TextForm(initial=form.cleaned_data)
    return HttpResponse(
        format_html(
            '<!doctype html><html lang="en"><head><title>Text</title><link rel="icon" href="data:,">{}</head>'
            '<body><form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
            '<button id="save">Save</button></form></body></html>',
            form.media,
            get_token(request),
            form,
        )
    )


urlpatterns = [path("admin/text/<language>/", text_page), path("", include("advocacy.urls"))]
