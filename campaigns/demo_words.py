"""The words of the sample letter: a coalition that does not exist wrote it. Facts are facts, sentences are samples.

Armenian and Arabic are drafts that show how the pages look; native readers check such texts before a real site.
"""

from typing import Any

ADDRESSEES: list[dict[str, Any]] = [
    {
        "en": ("António Guterres", "Secretary-General", "United Nations"),
        "hy": ("Անտոնիու Գուտերեշ", "Գլխավոր քարտուղար", "Միավորված ազգերի կազմակերպություն"),
        "ar": ("أنطونيو غوتيريش", "الأمين العام", "الأمم المتحدة"),
        "from": "2017-01-01",
        "to": None,
    },
    {
        "en": ("Volker Türk", "High Commissioner for Human Rights", "United Nations"),
        "hy": (
            "Ֆոլկեր Թյուրք",
            "Մարդու իրավունքների գերագույն հանձնակատար",
            "Միավորված ազգերի կազմակերպություն",
        ),
        "ar": ("فولكر تورك", "المفوض السامي لحقوق الإنسان", "الأمم المتحدة"),
        "from": "2022-10-17",
        "to": None,
    },
    {
        "en": ("Václav Bálek", "President of the Human Rights Council", "United Nations"),
        "hy": ("Վացլավ Բալեկ", "Մարդու իրավունքների խորհրդի նախագահ", "Միավորված ազգերի կազմակերպություն"),
        "ar": ("فاتسلاف باليك", "رئيس مجلس حقوق الإنسان", "الأمم المتحدة"),
        "from": "2023-01-01",
        "to": "2023-12-31",
    },
]

