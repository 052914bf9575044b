"""General wording that pages of either kind use, in several languages; ``{…}`` are slots to fill."""

from __future__ import annotations

FOLLOW = (
    ("en", "Follow us"),
    ("en", "Visit our partner sites"),
    ("en", "Check these out"),
    ("en", "Also visit"),
    ("es", "Síguenos y visita"),
    ("pt", "Visite também"),
    ("fr", "Visitez aussi"),
    ("de", "Besuchen Sie auch"),
    ("it", "Visita anche"),
    ("tr", "Bizi takip edin"),
    ("ru", "Смотрите также наши сайты"),
    ("id", "Kunjungi juga"),
    ("vi", "Ghé thăm thêm"),
    ("bn", "আরও দেখুন"),
    ("hi", "और देखें"),
    ("ar", "تابعونا على"),
    ("ja", "こちらもどうぞ"),
    ("zh", "更多精彩"),
    ("pl", "Zobacz także"),
    ("nl", "Bezoek ook"),
)
"""Calls to look elsewhere; farms put them over promoted domains, honest pages over their own channels."""

SHARING = (
    "Share this:",
    "Click to share on Facebook",
    "Tweet",
    "Like this:",
    "Loading…",
    "Pin it",
    "WhatsApp",
)
EMOJI = ("👉", "👇", "✅", "🔥", "⭐", "📌", "➡️", "🌐")
BULLETS = ("-", "*", "•", "»", "→")
CHANNELS = ("Facebook", "Instagram", "YouTube", "WhatsApp", "Telegram", "LinkedIn", "Bluesky")
MENU = ("Home", "News", "Sports", "Business", "Opinion", "About", "Contact", "Privacy", "Life", "Archive")
GENERATORS = ("", "", "WordPress 6.4", "Joomla!", "Hugo 0.120")

AGENCIES = ("The Associated Press", "Reuters", "AFP", "EFE", "dpa")
PHOTO_CREDITS = (
    "{person}/AFP via Getty Images",
    "{person}/Getty Images",
    "AP Photo/{person}",
    "Photo by {person}/Reuters",
    "{person} | POOL via Reuters",
)
AGENCY_CREDITS = (
    "This article includes reporting from {agency}.",
    "{agency} contributed to this report.",
    "Additional reporting by {agency}.",
    "Copyright {year} {agency}. All rights reserved.",
)
CAPTIONS = (
    "In this file photograph, officials attend a meeting in {town} on {date}, shortly before the talks "
    "that led to it.",
    "People walk past the town hall of {town} on {date}, the day on which the decision was announced to "
    "the public.",
    "{person} speaks to reporters in {town} on {date}, at a conference that was attended by members of "
    "both parties.",
)

SYNDICATION = (
    "This story was originally published by {publisher} and is republished here with permission.",
    "This article first appeared on {publisher}. Read the original.",
    "Republished from {publisher} under a Creative Commons licence.",
    "© {year} {publisher}. Distributed by {agency}; used by agreement.",
)
IMPRINT = (
    "{site}, {number} {town} Street, {town}. Tel. 555-01{digits}. Editor: {person}.",
    "© {year} {site}. Letters to the editor: {person}, {number} High Street, {town}.",
    "{site} is published every weekday by {town} Media Cooperative. Corrections: 555-01{digits}.",
)
THIN_IMPRINT = (
    "© {year} {site}. All rights reserved.",
    "Powered by WordPress | Theme: Newsly",
    "{site} {year}",
)

FARM_HEADS = ("Our network", "Useful links", "More from us", "Sponsored", "Top sites", "Best offers today")
PROMO_SENTENCE = "For more, visit {list} today."

KEYWORDS = (
    "best online casino",
    "cheap car insurance",
    "payday loans online",
    "buy essay online",
    "slot gacor",
    "forex broker no deposit",
    "buy instagram followers",
    "generic tablets without prescription",
    "crypto trading bot",
    "escort service",
    "replica watches",
    "seo backlinks",
    "betting tips",
    "weight loss pills",
    "iptv subscription",
    "locksmith near me",
    "kredit ohne schufa",
    "casino en ligne",
    "онлайн казино",
    "bahis sitesi",
)

APPENDED = (
    "If you are looking for {keyword}, you have come to the right place. With generous bonuses and fast "
    "payouts, {site} offers {keyword} to players around the world. Register now and claim your welcome "
    "bonus.",
    "Our experienced writers provide {keyword} at any academic level. Every paper is written from "
    "scratch and delivered before the deadline. Place your order at {site} and get a discount on "
    "{keyword}.",
    "Order {keyword} from a trusted online pharmacy. No prescription is needed, shipping is discreet, "
    "and {site} accepts all major cards. Compare prices for {keyword} today.",
    "{site} adalah situs {keyword} terpercaya dengan bonus terbesar. Daftar sekarang dan menangkan "
    "jackpot setiap hari bersama {keyword}.",
    "{site} предлагает {keyword} с быстрым выводом средств. Зарегистрируйтесь и получите бонус за "
    "первый депозит.",
    "Con {keyword} en {site} puede ganar dinero desde casa. Regístrese hoy y reciba un bono de bienvenida.",
    "Mit {keyword} von {site} sichern Sie sich die besten Konditionen. Jetzt anmelden und Bonus für "
    "{keyword} holen.",
    "{site} ile {keyword} keyfini çıkarın. Hemen üye olun, ilk yatırıma özel bonus kazanın.",
)

