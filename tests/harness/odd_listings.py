"""Listings as real shops have them: titles and descriptions in every form that breaks what is careless."""

from typing import Any, Final

SCRIPTS: Final = (
    "Kräuter & Öl",
    "Ναυτικά μαθήματα",
    "Гончарный круг",
    "שיעור קדרות",
    "دورة الفخار ١٢ شهرًا",
    "मिट्टी के बर्तन",
    "บทเรียนเครื่องปั้น",
    "陶芸教室・十二ヶ月",
    "도예 수업",
    "陶艺课程",
    "კერამიკა",
    "Կավագործություն",
    "ሸክላ",
    "ᐃᓄᒃᑎᑐᑦ",
    "𝓕𝓪𝓷𝓬𝔂 𝟙𝟚",
    "Zoe\u0301 and Zo\u00e9",
)
SIGNS: Final = (
    "🍵🫖 Tea 👩‍👩‍👧‍👦 for four 🇮🇸",
    "\u202eright to left\u202c and back",
    "zero\u200bwidth\u2060joined\u200d",
    "\"quoted\" and 'single' and `ticks`",
    "key: value: more",
    "# no comment",
    "a #1 choice",
    "---",
    "--- still a title",
    "...",
    "- a list?",
    "? a key",
    "! a tag",
    "& anchor *alias",
    "{curly: [square]}",
    "[1, 2",
    "%TAG",
    "@at",
    "| pipe",
    "> fold",
    "no",
    "null",
    "~",
    "010",
    "1:20",
    "1e3",
    "0x1F",
    "2026-11-21",
    "=cmd|' /C calc'!A0",
    "<<",
    "\\backslash\\n",
    "$(echo hi) ${HOME} `x`",
    "../../etc/passwd",
    "CON",
    "nul.yaml",
    "  blanks around  ",
    "a\u00a0hard blank",
    "::error::not a command",
    "_defaults",
    "%s %d {0}",
    "a" * 200,
    "x" * 9_990,
    "long words " * 900,
    ".hidden",
    "~user",
    "\ufeffmark",
)
UNSAYABLE: Final = ("tab\tin the middle", "two\nlines", "line\u2028separator", "next\u0085line", "bell\x07")
"""Titles that no catalog can hold."""
DESCRIPTIONS: Final = (
    "<p>Plain.</p>",
    "<p>One</p>\n<p>Two &amp; &lt;three&gt;</p>\n",
    "No HTML at all: just # a 'text' with \"quotes\".",
    "<ul>\n  <li>indented</li>\n\t<li>by a tab</li>\n</ul>",
    "\n\n   starts with blanks\n\n\n",
    "trailing blanks   \non a line  \n",
    "<!-- a comment --><b>unclosed <i>tags",
    "<script>alert('x')</script><style>p { color: red }</style>",
    '<table><tr><td style="width: 50%">a: b</td></tr></table>',
    "<pre>\n  keep\n    this\n</pre>",
    "---\ntitle: no document\n...\n",
    "| not a block\n> nor a fold",
    "<p>🍵 \u200fעברית\u200f \u200b</p>",
    "<img src=\"data:image/png;base64,iVBORw0KGgo=\" alt='x'>",
    "line\r\nends\r\nof\rall sorts",
    "<p>" + "word " * 2_000 + "</p>",
    "x" * 10_000,
    "\ttab first\nthen none",
    "  two blanks\nthen none\n    then four",
    "%YAML 1.2\n# a comment?",
    "<p>a\\nb</p>",
)


def odd_listings(count: int) -> list[dict[str, Any]]:
    """Listings for the sandbox's seed: titles repeat, in one category and in others; some have stock, sales, both."""
    titles = [*SCRIPTS, *SIGNS, *UNSAYABLE]
    made = []
    for number in range(count):
        title = titles[number % len(titles)]
        again = number // len(titles)
        listing: dict[str, Any] = {
            # Every third round has the titles of the round before, in another category or at another price.
            "title": title if again % 3 == 0 else f"{title} {again // 3}",
            "category_id": f"c-{number % 4}" if again < 5 else "c-1",
            "description": DESCRIPTIONS[number % len(DESCRIPTIONS)],
            "price": f"{1 + number}.{number % 100:02d}",
            "min_quantity": 1 + number % 3 // 2,
            "product_id": f"{number:024x}",
        }
        if number % 5 == 0:
            listing["stock"] = number
        if number % 7 == 0:
            listing["sales_count"] = number
        if number % 11 == 0:
            listing["images"] = [
                "https://cdn.example.com/a b.png".replace(" ", "%20"),
                f"https://cdn.example.com/{number}.png",
            ]
        if number % 13 == 0:
            listing["status"] = "inactive"
        if number % 17 == 0:
            listing["accounts"] = 1 + number % 3
        made.append(listing)
    return made
