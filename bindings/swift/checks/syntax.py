"""Reads Swift into trees. Syntax only: there is no compiler here."""
import re
from pathlib import Path

import tree_sitter
import tree_sitter_swift

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_swift.language()))

# What the generator writes around some declarations, and the grammar does not know there.
DOCUMENTATION_MARK = re.compile(
    rb"#if swift\([^)\n]*\)\s*\n(\s*@_documentation\(visibility: private\)\s*\n)#endif", re.M
)

# The value of a closure that answers nothing, which the grammar does not know alone in its braces.
NOTHING = re.compile(rb"\{ \(\) \}")


class Source:
    """One file: its text, its tree, the faults of its syntax."""

    def __init__(self, path, text=None, generated=False):
        self.path = path
        self.bytes = Path(path).read_bytes() if text is None else text.encode()
        read = self.bytes
        if generated:
            for mark in (DOCUMENTATION_MARK, NOTHING):
                read = mark.sub(lambda found: re.sub(rb"[^\n{}]", b" ", found[0]), read)
        self.root = PARSER.parse(read).root_node

    def text(self, node):
        return self.bytes[node.start_byte:node.end_byte].decode()

    def faults(self):
        """Where the grammar gave up."""
        found = []

        def look(node):
            if node.is_error or node.is_missing:
                found.append(f"{self.path}:{node.start_point[0] + 1}: not Swift: {self.text(node)[:60]!r}")
            elif node.has_error:
                for child in node.children:
                    look(child)

        look(self.root)
        return found


def named(node, kind):
    """The children of one kind."""
    return [child for child in node.children if child.type == kind]


def all_of(node, kind):
    """Every node of a kind at or below this one."""
    if node.type == kind:
        yield node
    for child in node.children:
        yield from all_of(child, kind)
