"""Where pages are scored: what a caller gets, who comes between, and that no job ends a thread."""

import asyncio
import threading

import pytest

from api.workers import Turns, Workers


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


def test_between_two_jobs_on_the_event_loop_others_have_their_turn() -> None:
    done = []

    async def main():
        turns = Turns()
        jobs = [asyncio.ensure_future(turns.call(done.append, f"job {n}")) for n in range(3)]
        await asyncio.sleep(0)  # all three wait
        asyncio.get_running_loop().call_soon(done.append, "another request")
        await asyncio.gather(*jobs)

    asyncio.run(main())
    assert sorted(done) == ["another request", "job 0", "job 1", "job 2"]
    assert done.index("another request") < done.index("job 1")


def test_a_job_on_the_event_loop_that_fails_or_is_not_awaited_any_more_leaves_the_turn_to_the_next() -> None:
    async def main():
        turns = Turns()
        failing = asyncio.ensure_future(turns.call(fail, ValueError("no")))
        unwanted = asyncio.ensure_future(turns.call(fail, ValueError("unwanted")))
        last = asyncio.ensure_future(turns.call(int, "11", base=2))
        await asyncio.sleep(0)
        unwanted.cancel()
        return await asyncio.gather(failing, unwanted, last, return_exceptions=True)

    failed, unwanted, number = asyncio.run(main())
    assert repr(failed) == "ValueError('no')"
    assert isinstance(unwanted, asyncio.CancelledError)
    assert number == 3
