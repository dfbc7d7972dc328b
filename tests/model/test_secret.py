"""No way in which Python shows, stores or copies things gives a secret, an account or a pool away."""

import copy
import dataclasses
import inspect
import json
import logging
import pickle
import pprint
import reprlib
import traceback
from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import Any, Final

import orjson
import pytest

from catalogsync.model.order import Buyer, Order
from catalogsync.model.pool import Account, Pool
from catalogsync.model.problem import Place
from catalogsync.model.secret import Secret
from tests.harness.canary import PLANTED, leaks, password, username

PLACE: Final = Place("pools/tea.yaml", 1, 1)
SECRET: Final = Secret(PLANTED["api-key"])
ACCOUNT: Final = Account(Secret(username(1)), Secret(password(1)))
POOL: Final = Pool("tea", PLACE, [(username(n), password(n), PLACE) for n in range(3)])
BUYER: Final = Buyer(Secret(PLANTED["buyer-id"]), Secret(PLANTED["buyer-email"]), Secret(PLANTED["buyer-name"]))
ORDER: Final = Order("o-1", "p-1", accounts=(ACCOUNT,), buyer=BUYER, content=(Secret(PLANTED["delivered-row"]),))
HOLDERS: Final = (SECRET, ACCOUNT, POOL, ORDER, {"it": [ACCOUNT]}, (POOL, SECRET))


def _pickled(protocol: int, it: Any) -> bytes:
    return pickle.dumps(it, protocol)


SHOWN: Final[dict[str, Callable[[Any], object]]] = {
    "repr": repr,
    "reprlib": reprlib.repr,
    "pprint": pprint.pformat,
    "!r": lambda it: f"{it!r}",
    "ascii": ascii,
    "dir": dir,
    "a list": lambda it: str([it]),
    "members of the class": lambda it: inspect.getmembers(type(it)),
}
REFUSED: Final[dict[str, Callable[[Any], object]]] = {
    **{f"pickle {number}": partial(_pickled, number) for number in range(pickle.HIGHEST_PROTOCOL + 1)},
    "deepcopy": copy.deepcopy,
    "json": json.dumps,
    "orjson": orjson.dumps,
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN)
def test_what_is_shown_holds_nothing(show: Callable[[Any], object]) -> None:
    assert leaks(str([show(holder) for holder in HOLDERS])) is None


@pytest.mark.parametrize("give", REFUSED.values(), ids=REFUSED)
def test_what_would_write_it_is_refused(give: Callable[[Any], object]) -> None:
    for holder in HOLDERS:
        with pytest.raises((TypeError, orjson.JSONEncodeError)) as refused:
            give(holder)
        assert leaks(str(refused.value)) is None


def test_a_secret_and_a_pool_have_no_other_form() -> None:
    ways: list[Callable[[Any], object]] = [
        copy.copy,
        vars,
        bytes,
        lambda it: it.__getstate__(),
        lambda it: it.__reduce__(),
    ]
    for way in ways:
        for holder in (SECRET, POOL):
            with pytest.raises(TypeError):
                way(holder)
    for text in (str, "{}".format, "%s".__mod__, format, lambda it: "".join([it]), lambda it: "x" + it):
        with pytest.raises(TypeError):
            text(SECRET)
    for fields in (dataclasses.asdict, dataclasses.astuple):
        with pytest.raises(TypeError):
            fields(ACCOUNT)
    assert leaks(str(dataclasses.replace(ACCOUNT, password=Secret(password(2))))) is None
    assert dataclasses.replace(ACCOUNT) == ACCOUNT


def test_neither_logs_nor_tracebacks_with_values_show_it(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("tests")
    log.warning("%r of %r", ACCOUNT, POOL)
    assert "<secret>" in caplog.text
    try:
        secret, pool, order = SECRET, POOL, ORDER
        raise LookupError(secret, pool, order)
    except LookupError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        log.exception("with %r", error.args)
    out = StringIO()
    out.writelines(told.format())
    assert "<secret>" in out.getvalue()
    assert leaks(out.getvalue() + caplog.text) is None
