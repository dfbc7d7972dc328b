"""What a recovery shows before it asks."""

from catalogsync.model.recovery import PoolRecovery, Prints, Recognition, Recovery, Unclear
from catalogsync.render.recovery_text import render_recovery

FOUND = {f"k{number}": f"p{number}" for number in range(12)}
RECOGNITION = Recognition(
    kept=frozenset(),
    found=FOUND,
    by=dict.fromkeys(FOUND, "source_product_id"),
    unclear=(Unclear("twin", ("p20", "p21"), "others have the same title"), Unclear("one", ("p22",), "another source")),
    missing=("lonely",),
    gone=(),
    unmanaged=2,
)
RECOVERY = Recovery(
    RECOGNITION,
    (
        PoolRecovery("tea-10", "k1", "p1", 9, 2, 0, Prints(count=7)),
        PoolRecovery("spare", None, None, 1_000_000, 0, 0, Prints(count=1_000_000)),
    ),
    {("tea-10", "p1"): Prints(count=2), ("", "p9"): Prints(count=1)},
)

TEXT = """\
There is no state. This rebuilds it from what the marketplace shows.

Listings
  12 listings recognised by source_product_id: k0, k1, k10, k11, k2, k3, k4, k5, … and 4 more
  ✗ twin: not bound to p20 or p21: others have the same title. If you know better, once this is
    done: `catalogsync state bind twin PRODUCT_ID`
  ✗ one: not bound to p22: another source. If you know better, once this is done:
    `catalogsync state bind one p22`
  ! nothing looks like lonely. The next apply creates them; is one there under another title? Then
    first `catalogsync state bind KEY PRODUCT_ID`.
  2 listings left alone.

Accounts
pool    product              in catalog  in orders  known  to be held
tea-10  k1                            9          2      0           7
spare   no product sells it   1,000,000          0      0   1,000,000

3 accounts that orders delivered will be recorded as sent.
1,000,007 accounts may be at the marketplace already, and no call tells: they will be held. None is
sent before you answer, for each pool: `catalogsync state doubts` asks, `catalogsync pools mark` and
`catalogsync state resolve` answer.
Nothing goes to a listing that has stock or sales before you have said `catalogsync pools mark` of
its pool. At the marketplace nothing is changed.
"""


def test_what_would_be_recorded_and_what_follows() -> None:
    assert render_recovery(RECOVERY, known=False) == TEXT


def test_an_old_copy_is_warned_of_and_all_keys_are_named_if_asked() -> None:
    text = " ".join(render_recovery(RECOVERY, known=True, verbose=1).split())
    assert "If it is the newest one, stop here" in text
    assert "k9" in text
