//! The parts of `cargo xtask test`, in the order in which they run: quick judges first.

use std::path::Path;

/// One part of the test run.
pub struct Part {
    pub name: &'static str,
    /// What is known to hold once it has passed.
    pub proves: &'static str,
    pub needs: &'static [Tool],
    pub steps: &'static [Step],
}

/// One step of a part. The first that fails ends the part.
pub enum Step {
    /// A cargo command, with variables set for it alone.
    Cargo {
        args: &'static [&'static str],
        env: &'static [(&'static str, &'static str)],
    },
    /// A check of our own; `false` means that it found something.
    Check(fn(&Path) -> anyhow::Result<bool>),
    /// Another program, in a folder of the checkout.
    Program {
        folder: &'static str,
        command: &'static [&'static str],
    },
    /// Removes a file that a later step must make.
    Remove(&'static str),
    /// Fails unless this file is there and is JSON.
    Json(&'static str),
}

/// A program that a fresh machine may lack.
#[derive(Clone, Copy)]
pub enum Tool {
    Aapt,
    AndroidFramework,
    Chromium,
    Clippy,
    Git,
    Jdk,
    LibreOffice,
    Maven,
    Node,
    Npm,
    Python,
    Rustfmt,
    Sqlite,
    WebKit,
    Xvfb,
    Zipalign,
}

const fn cargo(args: &'static [&'static str]) -> Step {
    Step::Cargo { args, env: &[] }
}

/// What the parts behind the unit tests run, built once. Always with `--workspace` and an example: a
/// package built alone has other features, so has one built without what tests need, and with them
/// everything it stands on is compiled again.
const BUILT: Step = cargo(&[
    "build",
    "--workspace",
    "--lib",
    "--bin=jawla",
    "--bin=jawla-bindgen",
    "--example=link",
    "--example=field_preview",
    "--example=office_preview",
    "--example=first_inputs",
]);

const DEMO_REPORT: &str = "target/demo.json";

