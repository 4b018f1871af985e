"""The words of the sample releases and articles. The organisation and its staff do not exist.

The three headlines under real outlets are the real ones; what stands under them is the site's own summary.
"""

from typing import Any

RELEASE: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Faith, heritage and rights groups ask the UN to act as Nagorno-Karabakh empties",
        "slug": "groups-ask-the-un-to-act",
        "subheadline": "In a letter to three senior officials, the coalition sets out ten demands, beginning with relief under a United Nations mandate.",
        "summary": "A broad coalition writes to three officials of the United Nations and asks for action on ten points.",
        "place": "Geneva and Yerevan",
        "body": [
            "A broad range of organisations for religious, cultural and human rights has written to three officials of "
            "the United Nations and asks them to act, while most of a people leaves Nagorno-Karabakh within days.",
            "The letter was delivered today. It puts ten demands, and it asks for a written answer to each of them.",
        ],
        "quote": (
            "A people is leaving its home in a single week. The question is no longer whether the world was warned.",
            "Anna Lindqvist",
            "spokesperson for the coalition",
        ),
        "notes": [
            "The whole letter, with everybody who signed it, stands on this site.",
            "Spokespeople are available in English, Armenian, Russian and French.",
        ],
    },
    "hy": {
        "title": "Կրոնական, մշակութային և իրավապաշտպան կազմակերպությունները ՄԱԿ-ից գործողություն են խնդրում",
        "slug": "kazmakerputyunnery-mak-its-gortsoghutyun-en-khndrum",
        "subheadline": "Երեք բարձրաստիճան պաշտոնյաներին ուղղված նամակում կոալիցիան ներկայացնում է տասը պահանջ։",
        "summary": "Լայն կոալիցիան դիմում է Միավորված ազգերի կազմակերպության երեք պաշտոնյաների և գործողություն է խնդրում տասը կետով։",
        "place": "Ժնև և Երևան",
        "body": [
            "Կրոնական, մշակութային և մարդու իրավունքների բազմաթիվ կազմակերպություններ գրել են Միավորված ազգերի "
            "կազմակերպության երեք պաշտոնյաների և խնդրում են գործել, մինչ մի ողջ ժողովուրդ օրերի ընթացքում հեռանում է Լեռնային "
            "Ղարաբաղից։",
            "Նամակը հանձնվել է այսօր։ Այն տասը պահանջ է ներկայացնում և դրանցից յուրաքանչյուրին գրավոր պատասխան խնդրում։",
        ],
        "quote": (
            "Մի ժողովուրդ մեկ շաբաթում թողնում է իր տունը։ Հարցն այլևս այն չէ, թե աշխարհը զգուշացվա՞ծ էր։",
            "Աննա Լինդքվիստ",
            "կոալիցիայի խոսնակ",
        ),
        "notes": ["Ամբողջ նամակը՝ բոլոր ստորագրողներով, այս կայքում է։"],
    },
    "ar": {
        "title": "منظمات دينية وثقافية وحقوقية تدعو الأمم المتحدة إلى التحرك",
        "slug": "munazzamat-tadu-al-umam-al-muttahida",
        "subheadline": "في رسالة إلى ثلاثة من كبار المسؤولين، يطرح الائتلاف عشرة مطالب، أولها الإغاثة بتفويض من الأمم المتحدة.",
        "summary": "ائتلاف واسع يكتب إلى ثلاثة مسؤولين في الأمم المتحدة ويطلب التحرك في عشر نقاط.",
        "place": "جنيف ويريفان",
        "body": [
            "كتبت مجموعة واسعة من المنظمات الدينية والثقافية والحقوقية إلى ثلاثة مسؤولين في الأمم المتحدة تطلب منهم التحرك، "
            "فيما يغادر معظم الناس ناغورني قره باغ في غضون أيام.",
            "سُلّمت الرسالة اليوم. وهي تطرح عشرة مطالب وتطلب جواباً مكتوباً على كل منها.",
        ],
        "quote": (
            "شعب يغادر بيته في أسبوع واحد. لم يعد السؤال إن كان العالم قد أُنذر.",
            "آنا ليندكفيست",
            "المتحدثة باسم الائتلاف",
        ),
        "notes": ["الرسالة كاملة، مع كل من وقّعها، موجودة على هذا الموقع."],
    },
}

