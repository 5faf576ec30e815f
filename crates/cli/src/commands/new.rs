//! `watcher new`: a watcher that lints and passes its tests as it stands, with an example event.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use scaffold::{self, Draft, Target};
use watcher::Channel;
use watchfile::{Finding, Level, Options, Project, WatcherFile};

use crate::events;
use crate::exit::{Error, Status};
use crate::folder::Folder;
use crate::output;
use crate::project::{self, Opened};
use crate::report;
use crate::style::{CAUTION, ERROR, GOOD, STRONG, count, paint};

/// Write a new watcher with an example event and tests, which lints and passes as it stands.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct NewArgs {
    /// API calls and other events of CloudTrail, as SERVICE:CALL; each makes a watcher, `s3:DeleteBucket,CreateBucket`
    /// one for both calls.
    #[arg(value_name = "CALL", required_unless_present_any = ["native", "from"])]
    pub(crate) calls: Vec<String>,

    /// A recorded event in any form that `watcher try` reads; `-` is standard input. Secrets, account ids,
    /// addresses and people's names are replaced by examples.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["calls", "native"])]
    pub(crate) from: Option<PathBuf>,

    /// The detail-type of an event that a service sends to EventBridge itself.
    #[arg(long, value_name = "DETAIL-TYPE")]
    pub(crate) native: Option<String>,

    /// What to call the watcher [default: after the event].
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

const HELP: &str = "\
Writes watchers/NAME.toml and tests/events/NAME.json, and lints and tests them. The comments in the file say what to
edit. No file that is there is changed.

Examples:
  watcher new s3:DeleteBucket
  watcher new iam:CreateUser iam:DeleteUser
  watcher new signin:ConsoleLogin --name console-sign-in
  watcher new --native \"ECS Task State Change\"
  watcher new --from event.json
  aws cloudtrail lookup-events --max-items 1 \\
      --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteTrail | watcher new --from -

What is replaced in a recorded event is said. Names of resources stay: look through it before you commit it.

Exit codes:
  0  the watchers are written, lint clean and pass their tests
  1  they are written, but have findings: another watcher takes the same events, for example
  2  bad usage, an unknown call, or a file that is there already; nothing is written";

pub(super) fn run(args: &NewArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = &project::open(project)?;
    let channel = channel(&opened.project)?;
    let drafts = drafts(args, &channel)?;
    let mut files = Vec::new();
    for draft in &drafts {
        check_name(&draft.name)?;
        for (path, text) in [
            (format!("watchers/{}.toml", draft.name), &draft.watcher),
            (format!("tests/events/{}.json", draft.name), &draft.event),
        ] {
            files.push((path, text));
        }
    }
    check_free(&files, &opened.folder)?;
    check_shipped(&drafts, opened)?;
    for (path, text) in &files {
        write(&opened.folder.root().join(path), text)
            .map_err(|e| Error::usage(format!("{}: cannot be written: {e}", opened.folder.show(path))))?;
        output::print(&format!("wrote {}\n", paint(STRONG, &opened.folder.show(path))))?;
    }
    let names: BTreeSet<&str> = drafts.iter().map(|draft| draft.name.as_str()).collect();
    checked(&names, &opened.folder, super::day(None))
}

fn drafts(args: &NewArgs, channel: &str) -> Result<Vec<Draft>, Error> {
    if let Some(file) = &args.from {
        return Ok(vec![recorded(file, args.name.as_deref(), channel)?]);
    }
    let calls = args.calls.iter().map(|call| Target::calls(call));
    let native = args.native.iter().map(|detail_type| Target::native(detail_type));
    let targets: Vec<Target> = calls.chain(native).collect::<Result<_, _>>().map_err(Error::Usage)?;
    if args.name.is_some() && targets.len() > 1 {
        return Err(Error::usage("--name goes with one new watcher"));
    }
    for remark in targets.iter().flat_map(Target::remarks) {
        output::note(&format!("{}: {remark}\n", paint(CAUTION, "note")));
    }
    Ok(targets.iter().map(|target| target.draft(args.name.as_deref(), channel)).collect())
}

/// From a recorded event. What was replaced in it is said, since what was not is about to be committed.
fn recorded(file: &Path, name: Option<&str>, channel: &str) -> Result<Draft, Error> {
    let (place, text) = events::one(file, None)?;
    let (draft, replaced) =
        scaffold::from_event(&text, name, channel).map_err(|e| Error::usage(format!("{place}: {e}")))?;
    let replaced = if replaced.is_empty() { "nothing".to_owned() } else { replaced.join(", ") };
    output::note(&format!(
        "{}: replaced in the event: {replaced}; names of resources stay, so look through it before you commit it\n",
        paint(CAUTION, "note")
    ));
    Ok(draft)
}

