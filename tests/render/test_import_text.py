"""What an import says when it is done."""

from catalogsync.model.importing import Candidate, Imported, LeftOut, Pair, Taken, UnknownPool
from catalogsync.model.listing import Listing
from catalogsync.model.plan import FieldChange
from catalogsync.model.problem import Place
from catalogsync.model.writing import FileChange, Remark
from catalogsync.render.import_text import render_imported, render_pair

LISTING = Listing("697f60b0", {"title": "Tea room, 10", "stock": 3}, sales=2)
PRICE = FieldChange("price", "9.50", "9.90", "catalog")
PAIR = Pair("tea-10", (Candidate(LISTING, (PRICE,)),))
EVERYTHING = Imported(
    files=(
        FileChange("catalogsync.yaml", "", "x"),
        FileChange("products/vouchers/_defaults.yaml", None, "x"),
        FileChange("products/vouchers/seat.yaml", None, "x"),
    ),
    new={"seat": "p1"},
    bound={"tea-25": "p2"},
    taken=(
        Taken("mug", "p3", FieldChange("price", "5.00", "6.00", "drift"), Place("products/mug.yaml", 4, 1)),
        Taken("mug", "p3", FieldChange("title", "Mug", "A mug", "both"), Place("products/mug.yaml", 1, 1)),
    ),
    remarks=(Remark("seat", "images", "HTTP 404; the catalog names the picture where it is, /media/a.webp"),),
    left_out=(LeftOut("p9", "it is being deleted"),),
    pairs=(PAIR,),
    unknown_pools=(UnknownPool("tea-25", "tea-25", "p2"),),
    stocked=("seat",),
    odd={"seat": ("title",)},
)
TEXT = """\
1 listing imported, 1 listing bound to a product of yours, 2 values of 1 listing taken over.

Files
  products/vouchers/  2 new files
  catalogsync.yaml    changed

Taken over into the catalog
  mug  price 5.00 → 6.00 (+20 %)  products/mug.yaml:4
  mug  title Mug → "A mug" (your edit is given up)  products/mug.yaml:1

Bound to products of yours
  tea-25  p2

Look at these
  ✗ not in step seat: title reads otherwise in the catalog than the marketplace shows it. The next
    `catalogsync plan` shows how; correct the file, or take the field out
  ! not imported p9: it is being deleted
  ! images seat: HTTP 404; the catalog names the picture where it is, /media/a.webp

Not bound, because they only look alike
  ! tea-10: if listing 697f60b0 is its own, `catalogsync state bind tea-10 697f60b0`

tea-25 has a pool, and its listing p2 stock or sales. Nothing is sent to it before
`catalogsync pools mark tea-25` has said which accounts are there already.

1 of the new products has stock or sales: seat. The marketplace does not tell which accounts it has.
When you give one a pool, say it once: `catalogsync pools mark POOL --sent` if it has them all,
`--new` if it has none. Nothing is sent before.

Next: `catalogsync plan` shows what still differs. Then commit the files.
"""
NARROW = """\
tea-10 (products/tea-10.yaml:1) looks like a listing that
  nobody manages:
  697f60b0, 3 in stock, 2 sold
    price  9.50 → 9.90 (+4.2 %)
"""


def test_everything_that_can_be_said() -> None:
    assert render_imported(EVERYTHING) == TEXT


def test_a_pair_on_a_narrow_screen() -> None:
    assert render_pair(PAIR, "products/tea-10.yaml:1", width=60) == NARROW


def test_where_nothing_was_done() -> None:
    assert render_imported(Imported()).startswith("Nothing to import")
    assert "in step" in render_imported(Imported(unchanged=("tea-10",)))
    assert render_imported(Imported(left_out=(LeftOut("p9", "no"),))).startswith("Nothing was imported.")
