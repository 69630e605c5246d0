"""What can be called: types with their members, taken from declarations."""
import re
from dataclasses import dataclass, field

from .syntax import named

# What every value may be asked, and what these protocols bring, which nobody declares here.
EVERYWHERE = {"self", "hashValue", "hash", "description", "localizedDescription", "errorDescription", "rawValue", "allCases", "init"}
PLAIN_BASES = {"Sendable", "Equatable", "Hashable", "Error", "Swift.Error", "Codable", "AnyObject", "CaseIterable",
               "AsyncIteratorProtocol", "Foundation.LocalizedError", "LocalizedError", "String", "Int"}


@dataclass
class Parameter:
    label: str
    type: str
    has_default: bool


@dataclass
class Member:
    name: str
    parameters: list = field(default_factory=list)
    type: str = ""
    is_method: bool = True
    is_async: bool = False
    throws: bool = False
    is_static: bool = False

    def shown(self):
        return self.name + "(" + "".join(one.label + ":" for one in self.parameters) + ")"


@dataclass
class Kind:
    name: str
    sort: str
    members: dict = field(default_factory=dict)
    cases: dict = field(default_factory=dict)
    bases: list = field(default_factory=list)
    element: str = ""
    whole: bool = False



def tidy(text):
    """A type's name without what does not matter here."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"\b(any|some)\s+|@\w+\s*|\bSwift\.|\bJawlaCore\.", "", text)
    return re.sub(r"\s+", " ", text).strip().removeprefix("inout ")


def bare(type_name):
    """`[T]?` as `[T]`, `(any P)?` as `P`."""
    while type_name and type_name[-1] in "?!":
        type_name = type_name[:-1]
    if type_name.startswith("(") and type_name.endswith(")") and "," not in type_name and "->" not in type_name:
        type_name = type_name[1:-1]
    return type_name


def base_name(type_name):
    return bare(type_name).split("<")[0].split(".")[-1]


class Signatures:
    def __init__(self):
        self.types = {}
        self.functions = {}
        self.aliases = {}

    def copy(self):
        other = Signatures()
        for name, kind in self.types.items():
            members = {key: list(value) for key, value in kind.members.items()}
            other.types[name] = Kind(name, kind.sort, members, dict(kind.cases), list(kind.bases), kind.element, kind.whole)
        other.functions = {key: list(value) for key, value in self.functions.items()}
        other.aliases = dict(self.aliases)
        return other

    def kind(self, type_name):
        """The declared type of this name, if it is one of ours."""
        if not type_name or type_name.startswith("["):
            return None
        name = base_name(type_name)
        return self.types.get(self.aliases.get(name, name))

    def is_closed(self, kind):
        """True if nothing but what is declared can be asked of it."""
        bases = [base for base in kind.bases if base not in PLAIN_BASES]
        known = [self.types.get(base_name(base)) for base in bases]
        return kind.whole and all(one is not None and one is not kind and self.is_closed(one) for one in known)

    def members(self, kind, name):
        """Members of a type or of what it is made of."""
        found = list(kind.members.get(name, []))
        for base in kind.bases:
            known = self.types.get(base_name(base))
            if known and known is not kind:
                found += self.members(known, name)
        return found

    def add(self, source, node=None, inside=None):
        """Takes in every declaration of a file."""
        for child in (node or source.root).children:
            if child.type in ("class_declaration", "protocol_declaration"):
                self.add_type(source, child)
            elif child.type in ("function_declaration", "protocol_function_declaration"):
                self.add_function(source, child, inside)
            elif child.type == "init_declaration" and inside:
                made = self.callable(source, child, "init")
                made.type = inside.name
                inside.members.setdefault("init", []).append(made)
            elif child.type in ("property_declaration", "protocol_property_declaration") and inside:
                self.add_property(source, child, inside)
            elif child.type == "enum_entry" and inside:
                self.add_cases(source, child, inside)
            elif child.type == "typealias_declaration":
                found = re.search(r"typealias\s+(\w+)\s*=\s*(.+)", source.text(child), re.S)
                if found and inside and found[1] == "Element":
                    inside.element = tidy(found[2])
                elif found and re.fullmatch(r"\w+", found[2].strip()):
                    self.aliases[found[1]] = found[2].strip()

    def add_type(self, source, node):
        sort = source.text(node.child_by_field_name("declaration_kind"))
        name = base_name(tidy(source.text(node.child_by_field_name("name"))))
        name = self.aliases.get(name, name)
        kind = self.types.setdefault(name, Kind(name, sort))
        if sort != "extension":
            kind.sort, kind.whole = sort, True
        for one in named(node, "inheritance_specifier"):
            kind.bases.append(tidy(source.text(one)))
        body = node.child_by_field_name("body")
        self.add(source, body, kind)
        if sort == "struct" and "init" not in kind.members:
            self.add_memberwise(source, body, kind)

    def add_memberwise(self, source, body, kind):
        made = Member("init", type=kind.name)
        for one in named(body, "property_declaration"):
            text = source.text(one)
            stored = one.child_by_field_name("computed_value") is None
            name = one.child_by_field_name("name")
            if not stored or name is None or "static" in text.split(source.text(name))[0]:
                continue
            has_value = one.child_by_field_name("value") is not None
            type_name = self.annotated(source, one)
            if has_value and text.lstrip().startswith("let"):
                continue
            made.parameters.append(Parameter(source.text(name), type_name, has_value or type_name.endswith("?")))
        kind.members["init"] = [made]

    def add_function(self, source, node, inside):
        made = self.callable(source, node, source.text(node.child_by_field_name("name")).strip("`"))
        if inside:
            inside.members.setdefault(made.name, []).append(made)
        else:
            self.functions.setdefault(made.name, []).append(made)

    def callable(self, source, node, name):
        made = Member(name)
        words = [child.type for child in node.children]
        made.is_async, made.throws = "async" in words, any(word in words for word in ("throws", "rethrows"))
        modifiers = " ".join(source.text(one) for one in named(node, "modifiers"))
        made.is_static = bool(re.search(r"\b(static|class)\b", modifiers))
        after_arrow = False
        for index, child in enumerate(node.children):
            if child.type == "->":
                after_arrow = True
            elif after_arrow and child.is_named and child.type != "function_body":
                made.type, after_arrow = tidy(source.text(child)), False
            elif child.type == "parameter":
                made.parameters.append(self.parameter(source, child, node.children[index + 1:index + 2]))
        return made

    def parameter(self, source, node, following):
        names = [child for child in node.children if child.type == "simple_identifier"]
        label = source.text(names[0])
        colon = next(at for at, child in enumerate(node.children) if child.type == ":")
        type_name = tidy(" ".join(source.text(child) for child in node.children[colon + 1:]))
        return Parameter("" if label == "_" else label, type_name, bool(following) and following[0].type == "=")

    def annotated(self, source, node):
        for one in named(node, "type_annotation"):
            return tidy(source.text(one).lstrip(": "))
        return ""

    def add_property(self, source, node, inside):
        name = node.child_by_field_name("name")
        type_name = self.annotated(source, node)
        value = node.child_by_field_name("value")
        if not type_name and value is not None and value.type == "call_expression":
            made = re.match(r"[A-Z]\w*", source.text(value))
            type_name = made[0] if made else ""
        modifiers = " ".join(source.text(one) for one in named(node, "modifiers"))
        plain = re.sub(r"^\s*(let|var)\s+", "", source.text(name))
        made = Member(plain, type=type_name, is_method=False, is_static="static" in modifiers)
        inside.members.setdefault(plain, []).append(made)

    def add_cases(self, source, node, inside):
        name = None
        for child in node.children:
            if child.type == "simple_identifier":
                name = source.text(child).strip("`")
                inside.cases[name] = None
            elif child.type == "enum_type_parameters" and name:
                inside.cases[name] = self.case_parameters(source, child)

    def case_parameters(self, source, node):
        inner = re.sub(r"/\*.*?\*/", "", source.text(node)[1:-1], flags=re.S)
        found = []
        for part in split(inner):
            label, colon, type_name = part.partition(":")
            found.append(Parameter(label.strip() if colon else "", tidy(type_name if colon else label), False))
        return found


def split(text):
    """Parts between commas that stand in no bracket."""
    parts, depth, part = [], 0, ""
    for letter in text:
        depth += (letter in "([{<") - (letter in ")]}>")
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return [one.strip() for one in parts + [part] if one.strip()]
