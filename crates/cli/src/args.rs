//! The command line as it is typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  findings, or failed tests
  2  bad usage, or input that cannot be read
  3  nothing to check

Nothing here needs AWS credentials, a network or environment variables. Colours appear on a terminal only;
NO_COLOR=1 turns them off, CLICOLOR_FORCE=1 on.";

/// Try, lint and test watcher files offline, before they are deployed.
#[derive(Debug, Parser)]
#[command(name = "watcher", version, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// The project's folder [default: the nearest one upwards that has account-watcher.toml].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what each channel would get for an event.
    #[command(name = "try", after_help = TRY_HELP)]
    Try(TryArgs),

    /// Check the watcher files and account-watcher.toml.
    #[command(after_help = LINT_HELP)]
    Lint(LintArgs),

    /// Say what a lint finds, why that is bad, and what to write instead.
    #[command(after_help = "Examples:\n  watcher explain unknown-event-name\n  watcher explain --all | less")]
    Explain {
        /// The lint's name, as it stands in brackets behind `error`.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        name: Option<String>,

        /// All lints, as docs/lints.md has them.
        #[arg(long)]
        all: bool,
    },

    /// Run the tests that stand in the watcher files.
    #[command(after_help = TEST_HELP)]
    Test(TestArgs),

    /// Write a new watcher with an example event and tests, which lints and passes as it stands.
    #[command(after_help = NEW_HELP)]
    New(NewArgs),

    /// List the watchers: what they see, how bad that is, and whether they are on.
    #[command(after_help = "Example: watcher list --format markdown > docs/watchers.md")]
    List {
        /// How to print; json is one list, markdown is docs/watchers.md.
        #[arg(long, value_enum, default_value_t)]
        format: ListFormat,
    },

    /// Show the EventBridge rules made of the watchers, and what is left of their quotas.
    #[command(after_help = RULES_HELP)]
    Rules {
        /// Also list the watchers whose events never reach a stack in this region.
        #[arg(long, value_name = "REGION")]
        region: Option<String>,

        /// How to print the rules; json is the fragment that the SAM template includes.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },

    /// Print the JSON Schema of a kind of file, for editors.
    #[command(after_help = "Example: watcher schema watcher > schema/watcher.json")]
    Schema {
        /// Which kind.
        #[arg(value_enum)]
        kind: SchemaKind,
    },

    /// Print the completions for a shell.
    #[command(
        after_help = "Example: watcher completions bash > ~/.local/share/bash-completion/completions/watcher"
    )]
    Completions {
        /// The shell.
        shell: Shell,
    },

    /// Print the manual page.
    #[command(after_help = "Examples:\n  watcher man | man -l -\n  watcher man try > watcher-try.1")]
    Man {
        /// The page of this command [default: the page of `watcher` itself].
        #[arg(value_name = "COMMAND")]
        page: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct TestArgs {
    /// The watchers to test [default: all, also those that are switched off].
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,

    /// Accept what came: write it into the tests that failed. Whether a watcher matches is not accepted.
    #[arg(long)]
    pub(crate) update: bool,

    /// Say which watchers, fields and ignores no test exercises, and fail if there are any.
    #[arg(long)]
    pub(crate) coverage: bool,

    /// Also write the results as XML in the form of `JUnit`, which CI systems show.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// The day for ignores that end [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// API calls and other events of CloudTrail, as SERVICE:CALL; each makes a watcher, `s3:DeleteBucket,CreateBucket`
    /// one for both calls.
    #[arg(value_name = "CALL", required_unless_present_any = ["native", "from"])]
    pub(crate) calls: Vec<String>,

    /// A recorded event: a CloudTrail record, or an EventBridge event; `-` is standard input. Secrets, account ids,
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

#[derive(Debug, clap::Args)]
pub(crate) struct LintArgs {
    /// Report only what is in these files or folders, or concerns them; `-` is a watcher on standard input. All
    /// files of the project are read in any case [default: all].
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,

    /// Fail on warnings too.
    #[arg(long)]
    pub(crate) deny_warnings: bool,

    /// Do not report this lint; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) allow: Vec<String>,

    /// Report this lint as an error; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) deny: Vec<String>,

    /// The region of the stack: events that do not arrive there become warnings.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// Read this file in the place of account-watcher.toml.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The name of the file that standard input is about to become.
    #[arg(long, value_name = "FILE", default_value = "stdin.toml")]
    pub(crate) stdin_filename: PathBuf,

    /// The day for ignores that end [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<Date>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TryArgs {
    /// Files with EventBridge events as JSON, or `-` for standard input.
    #[arg(required = true, value_name = "EVENT")]
    pub(crate) events: Vec<PathBuf>,

    /// Say why this watcher does not match: which key of its pattern, what it expects, what the event has.
    #[arg(long, value_name = "NAME")]
    pub(crate) watcher: Option<String>,

    /// Try the events against the event pattern in this file instead, as AWS's test-event-pattern does.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["watcher", "today"])]
    pub(crate) pattern: Option<PathBuf>,

    /// How to print; json is one line for each event.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,

    /// The day for ignores that end [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<Date>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people: the line, a caret, and what to do.
    #[default]
    Text,
    /// One JSON object with all findings.
    Json,
    /// Annotations of a GitHub workflow, shown beside the changed lines.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaKind {
    /// A file in watchers/.
    Watcher,
    /// account-watcher.toml.
    Config,
}

const TRY_HELP: &str = "\
A file holds one event, several one after the other (JSON Lines or pretty-printed), or a list of events. What is
printed for a channel is exactly what is sent. A file with findings is reported on standard error, and the
other watchers are tried.

Examples:
  watcher try tests/events/s3-bucket-deleted.json
  watcher try --watcher s3-bucket-deleted event.json
  watcher try --format json - < events.jsonl | jq .watchers
  watcher try --pattern pattern.json event.json

--pattern needs no project. Like AWS it asks for an event with id, detail-type, source, account, time and region; the
JSON line is {\"event_id\", \"result\", \"alternatives\"}.

Exit codes:
  0  all events were tried, whether a watcher matched or not
  1  the project has findings, or --watcher or --pattern does not match an event
  2  bad usage, or something that is no EventBridge event or pattern (other events are still tried)
  3  no events";

const LINT_HELP: &str = "\
Examples:
  watcher lint
  watcher lint --deny-warnings --region eu-west-1
  watcher lint --format github      # in a GitHub workflow
  watcher lint --format json | jq -r .findings[].lint | sort | uniq -c
  watcher lint - --stdin-filename watchers/s3-bucket-deleted.toml < buffer

A finding that is meant is allowed by a comment on its key or above it: `# allow: NAME — reason`.

The JSON is {\"version\": 1, \"findings\": […]}. A finding has the keys lint, severity (error, warning or note), file,
line, column, end_line, end_column, message, help, doc and related; lines and columns count from 1, columns in
characters, and the end is the place after the last character.

Exit codes:
  0  no errors, and with --deny-warnings no warnings
  1  errors, or warnings with --deny-warnings
  2  bad usage, or no project
  3  no watchers";

const TEST_HELP: &str = "\
Examples:
  watcher test
  watcher test s3-bucket-deleted iam-role-deleted
  watcher test --update s3-bucket-deleted   # after the message was changed; look at the difference with git diff
  watcher test --coverage --junit target/watchers.xml

Exit codes:
  0  all tests passed; with --update also those whose new values were accepted
  1  a test failed, the project has findings, or with --coverage something is not exercised
  2  bad usage, or an unknown name
  3  no tests";

const NEW_HELP: &str = "\
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

const RULES_HELP: &str = "\
Examples:
  watcher rules
  watcher rules --region eu-west-1
  watcher rules --format json       # as the build writes it to generated/events.json

Exit codes:
  0  the rules fit the quotas
  1  the project has findings, or the rules do not fit; no rules are printed then
  2  bad usage, or no project
  3  no watcher is switched on";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
