"""A load maker: clients over kept connections, each request timed; for ``bench/serve.py``.

    python -m bench.serve_load PORT CLIENTS SECONDS < requests.jsonl      (one request a line)
    python -m bench.serve_load PORT CLIENTS SECONDS RATE < requests.jsonl

Every client sends its next request when the last is answered (a closed loop). With a rate, requests
are due at random moments, so many a second, whether the server keeps up or not (an open loop, by at
most so many clients at once); a time counts from the moment that the request was due. The answers'
statuses and times go to standard output as JSON, with the CPU seconds that the load maker itself
took.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from typing import Any

HEAD_END = b"\r\n\r\n"


async def answered(reader: asyncio.StreamReader) -> tuple[int, bool, int]:
    """Return status, whether it says when to come back, and the size of a whole answer."""
    head = await reader.readuntil(HEAD_END)
    status = int(head[9:12])
    lower = head.lower()
    place = lower.find(b"content-length:")
    size = int(lower[place + 15 : lower.index(b"\r\n", place)]) if place >= 0 else 0
    if size:
        await reader.readexactly(size)
    return status, b"retry-after:" in lower, size


async def client(
    port: int, requests: list[bytes], start: int, end: float, times: list[float], seen: Counter[str]
) -> None:
    """Send requests, one after the other, until the time is up."""
    number = start
    writer: asyncio.StreamWriter | None = None
    while time.perf_counter() < end:
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            began = time.perf_counter()
            writer.write(requests[number % len(requests)])
            status, is_told, _ = await answered(reader)
        except (OSError, asyncio.IncompleteReadError):
            seen["lost"] += 1
            writer = None
            continue
        number += 1
        seen[str(status)] += 1
        if status in (429, 503):
            seen["told when"] += is_told
            await asyncio.sleep(0.05)
        else:
            times.append(time.perf_counter() - began)
    if writer is not None:
        writer.close()


async def load(port: int, clients: int, seconds: float, requests: list[bytes]) -> dict[str, Any]:
    """Return what came of a load."""
    times: list[float] = []
    seen: Counter[str] = Counter()
    cpu, begun = time.process_time(), time.perf_counter()
    end = begun + seconds
    step = max(len(requests) // clients, 1)
    await asyncio.gather(
        *(client(port, requests, n * step, end, times, seen) for n in range(clients))
    )
    spent = time.perf_counter() - begun
    return told(times, seen, spent, time.process_time() - cpu)


def told(times: list[float], seen: Counter[str], spent: float, cpu: float) -> dict[str, Any]:
    """Return what came of a load as it is told."""
    times.sort()
    return {
        "seconds": spent, "answers": len(times), "seen": dict(seen), "cpu": cpu,
        "p50": times[len(times) // 2] if times else None,
        "p99": times[int(len(times) * 0.99)] if times else None,
    }  # fmt: skip


async def due(
    port: int, clients: int, seconds: float, requests: list[bytes], rate: float
) -> dict[str, Any]:
    """Return what came of requests that are sent when they are due."""
    times: list[float] = []
    seen: Counter[str] = Counter()
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    rng = random.Random(7)  # noqa: S311 - draws moments
    begun, cpu = time.perf_counter(), time.process_time()

    async def one(moment: float, request: bytes) -> None:
        try:
            pair = free.pop() if free else await asyncio.open_connection("127.0.0.1", port)
            pair[1].write(request)
            status, is_told, _ = await answered(pair[0])
        except (OSError, asyncio.IncompleteReadError):
            seen["lost"] += 1
            return
        free.append(pair)
        seen[str(status)] += 1
        if status in (429, 503):
            seen["told when"] += is_told
        else:
            times.append(time.perf_counter() - moment)

    tasks: set[asyncio.Task[None]] = set()
    moment, number = begun, 0
    while (moment := moment + rng.expovariate(rate)) < begun + seconds:
        if (early := moment - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        if len(tasks) >= clients:
            seen["not sent"] += 1
            continue
        task = asyncio.ensure_future(one(moment, requests[number % len(requests)]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        number += 1
    await asyncio.gather(*tasks)
    for _, writer in free:
        writer.close()
    return told(times, seen, time.perf_counter() - begun, time.process_time() - cpu)


async def idle(port: int, connections: int, request: bytes) -> dict[str, Any]:
    """Open connections, leave them idle, then send one request on each, a few hundred at once."""
    opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    refused = 0
    for number in range(connections):
        try:
            source = (f"127.0.0.{1 + number // 20_000}", 0)
            opened.append(
                await asyncio.open_connection("127.0.0.1", port, local_addr=source, limit=1 << 14)
            )
        except OSError:
            refused += 1
    await asyncio.sleep(2)
    times: list[float] = []
    gate = asyncio.Semaphore(500)

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal refused
        async with gate:
            began = time.perf_counter()
            try:
                writer.write(request)
                status, _, _ = await answered(reader)
                refused += status != 200
                times.append(time.perf_counter() - began)
            except (OSError, asyncio.IncompleteReadError):
                refused += 1

    await asyncio.gather(*(one(*pair) for pair in opened))
    for _, writer in opened:
        writer.close()
    times.sort()
    return {
        "opened": len(opened), "refused": refused, "answers": len(times),
        "p50": times[len(times) // 2], "p99": times[int(len(times) * 0.99)],
    }  # fmt: skip


def main() -> None:
    """Make the load that the command line and standard input say."""
    port, clients = int(sys.argv[1]), int(sys.argv[2])
    requests = [json.loads(line).encode("utf-8") for line in sys.stdin]
    if sys.argv[3] == "idle":
        print(json.dumps(asyncio.run(idle(port, clients, requests[0]))))
        return
    seconds = float(sys.argv[3])
    if len(sys.argv) > 4:
        work = due(port, clients, seconds, requests, float(sys.argv[4]))
    else:
        work = load(port, clients, seconds, requests)
    print(json.dumps(asyncio.run(work)))


if __name__ == "__main__":
    main()
