"""Files in an in-tray as the file system has them: found, read once, put away with a note beside them.

The name of a file may name a child: it is the name of the file and of its note, and goes nowhere else. What this
module raises therefore says nothing of what the file system said.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from config import clock
from flows.readers import Fault

MOST_BYTES = 5_000_000  # our own default; a sheet of a thousand actions has a tenth of it
UNCHANGED_FOR_SECONDS = 60  # before that somebody may still be writing
LONGEST_NAME = 255  # bytes, of most file systems
WHY_NOT = " - why not.txt"
READ_BEFORE = " - read before.txt"
BEGIN_OF_NOBODYS = (".", "~")  # hidden; "~$" and ".~lock" of Office, "~WRL0001.tmp"
END_OF_NOBODYS = (".tmp", ".part", ".partial", ".crdownload", ".filepart")
SYSTEMS_OWN = ("thumbs.db", "desktop.ini")


class NotTaken(Exception):
    """It is not a file that could be read; `fault` says what it is and what to do."""

    def __init__(self, what: str, do: str) -> None:
        self.fault = Fault("The whole file", what, do)
        super().__init__(NotTaken.__doc__)


class StillChanging(Exception):
    """Somebody is writing to the file, or has taken it away."""


class CannotBeOpened(Exception):
    """The system does not let us read the file, or the folder that it lies in."""


class CannotBePutAway(Exception):
    """The file could not be moved or no note be written: the disk is full, or we have no right to."""


@dataclass(frozen=True)
class Lying:
    """Something that lies in an in-tray, as it was seen there."""

    path: Path = field(repr=False)
    seen: os.stat_result = field(repr=False)

    @property
    def ending(self) -> str:
        """Like ".csv", in small letters."""
        return self.path.suffix.lower()

    @property
    def is_our_note(self) -> bool:
        """True for a note of ours that came back with its file."""
        return self.path.name.endswith((WHY_NOT, READ_BEFORE)) and stat.S_ISREG(self.seen.st_mode)


@dataclass(frozen=True)
class Content:
    """What a file held when it was read, and its digest."""

    whole: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256, as hexadecimal digits."""
        return hashlib.sha256(self.whole).hexdigest()


@dataclass(frozen=True)
class Note:
    """A text for a person, to be laid beside a file under its name with that ending."""

    ending: str
    text: str = field(repr=False)


def lying_in(folder: Path) -> tuple[list[Lying], int]:
    """What has lain unchanged in the folder for a minute, the oldest first, and how many things have not yet.

    What programs leave for themselves is passed over. Raises CannotBeOpened.
    """
    ready, not_yet = list[Lying](), 0
    for lying in _entries(folder):
        if _is_unchanged(lying.seen):
            ready.append(lying)
        else:
            not_yet += 1
    return sorted(ready, key=lambda each: (each.seen.st_mtime_ns, each.path.name)), not_yet


def lying_in_faults(folder: Path) -> int:
    """How many files lie there, their notes not counted. Raises CannotBeOpened."""
    return sum(not each.is_our_note for each in _entries(folder))