# Paragraphs 2, 3 and 4 are the passages that the release quotes.
LETTER: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Ten demands for Nagorno-Karabakh",
        "slug": "ten-demands-for-nagorno-karabakh",
        "addressed_to": "to the United Nations",
        "summary": (
            "We asked the Secretary-General, the High Commissioner for Human Rights and the President of the Human "
            "Rights Council to act. This is what we asked for, and what has happened since."
        ),
        "body": [
            "We write for organisations that defend freedom of religion, look after a shared heritage and document "
            "violations of human rights. We come from different traditions and do not agree on everything. On this we do.",
            "Because those who lead the United Nations did not act, the president of Azerbaijan felt free to break "
            "agreements, cease-fires and two orders of the International Court of Justice. Each time you called on him "
            "not to use force, he used it.",
            "What is now called a cease-fire, and the “integration” that is being imposed on the Armenians of "
            "Nagorno-Karabakh, have no legitimacy. Both run against international law, and both are a rebuke to your own "
            "calls for a settlement reached by negotiation.",
            "No condemnation has halted this campaign, which is waged in alliance with the president of Russia. People "
            "are being driven from their land, from their monasteries and from the graves of their families. A guarantee "
            "of their rights and their security was never meant.",
            "For nine months the one road out was closed. On 19 September the shelling began, and within days most of a "
            "people had crossed into Armenia with what they could carry.",
            "The ten points below are what we ask of your offices. We will publish each answer that we receive, and we "
            "will say so where none came.",
        ],
        "passage": "Each time you called on him not to use force, he used it.",
    },
    "hy": {
        "title": "Տասը պահանջ Լեռնային Ղարաբաղի համար",
        "slug": "tasy-pahanj-lernayin-gharabaghi-hamar",
        "addressed_to": "Միավորված ազգերի կազմակերպությանը",
        "summary": (
            "Դիմել ենք գլխավոր քարտուղարին, մարդու իրավունքների գերագույն հանձնակատարին և Մարդու իրավունքների խորհրդի "
            "նախագահին։ Ահա թե ինչ ենք խնդրել և ինչ է տեղի ունեցել դրանից հետո։"
        ),
        "body": [
            "Գրում ենք այն կազմակերպությունների անունից, որոնք պաշտպանում են կրոնի ազատությունը, պահպանում ընդհանուր "
            "ժառանգությունը և փաստագրում մարդու իրավունքների խախտումները։ Մենք տարբեր ավանդույթներից ենք և ամեն հարցում "
            "համաձայն չենք։ Այս հարցում համաձայն ենք։",
            "Քանի որ Միավորված ազգերի կազմակերպության ղեկավարները չգործեցին, Ադրբեջանի նախագահն իրեն ազատ զգաց խախտելու "
            "համաձայնագրերը, հրադադարները և Արդարադատության միջազգային դատարանի երկու որոշումները։ Ամեն անգամ, երբ կոչ "
            "արեցիք ուժ չկիրառել, նա կիրառեց։",
            "Այն, ինչ այժմ կոչվում է հրադադար, և Լեռնային Ղարաբաղի հայերին պարտադրվող «ինտեգրումը» լեգիտիմ չեն։ Երկուսն էլ "
            "հակասում են միջազգային իրավունքին և մերժում են բանակցային կարգավորման ձեր իսկ կոչերը։",
            "Ոչ մի դատապարտում չի կասեցրել այս արշավը, որը վարվում է Ռուսաստանի նախագահի հետ դաշինքով։ Մարդկանց քշում են "
            "իրենց հողից, վանքերից և իրենց ընտանիքների գերեզմաններից։ Նրանց իրավունքների և անվտանգության երաշխիք երբեք չի "
            "ենթադրվել։",
            "Ինը ամիս դուրս տանող միակ ճանապարհը փակ էր։ Սեպտեմբերի 19-ին սկսվեց գնդակոծությունը, և մի քանի օրում "
            "ժողովրդի մեծ մասն անցավ Հայաստան՝ տանելով այն, ինչ կարող էր։",
            "Ստորև տասը կետերն այն են, ինչ խնդրում ենք ձեր գրասենյակներից։ Կհրապարակենք ստացված յուրաքանչյուր պատասխան և "
            "կասենք, եթե պատասխան չեղավ։",
        ],
        "passage": "Ամեն անգամ, երբ կոչ արեցիք ուժ չկիրառել, նա կիրառեց։",
    },
    "ar": {
        "title": "عشرة مطالب من أجل ناغورني قره باغ",
        "slug": "ashara-matalib-nagorno-karabakh",
        "addressed_to": "إلى الأمم المتحدة",
        "summary": (
            "طلبنا من الأمين العام والمفوض السامي لحقوق الإنسان ورئيس مجلس حقوق الإنسان أن يتحركوا. هذا ما طلبناه، وهذا "
            "ما حدث بعد ذلك."
        ),
        "body": [
            "نكتب باسم منظمات تدافع عن حرية الدين وترعى تراثاً مشتركاً وتوثّق انتهاكات حقوق الإنسان. نأتي من تقاليد "
            "مختلفة ولا نتفق على كل شيء. على هذا نتفق.",
            "لأن قادة الأمم المتحدة لم يتحركوا، شعر رئيس أذربيجان بأنه حرّ في نقض الاتفاقات ووقف إطلاق النار وأمرين "
            "صادرين عن محكمة العدل الدولية. وفي كل مرة دعوتموه إلى عدم استخدام القوة استخدمها.",
            "ما يُسمّى الآن وقفاً لإطلاق النار، و«الاندماج» الذي يُفرض على أرمن ناغورني قره باغ، لا شرعية لهما. كلاهما "
            "يخالف القانون الدولي، وكلاهما ردّ على دعواتكم أنتم إلى تسوية بالتفاوض.",
            "لم توقف أي إدانة هذه الحملة التي تُشنّ بالتحالف مع رئيس روسيا. يُقتلع الناس من أرضهم ومن أديرتهم ومن قبور "
            "أهلهم. ولم يكن المقصود يوماً أن تُضمن حقوقهم أو أمنهم.",
            "ظلّ الطريق الوحيد إلى الخارج مغلقاً تسعة أشهر. وفي ١٩ سبتمبر بدأ القصف، وفي غضون أيام عبر معظم الناس إلى "
            "أرمينيا بما استطاعوا حمله.",
            "النقاط العشر أدناه هي ما نطلبه من مكاتبكم. سننشر كل جواب يصلنا، وسنقول حين لا يصلنا جواب.",
        ],
        "passage": "وفي كل مرة دعوتموه إلى عدم استخدام القوة استخدمها.",
    },
}

