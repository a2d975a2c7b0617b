"""Why a stored file cannot be used, in the reader's language: what libraries say of it is English and of no help."""

import errno
from collections.abc import Mapping
from types import MappingProxyType

from simulation.messages import Message, WordedError

KNOWN: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOENT: "missing",
        errno.EACCES: "forbidden",
        errno.EPERM: "forbidden",
        errno.EROFS: "forbidden",
        errno.EISDIR: "folder",
        errno.ENOTDIR: "no_folder",
        errno.EEXIST: "exists",
        errno.ENOSPC: "full",
        errno.EDQUOT: "full",
    }
)


def why_unreadable(error: Exception) -> Message:
    """Return why something that was stored cannot be read; where nothing else is known, that it is damaged."""
    if isinstance(error, WordedError):
        return Message("damage.worded", {"messages": list(error.messages)})
    if isinstance(error, OSError) and error.filename and (why := of_system(error)):
        return Message("damage.of_file", {"file": str(error.filename), "why": why})
    return Message("damage.content")


def of_system(error: OSError) -> Message | None:
    """Return why the operating system refused a file; None where it did not say so in a known way."""
    known = KNOWN.get(error.errno or 0)
    return Message(f"damage.{known}") if known else None