/// The channel of new watchers: the Slack channel that most watchers use, else the most used one of another kind.
fn channel(project: &Project) -> Result<String, Error> {
    let watchers = || project.files.iter().map(|file| &file.watcher);
    let named = |name: &String| watchers().filter(|watcher| watcher.channels.contains(name)).count();
    let channels = project.config.channels.iter().rev();
    let most = channels.max_by_key(|(name, channel)| (matches!(channel, Channel::Slack(_)), named(name)));
    most.map(|(name, _)| name.clone()).ok_or_else(|| {
        Error::usage("account-watcher.toml declares no channel: a watcher needs one, for example `[channels.security]`")
    })
}

fn check_name(name: &str) -> Result<(), Error> {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if name.len() <= 64 && name.split('-').all(is_word) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "`{name}` is not a watcher's name: write up to 64 lower-case letters and digits, words joined by `-`"
    )))
}

/// Nothing is written where there is something already.
fn check_free(files: &[(String, &String)], folder: &Folder) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for (path, _) in files {
        let shown = folder.show(path);
        if folder.root().join(path).exists() {
            return Err(Error::usage(format!(
                "{shown} is there already, and nothing was written: edit it, or give the new watcher another name with --name"
            )));
        }
        if !seen.insert(path) {
            return Err(Error::usage(format!(
                "two of the new watchers would be {shown}: make them one after the other, with --name"
            )));
        }
    }
    Ok(())
}

/// A shipped watcher of the name is better switched on, or replaced on purpose.
fn check_shipped(drafts: &[Draft], opened: &Opened) -> Result<(), Error> {
    let Some(folder) = opened.project.shipped_folder() else { return Ok(()) };
    let path = |draft: &Draft| format!("{folder}/watchers/{}.toml", draft.name);
    match drafts.iter().find(|draft| opened.project.paths().any(|read| read == path(draft))) {
        None => Ok(()),
        Some(Draft { name, .. }) => Err(Error::usage(format!(
            "Account Watcher ships a watcher `{name}`, and nothing was written: switch it on or change it by an \
             `[[override]]`, give yours another name with --name, or let it take the place of the shipped one with \
             `replaced = [\"{name}\"]` in `[shipped]`"
        ))),
    }
}

fn write(path: &PathBuf, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Lints and tests the new watchers, together with those that were there.
pub(super) fn checked(names: &BTreeSet<&str>, folder: &Folder, today: Date) -> Result<Status, Error> {
    let (project, findings) = watchfile::lint(folder.root(), &Options { today, region: None });
    let is_new = |path: &str| names.iter().any(|name| path == format!("watchers/{name}.toml"));
    let findings: Vec<_> = findings
        .into_iter()
        .filter(|finding| {
            is_new(&finding.source.path) || finding.related.iter().any(|related| is_new(&related.source.path))
        })
        .collect();
    let is_named = |file: &&WatcherFile| names.contains(file.watcher.name.as_str());
    let (mut tests, mut failed) = (0, 0);
    for file in project.files.iter().filter(is_named) {
        tests += file.tests.len();
        failed += watchfile::failing(file, &project.config, today).len();
    }
    let tests = match failed {
        0 => paint(GOOD, &format!("{} passed", count(tests, "test"))),
        _ => paint(ERROR, &format!("{failed} of {} failed", count(tests, "test"))),
    };
    let text = report::text::findings(&findings, folder);
    output::print(&format!("{text}{}; {tests}\n", report::text::summary(&findings, names.len())))?;
    tell_doubles(names, &project, &findings, today);
    let is_fault = findings.iter().any(|finding| finding.severity > Level::Note);
    Ok(if is_fault || failed > 0 { Status::Findings } else { Status::Clean })
}

/// Says which other watchers would report the new example events in the same channel. Those of the same pattern are
/// findings already.
fn tell_doubles(names: &BTreeSet<&str>, project: &Project, findings: &[Finding], today: Date) {
    let watchers = project.watchers();
    let is_new = |file: &&WatcherFile| names.contains(file.watcher.name.as_str());
    for file in project.files.iter().filter(is_new) {
        let Some(test) = file.tests.iter().find(|test| test.matches) else { continue };
        let event = test.event.to_string();
        for found in watchers.deliveries(event.as_bytes(), today).unwrap_or_default() {
            let other = &found.watcher.name;
            if *other == file.watcher.name
                || !found.deliveries.iter().any(|delivery| file.watcher.channels.contains(&delivery.channel))
                || project.watcher(other).is_some_and(|other| is_related(findings, &other.source.path))
            {
                continue;
            }
            output::note(&format!(
                "{}: `{other}` takes the example event of `{}` too, and sends to the same channel: the event would alert twice\n",
                paint(CAUTION, "note"),
                file.watcher.name
            ));
        }
    }
}

fn is_related(findings: &[Finding], path: &str) -> bool {
    findings.iter().flat_map(|finding| &finding.related).any(|related| related.source.path == path)
}
