//! What each crate must never depend on, so that the borders between rooms hold by the compiler's word.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;

/// How far a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// At what the crate itself asks for.
    Direct,
    /// At all that comes with it, too.
    Anywhere,
}

/// What one crate must not depend on, in normal dependencies; tests may use what they like.
#[derive(Debug)]
struct Rule {
    room: &'static str,
    reach: Reach,
    /// Names of packages; one that ends with `*` stands for all that begin so.
    never: &'static [&'static str],
}

const WINDOWS_AND_TRAYS: &[&str] = &["tauri*", "tao", "wry", "tray-icon", "muda", "gtk*", "webkit2gtk*"];

const NOT_FOR_A_DESKTOP: &[&str] = &[
    "rusqlite",
    "libsqlite3-sys",
    "reqwest",
    "hyper*",
    "ureq",
    "signalbox-replay",
    "signalbox-cli",
];

const RULES: &[Rule] = &[
    // Pure: no network, no clock, no database, nothing asynchronous.
    Rule {
        room: "signalbox-pages",
        reach: Reach::Anywhere,
        never: &[
            "signalbox-*",
            "tokio*",
            "mio",
            "hyper*",
            "reqwest",
            "ureq",
            "rusqlite",
            "libsqlite3-sys",
        ],
    },
    Rule {
        room: "signalbox-pages",
        reach: Reach::Anywhere,
        never: WINDOWS_AND_TRAYS,
    },
    Rule {
        room: "signalbox-catalog",
        reach: Reach::Anywhere,
        never: &[
            "signalbox-*",
            "tokio*",
            "hyper*",
            "reqwest",
            "ureq",
            "rusqlite",
            "libsqlite3-sys",
            "tauri*",
        ],
    },
    Rule {
        room: "signalbox-channels",
        reach: Reach::Anywhere,
        never: &[
            "signalbox-engine",
            "signalbox-catalog",
            "rusqlite",
            "libsqlite3-sys",
        ],
    },
    Rule {
        room: "signalbox-channels",
        reach: Reach::Anywhere,
        never: WINDOWS_AND_TRAYS,
    },
    Rule {
        room: "signalbox-engine",
        reach: Reach::Anywhere,
        never: WINDOWS_AND_TRAYS,
    },
    Rule {
        room: "signalbox-engine",
        reach: Reach::Anywhere,
        never: &["signalbox-replay"],
    },
    // The engine behind the command line knows SQL and HTTP; the command line itself must not.
    Rule {
        room: "signalbox-cli",
        reach: Reach::Direct,
        never: &["rusqlite", "libsqlite3-sys", "reqwest", "hyper*", "ureq"],
    },
    Rule {
        room: "signalbox-cli",
        reach: Reach::Anywhere,
        never: WINDOWS_AND_TRAYS,
    },
    // So must the shell: it speaks to the engine's one API alone.
    Rule {
        room: "signalbox-shell",
        reach: Reach::Direct,
        never: NOT_FOR_A_DESKTOP,
    },
    // Whoever only watches pays for no window toolkit. What shows notifications on Windows only has Tauri's name.
    Rule {
        room: "signalbox-shell",
        reach: Reach::Anywhere,
        never: &[
            "tauri",
            "tauri-runtime*",
            "tao",
            "wry",
            "tray-icon",
            "muda",
            "gtk*",
            "webkit2gtk*",
        ],
    },
    Rule {
        room: "signalbox-desktop",
        reach: Reach::Direct,
        never: NOT_FOR_A_DESKTOP,
    },
    Rule {
        room: "signalbox-replay",
        reach: Reach::Anywhere,
        never: &["signalbox-engine", "signalbox-cli"],
    },
    Rule {
        room: "xtask",
        reach: Reach::Anywhere,
        never: &[
            "signalbox-pages",
            "signalbox-catalog",
            "signalbox-channels",
            "signalbox-engine",
            "signalbox-cli",
            "signalbox-shell",
            "signalbox-desktop",
            "tauri*",
        ],
    },
];

/// What is wrong with the dependencies that `cargo metadata` describes, a line each.
pub(super) fn problems(metadata: &Value) -> Vec<String> {
    match Graph::read(metadata) {
        Some(graph) => RULES.iter().flat_map(|rule| graph.held_to(rule)).collect(),
        None => vec!["cargo metadata does not have the form that is known here".to_owned()],
    }
}

