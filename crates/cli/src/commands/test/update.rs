//! `--update`: what came becomes what is expected. The file keeps its comments and its layout.

use std::fs;

use serde_json::Value;
use toml_edit::{Array, DocumentMut, InlineTable, Item, TableLike};
use watcher::Channel;
use watchfile::Failure;

use super::Tested;
use crate::exit::Error;
use crate::project::Opened;
use crate::style::{STRONG, count, paint};
use crate::{output, saved};

/// Writes the new values, says where, and gives back the failed tests that are left.
pub(super) fn accept<'a, 'b>(
    tested: &'b [Tested<'a>],
    opened: &Opened,
) -> Result<Vec<(&'b Tested<'a>, usize)>, Error> {
    let mut left = Vec::new();
    for tested in tested {
        let failed: Vec<(usize, &[Failure])> =
            tested.failed().map(|(index, run)| (index, run.outcome.failures.as_slice())).collect();
        if failed.is_empty() {
            continue;
        }
        let path = &tested.file.source.path;
        let file = opened.folder.root().join(path);
        let cannot = |why: String| Error::usage(format!("{}: {why}", opened.folder.show(path)));
        // Not the text that was checked: secrets are masked there.
        let text = fs::read_to_string(&file).map_err(|e| cannot(format!("cannot be read: {e}")))?;
        let (new, accepted, kept) = updated(&text, &failed).map_err(cannot)?;
        left.extend(kept.into_iter().map(|index| (tested, index)));
        if accepted > 0 {
            saved::replace(&file, &text, &new).map_err(cannot)?;
            let shown = paint(STRONG, &opened.folder.show(path));
            output::print(&format!("updated {shown}: {}\n", count(accepted, "value")))?;
        }
    }
    Ok(left)
}

/// The new text, how many values it accepts, and the tests of which something is left.
fn updated(text: &str, failed: &[(usize, &[Failure])]) -> Result<(String, usize, Vec<usize>), String> {
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| e.to_string())?;
    let (mut accepted, mut left) = (0, Vec::new());
    for (index, failures) in failed {
        let test =
            document.get_mut("test").and_then(|tests| tests.get_mut(index)).and_then(Item::as_table_like_mut);
        let Some(test) = test else { return Err(format!("test {} is not found again", index + 1)) };
        let set = failures.iter().filter(|failure| set(test, failure).is_some()).count();
        accepted += set;
        if set < failures.len() {
            left.push(*index);
        }
    }
    Ok((document.to_string(), accepted, left))
}

/// Sets the value that a step compared. None if it has no form in TOML, or is not to be accepted: whether a watcher
/// matches at all is what the test is for.
fn set(test: &mut dyn TableLike, failure: &Failure) -> Option<()> {
    let (key, below) = match failure.step.split_once('.') {
        Some((key, below)) => (key, Some(below)),
        None => (failure.step.as_str(), None),
    };
    let is_payload = Channel::KINDS.iter().any(|kind| kind.tested.name == key);
    if !is_payload && !["ignored", "title", "message", "channels", "fields"].contains(&key) {
        return None;
    }
    let new = value(&failure.actual)?;
    let item = test.get_mut(key)?;
    let Some(below) = below else {
        replace(item, new);
        return Some(());
    };
    if let Some(json) = item.as_str() {
        let mut object: Value = serde_json::from_str(json).ok()?;
        object[below] = failure.actual.clone();
        replace(item, value(&Value::String(object.to_string()))?);
        return Some(());
    }
    replace(item.as_table_like_mut()?.get_mut(below)?, new);
    Some(())
}

/// The new value in the place of the old one, with the white space and the comments around it.
fn replace(item: &mut Item, mut new: toml_edit::Value) {
    match item.as_value() {
        Some(old) => *new.decor_mut() = old.decor().clone(),
        None => new.decor_mut().clear(),
    }
    *item = Item::Value(new);
}

/// A JSON value in TOML, which has no null.
fn value(value: &Value) -> Option<toml_edit::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64()?.into(),
        },
        Value::String(text) => scaffold::quoted(text).parse().ok()?,
        Value::Array(values) => {
            toml_edit::Value::Array(values.iter().map(self::value).collect::<Option<Array>>()?)
        }
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| Some((key.as_str(), self::value(value)?)));
            toml_edit::Value::InlineTable(entries.collect::<Option<InlineTable>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(text: &str, step: &str, actual: Value, expected: Option<&str>) {
        let failure = Failure { step: step.to_owned(), expected: Value::Null, actual, why: None };
        let (new, accepted, left) = updated(text, &[(0, &[failure])]).unwrap();
        assert_eq!(new, expected.unwrap_or(text));
        assert_eq!((accepted, left.len()), if expected.is_some() { (1, 0) } else { (0, 1) });
    }

    #[test]
    fn only_the_value_changes() {
        let test = |rest: &str| format!("# top\n[[test]] # here\n{rest}\n# end\n");
        for (before, step, actual, after) in [
            ("title   = \"old\" # why", "title", json!("new"), "title   = \"new\" # why"),
            ("message = 'a'", "message", json!("b\nc"), "message = '''\nb\nc'''"),
            ("message = 'a'", "message", json!("it's\na"), "message = \"\"\"\nit's\na\"\"\""),
            ("fields.user = \"a\"", "fields.user", json!(["b", 1]), "fields.user = [\"b\", 1]"),
            (
                "fields = { user = \"a\", x = 1 }",
                "fields.user",
                json!("b"),
                "fields = { user = \"b\", x = 1 }",
            ),
            ("channels = [\"a\"]", "channels", json!(["b", "c"]), "channels = [\"b\", \"c\"]"),
            ("ignored = true", "ignored", json!(false), "ignored = false"),
            ("sns.subject = 'a'", "sns.subject", json!("b"), "sns.subject = \"b\""),
            ("slack = '{\"text\":\"a\"}'", "slack.text", json!("b"), "slack = '{\"text\":\"b\"}'"),
        ] {
            check(&test(before), step, actual, Some(&test(after)));
        }
        check(
            "test = [{ title = \"old\" }]\n",
            "title",
            json!("new"),
            Some("test = [{ title = \"new\" }]\n"),
        );
    }

    #[test]
    fn what_cannot_be_accepted_stays() {
        check("[[test]]\nfields.user = \"a\"\n", "fields.user", json!(null), None);
        check("[[test]]\nmatches = true\n", "matches", json!(false), None);
        check("[[test]]\nname = \"x\"\n", "render", json!("error"), None);
    }
}
