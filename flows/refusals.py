"""What an installation can be told instead of being started: each a sentence that says what to do."""

from __future__ import annotations

import inspect


class Refusal(Exception):
    """Sightline cannot go on."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(inspect.cleandoc(type(self).__doc__ or "").replace("\n", " ").format(**facts))


class PortInUse(Refusal):
    """Port {port} is used by another program: stop that program, or choose another port with
    SIGHTLINE_PORT={other}, and start again."""


class NoWritePermission(Refusal):
    """Sightline may not write to {folder}: give yourself write permission there, or choose another folder
    with SIGHTLINE_HOME, and start again."""


class NoDiskSpace(Refusal):
    """The disk that holds {folder} is full: free at least {megabytes} MB there and start again."""


class HomeIsNoFolder(Refusal):
    """{folder} is a file and not a folder: move it away, or choose another folder with SIGHTLINE_HOME,
    and start again."""


class NotOnLoopback(Refusal):
    """The address {host} can be reached from other computers: use SIGHTLINE_HOST=127.0.0.1, or read how to go
    live in README.md and set SIGHTLINE_ALLOW_OTHER_HOSTS=true."""


class NoPassword(Refusal):
    """The address {host} can be reached from other computers and no password is set: set SIGHTLINE_PASSWORD
    and start again."""


class DatabaseLocked(Refusal):
    """Another program holds the database in {folder}: close it (a database viewer or a backup, perhaps) and
    start again."""


class DatabaseNewer(Refusal):
    """The database in {folder} was written by a newer version of Sightline: install that version again, or
    put back the copy of the folder that was made before."""


class DatabaseUnreadable(Refusal):
    """The database in {folder} cannot be read: put back the last copy of it and start again. Details are in
    {log}."""


class DatabaseNotReached(Refusal):
    """The database server does not answer: check that it runs and that the address in
    SIGHTLINE_DATABASE_URL and SIGHTLINE_PREFECT_DATABASE_URL is right. Details are in {log}."""


class PartStopped(Refusal):
    """The {part} stopped while starting: the reason stands at the end of {log}."""


class PartKeepsStopping(Refusal):
    """The {part} has stopped {times} times within ten minutes: the reason stands at the end of {log}."""


class NotHealthyInTime(Refusal):
    """The server did not answer within {seconds} seconds: see {log}, close other heavy programs and start
    again."""


class ScheduleWithoutRun(Refusal):
    """No future run was planned for {names}: the scheduler of the server does not work. See {log}, run
    'make setup' and start again."""


class ModuleMissing(Refusal):
    """{entrypoint}, named in {file}, does not exist: correct the entry or put the code back."""


class EngineImportedTooEarly(Refusal):
    """Prefect was loaded before Sightline had set its address: nothing was done."""


class ConfigurationFaults(Refusal):
    """The configuration has {count} faults, so nothing was started: 'sightline check' lists each with what
    to do."""
