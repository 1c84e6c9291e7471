"""The ready process: it has loaded Prefect and our flows once, and each run begins as a copy of it.

Loading takes longer than everything else between an answer and the next form.  Where this process is missing, or was
loaded for other settings, `flows.start_run` loads everything itself: slower, and otherwise the same.
"""

from __future__ import annotations

import gc
import os
import runpy
import signal
import socket
import sys
import threading
import warnings
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, Field

from config.settings import settings
from flows.engine import set_environment
from flows.start_run import OBJECTS_BEFORE_A_LOOK, short_address
from flows.supervise import PARENT, die_with_parent

REQUEST_WITHIN_SECONDS = 2.0
_REQUEST_AT_MOST_BYTES = 4_000_000
_BOTH_WAYS = ("SIGHTLINE_", "PYTHON", "TZ", "LANG", "LC_")


def main() -> None:
    """Serves until it is ended; a copy of it returns from here when its run is over."""
    die_with_parent()
    set_environment()
    load(settings().deployments)
    with open_door(settings().home) as door:
        while True:
            caller, _ = door.accept()
            if serve(caller, door):
                return


def load(deployments: Path) -> None:
    """Afterwards everything is loaded that a run of these deployments loads."""
    import prefect._internal.metrics
    import prefect.deployments.steps
    import prefect.flow_engine  # noqa: F401

    from flows.deployments import offers

    gc.set_threshold(OBJECTS_BEFORE_A_LOOK, 20, 20)
    for offer in offers(deployments):
        offer.flow()
    gc.collect()
    gc.freeze()  # the collector of a copy leaves alone what all share
    if threading.active_count() > 1:
        raise RuntimeError("Something that was loaded has begun a thread: no true copy can be made.")


def open_door(home: Path) -> socket.socket:
    """The socket at which runs are asked for, open to the owner of the home alone."""
    (home / "prefect" / "ready.socket").unlink(missing_ok=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the copies
    door = socket.socket(socket.AF_UNIX)
    with short_address(home) as address:
        door.bind(address)
    door.listen(64)
    return door


def serve(caller: socket.socket, door: socket.socket) -> bool:
    """One request: a copy is made that runs it, or the caller is told to do it itself.  True in the copy, after
    its run."""
    with caller:
        try:
            request, streams = _heard(caller)
        except (OSError, ValueError):
            return False
        if not _loaded_for(request.environment):
            _close(streams)
            with suppress(OSError):
                caller.sendall(b"not loaded for these settings\n")
            return False
        sys.stdout.flush()
        sys.stderr.flush()
        if os.fork():
            _close(streams)
            return False
        door.close()
        _run(request, streams, caller)
        return True


class Request(BaseModel):
    """What to run, and as what: the words after `python -m`, the variables and the folder of the caller."""

    words: list[str] = Field(min_length=1)
    environment: dict[str, str]
    folder: str


def _heard(caller: socket.socket) -> tuple[Request, list[int]]:
    caller.settimeout(REQUEST_WITHIN_SECONDS)
    said, streams, _, _ = socket.recv_fds(caller, 65_536, 3)
    try:
        while not said.endswith(b"\n") and len(said) < _REQUEST_AT_MOST_BYTES and (more := caller.recv(65_536)):
            said += more
        request = Request.model_validate_json(said)
        _, _, _ = streams
    except (OSError, ValueError):
        _close(streams)
        raise
    return request, streams


def _loaded_for(environment: dict[str, str]) -> bool:
    """Whether all that this process was loaded with is as the caller has it.

    The worker adds names of Prefect's that follow from the others, and spells `true` as `True`.
    """
    here = dict(os.environ)
    names = {name for name in here if name.startswith("PREFECT_")}
    names |= {name for name in {**here, **environment} if name.startswith(_BOTH_WAYS) and name != PARENT}
    return all(environment.get(name, "").casefold() == here.get(name, "").casefold() for name in names)


def _close(streams: list[int]) -> None:
    for stream in streams:
        os.close(stream)


def _run(request: Request, streams: list[int], caller: socket.socket) -> None:
    """In the copy: becomes the process that the caller would have been, and tells it the exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    for there, here in zip(streams, (0, 1, 2), strict=True):
        os.dup2(there, here)
    _close(streams)
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.folder)
    sys.path[0] = request.folder
    caller.settimeout(None)
    line = caller.dup()  # stays open until the copy has gone
    line.sendall(b"%d\n" % os.getpid())
    threading.Thread(target=_end_with, args=(line,), daemon=True).start()
    name, *others = request.words
    sys.argv[:] = [name, *others]
    code = 1
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # that the engine was loaded before it is run
            runpy.run_module(name, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        raise
    finally:
        with suppress(OSError):
            line.sendall(b"%d" % code)


def _end_with(line: socket.socket) -> None:
    """This copy does not outlive the process that asked for it."""
    with suppress(OSError):
        line.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
