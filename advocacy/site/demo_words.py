"""The words of the sample organisation and its pages."""

from typing import Any

ORGANISATION = {
    "en": {
        "name": "Coalition for Artsakh Relief & Memory",
        "about_line": "We publish what we asked for, who asked with us, and what happened next.",
        "reprint_note": "Text on this site may be reprinted with credit.",
        "boilerplate": "<p>The coalition brings together organisations that defend freedom of religion, cultural heritage and "
        "human rights. It takes no money from governments. It is a sample and does not exist.</p>",
        "at_risk_note": "Do not write to us from a device that others can read.",
        "address": "1 Sample Street\n0001 Yerevan\nArmenia",
    },
    "hy": {
        "name": "Արցախի օգնության և հիշողության կոալիցիա",
        "about_line": "Հրապարակում ենք՝ ինչ ենք խնդրել, ով է խնդրել մեզ հետ և ինչ է տեղի ունեցել հետո։",
        "reprint_note": "Կայքի տեքստերը կարելի է վերահրապարակել՝ նշելով աղբյուրը։",
        "boilerplate": "<p>Կոալիցիան միավորում է կրոնի ազատությունը, մշակութային ժառանգությունը և մարդու իրավունքները "
        "պաշտպանող կազմակերպությունների։ Այն գումար չի ստանում կառավարություններից։ Սա նմուշ է և գոյություն չունի։</p>",
        "at_risk_note": "Մի՛ գրեք մեզ սարքից, որը կարող են կարդալ ուրիշները։",
        "address": "Նմուշի փողոց 1\n0001 Երևան\nՀայաստան",
    },
    "ru": {
        "name": "Коалиция помощи и памяти Арцаха",
        "about_line": "Мы публикуем, о чём просили, кто просил вместе с нами и что произошло потом.",
        "reprint_note": "Тексты сайта можно перепечатывать со ссылкой на источник.",
        "boilerplate": "<p>Коалиция объединяет организации, которые защищают свободу религии, культурное наследие и права "
        "человека. Она не берёт денег у правительств. Это образец, такой коалиции нет.</p>",
        "at_risk_note": "Не пишите нам с устройства, которое могут читать другие.",
        "address": "ул. Образцовая, 1\n0001 Ереван\nАрмения",
    },
    "fr": {
        "name": "Coalition pour l’aide et la mémoire de l’Artsakh",
        "about_line": "Nous publions ce que nous avons demandé, avec qui, et ce qui s’est passé ensuite.",
        "reprint_note": "Les textes de ce site peuvent être repris avec mention de la source.",
        "boilerplate": "<p>La coalition réunit des organisations qui défendent la liberté de religion, le patrimoine culturel "
        "et les droits humains. Elle n’accepte pas d’argent des gouvernements. C’est un exemple : elle n’existe pas.</p>",
        "at_risk_note": "N’écrivez pas depuis un appareil que d’autres peuvent lire.",
        "address": "1, rue de l’Exemple\n0001 Erevan\nArménie",
    },
    "ar": {
        "name": "ائتلاف آرتساخ للإغاثة والذاكرة",
        "about_line": "ننشر ما طلبناه، ومن طلبه معنا، وما حدث بعد ذلك.",
        "reprint_note": "يمكن إعادة نشر نصوص هذا الموقع مع ذكر المصدر.",
        "boilerplate": "<p>يجمع الائتلاف منظمات تدافع عن حرية الدين والتراث الثقافي وحقوق الإنسان. ولا يأخذ مالاً من الحكومات. "
        "هذا نموذج ولا وجود له.</p>",
        "at_risk_note": "لا تكتبوا إلينا من جهاز يستطيع غيركم قراءته.",
        "address": "شارع النموذج ١\n٠٠٠١ يريفان\nأرمينيا",
    },
}

PEOPLE: list[dict[str, Any]] = [
    {
        "spoken": ["en", "fr"],
        "texts": {
            "en": ("Anna Lindqvist", "Spokesperson"),
            "hy": ("Աննա Լինդքվիստ", "Խոսնակ"),
            "ru": ("Анна Линдквист", "Представитель для прессы"),
            "fr": ("Anna Lindqvist", "Porte-parole"),
            "ar": ("آنا ليندكفيست", "المتحدثة"),
        },
    },
    {
        "spoken": ["hy", "ru", "en"],
        "texts": {
            "en": ("Aram Petrosyan", "Press officer"),
            "hy": ("Արամ Պետրոսյան", "Մամուլի պատասխանատու"),
            "ru": ("Арам Петросян", "Пресс-секретарь"),
            "fr": ("Aram Petrosyan", "Attaché de presse"),
            "ar": ("آرام بتروسيان", "المسؤول الصحفي"),
        },
    },
]

TERMS: list[dict[str, Any]] = [
    {
        "texts": {"en": "Nagorno-Karabakh", "fr": "Haut-Karabakh"},
        "note": "The name the United Nations uses. Artsakh in quotations and in our own name.",
    },
]

PAGES: list[dict[str, Any]] = [
    {
        "title": "About the coalition",
        "slug": "about",
        "place": "footer",
        "summary": "Who we are, who pays for it, and how to reach us.",
        "body": [
            "<p>The coalition is a sample: it shows what an organisation can say about itself here.</p>",
            "<h2>Who decides</h2><p>A board of five people from member organisations, elected for two years.</p>",
            "<h2>Who pays</h2><p>Members and readers. No government does.</p>",
        ],
    },
    {
        "title": "How we decide",
        "slug": "how-we-decide",
        "place": "footer",
        "is_method": True,
        "summary": "When a demand counts as met, partly met, refused or overtaken by events.",
        "body": [
            "<p>Each demand has one status, and each change of a status has a date and a source that a reader can check.</p>",
            "<ul><li><strong>Open</strong>: nothing has been done that the demand asks for.</li>"
            "<li><strong>Partly met</strong>: a part of it has been done, and the record says which.</li>"
            "<li><strong>Met</strong>: what was asked for has been done.</li>"
            "<li><strong>Refused</strong>: an addressee said no, in words that can be read.</li>"
            "<li><strong>Overtaken</strong>: events have made the demand moot, and the record says how.</li></ul>",
            "<p>An entry in the record is never changed. What turns out to be wrong is put right by a new entry.</p>",
        ],
    },
    {
        "title": "Accessibility",
        "slug": "accessibility",
        "place": "footer",
        "summary": "How this site is built so that everybody can read it, and whom to tell where it fails.",
        "body": [
            "<p>The site follows the Web Content Accessibility Guidelines 2.2 at level AA. It works without scripts, with a "
            "keyboard, with a screen reader, at four times the size and in high contrast.</p>",
            "<p>Tell the press desk where something does not work for you; it will be mended.</p>",
        ],
    },
    {
        "title": "Privacy: no trackers",
        "slug": "privacy",
        "lists_rules": True,
        "place": "footer",
        "summary": "What this site knows about you, and until when.",
        "body": [
            "<p>Reading this site leaves no cookie on your device and sends nothing to anybody else.</p>",
            "<h2>When you write to the press desk</h2><p>Your name, address and question are kept until the date that stands "
            "under the form, and are then deleted.</p>",
            "<h2>When you sign a letter</h2><p>Your name is shown only if you asked for it. Your e-mail address is never "
            "shown.</p>",
        ],
    },
]