TEMPLATE = (
    "Are you looking for {service} in {town}? {site} is the leading provider of {service} in {town} and "
    "all nearby areas.",
    "Our {town} {service} experts are available 24/7 for all your {service} needs.",
    "When it comes to {service} in {town}, quality matters. That is why people in {town} trust {site}.",
    "Whether you need residential or commercial {service}, our {town} team offers affordable prices.",
    "Finding reliable {service} near {town} can be hard. Our {service} specialists make it easy.",
    "We are proud to offer the best {service} {town} has to offer, with satisfaction guaranteed.",
    "Call now for a free quote on {service} in {town}. No job is too big or too small.",
    "There are many benefits of professional {service}. It saves time, saves money and gives peace of mind.",
    "Contact {site} today to learn more about {service} in {town} and what sets us apart.",
)
SERVICES = (
    "roof repair",
    "carpet cleaning",
    "dental implants",
    "towing",
    "bail bonds",
    "pest control",
    "van hire",
)
BUSINESS = (
    "{person} opened the workshop on {town} Road in {year}, after eleven years with a firm in {other}.",
    "We are open Tuesday to Saturday, 8:30 to 17:00; on Mondays {person} is out on site visits.",
    "A standard {service} visit costs {price}, travel within {number} km of {town} included.",
    "Last month we finished the job at the old school in {other}, which took {number} days because of "
    "the rain.",
    "Ask for {person} if your question is about {service}, or for {second} about an invoice.",
    "Please note that we no longer take work north of {other}, since {second} retired in {year}.",
    "Parking is behind the bakery; the entrance is the green door at number {number}.",
    "Orders of parts for {service} take about {number} days from our supplier in {other}.",
    "Tel. 555-01{digits}. {site}, {number} {town} Road. Registered in {other}, no. 00{digits}{number}.",
)

DESCRIPTIONS = (
    "a {adjective} guide to {subject} for {audience}",
    "{adjective} tool that checks {subject}, kept up by volunteers",
    "what {audience} should know about {subject}, with examples",
    "the {adjective} account of {subject} we have read this month",
    "notes and data on {subject}, updated {date}",
)
ADJECTIVES = ("short", "thorough", "free", "well-tested", "critical", "plain", "careful", "surprising")
SUBJECTS = (
    "river levels",
    "school budgets",
    "type systems",
    "bird counts",
    "tax forms",
    "map data",
    "old radios",
)
AUDIENCES = ("teachers", "parents", "new developers", "gardeners", "small firms", "volunteers", "researchers")
BLOCK_HEADS = {
    "related": ("Related stories", "Read more", "More on this topic", "You may also like"),
    "blogroll": ("Blogroll", "Blogs I read", "Friends", "Links"),
    "partners": ("Our partners", "With the support of", "Members", "Sponsors"),
    "newsletter": ("This week's links", "What we are reading", "In this issue", "👉 Worth your time"),
    "indicators": ("Indicators of compromise", "Blocked domains", "IOCs", "Domains seen in this campaign"),
    "directory": ("Directory", "Organisations in the region", "Useful addresses"),
    "resources": ("Resources", "Further reading", "Sources and tools", "References"),
    "sisters": ("Our other titles", "Part of the {town} Media group", "Sister papers"),
    "shop": ("Brands we stock", "Manufacturers", "Where it is made"),
}

SPIN = {
    "said": ("expressed", "stated", "uttered"),
    "people": ("individuals", "human beings", "folks"),
    "president": ("chief executive", "head of state"),
    "government": ("administration", "regime"),
    "police": ("law enforcement", "constabulary"),
    "money": ("cash", "currency"),
    "help": ("assist", "aid"),
    "big": ("huge", "enormous"),
    "new": ("fresh", "brand-new"),
    "many": ("numerous", "a lot of"),
    "show": ("exhibit", "demonstrate"),
    "use": ("utilize", "make use of"),
    "think": ("suppose", "assume"),
    "year": ("twelvemonth", "calendar year"),
    "years": ("a long time", "twelvemonths"),
    "day": ("daytime", "working day"),
    "country": ("nation", "us of a"),
    "house": ("residence", "dwelling"),
    "state": ("kingdom", "nation"),
    "national": ("countrywide", "nationwide"),
    "news": ("information", "tidings"),
    "war": ("conflict", "warfare"),
    "law": ("regulation", "legislation"),
    "court": ("courtroom", "tribunal"),
    "campaign": ("marketing campaign", "crusade"),
    "party": ("celebration", "get together"),
    "support": ("assist", "guide"),
    "plan": ("design", "blueprint"),
    "report": ("document", "file"),
    "because": ("due to the fact", "on account that"),
    "also": ("additionally", "likewise"),
    "but": ("however", "yet"),
    "about": ("approximately", "roughly"),
    "after": ("subsequent to", "following"),
    "before": ("prior to", "earlier than"),
    "first": ("initial", "foremost"),
    "last": ("final", "ultimate"),
    "told": ("informed", "advised"),
    "get": ("acquire", "obtain"),
    "make": ("fabricate", "produce"),
    "take": ("grab", "seize"),
    "work": ("labor", "paintings"),
    "public": ("general society", "open"),
    "right": ("proper", "correct"),
    "week": ("seven days", "workweek"),
    "children": ("kids", "offspring"),
    "women": ("ladies", "females"),
    "school": ("faculty", "academy"),
    "against": ("in opposition to", "towards"),
    "important": ("essential", "vital"),
}
"""Word substitutions in the manner of article spinners, wrong senses included (Cabanac et al. 2021)."""