def content_of(lying: Lying) -> Content:
    """The content of the file as it was seen, read once and from nowhere else.

    Raises NotTaken, StillChanging and CannotBeOpened.
    """
    _insist_on_a_file(lying.seen)
    try:
        opened = os.open(lying.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise StillChanging from None
    except OSError:
        raise CannotBeOpened from None
    try:
        with os.fdopen(opened, "rb") as file:
            is_the_same = _stamp(os.fstat(opened)) == _stamp(lying.seen)
            whole = file.read(MOST_BYTES + 1) if is_the_same else b""
            if not is_the_same or _stamp(os.fstat(opened)) != _stamp(lying.seen):
                raise StillChanging
    except OSError:
        raise CannotBeOpened from None
    return Content(whole)


def put_into(lying: Lying, folder: Path, note: Note | None = None) -> bool:
    """The file lies in the folder, under a name with a number where its own is taken, and the note beside it.

    False, and nothing lies there, where somebody has taken the file away or put another in its place meanwhile; that
    other one is left for the next look. Raises CannotBePutAway; then all is as before.
    """
    placed: list[Path] = []
    try:
        target = _free_place(lying, folder, note, placed)
        try:
            lying.path.replace(target)
        except FileNotFoundError:
            _take_away(placed)
            return False
        placed.remove(target)  # it is nothing of ours any more
        if _version(target.lstat()) == _version(lying.seen):
            return True
        target.rename(_free_name(lying, lying.path.parent))
        _take_away(placed)
        return False
    except OSError:
        _take_away(placed)
        raise CannotBePutAway from None


def why_not(faults: Sequence[Fault], when: str, number: int) -> Note:
    """The note beside a file that could not be read: every fault in words, with its place and what to do."""
    listed = [f"{each}. {_one_line(one.place)}: {_one_line(one.what)} {_one_line(one.do)}".rstrip()
              for each, one in enumerate(faults, 1)]  # fmt: skip
    return Note(
        WHY_NOT,
        _text(
            f"This file could not be read on {when}, and nothing of it was loaded.", "", *listed, "",
            "Put this right, save the file and drop it into the folder in-tray again. The file here and this note may "
            "be deleted then.",
            f"In Sightline's own record the file has the number {number}.",
        ),
    )  # fmt: skip


def read_before(read_on: str) -> Note:
    """The note beside a file whose content had been read before."""
    return Note(
        READ_BEFORE,
        _text(
            f"A file with exactly this content had been read on {read_on}. Nothing was loaded a second time.",
            "If something in it was to be changed, change it, save the file and drop it into the folder in-tray again.",
        ),
    )


def _entries(folder: Path) -> Iterator[Lying]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone are wanted
    except OSError:
        raise CannotBeOpened from None
    for name in names:
        small = name.lower()
        if name.startswith(BEGIN_OF_NOBODYS) or small.endswith(END_OF_NOBODYS) or small in SYSTEMS_OWN:
            continue
        try:
            yield Lying(folder / name, (folder / name).lstat())
        except OSError:
            continue  # it was taken away at this moment


def _is_unchanged(seen: os.stat_result) -> bool:
    """A copy may bring the moment of its original along; so the moment at which it came here counts too.

    A moment that is to come was brought along from a clock that is wrong, and says nothing.
    """
    now = clock.file_moment()
    last = seen.st_ctime if seen.st_mtime > now else max(seen.st_mtime, seen.st_ctime)
    return now - last >= UNCHANGED_FOR_SECONDS


def _insist_on_a_file(seen: os.stat_result) -> None:
    if stat.S_ISLNK(seen.st_mode):
        raise NotTaken(
            "This is a link to a file that lies elsewhere.", f"Make a copy of the file itself {_and_drop('that')}"
        )
    if stat.S_ISDIR(seen.st_mode):
        raise NotTaken("This is a folder.", f"Take the files out of it {_and_drop('them')}")
    if not stat.S_ISREG(seen.st_mode):
        raise NotTaken(
            "This is not a file that could be read.", f"Save what it is to hold as a file {_and_drop('that')}"
        )
    if seen.st_nlink > 1:
        raise NotTaken(
            "The same file lies in another folder too, under a second name.",
            f"Make a copy of the file {_and_drop('that')}",
        )
    if seen.st_size > MOST_BYTES:
        raise NotTaken(
            f"The file is larger than {MOST_BYTES // 1_000_000} megabytes.",
            f"Take out what does not belong into it, pictures above all, save it {_and_drop('it')}",
        )
    if not seen.st_size:
        raise NotTaken("The file is empty.", f"Save it again with what it is to hold {_and_drop('it')}")


def _and_drop(what: str) -> str:
    return f"and drop {what} into the folder in-tray."


def _stamp(seen: os.stat_result) -> tuple[int, ...]:
    return (seen.st_dev, seen.st_ino, seen.st_nlink, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def _version(seen: os.stat_result) -> tuple[int, ...]:
    """What a file keeps when it is moved, on every file system; a folder may keep nothing."""
    return () if stat.S_ISDIR(seen.st_mode) else (seen.st_size, seen.st_mtime_ns)


def _free_place(lying: Lying, folder: Path, note: Note | None, placed: list[Path]) -> Path:
    """A place in the folder that is ours alone, with the note beside it; `placed` is what now lies there."""
    target = _free_name(lying, folder, note.ending if note else "")
    if note:
        _write(target.with_name(target.name + note.ending), note.text, placed)
    if stat.S_ISDIR(lying.seen.st_mode):
        target.mkdir(mode=0o700)
    else:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    placed.append(target)
    return target


def _free_name(lying: Lying, folder: Path, beside: str = "") -> Path:
    """A name that nothing in the folder has, nor has anything the name with that ending for what lies beside it."""
    for number in count(1):
        target = folder / _numbered(lying.path, number, len(os.fsencode(beside)))
        if not os.path.lexists(target) and not os.path.lexists(f"{target}{beside}"):
            break
    return target


def _numbered(path: Path, number: int, room: int) -> str:
    """The name of the file, with a number from the second on, so short that `room` bytes can follow it."""
    ending = path.suffix if len(os.fsencode(path.suffix)) <= 20 else ""
    stem = path.name.removesuffix(ending)
    ending = f" ({number}){ending}" if number > 1 else ending
    longest = LONGEST_NAME - room - len(os.fsencode(ending))
    while len(os.fsencode(stem)) > longest:
        stem = stem[:-1]
    return stem + ending


def _write(path: Path, text: str, placed: list[Path]) -> None:
    """The text lies there whole, in the form that every editor of an office opens."""
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    placed.append(path)
    with os.fdopen(opened, "wb") as file:
        file.write(text.encode("utf-8-sig", "replace"))
        file.flush()
        os.fsync(file.fileno())


def _take_away(placed: Sequence[Path]) -> None:
    for each in placed:
        try:
            if each.is_dir() and not each.is_symlink():
                each.rmdir()
            else:
                each.unlink()
        except OSError:
            continue  # it has gone, or was never there


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _text(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"