# Label, the demand in one line, its wording.
DEMANDS = {
    "en": [
        (
            "Relief",
            "Bring humanitarian relief under a UN mandate",
            "Provide humanitarian relief under a United Nations mandate, with a full assessment of what is needed and "
            "with access that nobody impedes.",
        ),
        (
            "Mission",
            "Send a rapid-response mission to Armenia",
            "Send a rapid-response mission to Armenia that assesses how the refugees are and establishes what has "
            "happened since the offensive of 19 September 2023, possible violations of human-rights law and of "
            "humanitarian law included.",
        ),
        (
            "Recognition",
            "Denounce the attacks on the population as genocide",
            "Denounce in public the attacks on the population as what they are: genocide.",
        ),
        (
            "No force",
            "Say that force gives no basis for a status",
            "State in public that the use of force gives no legitimate basis for a permanent status.",
        ),
        (
            "Presence",
            "Declare that an international presence is necessary",
            "Declare in public that an independent international presence is necessary.",
        ),
        (
            "Rapporteur",
            "Create a Special Rapporteur mandate",
            "Create, by the Human Rights Council and worked out with its President, the mandate of a Special Rapporteur "
            "on the situation in Nagorno-Karabakh.",
        ),
        (
            "Lachin",
            "Protect free movement through the Lachin Corridor",
            "Protect the Lachin Corridor and free movement through it, as the International Court of Justice ordered.",
        ),
        (
            "Withdrawal",
            "Have Azerbaijani forces withdrawn from Armenia",
            "Call for the immediate and unconditional withdrawal of Azerbaijani forces and installations from the "
            "Republic of Armenia.",
        ),
        (
            "Release",
            "Have prisoners of war and civilians released",
            "Call for the immediate and unconditional release of all Armenian prisoners of war and civilians who are held.",
        ),
        (
            "No incursion",
            "Declare incursions into Armenia unacceptable",
            "Declare that incursions into Syunik, or into any other part of the Republic of Armenia, are unacceptable.",
        ),
    ],
    "hy": [
        (
            "Օգնություն",
            "Մարդասիրական օգնություն ՄԱԿ-ի մանդատով",
            "Մարդասիրական օգնություն տրամադրել ՄԱԿ-ի մանդատով՝ կարիքների լրիվ գնահատմամբ և անարգել մուտքով։",
        ),
        (
            "Խումբ",
            "Արագ արձագանքման առաքելություն Հայաստան",
            "Հայաստան ուղարկել արագ արձագանքման առաքելություն, որը կգնահատի փախստականների վիճակը և կպարզի, թե ինչ է տեղի "
            "ունեցել 2023 թվականի սեպտեմբերի 19-ի հարձակումից հետո, ներառյալ մարդու իրավունքների և մարդասիրական իրավունքի "
            "հնարավոր խախտումները։",
        ),
        (
            "Ճանաչում",
            "Հարձակումները դատապարտել որպես ցեղասպանություն",
            "Բնակչության վրա հարձակումները հրապարակավ դատապարտել որպես ցեղասպանություն։",
        ),
        (
            "Ոչ ուժին",
            "Ուժը կարգավիճակի հիմք չէ",
            "Հրապարակավ հայտարարել, որ ուժի կիրառումը մշտական կարգավիճակի լեգիտիմ հիմք չի տալիս։",
        ),
        (
            "Ներկա լինել",
            "Հայտարարել միջազգային ներկայության անհրաժեշտությունը",
            "Հրապարակավ հայտարարել, որ անկախ միջազգային ներկայությունն անհրաժեշտ է։",
        ),
        (
            "Զեկուցող",
            "Հատուկ զեկուցողի մանդատ",
            "Մարդու իրավունքների խորհրդի կողմից և նրա նախագահի հետ մշակված հատուկ զեկուցողի մանդատ ստեղծել Լեռնային "
            "Ղարաբաղի իրավիճակի վերաբերյալ։",
        ),
        (
            "Լաչին",
            "Պաշտպանել ազատ տեղաշարժը Լաչինի միջանցքով",
            "Պաշտպանել Լաչինի միջանցքը և ազատ տեղաշարժը նրանով, ինչպես որոշել է Արդարադատության միջազգային դատարանը։",
        ),
        (
            "Դուրսբերում",
            "Ադրբեջանական ուժերի դուրսբերում Հայաստանից",
            "Պահանջել ադրբեջանական ուժերի և կառույցների անհապաղ և անվերապահ դուրսբերում Հայաստանի Հանրապետությունից։",
        ),
        (
            "Ազատում",
            "Ռազմագերիների և քաղաքացիական անձանց ազատում",
            "Պահանջել բոլոր պահվող հայ ռազմագերիների և քաղաքացիական անձանց անհապաղ և անվերապահ ազատում։",
        ),
        (
            "Սահման",
            "Ներխուժումներն անընդունելի հայտարարել",
            "Հայտարարել, որ ներխուժումները Սյունիք կամ Հայաստանի Հանրապետության ցանկացած այլ մաս անընդունելի են։",
        ),
    ],
    "ar": [
        (
            "الإغاثة",
            "إغاثة إنسانية بتفويض من الأمم المتحدة",
            "تقديم إغاثة إنسانية بتفويض من الأمم المتحدة، مع تقييم كامل للاحتياجات ووصول لا يعرقله أحد.",
        ),
        (
            "البعثة",
            "إيفاد بعثة استجابة سريعة إلى أرمينيا",
            "إيفاد بعثة استجابة سريعة إلى أرمينيا لتقييم حال اللاجئين وإثبات ما حدث منذ هجوم ١٩ سبتمبر ٢٠٢٣، بما في ذلك "
            "الانتهاكات المحتملة لقانون حقوق الإنسان وللقانون الإنساني.",
        ),
        (
            "الاعتراف",
            "إدانة الهجمات على السكان بوصفها إبادة جماعية",
            "إدانة الهجمات على السكان علناً بوصفها إبادة جماعية.",
        ),
        (
            "لا للقوة",
            "القول إن القوة لا تمنح أساساً لأي وضع",
            "التصريح علناً بأن استخدام القوة لا يمنح أساساً مشروعاً لوضع دائم.",
        ),
        (
            "الحضور",
            "إعلان ضرورة وجود دولي",
            "الإعلان على الملأ أن وجوداً دولياً مستقلاً ضروري.",
        ),
        (
            "المقرر",
            "إنشاء ولاية مقرر خاص",
            "إنشاء مجلس حقوق الإنسان، بالعمل مع رئيسه، ولاية مقرر خاص معني بالوضع في ناغورني قره باغ.",
        ),
        (
            "لاتشين",
            "حماية حرية الحركة عبر ممر لاتشين",
            "حماية ممر لاتشين وحرية الحركة عبره، كما أمرت محكمة العدل الدولية.",
        ),
        (
            "الانسحاب",
            "سحب القوات الأذربيجانية من أرمينيا",
            "الدعوة إلى سحب القوات والمنشآت الأذربيجانية من جمهورية أرمينيا فوراً وبلا شروط.",
        ),
        (
            "الإفراج",
            "الإفراج عن أسرى الحرب والمدنيين",
            "الدعوة إلى الإفراج فوراً وبلا شروط عن جميع أسرى الحرب والمدنيين الأرمن المحتجزين.",
        ),
        (
            "لا للتوغل",
            "إعلان أن التوغل في أرمينيا غير مقبول",
            "الإعلان أن التوغل في سيونيك أو في أي جزء آخر من جمهورية أرمينيا غير مقبول.",
        ),
    ],
}

