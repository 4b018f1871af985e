"""JSON-LD for search engines (schema.org): articles and the organisation behind them."""

from typing import Any

from django.conf import settings

from advocacy.publishing.models import Version


def organisation(imprint: Any) -> dict[str, Any]:
    """schema.org/Organization of the site."""
    data = {"@type": "Organization", "name": imprint.name, "url": settings.SITE_URL + "/"}
    if imprint.press_email or imprint.phone:
        data["contactPoint"] = {
            "@type": "ContactPoint",
            "contactType": "press",
            **({"email": imprint.press_email} if imprint.press_email else {}),
            **({"telephone": imprint.phone} if imprint.phone else {}),
        }
    return data


def article(version: Version, imprint: Any) -> dict[str, Any]:
    """schema.org/NewsArticle or what the kind calls itself, of one public text."""
    return {
        "@type": version.kind_class.schema_type,
        "headline": version.title,
        "description": version.summary,
        "inLanguage": version.language,
        "datePublished": version.dated.isoformat()
        if version.work.imported
        else version.first_public.isoformat(),
        "dateModified": version.starts.isoformat(),
        "url": settings.SITE_URL + version.url,
        "publisher": organisation(imprint),
        **corrections(version),
    }


def corrections(version: Version) -> dict[str, Any]:
    """schema.org/CorrectionComment for each correction."""
    notes = [
        {"@type": "CorrectionComment", "text": told["note"], "datePublished": told["at"].isoformat()}
        for told in version.correction_notes
    ]
    return {"correction": notes} if notes else {}
