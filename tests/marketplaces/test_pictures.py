"""Pictures that listings show: fetched from the marketplace itself, without a key, and never too much of them."""

import pytest

from catalogsync.model.errors import MarketplaceError
from tests.marketplaces.stub import answer, in_turn, shop

PATH = "/media/product_images/a%20b.webp"


def test_a_picture_is_asked_for_without_a_key_and_again_after_a_fault() -> None:
    script = in_turn(answer(status=502), answer(b"\x89PNG", media_type="image/png"))
    with shop(script) as (client, stub):
        assert client.picture(PATH) == b"\x89PNG"
    for request in stub.requests:
        assert (request.method, request.target) == ("GET", PATH)
        assert "x-api-key" not in request.headers


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(status=404), "HTTP 404"),
        (answer(status=302, location="https://elsewhere.example/a.png"), "HTTP 302"),
        (answer(bytes(10 * 1024 * 1024 + 1), media_type="image/png"), "larger than 10 MiB"),
    ],
    ids=["not there", "a redirect is not followed", "too large"],
)
def test_what_cannot_be_had_is_named(reply: bytes, words: str) -> None:
    with shop(in_turn(reply)) as (client, stub), pytest.raises(MarketplaceError, match=words) as error:
        client.picture(PATH)
    assert PATH in error.value.message
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/a.png", "//elsewhere.example/media/a", "/media/../a", "/media/a b", "/x"]
)
def test_what_is_no_path_of_a_picture_is_not_asked_for(path: str) -> None:
    with shop(in_turn()) as (client, stub), pytest.raises(MarketplaceError, match="no path of a picture"):
        client.picture(path)
    assert stub.requests == []