pub const PARTS: &[Part] = &[
    Part {
        name: "format",
        proves: "the code is formatted",
        needs: &[Tool::Rustfmt],
        steps: &[cargo(&["fmt", "--all", "--check"])],
    },
    Part {
        name: "tidy",
        proves: "the layout holds: arrows, determinism, sizes, files, names",
        needs: &[Tool::Git],
        steps: &[Step::Check(crate::tidy::run)],
    },
    Part {
        name: "licences",
        proves: "every crate we build on may be used and comes from crates.io",
        needs: &[],
        steps: &[Step::Check(crate::licences::run)],
    },
    Part {
        name: "lints",
        proves: "clippy has nothing to say",
        needs: &[Tool::Clippy],
        steps: &[cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])],
    },
    Part {
        name: "unit",
        proves: "rules, documents, engine, stores, handlers and pages do what they say",
        needs: &[],
        steps: &[cargo(&[
            "test",
            "--workspace",
            "--no-fail-fast",
            "--exclude=jawla-sim",
            "--exclude=jawla-e2e",
            "--exclude=jawla-bench",
        ])],
    },
    Part {
        name: "bindings",
        proves: "the generated Kotlin, Python and Swift are those of the library",
        needs: &[],
        steps: &[Step::Check(crate::bindings::check)],
    },
    Part {
        name: "android",
        proves: "the Android shell runs on the platform's classes with the real library, and packs",
        needs: &[
            Tool::Python,
            Tool::Jdk,
            Tool::Maven,
            Tool::Aapt,
            Tool::AndroidFramework,
            Tool::Zipalign,
        ],
        steps: &[
            BUILT,
            Step::Program {
                folder: "mobile/android",
                command: &["python3", "build.py", "oldest"],
            },
            Step::Program {
                folder: "mobile/android",
                command: &["python3", "build.py", "test"],
            },
            Step::Program {
                folder: "mobile/android",
                command: &["python3", "build.py", "apk"],
            },
        ],
    },
    Part {
        name: "kotlin",
        proves: "the Kotlin package builds, a day in the field runs through it, over EDGE and killed",
        needs: &[Tool::Jdk, Tool::Maven],
        steps: &[
            BUILT,
            Step::Program {
                folder: "bindings/kotlin",
                command: &["mvn", "-B", "-q", "verify"],
            },
        ],
    },
    Part {
        name: "python",
        proves: "the Python wheel installs, its types hold, a day in the field runs through it",
        needs: &[Tool::Python],
        steps: &[
            BUILT,
            Step::Program {
                folder: "bindings/python",
                command: &["python3", "test.py"],
            },
        ],
    },
    Part {
        name: "swift",
        proves: "the vectors are the library's answers; the Swift written here parses and fits them",
        needs: &[Tool::Python],
        steps: &[
            BUILT,
            cargo(&["test", "--workspace", "--test=vectors"]),
            Step::Program {
                folder: "bindings/swift",
                command: &["python3", "check.py"],
            },
        ],
    },
    Part {
        name: "simulator",
        proves: "nothing is lost or doubled under faults, seed by seed",
        needs: &[],
        steps: &[cargo(&[
            "test",
            "--workspace",
            "--test=disk",
            "--test=leaks",
            "--test=seeds",
            "--test=walks",
        ])],
    },
    Part {
        name: "seeded-bugs",
        proves: "the simulator finds the faults that were planted",
        needs: &[],
        steps: &[cargo(&[
            "test",
            "--workspace",
            "--features=jawla-sim/seeded-bugs",
            "--test=seeded_bugs",
        ])],
    },
    Part {
        name: "fuzz",
        proves: "a fuzzer finds no bytes that break a promise, in a short search",
        needs: &[],
        steps: &[BUILT, Step::Check(crate::campaign::short)],
    },
    Part {
        name: "e2e",
        proves: "real processes survive kills, cuts and slow links",
        needs: &[],
        steps: &[cargo(&[
            "test",
            "--workspace",
            "--test=bad_input",
            "--test=check_can_fail",
            "--test=guard",
            "--test=handset",
            "--test=handset_work",
            "--test=kill",
            "--test=links",
            "--test=photos",
            "--test=serve",
            "--",
            "--test-threads=2",
        ])],
    },
    Part {
        name: "browser",
        proves: "the pages work in both families of browsers and languages, with a keyboard, and look as they did",
        needs: &[
            Tool::Node,
            Tool::Npm,
            Tool::Chromium,
            Tool::LibreOffice,
            Tool::Sqlite,
            Tool::WebKit,
            Tool::Xvfb,
        ],
        steps: &[
            // Together: built alone, the emulator would have other features, and all below it with it.
            cargo(&[
                "build",
                "--release",
                "--package=jawla",
                "--package=jawla-world",
                "--bin=jawla",
                "--example=link",
            ]),
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["npm", "ci", "--no-audit", "--no-fund"],
            },
            BUILT,
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["node", "--test", "goldens.test.mjs"],
            },
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["node", "pictures.mjs"],
            },
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["node", "webkit.mjs"],
            },
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["node", "journey.mjs"],
            },
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["node", "hostile.mjs"],
            },
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["node", "map.mjs"],
            },
            Step::Program {
                folder: "tests/e2e/browser",
                command: &["node", "bridge.mjs"],
            },
        ],
    },
    Part {
        name: "demo",
        proves: "a day in the field runs from start to report",
        needs: &[],
        steps: &[
            Step::Remove(DEMO_REPORT),
            cargo(&[
                "run",
                "--release",
                "--",
                "demo",
                "--exit",
                "--json",
                DEMO_REPORT,
            ]),
            Step::Json(DEMO_REPORT),
        ],
    },
    Part {
        name: "doc",
        proves: "the documentation builds and its links lead somewhere",
        needs: &[],
        steps: &[Step::Cargo {
            args: &["doc", "--workspace", "--no-deps"],
            env: &[("RUSTDOCFLAGS", "-D warnings")],
        }],
    },
];

