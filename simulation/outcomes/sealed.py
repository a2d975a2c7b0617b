"""JSON files that prove themselves: they hold the digest of the rest of their content, and no bit changes unseen."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

SEAL = "sha256"


class SealBrokenError(ValueError):
    """A file that can be read and is not what was written."""


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a file of some content and its digest, the same for the same content."""
    return _bytes({**content, SEAL: _digest(content)})


def unsealed(written: bytes) -> dict[str, Any]:
    """Return the content of a file's bytes, without the digest.

    Raises
    ------
    SealBrokenError
        If it was changed after it was written.
    ValueError
        If it is no JSON object.
    """
    found = json.loads(written.decode("utf-8"))
    if not isinstance(found, dict):
        raise ValueError("no JSON object")
    content = {name: value for name, value in found.items() if name != SEAL}
    # its bytes too: a changed blank or a key given twice would leave the content as it was
    if found.get(SEAL) != _digest(content) or written != _bytes(found):
        raise SealBrokenError("it was changed after it was written")
    return content


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_bytes(content)).hexdigest()


def _bytes(content: Mapping[str, Any]) -> bytes:
    """Return the one way such a file is written."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "replace")
