"""Whose hands a piece of work is in, and whether that process still lives."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path


def new_claim() -> str:
    """A claim of this process that no other will ever make."""
    return f"{socket.gethostname()[:40]}/{os.getpid()}/{_began(os.getpid())}/{uuid.uuid4().hex[:12]}"


def holder_may_live(claim: str) -> bool:
    """False only when the claim was made on this machine by a process that is certainly gone."""
    try:
        host, pid, began, _ = claim.split("/")
    except ValueError:
        return True
    if host != socket.gethostname()[:40]:
        return True
    return began != "" and _began(int(pid)) == began


def _began(pid: int) -> str:
    """When a process began, in the kernel's own count; empty when it is gone or cannot be asked."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return _alive_without_proc(pid)


def _alive_without_proc(pid: int) -> str:
    if Path("/proc/self/stat").exists():
        return ""
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "unknown"
