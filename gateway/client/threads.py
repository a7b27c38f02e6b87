"""A loop of its own in a thread of its own, in which programs that do not await have something awaited."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future, wait
from functools import partial
from typing import Any, TypeVar

Value = TypeVar("Value")


class Awaiting:
    """A thread that awaits what others give it, until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="incident gateway client", daemon=True)
        self._thread.start()

    @property
    def is_closed(self) -> bool:
        """Whether nothing is awaited any more."""
        return self._loop.is_closed()

    def result(self, work: Coroutine[Any, Any, Value]) -> Value:
        """What the work comes to. Who is interrupted while waiting, as by Ctrl-C, ends it, and waits for its end."""
        if self.is_closed:
            work.close()
            raise RuntimeError("the client is used within its `with`")
        future, tasks = Future[Value](), list[asyncio.Task[Value]]()
        try:
            self._loop.call_soon_threadsafe(self._begin, work, future, tasks)
            return future.result()
        except BaseException:
            if not future.done():
                self._loop.call_soon_threadsafe(_end, future, tasks)
                wait([future])
            raise

    def close(self) -> None:
        """Ends what is still awaited, of whichever thread, and the thread."""
        self.result(_all_cancelled())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _begin(self, work: Coroutine[Any, Any, Value], future: Future[Value], tasks: list[asyncio.Task[Value]]) -> None:
        tasks.append(self._loop.create_task(work))
        tasks[0].add_done_callback(partial(_hand_over, future))


async def _all_cancelled() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _end(future: Future[Value], tasks: list[asyncio.Task[Value]]) -> None:
    if tasks:
        tasks[0].cancel()
    else:
        future.set_exception(CancelledError())


def _hand_over(future: Future[Value], task: asyncio.Task[Value]) -> None:
    if task.cancelled():
        future.set_exception(CancelledError())
    elif (error := task.exception()) is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())
