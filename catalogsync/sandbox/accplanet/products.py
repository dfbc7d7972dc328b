"""AccPlanet's supplier API, products: images, listings, and the pools behind them."""

from io import BytesIO

import python_multipart
from python_multipart.multipart import File

from catalogsync.sandbox.accounts import Account, read_accounts
from catalogsync.sandbox.accplanet.door import json_body, refuse, supplier_only
from catalogsync.sandbox.accplanet.fields import FieldErrors, Rules, check_fields
from catalogsync.sandbox.accplanet.listings import Listings
from catalogsync.sandbox.accplanet.pages import in_envelope, page_of
from catalogsync.sandbox.market import Market
from catalogsync.sandbox.products import (
    add_to_pool,
    change_product,
    find_product,
    image_exists,
    insert_products,
    remove_product,
    store_image,
)
from catalogsync.sandbox.sales import deliver_waiting
from catalogsync.sandbox.shown import whole
from catalogsync.sandbox.wire.answers import Answer, Call

IMAGE_LIMIT = 10 * 1024 * 1024


def _columns(market: Market, call: Call, body: dict[str, object], *, creating: bool) -> dict[str, object]:
    try:
        rules = Rules(call.settings, lambda path: image_exists(market, path))
        return check_fields(body, rules, creating=creating)
    except FieldErrors as errors:
        raise refuse(400, "Validation failed.", dict(errors.by_field)) from None


def _accounts(body: dict[str, object]) -> list[Account]:
    try:
        return read_accounts(body)
    except ValueError as error:
        raise refuse(400, "Validation failed.", {"accounts": [str(error)]}) from None


@supplier_only
def upload_image(market: Market, call: Call) -> Answer:
    """Endpoint 1: keeps the bytes as they are, under a `.webp` path."""
    parts: list[bytes] = []
    kind = call.headers.get("content-type", "")
    headers = {"Content-Type": kind.encode(), "Content-Length": str(len(call.body)).encode()}
    if not kind.startswith("multipart/form-data"):
        raise refuse(400, "No image provided.", {"image": ["This field is required."]})
    try:
        python_multipart.parse_form(headers, BytesIO(call.body), None, lambda file: _keep_part(file, parts))
    except python_multipart.exceptions.FormParserError:
        raise refuse(400, "The form could not be read.") from None
    if not parts:
        raise refuse(400, "No image provided.", {"image": ["This field is required."]})
    media_type = _media_type(parts[0])
    if media_type is None:
        raise refuse(400, "Invalid image.", {"image": ["Upload a PNG, JPEG, GIF or WebP image."]})
    if len(parts[0]) > IMAGE_LIMIT:
        raise refuse(400, "Invalid image.", {"image": ["Images may have up to 10 MB."]})
    path = store_image(market, parts[0], media_type, call.settings)
    return Answer({"success": True, "image_path": path, "message": "Image uploaded successfully"})


def _keep_part(file: File, parts: list[bytes]) -> None:
    if file.field_name == b"image":
        file.file_object.seek(0)
        parts.append(file.file_object.read())
    file.close()


def _media_type(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else None


@supplier_only
def create_product(market: Market, call: Call) -> Answer:
    """Endpoint 2."""
    body = json_body(call)
    columns, accounts = _columns(market, call, body, creating=True), _accounts(body)
    with market.transaction():
        row = insert_products(market, [columns])[0]
        imported = add_to_pool(market, row["product_id"], accounts, call.settings) if accounts else 0
    return Answer(
        {
            "success": True,
            "product_id": row["product_id"],
            "business_id": whole(row["business_id"], call.settings),
            "approval_status": row["approval_status"],
            "message": "Product created successfully",
            "accounts_imported": whole(imported, call.settings),
        },
        201 if call.settings.created_status == "201" else 200,
    )


@supplier_only
def list_products(market: Market, call: Call) -> Answer:
    """Endpoint 3."""
    listings = Listings(market, call)
    return Answer(in_envelope(call, page_of(call, listings.count(), listings.rows), "products"))


@supplier_only
def update_product(market: Market, call: Call) -> Answer:
    """Endpoint 4. The stock of a listing that ever had accounts is theirs to decide."""
    product_id, body = call.path_params["product_id"], json_body(call)
    with market.transaction() as db:
        row = find_product(db, product_id)
        if row is None:
            raise refuse(404, "Product not found.")
        columns, accounts = _columns(market, call, body, creating=False), _accounts(body)
        if row["pooled"]:
            columns.pop("stock", None)
        change_product(market, product_id, columns)
        imported = add_to_pool(market, product_id, accounts, call.settings) if accounts else 0
        if accounts:
            deliver_waiting(market, product_id)
    return Answer(
        {
            "success": True,
            "product_id": product_id,
            "business_id": whole(row["business_id"], call.settings),
            "message": "Product updated successfully",
            "accounts_imported": whole(imported, call.settings),
        }
    )


@supplier_only
def append_accounts(market: Market, call: Call) -> Answer:
    """Endpoint 5. Orders that wait get their accounts at once."""
    product_id, body = call.path_params["product_id"], json_body(call)
    with market.transaction() as db:
        if find_product(db, product_id) is None:
            raise refuse(404, "Product not found.")
        accounts = _accounts(body)
        if not accounts:
            raise refuse(400, "No accounts provided.")
        imported = add_to_pool(market, product_id, accounts, call.settings)
        queued = deliver_waiting(market, product_id)
    return Answer(
        {
            "success": True,
            "product_id": product_id,
            "accounts_imported": whole(imported, call.settings),
            "delivery_tasks_queued": whole(queued, call.settings),
            "message": "Accounts imported.",
        }
    )


@supplier_only
def delete_product(market: Market, call: Call) -> Answer:
    """Endpoint 6: only for what was never sold."""
    product_id = call.path_params["product_id"]
    with market.transaction() as db:
        row = find_product(db, product_id)
        if row is None:
            raise refuse(404, "Product not found.")
        if row["sales_count"] > 0:
            raise refuse(400, "This product has been sold and cannot be deleted.")
        remove_product(market, product_id)
    return Answer({"success": True, "message": "Product deleted successfully"})
