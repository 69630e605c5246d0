"""Property lists, texts and the project's description: they parse, and both languages say as much."""
import plistlib
import re

ENTRY = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*=\s*"((?:[^"\\]|\\.)*)"\s*;')
COMMENT = re.compile(r"\s*(/\*.*?\*/|//[^\n]*)", re.S)
PLACEHOLDER = re.compile(r"%(?:\d+\$)?(?:@|l?d|#@\w+@)")
PLURALS = {"fr": {"one", "many", "other"}, "ar": {"zero", "one", "two", "few", "many", "other"}}


def strings_of(path, text):
    """The entries of a `.strings` file, and its faults."""
    found, faults, at = {}, [], 0
    while text[at:].strip():
        comment = COMMENT.match(text, at)
        entry = ENTRY.match(text, at)
        if comment:
            at = comment.end()
        elif entry:
            if entry[1] in found:
                faults.append(f"{path}: {entry[1]} stands twice")
            found[entry[1]] = entry[2]
            at = entry.end()
        else:
            faults.append(f"{path}: cannot be read from {text[at:].strip()[:40]!r}")
            break
    return found, faults


def plist_of(path, read):
    """A property list, and its faults."""
    try:
        return plistlib.loads(read), []
    except Exception as fault:
        return {}, [f"{path}: {fault}"]


def differing(name, french, arabic):
    """Where two languages do not say as much."""
    faults = [f"{name}: {key} is missing in Arabic" for key in sorted(set(french) - set(arabic))]
    faults += [f"{name}: {key} is missing in French" for key in sorted(set(arabic) - set(french))]
    for key in sorted(set(french) & set(arabic)):
        if sorted(PLACEHOLDER.findall(str(french[key]))) != sorted(PLACEHOLDER.findall(str(arabic[key]))):
            faults.append(f"{name}: {key} is filled differently in the two languages")
        if not str(french[key]).strip() or not str(arabic[key]).strip():
            faults.append(f"{name}: {key} is empty")
    return faults


def check(folder, swift):
    """Everything that lies beside the Swift of an app."""
    faults, plists = [], {}
    for ending in ("*.plist", "*.entitlements", "*.xcprivacy", "*.stringsdict"):
        for path in sorted(folder.rglob(ending)):
            plists[path], found = plist_of(path, path.read_bytes())
            faults += found
    texts = {}
    for language in ("fr", "ar"):
        texts[language] = {}
        for path in sorted((folder / "Resources" / f"{language}.lproj").glob("*.strings")):
            texts[language][path.name], found = strings_of(path, path.read_text())
            faults += found
    for name in sorted(set(texts["fr"]) | set(texts["ar"])):
        faults += differing(name, texts["fr"].get(name, {}), texts["ar"].get(name, {}))
    faults += plurals(folder, plists)
    faults += used(texts, plists, swift)
    faults += described(folder, plists, texts, swift)
    return faults


def plurals(folder, plists):
    faults, keys = [], {}
    for language, wanted in PLURALS.items():
        path = folder / "Resources" / f"{language}.lproj" / "Localizable.stringsdict"
        rules = plists.get(path, {})
        keys[language] = set(rules)
        for key, rule in rules.items():
            forms = [one for one in rule.values() if isinstance(one, dict)]
            for form in forms:
                lacking = wanted - set(form)
                if lacking:
                    faults.append(f"{path}: {key} lacks {', '.join(sorted(lacking))}")
    if keys["fr"] != keys["ar"]:
        faults.append(f"plurals differ: {sorted(keys['fr'] ^ keys['ar'])}")
    return faults


def used(texts, plists, swift):
    """Every text that the code names exists, and every text is named."""
    known = set(texts["fr"].get("Localizable.strings", {}))
    for path, rules in plists.items():
        if path.suffix == ".stringsdict":
            known |= set(rules)
    named = set()
    for source in swift:
        named |= set(re.findall(r'words\("([^"]+)"', source.bytes.decode()))
    faults = [f"the code names the text {key}, which does not exist" for key in sorted(named - known)]
    return faults + [f"nobody uses the text {key}" for key in sorted(known - named)]


def described(folder, plists, texts, swift):
    """The app's own description agrees with its code."""
    faults = []
    info = next((plist for path, plist in plists.items() if path.name == "Info.plist"), None)
    if info is None:
        return ["Info.plist is missing"]
    asked = {key for key in info if key.endswith("UsageDescription")}
    told = set(texts["fr"].get("InfoPlist.strings", {}))
    faults += [f"{key} is not translated" for key in sorted(asked - told)]
    code = "\n".join(source.bytes.decode() for source in swift)
    for task in info.get("BGTaskSchedulerPermittedIdentifiers", []):
        if f'"{task}"' not in code:
            faults.append(f"no code registers the task {task}")
    schemes = [scheme for kind in info.get("CFBundleURLTypes", []) for scheme in kind.get("CFBundleURLSchemes", [])]
    if "jawla1" not in schemes:
        faults.append("the scheme of invitations, jawla1, is not declared")
    if sorted(info.get("CFBundleLocalizations", [])) != ["ar", "fr"]:
        faults.append("Info.plist does not name both languages")
    project = (folder / "project.yml").read_text()
    for path in re.findall(r"^\s*(?:- )?(?:path|INFOPLIST_FILE|CODE_SIGN_ENTITLEMENTS):\s*(\S+)\s*$", project, re.M):
        if not (folder / path).exists():
            faults.append(f"project.yml names {path}, which does not exist")
    if "\t" in project:
        faults.append("project.yml has tabs")
    return faults
