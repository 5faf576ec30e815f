//! What an upgrade changes, as workflow commands: an error or a notice at each line of the project's own that it concerns.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-an-error-message>

use watchfile::changes::Touched;

use super::{Change, to_do, total};
use crate::folder::Folder;
use crate::report::github::{data, property};

const TITLE: &str = "upgrade";

/// One for all, and one for each place.
pub(crate) fn report(change: &Change<'_>, folder: &Folder) -> String {
    let mut all = format!("{} to {}: {}", change.from, change.to, total(change));
    if let Some(to_do) = to_do(change.touched) {
        all = format!("{all}; {to_do}");
    }
    let places = change.touched.iter().map(|touched| place(touched, folder));
    format!("::notice title={TITLE}::{}\n", data(&all)) + &places.collect::<String>()
}

fn place(touched: &Touched, folder: &Folder) -> String {
    let Touched { file, line, column, must_edit, message, help } = touched;
    let command = if *must_edit { "error" } else { "notice" };
    let help = help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!(
        "::{command} file={},line={line},col={column},title={TITLE}::{}\n",
        property(&folder.show(file)),
        data(&format!("{message}{help}"))
    )
}
