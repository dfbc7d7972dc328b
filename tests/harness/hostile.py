"""Hostile texts, and plans and reports in which they stand wherever a text of others may stand."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from catalogsync.model.exhibit import Exhibit
from catalogsync.model.fields import Value
from catalogsync.model.plan import (
    Action,
    Allocation,
    Allotment,
    Blocked,
    Change,
    FieldChange,
    Ground,
    Money,
    Notice,
    Plan,
    Selection,
    Summary,
)
from catalogsync.model.product import Image
from catalogsync.model.report import Outcome, Report, Result

HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m",
    "clear-screen": "\x1b[2J\x1b[H",
    "window-title": "\x1b]0;owned\x07",
    "osc8-link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "device-report": "\x1b[6n\x1bP+q544e\x1b\\",
    "c1-csi": "\x9b31m",
    "c1-osc": "\x9d0;owned\x9c",
    "bell-backspace": "safe\x08\x08\x08\x08evil\x07",
    "carriage-return": "1 to delete\rNo changes.",
    "new-lines": "title\n\nNo changes.\n",
    "nel": "a\x85::error::b",
    "line-separators": "a\u2028::error::b\u2029::error::c",
    "vertical": "a\x0b::error::b\x0c::error::c",
    "nul": "a\0b",
    "delete": "a\x7fb",
    "bidi-override": "invoice\u202egpj.exe",
    "bidi-isolate": "\u2066abc\u2069\u2067def\u2069",
    "bidi-marks": "\u200e\u200f\u061c",
    "zero-width": "pay\u200bpal\u200c\u2060\ufeff",
    "joiner": "pay\u200dpal",
    "tags": "".join(chr(0xE0000 + ord(letter)) for letter in "evil"),
    "fillers": "\u115f\u1160\u3164\uffa0\u00ad\u034f",
    "lone-surrogates": "\ud800 and \udfff",
    "interlinear": "\ufff9a\ufffab\ufffb",
    "github": "::error::owned",
    "github-indented": "   ::set-env name=PATH::/evil",
    "github-in-text": "x\n::add-mask::y",
    "github-after-blank": "word ::stop-commands::token",
    "azure": "##[error]owned",
    "azure-variable": "x ##vso[task.setvariable variable=x]y",
    "teamcity": "##teamcity[buildStop]",
    "gitlab-section": "section_start:1:x\r\x1b[0Kowned",
    "rich-markup": "[bold red]x[/] :bomb: [link=https://evil.example]y[/link]",
    "html": "<script>alert(1)</script>",
    "format": "%s {0} {task.description} $(id) `id`",
    "long": "x" * 5000 + "::error::" + "y" * 300,
    "accents": "e" + "\u0301" * 3000,
    "script-in-script": "</script><script>alert(1)</script>",
    "comment-out": "--><script>alert(1)</script><!--",
    "attribute-out": '"><img src=x onerror=alert(1)>',
    "attribute-out-single": "' onmouseover=alert(1) x='",
    "svg": "<svg/onload=alert(1)>",
    "style": "</style><style>*{background:url(https://evil.example/x)}",
    "style-attribute": '<p style="position:fixed;inset:0;background:url(https://evil.example/y)">x</p>',
    "frame": '<iframe srcdoc="<script>alert(1)</script>"></iframe><object data=x></object><embed src=x>',
    "form": "<form action=https://evil.example><input name=x><button>ok</button></form>",
    "meta-refresh": '<meta http-equiv=refresh content="0;url=https://evil.example"><base href=https://evil.example>',
    "script-address": '<a href="java\tscript:alert(1)">x</a>',
    "end-of-details": "</details></summary></table></pre></code>",
    "entities": "&lt;script&gt; &#64;octocat &amp;lt; &copy &#0; &#x202e;",
    "mention": "@octocat @org/team thanks to @evil",
    "references": "#1 GH-1 org/repo#1 octocat@a5c3785 a5c3785ed8d6a35868bc169f07e40e889087fd2e a5c3785ed8",
    "gitlab-references": '!1 %1 ~bug &1 $1 group/project!1 ~"a label" %v1 *iteration:1 [vulnerability:1]',
    "quick-action": "x\n/close\n/approve\n/label ~bug",
    "addresses": "http://evil.example https://evil.example www.evil.example ftp://evil.example mail@evil.example",
    "addresses-in-brackets": "<https://evil.example> <mail@evil.example> mailto:mail@evil.example xmpp:a@evil.example",
    "link": "[click](https://evil.example) [x][y] [y]: https://evil.example ![pixel](https://evil.example/p.png)",
    "link-definition": "x\n\n[a]: https://evil.example\n[^1]: note\n\n[^1] [a]",
    "table": "a | b || c \\| d\n| --- | --- |\n| x | y |",
    "backslashes": "\\ \\| \\` \\\\ \\\\| \\",
    "backticks": "` `` ``` ```` ````` a`b``c",
    "backtick-first": "`code` and `",
    "fence": "```\n</details>\n```\n~~~\n<b>x</b>\n~~~",
    "heading": "# Applied\n## No changes\nsetext\n===\nother\n---",
    "front-matter": "---\ntitle: x\n---\n***\n___",
    "lists": "- [x] done\n- [ ] open\n* a\n+ b\n1. c\n1) d",
    "quote": "> [!WARNING]\n> quoted",
    "emphasis": "*a* **b** _c_ __d__ ~e~ ~~f~~ ==g== ++h++ ^i^",
    "shortcode": ":tada: :+1: :octocat: :warning:",
    "math": "$x$ $$y$$ $`z`$ \\(a\\) \\[b\\]",
    "mermaid": '```mermaid\ngraph TD\n click A "https://evil.example"\n```',
    "marker": "<!-- catalogsync:plan other -->",
    "template": "{{7*7}} ${7*7} <%= 7*7 %> {% raw %} [[_TOC_]] [TOC] ::include{file=/etc/passwd}",
    "colour-swatch": "`#ff0000` `rgb(1,2,3)`",
    "property-out": "a,line=1::x%0A::error::y%2C%3A",
    "only-blanks": " \t ",
    "blanks-around": "  two  blanks  ",
    "leading-blanks": "    indented code",
    "hard-break": "a  \nb\\\nc",
    "emoji": "👨‍👩‍👧 🏴‍☠️ ❤️",
}

FIELDS = ("title", "description", "price", "status", "category_id", "supplier_name")


def plan_of(text: str) -> Plan:
    """A plan in which a text stands wherever a text of others may stand."""
    fields = (
        *(FieldChange(name, "before", text, "catalog") for name in FIELDS),
        *(FieldChange(name, text, "after", "drift") for name in FIELDS),
        FieldChange("description", f"a long text before {text} and after it " * 3, f"a long text {text}", "both"),
        FieldChange("images", (text,), (text, "images/a.png"), "catalog"),
        FieldChange(text, text, None, "catalog"),
    )
    new = tuple(FieldChange(field.field, None, field.after, "catalog") for field in fields)
    changes = (
        Change(f"{text}0", Action.CREATE, None, text, 1, new, Allotment(text, 5, 1)),
        Change(f"{text}1", Action.UPDATE, text, text, 1, fields, Allotment(text, 5, 1), text),
        *(Change(f"{text}{n}", Action.UPDATE, text, text, 1, (FieldChange("title", text, "x", "both"),)) for n in "23"),
        Change(f"{text}4", Action.APPEND, text, text, 1, (), Allotment(text, None, 1)),
        Change(f"{text}5", Action.RETIRE, text, None, None, (FieldChange("status", text, text, "catalog"),)),
        *(Change(f"{text}{number}", Action.DELETE, text, None, None) for number in "67"),
        Change(f"{text}8", Action.ADOPT, text, text, 1, (), None, text),
        Change(f"{text}9", Action.FORGET, text, None, None),
    )
    return Plan(
        tool_version="0.1.0",
        created_at="2026-11-21T12:00:00Z",
        marketplace=text,
        ground=Ground(text, 1),
        selection=Selection((text,), (text,), {text: text}),
        summary=Summary(create=1, update=3, append=1, retire=1, delete=2, adopt=1, forget=1, accounts=10, blocked=1),
        changes=tuple(sorted(changes, key=lambda change: change.key)),
        blocked=(Blocked(text, text, text, text, 1), Blocked("rule", None, f"`--allow x={text}`", text, 1)),
        warnings=(Notice(text, None, text), Notice("code", text, f"`{text}` {text}", text, 1)),
        allocation=(Allocation(text, text, 9, 4, 2, 1, 1, 3, 0.5, 14),),
        money=Money(Decimal(1), Decimal(2), 1, (text, f"{text}1")),
    )


def report_of(text: str) -> Report:
    """What an apply of that plan came to."""
    plan = plan_of(text)
    outcomes: tuple[Outcome, ...] = ("failed", "skipped", "in-doubt", "applied")
    results = {
        change.key: Result(outcomes[number % 4], text if number % 4 < 3 else None)
        for number, change in enumerate(plan.changes)
    }
    return Report(plan, results, notices=(Notice(text, text, text, text, 1),))


def sketch_of(text: str) -> Report:
    """What a dry run came to."""
    return replace(report_of(text), dry_run=True, sketch=(text, f"POST {text}"))


def exhibitor_of(text: str) -> Callable[[Change], Exhibit]:
    """Listings all of whose fields are that text; their descriptions are HTML in which it stands."""

    def show(change: Change) -> Exhibit:
        fields: dict[str, Value] = {
            **dict.fromkeys(FIELDS, text),
            "description": f"<h1>{text}</h1><p title='{text}'>{text}</p><a href='{text}'>{text}</a>{text}",
            "images": (text,),
            text: text,
        }
        before = {} if change.action is Action.CREATE else fields
        after = {} if change.action is Action.DELETE else {**fields, "description": text}
        return Exhibit(change.key, before, after, (Image(text), Image(text, text)), text, 3)

    return show


def assert_inactive(output: str) -> None:
    """Nothing in an output moves a cursor, hides, reorders, or commands a CI runner."""
    for position, character in enumerate(output):
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != "\n":
            joins_emoji = character == "\u200d" and ord(output[position + 1]) > 0x2000
            assert joins_emoji, f"{character!a} at {position}"
    assert not re.search(r"##[A-Za-z]*\[", output)
    for line in output.splitlines():
        assert not line.strip().startswith("::"), line
