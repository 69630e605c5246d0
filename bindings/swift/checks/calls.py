"""Checks what hand-written Swift calls against what is declared.

Types are followed as far as declarations tell them; what is unknown (the platform's own) is passed
over. So a fault that is found is one, and a call on a value of unknown type is not looked at."""
import re

from .signatures import EVERYWHERE, bare, base_name, split, tidy
from .syntax import named

TRIES = re.compile(r"(await\s+)?try\b")
AWAITS = re.compile(r"(try[?!]?\s*)?await\b")
BOUNDS = ("function_body", "lambda_literal", "computed_getter", "class_body", "source_file")
ENUM_PATTERN = re.compile(r"^(?:let\s+|var\s+)?(?:(\w+))?\.(\w+)\s*(\(.*\))?$", re.S)


class Calls:
    """One file."""

    def __init__(self, source, known):
        self.source, self.known = source, known
        self.scopes, self.owners, self.faults = [{}], [], []
        self.looked_at = 0
        self.functions = []

    def check(self):
        self.visit(self.source.root)
        return self.faults

    def fault(self, node, words):
        self.faults.append(f"{self.source.path}:{node.start_point[0] + 1}: {words}")

    def text(self, node):
        return self.source.text(node)

    # Names in sight.

    def look_up(self, name):
        if name == "self":
            return self.owners[-1].name if self.owners else None
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        for owner in reversed(self.owners):
            found = self.known.members(owner, name)
            if found and not found[0].is_method:
                return found[0].type
        return None

    def bind(self, name, type_name):
        self.scopes[-1][name] = type_name

    # What an expression is; None where nobody can say.

    def infer(self, node, expected=None):
        if node is None:
            return None
        handler = getattr(self, "of_" + node.type, None)
        return handler(node, expected) if handler else None

    def of_simple_identifier(self, node, _):
        name = self.text(node)
        found = self.look_up(name)
        if found is None and name[:1].isupper() and (self.known.kind(name) or name == "Self"):
            owner = self.owners[-1].name if name == "Self" and self.owners else name
            return "meta:" + owner
        return found

    def of_self_expression(self, _node, _):
        return self.look_up("self")

    def inner(self, node, expected):
        return self.infer(node.child_by_field_name("expr"), expected)

    of_await_expression = inner

    def of_try_expression(self, node, expected):
        found = self.inner(node, expected)
        # What follows belongs to it: `try? a().b` is one optional, not an optional's `b`.
        goes_on = node.parent is not None and node.parent.type == "navigation_expression"
        is_maybe = self.text(node).startswith("try?") and not goes_on
        return found + "?" if found and is_maybe and not found.endswith("?") else found

    def of_postfix_expression(self, node, _):
        return bare(self.infer(node.child_by_field_name("target")) or "") or None

    def of_as_expression(self, node, _):
        name = node.child_by_field_name("name")
        return tidy(self.text(name)) if name is not None else None

    def of_line_string_literal(self, _node, _):
        return "String"

    def of_boolean_literal(self, _node, _):
        return "Bool"

    def of_array_literal(self, node, expected):
        inside = element(expected, self.known) if expected else None
        for child in node.children_by_field_name("element"):
            found = self.infer(child, inside)
            return f"[{found}]" if found else None
        return expected

    def of_ternary_expression(self, node, expected):
        first = self.infer(node.child_by_field_name("if_true"), expected)
        return first or self.infer(node.child_by_field_name("if_false"), expected)

    def of_prefix_expression(self, node, expected):
        return bare(expected) if expected and self.text(node).startswith(".") else None

    def of_navigation_expression(self, node, _):
        target, name = self.parts(node)
        kind, is_meta = self.kind_of(target)
        if kind is None:
            holder = self.infer(target)
            return element(holder, self.known) if holder and name in ("first", "last") else None
        if is_meta and name in kind.cases:
            return kind.name
        for member in self.known.members(kind, name):
            if not member.is_method:
                return member.type
        return None

    def of_call_expression(self, node, expected):
        suffix = named(node, "call_suffix")
        if suffix and self.text(suffix[0]).startswith("["):
            holder = self.infer(node.children[0])
            return element(holder, self.known) if holder and bare(holder).startswith("[") else None
        member = self.called(node, expected)[0]
        return member.type or "()" if member else None

    def parts(self, node):
        suffix = node.child_by_field_name("suffix")
        name = suffix.child_by_field_name("suffix") if suffix is not None else None
        return node.child_by_field_name("target"), self.text(name).strip("`") if name is not None else ""

    def kind_of(self, target):
        """The declared type of a value or of a type's own name."""
        found = self.infer(target) or ""
        is_meta = found.startswith("meta:")
        return self.known.kind(bare(found.removeprefix("meta:"))), is_meta

    # Calls.

    def candidates(self, node, expected):
        """What a call may mean, how to name it, and whose it is; nothing where it is not ours."""
        callee = node.children[0]
        if callee.type == "navigation_expression":
            target, name = self.parts(callee)
            kind, is_meta = self.kind_of(target)
            if kind is None:
                return None, name, None
            if is_meta and name in kind.cases:
                return [case(kind, name)], name, kind
            found = [one for one in self.known.members(kind, name) if one.is_method]
            if is_meta and name != "init":
                found = [one for one in found if one.is_static]
            if not found and any(not one.is_method for one in self.known.members(kind, name)):
                return None, name, kind
            open_ended = not self.known.is_closed(kind) or name in EVERYWHERE
            return (None if not found and open_ended else found), name, kind
        if callee.type == "prefix_expression" and expected:
            name = self.text(callee).lstrip(".").strip("`")
            kind = self.known.kind(bare(expected))
            if kind is None:
                return None, name, None
            if name in kind.cases:
                return [case(kind, name)], name, kind
            found = [one for one in self.known.members(kind, name) if one.is_static]
            return (found if found or kind.whole else None), name, kind
        if callee.type == "simple_identifier":
            return self.by_name(self.text(callee).strip("`"))
        return None, "", None

    def by_name(self, name):
        for scope in reversed(self.scopes):
            if name in scope:
                return None, name, None
        for owner in reversed(self.owners):
            found = [one for one in self.known.members(owner, name) if one.is_method]
            if found:
                return found, name, owner
        kind = self.known.kind(name)
        if kind is not None and name[:1].isupper():
            found = self.known.members(kind, "init")
            return (found or None), name, kind
        return self.known.functions.get(name), name, None

    def called(self, node, expected):
        """The declaration that a call reaches, and the words of a fault if it reaches none."""
        candidates, name, kind = self.candidates(node, expected)
        if candidates is None:
            return None, None
        whose = f" of {kind.name}" if kind else ""
        if not candidates:
            return None, f"{name} is no call{whose}"
        labels, closures = self.arguments(node)
        for one in candidates:
            if fitting(one, labels, closures) is not None:
                return one, None
        if kind is not None and not kind.whole:
            return None, None
        offered = ", ".join(one.shown() for one in candidates)
        given = "".join((label or "_") + ":" for label, _ in labels)
        return candidates[0], f"{name}({given}){whose} does not exist; there is {offered}"

    def arguments(self, node):
        labels, closures = [], 0
        for suffix in named(node, "call_suffix"):
            for group in named(suffix, "value_arguments"):
                for one in named(group, "value_argument"):
                    label = one.child_by_field_name("name")
                    labels.append((self.text(label) if label is not None else "", one.child_by_field_name("value")))
            closures += len(named(suffix, "lambda_literal"))
        return labels, closures

    def check_call(self, node, expected=None):
        member, words = self.called(node, expected)
        if words:
            self.fault(node, words)
        if member is None:
            return
        self.looked_at += 1
        self.check_effects(node, member)
        labels, closures = self.arguments(node)
        places = fitting(member, labels, closures)
        for (_, value), place in zip(labels, places or []):
            self.check_value(value, place.type)

    def check_effects(self, node, member):
        owner = self.candidates(node, None)[2]
        waits = member.is_async
        if owner is not None and owner.sort == "actor" and member.is_method and not member.is_static:
            is_own = self.owners and self.owners[-1] is owner
            waits = waits or (not is_own and member.name != "init")
        if self.is_async_let(node):
            return
        if member.throws and not self.stands_after(node, TRIES):
            self.fault(node, f"{member.name} throws: `try` is missing")
        if waits and not self.stands_after(node, AWAITS):
            self.fault(node, f"{member.name} is asynchronous: `await` is missing")

    def is_async_let(self, node):
        while node is not None and node.type not in BOUNDS:
            if node.type == "property_declaration":
                before = self.text(node).split("let")[0]
                return "async" in before or self.source.bytes[:node.start_byte].rstrip().endswith(b"async")
            node = node.parent
        return False

    def stands_after(self, node, word):
        while node is not None and node.type not in BOUNDS:
            if word.match(self.text(node)):
                return True
            node = node.parent
        return False

    def check_value(self, value, wanted):
        """An argument whose type is known: words of enums exist, kinds agree."""
        kind = self.known.kind(bare(wanted))
        if value.type == "prefix_expression" and self.text(value).startswith("."):
            self.check_word(value, kind)
        elif value.type == "call_expression" and value.children[0].type == "prefix_expression":
            if kind is not None:
                self.check_call(value, wanted)
        elif value.type == "array_literal":
            for one in value.children_by_field_name("element"):
                self.check_value(one, element(wanted, self.known) or "")
        elif value.type == "ternary_expression":
            for part in ("if_true", "if_false"):
                self.check_value(value.child_by_field_name(part), wanted)
        else:
            self.check_kinds(value, wanted)

    def check_word(self, value, kind):
        name = self.text(value).lstrip(".").strip("`")
        if kind is None or not kind.whole or name in kind.cases or name == "none":
            return
        if not any(one.is_static for one in self.known.members(kind, name)):
            self.fault(value, f"{kind.name} has no .{name}")

    def check_kinds(self, value, wanted):
        found = self.infer(value)
        if not found or found == wanted or found.startswith("meta:"):
            return
        plain = {"String", "Bool", "Data", "URL"}
        ours, theirs = self.known.kind(bare(found)), self.known.kind(bare(wanted))
        sure = (ours or bare(found) in plain) and (theirs or bare(wanted) in plain)
        if not sure or found.startswith("[") != wanted.startswith("["):
            return
        a, b = (ours.name if ours else bare(found)), (theirs.name if theirs else bare(wanted))
        bases = [base_name(base) for base in ours.bases] if ours else []
        if a != b and b not in bases:
            self.fault(value, f"{self.text(value)[:40]} is {a}, wanted is {b}")
        elif found.endswith("?") and not wanted.endswith("?"):
            self.fault(value, f"{self.text(value)[:40]} may be nil, wanted is {b}")

    # The walk.

    def visit(self, node):
        handler = getattr(self, "at_" + node.type, None)
        if handler:
            handler(node)
        else:
            self.visit_inside(node)

    def visit_inside(self, node):
        for child in node.children:
            self.visit(child)

    def within(self, node, **names):
        self.scopes.append(dict(names))
        self.visit_inside(node)
        self.scopes.pop()

    def at_class_declaration(self, node):
        name = base_name(tidy(self.text(node.child_by_field_name("name"))))
        kind = self.known.kind(name)
        if kind is None:
            return self.visit_inside(node)
        if self.text(node.child_by_field_name("declaration_kind")) in ("class", "struct", "actor"):
            self.check_promises(node, kind)
        self.owners.append(kind)
        self.within(node)
        self.owners.pop()

    def check_promises(self, node, kind):
        """Who says that it is a protocol of ours has all that it wants."""
        for base in kind.bases:
            wanted = self.known.types.get(base_name(base))
            if wanted is None or wanted.sort != "protocol":
                continue
            for name, members in wanted.members.items():
                for one in members:
                    own = [found.shown() for found in kind.members.get(name, [])]
                    if one.is_method and one.shown() not in own:
                        self.fault(node, f"{kind.name} lacks {one.shown()} of {wanted.name}")

    def at_function_declaration(self, node):
        words = [child.type for child in node.children]
        self.functions.append(("async" in words, "throws" in words or "rethrows" in words))
        names = {}
        for one in named(node, "parameter"):
            made = self.known.parameter(self.source, one, [])
            names[self.text([c for c in one.children if c.type == "simple_identifier"][-1])] = made.type
        self.within(node, **names)
        self.functions.pop()

    def at_init_declaration(self, node):
        self.at_function_declaration(node)

    def at_lambda_literal(self, node):
        self.functions.append(None)
        names = {}
        for kind in named(node, "lambda_function_type") if node.children else []:
            for group in named(kind, "lambda_function_type_parameters"):
                for one in named(group, "lambda_parameter"):
                    name = one.child_by_field_name("name")
                    if name is not None:
                        names[self.text(name)] = None
        self.within(node, **names)
        self.functions.pop()

    def at_statements(self, node):
        self.within(node)

    def at_do_statement(self, node):
        self.functions.append("do" if named(node, "catch_block") else (self.functions[-1] if self.functions else None))
        for child in node.children:
            if child.type == "catch_block":
                continue
            self.visit(child)
        self.functions.pop()
        for child in named(node, "catch_block"):
            for pattern in child.children_by_field_name("error"):
                self.check_pattern(pattern, self.text(pattern), None)
            self.within(child, error=None)

    def at_try_expression(self, node):
        if self.text(node)[3:4] not in "?!" and self.functions:
            around = self.functions[-1]
            if isinstance(around, tuple) and not around[1]:
                self.fault(node, "`try` in a function that does not throw")
        self.check_side(node)
        self.visit_inside(node)

    def check_side(self, node):
        """`a ? try b : c` and `a + try b` are refused by the language."""
        around = node.parent
        sides = [around.child_by_field_name(side) for side in ("if_true", "if_false", "rhs")] if around else []
        if node in sides:
            self.fault(node, "`try` or `await` stands to the right of an operator")

    def at_await_expression(self, node):
        around = next((one for one in reversed(self.functions) if one != "do"), None)
        if isinstance(around, tuple) and not around[0]:
            self.fault(node, "`await` in a function that is not asynchronous")
        self.check_side(node)
        self.visit_inside(node)

    def at_property_declaration(self, node):
        self.visit_inside(node)
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or not re.fullmatch(r"\w+", self.text(name)):
            return
        written = self.known.annotated(self.source, node)
        if written and value is not None:
            self.check_value(value, written)
        self.bind(self.text(name), written or self.infer(value))

    def at_if_statement(self, node):
        self.scopes.append({})
        self.conditions(node)
        self.scopes.pop()

    def at_guard_statement(self, node):
        self.conditions(node)

    def at_while_statement(self, node):
        self.at_if_statement(node)

    def conditions(self, node):
        """`let x = …`, `case .y = …` and plain conditions, in their order."""
        pattern, name, equals = None, None, False
        for child in node.children:
            if child.type == "value_binding_pattern" and pattern is None:
                name = ""
            elif child.type == "simple_identifier" and name == "" and not equals:
                name = self.text(child)
                unwrapped = self.look_up(name)
                self.bind(name, bare(unwrapped) if unwrapped else None)
            elif child.type == "case":
                pattern = [child.end_byte, None]
            elif child.type == "=":
                equals = True
                if pattern:
                    pattern[1] = child.start_byte
            elif child.type == "," and pattern and not equals:
                continue
            elif child.type in (",", "{", "else"):
                pattern, name, equals = None, None, False
            elif equals and child.is_named:
                self.visit(child)
                found = self.infer(child)
                if pattern:
                    text = self.source.bytes[pattern[0]:pattern[1]].decode().strip()
                    self.check_pattern(child, text, found)
                elif name:
                    self.bind(name, bare(found) if found else None)
            elif child.is_named and pattern is None:
                self.visit(child)

    def at_for_statement(self, node):
        self.scopes.append({})
        items, collection = node.child_by_field_name("item"), node.child_by_field_name("collection")
        self.visit(collection)
        found = self.infer(collection)
        self.check_stream(node, found)
        if items is not None and re.fullmatch(r"\w+", self.text(items)):
            self.bind(self.text(items), element(found, self.known) if found else None)
        for child in node.children:
            if child.type == "statements":
                self.visit(child)
        self.scopes.pop()

    def check_stream(self, node, type_name):
        """A stream is walked by `for await`, one that may fail by `for try await`."""
        kind = self.known.kind(bare(type_name or ""))
        fails = kind is not None and "AsyncSequence" in kind.bases
        words = [child.type for child in node.children]
        if fails and "try_operator" not in words:
            self.fault(node, f"{kind.name} may fail: `for try await` is wanted")
        if (fails or (type_name or "").startswith("AsyncStream")) and "await" not in words:
            self.fault(node, "a stream is walked by `for await`")

    def at_switch_statement(self, node):
        subject = node.child_by_field_name("expr")
        self.visit(subject)
        kind = self.known.kind(bare(self.infer(subject) or ""))
        seen, has_rest, entries = set(), False, named(node, "switch_entry")
        for entry in entries:
            has_rest = has_rest or any(child.type == "default_keyword" for child in entry.children)
            has_where = any(child.type == "where_keyword" for child in entry.children)
            for pattern in named(entry, "switch_pattern"):
                text = self.text(pattern).strip()
                has_rest = has_rest or (text == "_" or re.fullmatch(r"(let|var)\s+\w+", text) is not None)
                name = self.check_pattern(pattern, text, kind.name if kind else None)
                if name and not has_where:
                    seen.add(name)
            self.scopes.append({})
            for child in entry.children:
                if child.type != "switch_pattern":
                    self.visit(child)
            self.scopes.pop()
        kind = kind or self.guessed(seen)
        if kind is not None and kind.cases and not has_rest and set(kind.cases) - seen:
            self.fault(node, f"the switch over {kind.name} lacks {', '.join(sorted(set(kind.cases) - seen))}")

    def guessed(self, names):
        """The one enum that has all these cases."""
        able = [kind for kind in self.known.types.values() if len(names) > 1 and names <= set(kind.cases)]
        return able[0] if len(able) == 1 else None

    def check_pattern(self, node, text, type_name):
        """A case that is matched: it exists, and holds as much as is taken out of it. Answers its name."""
        found = ENUM_PATTERN.match(text.strip().removesuffix("?"))
        if not found:
            return None
        kind = self.known.kind(found[1]) if found[1] else self.known.kind(bare(type_name or ""))
        name = found[2]
        if kind is None or not kind.whole or kind.sort != "enum":
            return name
        self.looked_at += 1
        if name not in kind.cases:
            self.fault(node, f"{kind.name} has no case {name}")
        elif found[3]:
            taken, held = len(split(found[3][1:-1])), len(kind.cases[name] or [])
            if taken != held and taken != 1:
                self.fault(node, f"{kind.name}.{name} holds {held} values, {taken} are taken")
        return name

    def at_equality_expression(self, node):
        self.visit_inside(node)
        left, right = node.child_by_field_name("lhs"), node.child_by_field_name("rhs")
        for one, other in ((left, right), (right, left)):
            if other is not None and other.type == "prefix_expression" and self.text(other).startswith("."):
                self.check_word(other, self.known.kind(bare(self.infer(one) or "")))

    def at_assignment(self, node):
        self.visit_inside(node)
        target, value = node.child_by_field_name("target"), node.child_by_field_name("result")
        if target is not None and value is not None and target.children:
            found = self.infer(target.children[0])
            if found:
                self.check_value(value, found)

    def at_navigation_expression(self, node):
        self.visit_inside(node)
        target, name = self.parts(node)
        kind, is_meta = self.kind_of(target)
        is_callee = node.parent is not None and node.parent.type == "call_expression" and node.parent.children[0] == node
        if kind is None or is_callee or not name or not self.known.is_closed(kind) or name in EVERYWHERE:
            return
        self.looked_at += 1
        if not self.known.members(kind, name) and not (is_meta and name in kind.cases):
            self.fault(node, f"{kind.name} has no {name}")
        holder = self.infer(target) or ""
        chained = len(node.children_by_field_name("target")) > 1
        if holder.endswith("?") and not chained:
            self.fault(node, f"{self.text(target)[:40]} may be nil: `?.` is missing")

    def at_call_expression(self, node):
        self.visit_inside(node)
        suffix = named(node, "call_suffix")
        if suffix and not self.text(suffix[0]).startswith("["):
            self.check_call(node)


def case(kind, name):
    """A case of an enum as the call that makes it."""
    from .signatures import Member
    return Member(name, kind.cases[name] or [], kind.name, is_static=True)


def element(type_name, known):
    """What a list or a stream of this type gives."""
    whole = bare(type_name or "")
    if whole.startswith("[") and whole.endswith("]"):
        return whole[1:-1] if ":" not in whole else None
    generic = re.fullmatch(r"(\w+)<(.+)>", whole)
    if generic:
        return split(generic[2])[0]
    kind = known.kind(whole)
    return kind.element or None if kind else None


def fitting(member, labels, closures):
    """The parameter that each argument goes to; None if they do not fit."""
    places, at, parameters = [], 0, member.parameters
    for label, _ in labels:
        while at < len(parameters) and parameters[at].label != label and parameters[at].has_default:
            at += 1
        if at >= len(parameters) or parameters[at].label != label:
            return None
        places.append(parameters[at])
        if "..." not in parameters[at].type:
            at += 1
    rest = parameters[at:]
    taken = 0
    for one in rest:
        if taken < closures and "->" in one.type:
            taken += 1
        elif not one.has_default and "..." not in one.type:
            return None
    return places if taken == closures else None
