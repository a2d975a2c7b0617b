"""Where the example scenarios stand: an installed package holds them, a checkout has them beside it."""

from pathlib import Path

EXAMPLES = Path("scenarios", "lishui")


def example_folders() -> tuple[Path, ...]:
    """Return where the example scenarios may be, those of the folder at hand first."""
    package = Path(__file__).resolve().parents[1]
    return Path.cwd() / EXAMPLES, package / EXAMPLES, package.parent / EXAMPLES
