//! A variable inside `{{#each}}` or `{{#with}}`, where its name is looked for in the item.

use watcher::STANDARD_VARIABLES;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "hidden-variable",
    level: Level::Warning,
    what: "a variable inside `{{#each}}` or `{{#with}}`, where its name is looked for in the item",
    why: "The item has no such key, and the text says `(none)`. `@root.` reads from the top, wherever it stands.",
    bad: r#"message = "{{#each event.resources}}{{this}} by {{actor}} {{/each}}: {{outcome}}"
"#,
    good: r#"message = "{{#each event.resources}}{{this}} by {{@root.actor}} {{/each}}: {{outcome}}"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let is_variable = |name: &str| {
        STANDARD_VARIABLES.contains(&name) || file.watcher.fields.iter().any(|field| field.name == name)
    };
    // An item of AWS may have a key `region`, but none is written in this case.
    let is_ours =
        |name: &str| is_variable(name) && (name.contains('_') || ["actor", "outcome"].contains(&name));
    let mut findings = Vec::new();
    for path in &file.places.texts {
        let Some((name, span)) = path.steps.get(path.inherited).filter(|_| path.inherited > 0) else {
            continue;
        };
        if is_ours(name) {
            let message = format!("`{name}` is looked for in the item of the block around it");
            findings.push(
                Finding::new(&LINT, &file.source, span.clone(), message)
                    .help(format!("write `{{{{@root.{name}}}}}`")),
            );
        }
    }
    findings
}
