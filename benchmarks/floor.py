"""What no plan can do without: read every file, have libyaml scan it, read every page over raw sockets, decode them.

Run as a program with `python -I`, on a catalog: eight connections list while the files are scanned. It compares
nothing and keeps nothing. With `scan` in front it only scans, and prints the seconds without its start; with `list`
and an address it only lists.
"""

import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
from yaml._yaml import CParser

IN_FLIGHT = 8
_SIZE = 100
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def scan(root: Path) -> int:
    """Have libyaml find every event of every file of products, without leaving C; gives their number."""
    count = 0
    for path in (root / "products").rglob("*.yaml"):
        CParser(path.read_bytes()).raw_parse()
        count += 1
    return count


class Pages:
    """Pages of List Products over one raw connection."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port))
        self._host = host

    def page(self, number: int) -> int:
        """Read and decode one page; gives the total that it names."""
        path = f"/products/api/supplier/products/?page={number}&page_size={_SIZE}"
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nX-API-Key: sandbox\r\n\r\n".encode())
        came = bytearray()
        while (end := came.find(b"\r\n\r\n")) < 0:
            came += self._socket.recv(1 << 20)
        length = _LENGTH.search(came)
        whole = end + 4 + int(length[1] if length else 0)
        while len(came) < whole:
            came += self._socket.recv(1 << 20)
        return int(orjson.loads(memoryview(came)[end + 4 :])["count"])


def list_all(host: str, port: int) -> None:
    """Read all pages: the first, then as many as its total promises, on several connections."""
    first = Pages(host, port)
    total = first.page(1)
    numbers: Iterator[int] = iter(range(2, -(-total // _SIZE) + 1))
    connections = [first, *(Pages(host, port) for _ in range(IN_FLIGHT - 1))]

    def work(connection: Pages) -> None:
        while (number := next(numbers, None)) is not None:
            connection.page(number)

    threads = [threading.Thread(target=work, args=(connection,)) for connection in connections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def address(text: str) -> tuple[str, int]:
    """Host and port of the first address in a text."""
    found = re.search(r"http://([0-9.]+):(\d+)", text)
    if found is None:
        raise SystemExit("no address is named")
    return found[1], int(found[2])


def main(root: Path) -> None:
    """List and scan at once."""
    listing = threading.Thread(target=list_all, args=address((root / "catalogsync.yaml").read_text("utf-8")))
    listing.start()
    scan(root)
    listing.join()


if __name__ == "__main__":
    if sys.argv[1] == "scan":
        started, busy = time.perf_counter(), time.process_time()
        files = scan(Path(sys.argv[2]))
        cost = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
        print(json.dumps({**cost, "files": files}))
    elif sys.argv[1] == "list":
        list_all(*address(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
