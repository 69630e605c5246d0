"""Writes the types of the generated module, `_core.pyi`, out of its source.

    python3 stubs.py [_core.py [_core.pyi]]

The generator says the types of arguments and answers, and puts the variants of an enum or error into
their class at run time, where no type checker looks. Here they stand where they are found: after
`isinstance(value, FieldValue.TEXT)` a checker knows `value.text`. The build of the wheel calls this.
"""
from __future__ import annotations

import ast
import sys
from pathlib import Path

HEAD = '''"""Types of the generated module. Written by stubs.py while the wheel is built."""
import asyncio
import datetime
import enum
import typing

'''


def public(node: ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [one for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
            and not one.name.startswith("_")]


def maker(node: ast.ClassDef) -> ast.FunctionDef | None:
    return next((one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)


def without_values(arguments: ast.arguments) -> str:
    """Arguments as a stub writes them: that there is a default is said, not which."""
    dots = ast.Constant(value=...)
    arguments.defaults = [dots for _ in arguments.defaults]
    arguments.kw_defaults = [dots if one is not None else None for one in arguments.kw_defaults]
    return ast.unparse(arguments)


def signature(function: ast.FunctionDef | ast.AsyncFunctionDef, indent: str) -> list[str]:
    kind = "async def" if isinstance(function, ast.AsyncFunctionDef) else "def"
    answer = ast.unparse(function.returns) if function.returns is not None else "None"
    lines = [f"{indent}@{ast.unparse(decorator)}" for decorator in function.decorator_list]
    return [*lines, f"{indent}{kind} {function.name}({without_values(function.args)}) -> {answer}: ..."]


def record(node: ast.ClassDef, indent: str, base: str, types: list[str]) -> list[str]:
    """Fields and maker of a record or variant. `types` are those that the source leaves out."""
    lines = [f"{indent}class {node.name}{base}:"]
    init = maker(node)
    given = [] if init is None else [*init.args.args[1:], *init.args.kwonlyargs]
    for at, one in enumerate(given):
        if one.annotation is None:
            one.annotation = ast.parse(types[at], mode="eval").body
        lines.append(f"{indent}    {one.arg}: {ast.unparse(one.annotation)}")
    if given and init is not None:
        lines.append(f"{indent}    def __init__({without_values(init.args)}) -> None: ...")
    return lines if given else [f"{lines[0]} ..."]


def error_types(tree: ast.Module, name: str) -> dict[str, list[str]]:
    """The types of an error's fields by variant, out of how they are read from the library's answer."""
    plain = {"String": "str", "UInt64": "int", "Int64": "int", "UInt32": "int", "Boolean": "bool"}

    def of(converter: str) -> str:
        converter = converter.removeprefix("_UniffiFfiConverter")
        if converter.startswith("Optional"):
            return f"typing.Optional[{of(converter.removeprefix('Optional'))}]"
        if converter.startswith("Sequence"):
            return f"typing.List[{of(converter.removeprefix('Sequence'))}]"
        return plain.get(converter, converter.removeprefix("Type"))

    found: dict[str, list[str]] = {}
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or node.name != f"_UniffiFfiConverterType{name}":
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func).startswith(f"{name}."):
                reads = [ast.unparse(one).split(".read(")[0] for one in call.args]
                found[ast.unparse(call.func).removeprefix(f"{name}.")] = [of(one) for one in reads]
    return found


def variants(tree: ast.Module, node: ast.ClassDef, error: bool) -> list[str]:
    """A base class and a class for each variant below its name."""
    types = error_types(tree, node.name)
    inner = [one for one in node.body if isinstance(one, ast.ClassDef)]
    lines = [f"class {node.name}{'(Exception)' if error else ''}:"]
    lines += [f"    {one.name}: typing.TypeAlias = _{node.name}_{one.name}" for one in inner]
    for one in inner:
        if not error:
            lines.append(f"    def is_{one.name}(self) -> bool: ...")
    for one in inner:
        short = one.name
        one.name = f"_{node.name}_{short}"
        lines += record(one, "", f"({node.name})", types.get(short, []))
    return lines


def stub(source: str) -> str:
    tree = ast.parse(source)
    exported = next(ast.literal_eval(node.value) for node in tree.body
                    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    functions = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    lines: list[str] = []
    for name in exported:
        if name in functions:
            lines += signature(functions[name], "")
            continue
        node = classes[name]
        bases = [ast.unparse(base) for base in node.bases]
        if "enum.Enum" in bases:
            lines.append(f"class {name}(enum.Enum):")
            lines += [f"    {ast.unparse(one)}" for one in node.body if isinstance(one, ast.Assign)]
        elif any(isinstance(one, ast.ClassDef) for one in node.body):
            lines += variants(tree, node, error=f"_UniffiTemp{name}" in source)
        elif public(node):
            shown = [base for base in bases if base in exported and not base.endswith("Protocol")]
            protocol = "(typing.Protocol)" if name.endswith("Protocol") else ""
            lines.append(f"class {name}{'(' + ', '.join(shown) + ')' if shown else protocol}:")
            for one in public(node):
                lines += signature(one, "    ")
        else:
            base = f"({bases[0]})" if bases and bases[0] in ("Exception", *exported) else ""
            lines += record(node, "", base, [])
    return HEAD + "\n".join(lines) + f"\n\n__all__ = {exported!r}\n"


def write(source: Path, place: Path) -> None:
    place.write_text(stub(source.read_text()))


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[1:]]
    core = given[0] if given else Path(__file__).resolve().parent / "src" / "jawla" / "_core.py"
    write(core, given[1] if len(given) > 1 else core.with_suffix(".pyi"))
