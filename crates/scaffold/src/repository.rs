//! A repository that holds only its user's watchers: the files beside the submodule with Account Watcher.

use toml_edit::{DocumentMut, Item, Table, TableLike};

use crate::{Draft, Target};

/// The folder of the submodule.
pub const ENGINE: &str = "account-watcher";

/// A file of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// From the repository's folder, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// Whether a file that is there already is as good: it is not of Account Watcher alone.
    pub may_be_there: bool,
}

/// The call of the first watcher: nobody ships one, and everybody can make the call to see its alert.
const FIRST: &str = "s3:CreateBucket";

/// The files of a new repository, and the name of its first watcher. `samconfig`: the one of Account Watcher.
///
/// # Errors
/// `samconfig` is not TOML, as a sentence.
pub fn repository(samconfig: &str) -> Result<(Vec<File>, String), String> {
    let first = first_watcher();
    let file =
        |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned(), may_be_there: false };
    let shared = |path: &str, text: &str| File { may_be_there: true, ..file(path, text) };
    let files = vec![
        file("account-watcher.toml", include_str!("../repository/account-watcher.toml")),
        file(&format!("watchers/{}.toml", first.name), &first.watcher),
        file(&format!("tests/events/{}.json", first.name), &first.event),
        file("samconfig.toml", &from_here(samconfig)?),
        file(".github/workflows/watchers.yml", include_str!("../repository/watchers.yml")),
        shared(".github/dependabot.yml", include_str!("../repository/dependabot.yml")),
        shared(".pre-commit-config.yaml", include_str!("../repository/pre-commit-config.yaml")),
        shared(".gitignore", include_str!("../repository/gitignore")),
        shared("README.md", include_str!("../repository/README.md")),
    ];
    Ok((files, first.name))
}

fn first_watcher() -> Draft {
    let target = Target::calls(FIRST).expect("a test drafts it");
    target.draft(None, "security")
}

/// The same settings for a folder above: the commands that read a template are given its path.
fn from_here(samconfig: &str) -> Result<String, String> {
    let mut document: DocumentMut =
        samconfig.parse().map_err(|e| format!("samconfig.toml is not TOML: {e}"))?;
    for command in ["build", "validate"] {
        let mut table: &mut dyn TableLike = document.as_table_mut();
        for key in ["default", command, "parameters"] {
            table = table
                .entry(key)
                .or_insert_with(unwritten)
                .as_table_like_mut()
                .ok_or_else(|| format!("samconfig.toml: `{key}` is not a table"))?;
        }
        table.insert("template_file", toml_edit::value(format!("{ENGINE}/template.yaml")));
    }
    Ok(document.to_string())
}

/// A table that has a header only if there is something in it.
fn unwritten() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_comments_stay_and_the_template_is_below() {
        let samconfig = "# Ours.\nversion = 0.1\n\n[default.build.parameters]\nbeta_features = true # why\n\n\
                         [default.deploy.parameters]\nstack_name = \"account-watcher\"\n";
        let expected = "# Ours.\nversion = 0.1\n\n[default.build.parameters]\nbeta_features = true # why\n\
                        template_file = \"account-watcher/template.yaml\"\n\n\
                        [default.deploy.parameters]\nstack_name = \"account-watcher\"\n\n\
                        [default.validate.parameters]\ntemplate_file = \"account-watcher/template.yaml\"\n";
        assert_eq!(from_here(samconfig).unwrap(), expected);
    }

    #[test]
    fn other_settings_are_refused() {
        for (samconfig, expected) in [
            ("[default", "samconfig.toml is not TOML"),
            ("default = 1", "samconfig.toml: `default` is not a table"),
            ("[default]\nbuild = 1", "samconfig.toml: `build` is not a table"),
        ] {
            let error = repository(samconfig).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