# Day, form, title, summary. Newest first; the first three are those a reader meets on the home page.
OTHERS = [
    (
        "2026-03-12",
        "release",
        "Thirty months on, the demands stand and none is met in full",
        "The coalition’s second review finds two demands partly met in new ways and one refused.",
    ),
    (
        "2026-02-05",
        "statement",
        "Heritage groups ask for a list of what can still be surveyed",
        "A statement on church and cemetery sites, and on who may visit them.",
    ),
    (
        "2025-12-10",
        "release",
        "Families of detainees meet members of four parliaments",
        "Relatives brought letters, photographs and one request: a date.",
    ),
    (
        "2025-10-02",
        "release",
        "Two years of open doors: what host towns report",
        "Town halls describe schools, clinics and what they lack.",
    ),
    (
        "2025-09-19",
        "statement",
        "A statement on the second anniversary of the offensive",
        "The coalition remembers the dead and repeats what it asks for.",
    ),
    (
        "2025-06-30",
        "release",
        "Coalition publishes how it decides whether a demand is met",
        "The method page explains who checks, how often and against what.",
    ),
    (
        "2025-05-08",
        "release",
        "Students map the names of villages as their grandparents knew them",
        "Two universities begin a public list of place names.",
    ),
    ("2025-03-14", "statement", "A statement on access to monasteries", "Pilgrims ask who keeps the keys."),
    (
        "2025-01-27",
        "release",
        "Volunteers scan ten thousand family letters",
        "The letters stay with the families; copies go to the archive.",
    ),
    (
        "2024-12-10",
        "release",
        "On Human Rights Day, partners read the ten demands aloud",
        "Readings in nine cities, each in the language of the city.",
    ),
    (
        "2024-11-11",
        "statement",
        "A statement on the climate conference",
        "Whoever receives guests should be asked about those it holds.",
    ),
    (
        "2024-09-27",
        "release",
        "One year after the letter, the coalition asks for answers in writing",
        "A first review of what came of each demand.",
    ),
    (
        "2024-09-19",
        "statement",
        "A statement one year after the offensive",
        "The coalition asks that the missing be named.",
    ),
    (
        "2024-07-04",
        "release",
        "Lawyers open a desk for families of prisoners",
        "Advice is free and is given in four languages.",
    ),
    (
        "2024-05-21",
        "release",
        "A touring exhibition shows the road out",
        "Photographs by those who walked it.",
    ),
    (
        "2024-04-24",
        "statement",
        "A statement on the day of remembrance",
        "What was lost a century ago is asked for again.",
    ),
    (
        "2024-03-07",
        "release",
        "Midwives report from the reception centres",
        "The report counts births and asks for ambulances.",
    ),
    (
        "2024-02-01",
        "release",
        "Coalition delivers a list of churches to the Council’s President",
        "The list names each site and when it was last seen.",
    ),
    (
        "2023-12-15",
        "release",
        "Partners welcome the return of those who were held",
        "The coalition asks for the release of all the others.",
    ),
    (
        "2023-11-16",
        "statement",
        "A statement on the order of the Court",
        "The order binds, and it says what is to be done.",
    ),
    (
        "2023-10-26",
        "release",
        "Two winters’ worth of blankets and one request",
        "Relief groups ask for a needs assessment before the snow.",
    ),
    (
        "2023-10-10",
        "statement",
        "A statement on the resolution that was not put to the vote",
        "Delay is an answer too.",
    ),
    ("2023-08-15", "statement", "A statement on the closed road", "Eight months without a lorry of food."),
    (
        "2023-06-20",
        "release",
        "Doctors describe a hospital without supplies",
        "Testimony from those who work there.",
    ),
    (
        "2023-03-01",
        "release",
        "Coalition asks that the Court’s order be carried out",
        "The order of February says: unimpeded movement.",
    ),
]

BODY = [
    "{summary} This text is a sample: it shows how an older item of the list looks, and no event is claimed by it.",
    "Whoever writes a real one puts the news first, then who says so, then what is asked and of whom.",
]

OUTLETS = [
    ("Reuters", "https://www.reuters.com/", []),
    ("The Wall Street Journal", "https://www.wsj.com/", ["Wall Street Journal", "WSJ"]),
    ("The Guardian", "https://www.theguardian.com/", ["Guardian"]),
]

ARTICLES = [
    (
        "Reuters",
        "Nagorno-Karabakh exodus amounts to a war crime, legal experts say",
        "Lawyers whom the agency asked hold that driving people out by fear and by a blockade can be a crime under the "
        "founding documents of the International Criminal Court.",
    ),
    (
        "The Wall Street Journal",
        "'I'm Alive but I Feel Dead': Inside an Exodus Decades in the Making",
        "A report from the road to Armenia, from families who left within hours, and on the long conflict behind it.",
    ),
    (
        "The Guardian",
        "'Genocide is happening before our eyes': Armenian Americans push for US action against Azerbaijan",
        "",
    ),
]

SAMPLE_OUTLETS = ["Example Courier", "Sample Gazette", "Muster-Anzeiger", "Le Spécimen"]
SAMPLE_HEADLINES = [
    ("A letter with ten points and no answer yet", "en"),
    ("Was aus den zehn Forderungen wurde", "de"),
    ("Dix demandes, et le silence", "fr"),
    ("The archive that fits into a suitcase", "en"),
    ("Who counts the churches", "en"),
    ("Eine Koalition führt Buch", "de"),
]
SAMPLE_ARTICLES = 24

# The bulletin takes its title and preheader from the release.
BULLETIN = {
    "en": {"slug": "bulletin-2023-09-29", "heading": "Global media coverage of genocide in Nagorno-Karabakh"},
    "hy": {
        "slug": "teghekagir-2023-09-29",
        "heading": "Համաշխարհային մամուլը Լեռնային Ղարաբաղում ցեղասպանության մասին",
    },
    "ar": {"slug": "nashra-2023-09-29", "heading": "التغطية الإعلامية العالمية للإبادة في ناغورني قره باغ"},
}
