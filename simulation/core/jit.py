"""The one place `njit` comes from: no fastmath, and a disk cache that cannot run stale code.

numba's `cache=True` looks only at the file a function stands in, so a rule changed in another file
would run stale. The cache folder is therefore named by a digest of all of `core/` and of the region's
generators, numba's version and the processor, and lives in the user's cache folder.
"""

import hashlib
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

# Threads that spin between parallel regions cost 1-2 ms a region on a busy machine; must be set before numba loads.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

COMPILED_ROOMS = ("core", "region")


def code_digest() -> str:
    """Return a short digest of every source file that holds compiled code."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for room in COMPILED_ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            digest.update(str(path.relative_to(package)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def user_cache_dir() -> Path:
    """Return the project's folder in the user's cache, which may not exist yet."""
    root = os.environ.get("EPAY_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    return Path(root) / "epay-adoption" if root else Path.home() / ".cache" / "epay-adoption"


def _numba_cache_dir() -> str:
    """Return the folder for compiled code; one the user named gets a subfolder of its own for this code."""
    from importlib.metadata import version

    name = f"numba-{version('numba')}-{platform.machine()}-{code_digest()}"
    given = os.environ.get("NUMBA_CACHE_DIR", "")
    # an address inherited from an older process of ours names that process's code, not this one's
    is_ours = Path(given).name.startswith("numba-") if given else True
    return str((user_cache_dir() if is_ours else Path(given)) / name)


os.environ["NUMBA_CACHE_DIR"] = _numba_cache_dir()

import numba  # noqa: E402  (the cache folder is named first, for child processes too)
from llvmlite import ir  # noqa: E402
from numba.extending import intrinsic  # noqa: E402

# numba reads the variable once, when it is first imported, which somebody else may have done before
numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"]  # type: ignore[attr-defined]

JIT_DISABLED: bool = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]


def njit(function: F) -> F:
    """Compile a scalar rule or a serial loop, without the interpreter lock, cached on disk.

    Dividing by zero gives infinity, as in NumPy: a loop that could raise counts every array it is given in and out.
    """
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)  # type: ignore[return-value]


@intrinsic
def folded_product(typing_context, first, second):  # type: ignore[no-untyped-def]
    """Return the 128-bit product of two 64-bit words, its halves folded into one by exclusive or; compiled code only.

    Numba has no whole numbers of 128 bits. LLVM has, and makes one multiplication of it where the processor has one.
    """
    word, wide = ir.IntType(64), ir.IntType(128)

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        product = builder.mul(*(builder.zext(argument, wide) for argument in arguments))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), word)
        return builder.xor(builder.trunc(product, word), high)

    return numba.uint64(numba.uint64, numba.uint64), generate


class Settled:
    """A compiled function whose arguments are of the same types at every call, so that these are looked up once.

    Numba finds out the type of every array it is handed at every call. For bundles of forty arrays that are not in the
    processor's cache this takes longer than a small loop. Whoever holds a `Settled` promises that types stay; with
    `is_checked`, as in the tests, the promise is held to account at every call.

    Parameters
    ----------
    function : callable
        From `njit`; or a plain function, which is called as it is.
    """

    is_checked = False

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._types: tuple[Any, ...] | None = None
        self._entry: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Call the function.

        Raises
        ------
        TypeError
            With `is_checked`, where an argument is of another type than at the first call.
        """
        if self._entry is None:
            return self._first(arguments)
        if self.is_checked and (types := self._types_of(arguments)) != self._types:
            raise TypeError(f"{self._function.__name__} is called with {types}, not with {self._types}")
        return self._entry(*arguments)

    def _first(self, arguments: tuple[Any, ...]) -> Any:
        """Call the function as Numba does, and keep what was compiled for these types."""
        found = self._function(*arguments)
        overloads = getattr(self._function, "overloads", {})
        if overloads and (types := self._types_of(arguments)) in overloads:
            self._types, self._entry = types, overloads[types].entry_point
        return found

    @staticmethod
    def _types_of(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(numba.typeof(each) for each in arguments)
