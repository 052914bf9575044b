"""The threads that score: what a caller gets from them, and that nothing a job does ends them."""

import asyncio
import threading

import pytest

from api.workers import Workers


class Panic(BaseException):
    """What a compiled library raises when it gives up is no Exception."""


def fail(error: BaseException) -> None:
    raise error


def run(main) -> object:
    """Run something with one worker, which must be gone at the end."""

    async def with_a_worker():
        workers = Workers(1, "test")
        workers.start()
        try:
            return await main(workers)
        finally:
            await asyncio.to_thread(workers.stop)

    before = threading.active_count()
    done = asyncio.run(with_a_worker())
    assert threading.active_count() == before
    return done


def test_a_call_gives_what_the_function_gives_off_the_event_loop() -> None:
    async def main(workers):
        return await workers.call(int, "11", base=2), await workers.call(threading.get_ident)

    number, thread = run(main)
    assert number == 3
    assert thread != threading.get_ident()


@pytest.mark.parametrize("error", [ValueError("no"), Panic("no")])
def test_what_a_function_raises_reaches_the_caller_and_ends_no_thread(error) -> None:
    async def main(workers):
        with pytest.raises(type(error), match="no"):
            await workers.call(fail, error)
        return await workers.call(len, "abc")

    assert run(main) == 3


def test_work_that_nobody_awaits_any_more_is_left_out() -> None:
    done = []

    async def main(workers):
        go = threading.Event()
        running = asyncio.ensure_future(workers.call(go.wait))
        waiting = asyncio.ensure_future(workers.call(done.append, "unwanted"))
        await asyncio.sleep(0)  # both are handed in
        running.cancel()
        waiting.cancel()
        go.set()
        return await workers.call(len, done)

    assert run(main) == 0
    assert done == []


def test_what_waits_when_the_workers_stop_is_still_answered() -> None:
    async def main(workers):
        calls = [asyncio.ensure_future(workers.call(pow, 2, n)) for n in range(100)]
        await asyncio.sleep(0)
        await asyncio.to_thread(workers.stop)
        return await asyncio.gather(*calls)

    assert run(main) == [2**n for n in range(100)]