/// Packages and their normal dependencies, by package id.
struct Graph<'a> {
    names: BTreeMap<&'a str, &'a str>,
    members: BTreeSet<&'a str>,
    dependencies: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    /// Reads the form that `cargo metadata --format-version 1` documents.
    fn read(metadata: &'a Value) -> Option<Self> {
        let mut names = BTreeMap::new();
        for package in metadata.get("packages")?.as_array()? {
            names.insert(package.get("id")?.as_str()?, package.get("name")?.as_str()?);
        }
        let members = metadata
            .get("workspace_members")?
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut dependencies = BTreeMap::new();
        for node in metadata.get("resolve")?.get("nodes")?.as_array()? {
            let mut normal = Vec::new();
            for dependency in node.get("deps")?.as_array()? {
                // A normal dependency has no kind; "dev" and "build" are the others.
                if dependency
                    .get("dep_kinds")?
                    .as_array()?
                    .iter()
                    .any(|kind| kind.get("kind").is_none_or(Value::is_null))
                {
                    normal.push(dependency.get("pkg")?.as_str()?);
                }
            }
            dependencies.insert(node.get("id")?.as_str()?, normal);
        }
        Some(Self {
            names,
            members,
            dependencies,
        })
    }

    fn name(&self, id: &str) -> &'a str {
        self.names.get(id).copied().unwrap_or("a package without a name")
    }

    fn held_to(&self, rule: &Rule) -> Vec<String> {
        let Some(&room) = self.members.iter().find(|id| self.name(id) == rule.room) else {
            return vec![format!(
                "a rule about dependencies names the crate {}, which does not exist",
                rule.room
            )];
        };
        let mut found = Vec::new();
        let mut way: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = VecDeque::from([room]);
        while let Some(id) = open.pop_front() {
            for &dependency in self.dependencies.get(id).into_iter().flatten() {
                if dependency == room || way.contains_key(dependency) {
                    continue;
                }
                way.insert(dependency, id);
                if rule
                    .never
                    .iter()
                    .any(|pattern| matches(pattern, self.name(dependency)))
                {
                    let (name, way) = (self.name(dependency), self.way_to(&way, dependency));
                    found.push(format!("{} must not depend on {name} ({way})", rule.room));
                } else if rule.reach == Reach::Anywhere {
                    open.push_back(dependency);
                }
            }
        }
        found
    }

    /// `signalbox-pages → ammonia → tokio`
    fn way_to(&self, way: &BTreeMap<&str, &str>, end: &str) -> String {
        let mut names = vec![self.name(end)];
        let mut id = end;
        while let Some(previous) = way.get(id) {
            names.push(self.name(previous));
            id = previous;
        }
        names.reverse();
        names.join(" → ")
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(name == pattern, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A package's name, and its dependencies by name and kind.
    type Package<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

    /// Metadata of these packages; those whose names begin with `signalbox` are the workspace's own.
    fn metadata(packages: &[Package<'_>]) -> Value {
        let id = |name: &str| format!("{name}#1.0.0");
        json!({
            "packages": packages.iter().map(|(name, _)| json!({ "id": id(name), "name": name })).collect::<Vec<_>>(),
            "workspace_members": packages.iter().map(|(name, _)| id(name)).filter(|id| id.starts_with("signalbox")).collect::<Vec<_>>(),
            "resolve": { "nodes": packages.iter().map(|(name, dependencies)| json!({
                "id": id(name),
                "deps": dependencies.iter().map(|(name, kind)| json!({
                    "name": name, "pkg": id(name), "dep_kinds": [{ "kind": kind, "target": null }],
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>() },
        })
    }

    const NO_TOKIO: Rule = Rule {
        room: "signalbox-pages",
        reach: Reach::Anywhere,
        never: &["tokio*"],
    };

    fn held_to(rule: &Rule, metadata: &Value) -> Vec<String> {
        Graph::read(metadata)
            .expect("the test's metadata is well formed")
            .held_to(rule)
    }

    #[test]
    fn a_forbidden_dependency_is_found_with_the_way_to_it() {
        let metadata = metadata(&[
            ("signalbox-pages", &[("parser", None)]),
            ("parser", &[("tokio-util", None)]),
            ("tokio-util", &[("tokio", None)]),
            ("tokio", &[]),
        ]);
        let found = held_to(&NO_TOKIO, &metadata);
        assert_eq!(
            found,
            ["signalbox-pages must not depend on tokio-util (signalbox-pages → parser → tokio-util)"]
        );
    }

    #[test]
    fn a_rule_about_direct_dependencies_ignores_what_comes_with_them() {
        let metadata = metadata(&[
            ("signalbox-pages", &[("parser", None)]),
            ("parser", &[("tokio", None)]),
            ("tokio", &[]),
        ]);
        assert_eq!(
            held_to(
                &Rule {
                    reach: Reach::Direct,
                    ..NO_TOKIO
                },
                &metadata
            ),
            [""; 0]
        );
        let direct = Rule {
            reach: Reach::Direct,
            never: &["parser"],
            ..NO_TOKIO
        };
        assert_eq!(held_to(&direct, &metadata).len(), 1);
    }

    #[test]
    fn tests_and_build_scripts_may_depend_on_what_they_like() {
        let metadata = metadata(&[
            (
                "signalbox-pages",
                &[("tokio", Some("dev")), ("parser", Some("build"))],
            ),
            ("parser", &[("tokio", None)]),
            ("tokio", &[]),
        ]);
        assert_eq!(held_to(&NO_TOKIO, &metadata), [""; 0]);
    }

    #[test]
    fn circles_of_dependencies_come_to_an_end() {
        let metadata = metadata(&[
            ("signalbox-pages", &[("signalbox-words", None)]),
            ("signalbox-words", &[("signalbox-pages", None), ("tokio", None)]),
            ("tokio", &[]),
        ]);
        assert_eq!(held_to(&NO_TOKIO, &metadata).len(), 1);
    }

    #[test]
    fn a_rule_about_a_crate_that_is_gone_is_told() {
        let found = held_to(&NO_TOKIO, &metadata(&[("signalbox-readers", &[])]));
        assert!(
            found
                .iter()
                .any(|line| line.contains("signalbox-pages, which does not exist")),
            "{found:?}"
        );
    }

    #[test]
    fn metadata_of_another_form_is_a_problem_not_a_pass() {
        for metadata in [json!({}), json!({ "packages": [] }), json!(null)] {
            assert_eq!(problems(&metadata).len(), 1);
        }
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_name() {
        assert!(matches("tokio*", "tokio") && matches("tokio*", "tokio-util") && matches("tao", "tao"));
        assert!(!matches("tao", "tao-macros") && !matches("signalbox-*", "signalboard"));
    }
}
