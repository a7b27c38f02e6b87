"""An async test ends alone: all of them share one task of anyio's plugin, which a cancellation would end for all."""

import asyncio
import gc
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import pytest


@dataclass(eq=False, slots=True)
class _Step:
    """A test, or one half of a fixture, at work in the shared task."""

    task: asyncio.Task[Any]
    before: set[asyncio.Task[Any]]
    ended: asyncio.Future[None]
    abandoned: bool = False


_at_work: list[_Step] = []


@asynccontextmanager
async def _contained() -> AsyncIterator[_Step]:
    """Makes a cancellation, also one left behind, or an exit the failure of this step, and ends its tasks with it."""
    task = asyncio.current_task()
    assert task
    step = _Step(task, asyncio.all_tasks(), task.get_loop().create_future())
    _at_work.append(step)
    try:
        yield step
        # A cancellation that nothing has awaited yet comes now, and not to the next test.
        await asyncio.sleep(0)
        assert not task.cancelling(), "a cancellation was left behind"
    except BaseException as error:
        _forgive(task)
        await _end(asyncio.all_tasks() - step.before)
        if step.abandoned:
            return
        if isinstance(error, asyncio.CancelledError | SystemExit):
            raise AssertionError(f"it ended by {type(error).__name__}") from error
        raise
    finally:
        _at_work.remove(step)
        step.ended.set_result(None)


def _forgive(task: asyncio.Task[Any]) -> None:
    while task.cancelling():
        task.uncancel()


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same test or fixture, each step contained."""

    @wraps(function)
    async def once(**values: Any) -> Any:
        async with _contained():
            return await function(**values)

    @wraps(function)
    async def around(**values: Any) -> AsyncIterator[Any]:
        halves, value = function(**values), None
        async with _contained():
            value = await anext(halves)
        yield value
        async with _contained() as step:
            assert await anext(halves, halves) is halves, "a fixture yields once"
        if step.abandoned:
            # Nobody waits for the end any more, and anyio's plugin shows it as the next test's fault.
            yield None

    return around if isasyncgenfunction(function) else once


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Contains each async test; of one with drawn values, each draw."""
    drawn: set[Callable[..., Any]] = set()
    for item in items:
        test = getattr(item, "obj", None)
        handle = getattr(test, "hypothesis", None)
        if handle and iscoroutinefunction(handle.inner_test) and handle.inner_test not in drawn:
            handle.inner_test = _alone(handle.inner_test)
            drawn.add(handle.inner_test)
        elif isinstance(item, pytest.Function) and not handle and iscoroutinefunction(test):
            item.obj = _alone(test)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Iterator[None]:
    """Contains each async fixture."""
    function = fixturedef.func
    with pytest.MonkeyPatch.context() as patch:
        if isasyncgenfunction(function) or iscoroutinefunction(function):
            patch.setattr(fixturedef, "func", _alone(function))
        return (yield)


@pytest.fixture(scope="session", autouse=True)
async def _shared_task(anyio_backend: str) -> AsyncIterator[None]:
    """Keeps the shared task to the end: a test that hangs is ended in it, and not by closing its event loop."""
    yield
    await asyncio.sleep(0)


def _abandon() -> None:
    """Ends what still runs: pytest-timeout raises in the event loop, which leaves the test itself where it waits."""
    for step in list(_at_work):
        step.abandoned = True
        step.task.cancel()
        step.task.get_loop().run_until_complete(step.ended)


@pytest.hookimpl(wrapper=True)
def _then_abandon() -> Iterator[None]:
    try:
        return (yield)
    finally:
        _abandon()


pytest_runtest_setup = pytest_runtest_call = _then_abandon
pytest_fixture_post_finalizer = _abandon


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Frees what a failed test left open at once, lest the warning come in another test."""
    before = item.session.testsfailed
    try:
        return (yield)
    finally:
        if item.session.testsfailed > before:
            # pytest keeps the failure here for a debugger, and with it all that its frames hold.
            vars(sys).update(last_exc=None, last_value=None, last_traceback=None)
            with warnings.catch_warnings(action="ignore"):
                gc.collect()