# Demand, status, day, what happened, who acted. All of it is invented to show how a record looks.
CHANGES = [
    (1, "partly", "2023-10-01", "A first team enters the region.", "United Nations (sample)"),
    (9, "partly", "2023-12-13", "Some of those held come home.", "Both governments (sample)"),
    (6, "refused", "2026-02-05", "A written reply declines the request.", ""),
    (
        1,
        "partly",
        "2026-03-12",
        "There is no standing mandate; access still depends on the host government.",
        "",
    ),
    (2, "partly", "2026-03-12", "Experts publish a first survey of the displaced.", "A university (sample)"),
]

ORGANISATIONS = """Alliance for Free Belief|Switzerland
Alpine Heritage Forum|Austria
Archive of Small Churches|Germany
Caravan Road Museum|Georgia
Caucasus Heritage Trust|United Kingdom
Centre for Displaced Families|Armenia
Chapel Street Interfaith Circle|United States
Conscience Across Borders|France
Corridor Law Clinic|Netherlands
Council of Mountain Parishes|Italy
Diaspora Teachers Union|Lebanon
Dolmen and Cross Society|Ireland
Eastern Rites Study Group|Poland
Free Passage Network|Belgium
Friends of the Khachkar|Canada
Garden of the Righteous Youth|Argentina
Genealogy Without Borders|Brazil
Harbour House for Refugees|Greece
Human Rights Choir|Sweden
Institute for Quiet Diplomacy|Norway
Interfaith Witness Network|United States
Lake Sevan Writers|Armenia
Lawyers for the Unheard|Cyprus
League of Border Villages|Armenia
Library of Lost Towns|Portugal
Manuscript Rescue Fund|Spain
Minority Archives Project|Germany
Monastery Roads Survey|Armenia
Mothers of the Missing Circle|Armenia
North Sea Solidarity|Denmark
Observatory on Sacred Sites|Greece
Open Border Clinic|Lebanon
Pomegranate Relief|Armenia
Prisoners’ Letters Desk|Finland
Relief League of Syunik|Armenia
Remembrance Walks|Australia
Society of Stone and Script|Canada
Students for the Unnamed|France
Two Rivers Peace House|United Kingdom
Union of Parish Councils|Belgium
Women of the Highlands|Armenia"""

FIRST_NAMES = "Adaora Bedros Clémence Dunja Eskil Fatoumata Gayane Hrant Ingrid Jovan Kalani Levon Mireille Narine Oskar Paruyr Quirin Rosalba Siranush Tigran Ulrike Vardan Wanjiru Xenia Yeva Zaruhi".split()
LAST_NAMES = "Samplian Beispiel Ejemplo Exampleyan Modelsson Musterfrau Specimen Sampleson Voorbeeld Esempio Exempel Mostra".split()
ROLES = [
    "Physician",
    "Teacher",
    "Historian",
    "Priest",
    "Nurse",
    "Translator",
    "Lawyer",
    "Student",
    "Architect",
    "",
    "Musician",
    "Editor",
]
COUNTRIES = [
    "Armenia",
    "France",
    "United States",
    "Lebanon",
    "Germany",
    "Canada",
    "Greece",
    "Argentina",
    "Kenya",
    "Sweden",
]
