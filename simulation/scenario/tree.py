"""A YAML file as plain values that remember their file and line.

The composed nodes of ruamel.yaml are walked here instead of constructing objects: that keeps the line of
every key, finds every duplicate key at once, and can run no tag's code.
"""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from simulation.messages import Message
from simulation.scenario.errors import ScenarioError, shown

MOST_VALUES = 200_000  # a file of aliases to aliases must not grow without bound
MOST_DEEP = 100  # values within values
MOST_DIGITS = 1000  # Python itself writes no longer numbers
_TAG = "tag:yaml.org,2002:"
_SURROGATE = re.compile("[\ud800-\udfff]")
_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a file: a scalar, a list of leaves, or a mapping of str to leaves."""

    value: Any
    file: str
    line: int  # of its key, or of the value in a list; from 1

    def plain(self) -> Any:
        """Return the value without files and lines."""
        if isinstance(self.value, dict):
            return {key: leaf.plain() for key, leaf in self.value.items()}
        if isinstance(self.value, list):
            return [leaf.plain() for leaf in self.value]
        return self.value


def read_text(path: Path) -> tuple[str, bool]:
    """Return a file's text, and whether it was in GB18030 rather than UTF-8.

    Raises
    ------
    ScenarioError
        If there is no such file, or it is in no encoding that is known here.
    """
    file = shown(path)
    return _decoded(_bytes_of(path, file), file)


def _bytes_of(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise ScenarioError([Message("error.file_is_folder", {"file": file})]) from None
    except (OSError, ValueError) as error:
        raise ScenarioError([_missing(path, file, error)]) from None


def _decoded(data: bytes, file: str) -> tuple[str, bool]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ScenarioError([Message("error.encoding", {"file": file, "encoding": "UTF-16"})])
    try:
        return data.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if _CHINESE.search(text):
        return text, True
    raise ScenarioError([Message("error.encoding_unknown", {"file": file})])


def _missing(path: Path, file: str, error: Exception) -> Message:
    """Return the message for a file that cannot be opened, with one that is named like it."""
    if isinstance(error, PermissionError):
        return Message("error.file_forbidden", {"file": file})
    try:
        beside = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        beside = []
    match = get_close_matches(path.name, beside, n=1, cutoff=0.6)
    suggestion = Message("error.suggestion", {"name": match[0]}) if match else ""
    return Message("error.file_missing", {"file": file, "suggestion": suggestion})


def read_yaml(path: Path) -> Leaf:
    """Read a YAML 1.2 file whose top is a mapping.

    Raises
    ------
    ScenarioError
        With everything that is wrong with the file as YAML.
    """
    file = shown(path)
    return tree_of(_bytes_of(path, file), file)


def tree_of(data: bytes, file: str, most: int = MOST_VALUES) -> Leaf:
    """Return the values of a YAML 1.2 file whose top is a mapping; nothing but its bytes is looked at.

    Parameters
    ----------
    data : bytes
        The file.
    file : str
        Its name as people know it.
    most : int
        Values it may hold, keys and what aliases repeat included.

    Raises
    ------
    ScenarioError
        With everything that is wrong with the file as YAML.
    """
    text, was_gb18030 = _decoded(data, file)
    if was_gb18030:
        raise ScenarioError([Message("error.encoding", {"file": file, "encoding": "GB18030"})])
    try:
        node = _composed(text, file, most)
        if node is None:
            raise ScenarioError([Message("error.file_empty", {"file": file})])
        if not isinstance(node, MappingNode):
            raise ScenarioError([Message("error.not_a_mapping", {"file": file, "line": _line(node)})])
        walk = _Walk(file, most)
        root = walk.leaf(node, _line(node))
    except MarkedYAMLError as error:
        raise ScenarioError([_syntax(file, text, error)]) from None
    except (YAMLError, RecursionError, ValueError, AttributeError, TypeError) as error:
        if isinstance(error, ScenarioError):
            raise
        params = {"file": file, "line": 1, "detail": type(error).__name__}
        raise ScenarioError([Message("error.yaml_syntax", params)]) from None
    if walk.problems:
        raise ScenarioError(walk.problems)
    return root


def _composed(text: str, file: str, most: int) -> Node | None:
    """Return the nodes of a text, given up where they become more, or deeper, than any scenario needs."""

    class Bounded(Composer):
        n_values = n_deep = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            self.n_values, self.n_deep = self.n_values + 1, self.n_deep + 1
            if self.n_values > most or self.n_deep > MOST_DEEP:
                line = int(self.parser.peek_event().start_mark.line) + 1
                params = {"file": file, "line": line, "most": most, "deep": MOST_DEEP}
                raise ScenarioError([Message("error.yaml_size", params)])
            node = super().compose_node(parent, index)
            self.n_deep -= 1
            return node

    yaml = YAML()
    yaml.Composer = Bounded
    return yaml.compose(text)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _syntax(file: str, text: str, error: MarkedYAMLError) -> Message:
    """Return the message for text that is not YAML; a tab in the indentation is named as such."""
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    lines = text.splitlines()
    for number in (line, line - 1, line + 1):
        if 1 <= number <= len(lines) and re.match(r"\s*(- *)?\t", lines[number - 1]):
            return Message("error.yaml_tab", {"file": file, "line": number})
    detail = " ".join(str(error.problem or error.context or "").split())
    if "another document" in detail or "document" in str(error.context or ""):
        return Message("error.yaml_documents", {"file": file, "line": line})
    return Message("error.yaml_syntax", {"file": file, "line": line, "detail": detail})


class _Walk:
    """Turn composed nodes into leaves, collecting problems."""

    def __init__(self, file: str, most: int) -> None:
        self.file, self.most = file, most
        self.problems: list[Message] = []
        self._n_values = 0
        self._above: set[int] = set()  # nodes being walked: an alias to one of them is a cycle

    def leaf(self, node: Node, line: int) -> Leaf:
        self._n_values += 1
        if self._n_values > self.most or id(node) in self._above:
            params = {"file": self.file, "line": _line(node)}
            raise ScenarioError([Message("error.yaml_aliases", params)])
        if isinstance(node, ScalarNode):
            return Leaf(self._scalar(node), self.file, line)
        self._above.add(id(node))
        if node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            self._add("error.yaml_tag", node, tag=node.tag)
        value: Any
        if isinstance(node, SequenceNode):
            value = [self.leaf(item, _line(item)) for item in node.value]
        elif isinstance(node, MappingNode):
            value = self._mapping(node)
        else:
            value = None
        self._above.discard(id(node))
        return Leaf(value, self.file, line)

    def _mapping(self, node: MappingNode) -> dict[str, Leaf]:
        result: dict[str, Leaf] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._add("error.yaml_key", key_node)
                continue
            key = str(key_node.value)
            if key in result:
                self._add("error.duplicate_key", key_node, key=key, first=result[key].line)
                continue
            if _SURROGATE.search(key):
                self._add("error.yaml_key", key_node)
                continue
            result[key] = self.leaf(value_node, _line(key_node))
        return result

    def _scalar(self, node: ScalarNode) -> Any:
        """Return a scalar by YAML 1.2: dates stay text, and so do `yes`, `no`, `on`, `off`."""
        text, tag = str(node.value), str(node.tag)
        if _SURROGATE.search(text):
            self._add("error.yaml_text", node)
            return ""
        if tag in (f"{_TAG}str", f"{_TAG}timestamp"):
            return text
        if tag == f"{_TAG}null":
            return None
        if tag == f"{_TAG}bool":
            return text.lower() == "true" if text.lower() in ("true", "false") else text
        try:
            if tag == f"{_TAG}int":
                digits = text.replace("_", "")
                if len(digits) > MOST_DIGITS:
                    return text
                return int(digits, 0) if re.match(r"[-+]?0[xob]", digits) else int(digits)
            if tag == f"{_TAG}float":
                return float(text.replace("_", "").replace(".inf", "inf").replace(".nan", "nan").lower())
        except ValueError:
            return text
        self._add("error.yaml_tag", node, tag=tag)
        return text

    def _add(self, code: str, node: Node, **params: Any) -> None:
        self.problems.append(Message(code, {"file": self.file, "line": _line(node), **params}))


def read_with_bases(path: Path) -> Leaf:
    """Read a scenario file and everything it extends, merged.

    Raises
    ------
    ScenarioError
        With the problems of the file, or of the first of its bases that has any.
    """
    return _read(path.absolute(), ())


def _read(path: Path, above: tuple[Path, ...]) -> Leaf:
    root = read_yaml(path)
    extends = root.value.pop("extends", None)
    if extends is None:
        return without_nulls(root)
    where = {"file": shown(path), "line": extends.line, "value": extends.plain()}
    if not isinstance(extends.value, str) or not extends.value:
        raise ScenarioError([Message("error.extends_not_a_path", where)])
    base = (path.parent / extends.value).absolute()
    chain = (*above, path)
    try:
        is_file = base.is_file()
        is_repeated = any(base.resolve() == earlier.resolve() for earlier in chain)
    except (OSError, ValueError, RuntimeError):
        is_file, is_repeated = False, False
    if not is_file:
        raise ScenarioError([Message("error.extends_missing", {**where, "looked": shown(base)})])
    if is_repeated:
        files = " -> ".join(shown(p) for p in (*chain, base))
        raise ScenarioError([Message("error.extends_cycle", {**where, "chain": files})])
    problems: list[Message] = []
    merged = _merge(_read(base, chain), root, "", problems)
    if problems:
        raise ScenarioError(problems)
    return merged


def without_nulls(root: Leaf) -> Leaf:
    """Refuse empty values where there is nothing they could remove.

    Raises
    ------
    ScenarioError
        With all of them.
    """
    problems: list[Message] = []
    result = _merge(Leaf({}, root.file, 1), root, "", problems)
    if problems:
        raise ScenarioError(problems)
    return result


def _merge(base: Leaf, child: Leaf, field: str, problems: list[Message]) -> Leaf:
    """Return the child laid over the base: mappings are merged, `null` removes, everything else replaces.

    A lever of another kind replaces the one it is named like.
    """
    if not isinstance(child.value, dict):
        return child
    old = base.value if isinstance(base.value, dict) else {}
    if "kind" in old and "kind" in child.value and old["kind"].plain() != child.value["kind"].plain():
        old = {}
    merged = dict(old)
    for key, leaf in child.value.items():
        name = f"{field}.{key}" if field else key
        if leaf.value is not None:
            merged[key] = _merge(merged.get(key, Leaf(None, leaf.file, leaf.line)), leaf, name, problems)
        elif key in merged:
            del merged[key]
        else:
            problems.append(Message("error.empty_value", {"file": leaf.file, "line": leaf.line, "field": name}))
    return replace(child, value=merged)


def leaf_at(root: Leaf, path: tuple[Any, ...]) -> Leaf:
    """Return the leaf at a path, or the deepest there is on the way to it."""
    leaf = root
    for step in path:
        value = leaf.value
        inside = isinstance(value, dict) and step in value
        inside = inside or (isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value))
        if not inside:
            break
        leaf = value[step]
    return leaf
