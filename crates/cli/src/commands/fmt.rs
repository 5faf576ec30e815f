//! `watcher fmt`: the files in their one layout.

use std::fs;
use std::path::{Path, PathBuf};

use crate::exit::{Error, Status};
use crate::folder::Folder;
use crate::formatted::{Kind, formatted};
use crate::only::Only;
use crate::style::{STRONG, count, paint};
use crate::{diff, output, saved};

/// Write the watchers and account-watcher.toml in their one layout.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct FmtArgs {
    /// Format only these files or folders; `-` is a watcher on standard input, which goes to standard output
    /// [default: all].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write nothing, and name the files that are laid out otherwise.
    #[arg(long)]
    check: bool,

    /// Write nothing, and show what would change as a unified diff.
    #[arg(long, conflicts_with = "check")]
    diff: bool,
}

const HELP: &str = "\
Examples:
  watcher fmt
  watcher fmt --check               # in a workflow
  watcher fmt - < buffer

The keys of a watcher and its tables have one order, which docs/watcher-file.md has; keys above the first header are as
wide as `severity`; an empty line stands above each header. Comments go with what they are about. What stands in a
table, and how a value is written, stays as it is.

Exit codes:
  0  all is well; with --check and --diff nothing would change
  1  with --check and --diff something would change
  2  bad usage, no project, or a file that is not TOML";

pub(super) fn run(args: &FmtArgs, project: Option<&Path>) -> Result<Status, Error> {
    if args.paths.iter().any(|path| path == Path::new("-")) {
        return stdin(args);
    }
    let folder = Folder::find(project, args.paths.first().map(PathBuf::as_path), false)?;
    let only = Only::new(&args.paths, &folder, None)?;
    let (project, findings) = watchfile::load(folder.root());
    only.check(&folder, &project, &findings)?;
    let (mut all, mut changed, mut broken) = (0, 0, false);
    let asked = || project.paths().filter(|path| only.has(path, &folder));
    let paths: Vec<&str> = asked().filter(|path| project.is_own(path)).collect();
    if let (true, Some(_), Some(shipped)) = (paths.is_empty(), asked().next(), project.shipped_folder()) {
        return Err(Error::usage(format!(
            "{} is the folder of the shipped watchers, in which an edit would be in the way of the next version: change \
             what they do with an `[[override]]` in account-watcher.toml",
            folder.show(shipped)
        )));
    }
    for path in paths {
        let shown = folder.show(path);
        let file = folder.root().join(path);
        let cannot = |why: String| Error::usage(format!("{shown}: {why}"));
        let text = fs::read_to_string(&file).map_err(|e| cannot(format!("cannot be read: {e}")))?;
        let kind = if path.starts_with("watchers/") { Kind::Watcher } else { Kind::Config };
        all += 1;
        let new = match formatted(&text, kind) {
            Ok(new) => new,
            Err(why) => {
                broken = true;
                output::complain(&format!("{shown} is not TOML: {why}: `watcher lint` says where"));
                continue;
            }
        };
        if new == text {
            continue;
        }
        changed += 1;
        if args.diff {
            show(&shown, &text, &new, kind)?;
        } else if args.check {
            output::print(&format!("would format {}\n", paint(STRONG, &shown)))?;
        } else {
            saved::replace(&file, &text, &new).map_err(cannot)?;
        }
    }
    let is_dry = args.check || args.diff;
    let verb = if is_dry { "would be formatted" } else { "formatted" };
    output::note(&format!("{} {verb}, {} as they should be\n", count(changed, "file"), all - changed));
    Ok(match () {
        () if broken => Status::Unusable,
        () if is_dry && changed > 0 => Status::Findings,
        () => Status::Clean,
    })
}

fn stdin(args: &FmtArgs) -> Result<Status, Error> {
    let text = super::stdin_text()?;
    let new = formatted(&text, Kind::Watcher)
        .map_err(|why| Error::usage(format!("standard input is not TOML: {why}")))?;
    if args.diff {
        show("stdin.toml", &text, &new, Kind::Watcher)?;
    } else if !args.check {
        output::print_exactly(new.as_bytes())?;
    }
    let is_dry = args.check || args.diff;
    Ok(if is_dry && new != text { Status::Findings } else { Status::Clean })
}

/// The diff, without the secrets.
fn show(path: &str, before: &str, after: &str, kind: Kind) -> Result<(), Error> {
    let mask = |text: &str| match kind {
        Kind::Watcher => watchfile::mask(text, false),
        Kind::Config => watchfile::mask_config(text),
    };
    output::print(&diff::unified(path, &mask(before), &mask(after)))
}