impl Tool {
    /// A command that succeeds if the tool is there.
    pub fn probe(self) -> [&'static str; 2] {
        match self {
            Self::Aapt => ["aapt2", "version"],
            Self::AndroidFramework => ["ls", "/usr/share/android-framework-res/framework-res.apk"],
            Self::Chromium => ["chromium", "--version"],
            Self::Clippy => ["cargo-clippy", "--version"],
            Self::Git => ["git", "--version"],
            Self::Jdk => ["javac", "--version"],
            Self::LibreOffice => ["soffice", "--version"],
            Self::Maven => ["mvn", "--version"],
            Self::Node => ["node", "--version"],
            Self::Npm => ["npm", "--version"],
            Self::Python => ["python3", "--version"],
            Self::Rustfmt => ["rustfmt", "--version"],
            Self::Sqlite => ["sqlite3", "--version"],
            Self::WebKit => ["WebKitWebDriver", "--help"],
            Self::Xvfb => ["which", "Xvfb"],
            Self::Zipalign => ["which", "zipalign"],
        }
    }

    /// What to type to get it.
    pub fn how_to_install(self) -> &'static str {
        match self {
            Self::Aapt => "apt-get install aapt",
            Self::AndroidFramework => "apt-get install android-framework-res",
            Self::Chromium => "apt-get install chromium",
            Self::Clippy => "rustup component add clippy",
            Self::Git => "apt-get install git",
            Self::Jdk => "apt-get install openjdk-17-jdk-headless",
            Self::LibreOffice => "apt-get install libreoffice-calc-nogui",
            Self::Maven => "apt-get install maven",
            Self::Node => "apt-get install nodejs (20 or newer)",
            Self::Npm => "apt-get install npm",
            Self::Python => "apt-get install python3-venv",
            Self::Rustfmt => "rustup component add rustfmt",
            Self::Sqlite => "apt-get install sqlite3",
            Self::WebKit => "apt-get install webkit2gtk-driver",
            Self::Xvfb => "apt-get install xvfb",
            Self::Zipalign => "apt-get install zipalign",
        }
    }
}

impl Tool {
    /// The Debian package that brings it, for those that the run may install itself.
    pub fn debian_package(self) -> Option<&'static str> {
        match self {
            Self::Aapt => Some("aapt"),
            Self::AndroidFramework => Some("android-framework-res"),
            Self::Chromium => Some("chromium"),
            Self::Jdk => Some("openjdk-17-jdk-headless"),
            Self::LibreOffice => Some("libreoffice-calc-nogui"),
            Self::Maven => Some("maven"),
            Self::Node => Some("nodejs"),
            Self::Npm => Some("npm"),
            Self::Python => Some("python3-venv"),
            Self::Sqlite => Some("sqlite3"),
            Self::WebKit => Some("webkit2gtk-driver"),
            Self::Xvfb => Some("xvfb"),
            Self::Zipalign => Some("zipalign"),
            Self::Clippy | Self::Git | Self::Rustfmt => None,
        }
    }
}

/// Prints the parts and what each proves.
pub fn list() {
    for part in PARTS {
        println!("{:<12} {}", part.name, part.proves);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests that a part names one by one, so that none is forgotten.
    #[test]
    fn every_test_of_the_simulator_and_of_the_processes_is_in_a_part() {
        let root = crate::checkout::find_root().expect("the tests run in a checkout");
        let named: Vec<&str> = PARTS
            .iter()
            .flat_map(|part| part.steps)
            .filter_map(|step| match step {
                Step::Cargo { args, .. } => Some(*args),
                _ => None,
            })
            .flatten()
            .filter_map(|argument| argument.strip_prefix("--test="))
            .collect();
        for folder in ["tests/sim/tests", "tests/e2e/tests"] {
            let files = std::fs::read_dir(root.join(folder)).expect("the folder is there");
            for file in files {
                let path = file.expect("it can be listed").path();
                let name = path.file_stem().and_then(|stem| stem.to_str());
                let name = name.expect("names are text");
                assert!(named.contains(&name), "{folder}/{name} is in no part");
            }
        }
    }

    #[test]
    fn names_are_given_once() {
        let mut names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PARTS.len());
    }
}
