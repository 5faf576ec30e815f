//! `watcher drill`: sends the alerts of events that did not happen through a deployed stack, and says what arrived where.

mod answer;
mod example;
mod report;

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use jiff::Timestamp;
use plan::DeployedRule;
use serde_json::{Value, json};
use watchfile::WatcherFile;

use self::answer::{Answer, Outcome};
use self::example::{Example, at, example, moved};
use self::report::{Drilled, RuleSeen, summary};
use crate::aws::Aws;
use crate::exit::{Error, Status};
use crate::format::Format;
use crate::project::{self, Opened};
use crate::stack::{self, Stack};
use crate::{events, output};

/// Send the alerts of events that did not happen through a deployed stack, marked as a drill.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct DrillArgs {
    /// The watchers, by name.
    #[arg(value_name = "WATCHER", required_unless_present = "all")]
    watchers: Vec<String>,

    /// All watchers that are on.
    #[arg(long, conflicts_with = "watchers")]
    all: bool,

    /// The stack.
    #[arg(long, value_name = "STACK", default_value = "account-watcher")]
    stack: String,

    /// The channel that gets the alerts, instead of those that real ones go to.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,

    /// The event, in any form that `watcher try` reads, instead of one of the watcher's tests; `-` is standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    event: Option<PathBuf>,

    /// The profile of `aws` whose credentials are used.
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,

    /// The region of the stack [default: what `aws` is set to].
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const HELP: &str = "\
The function matches, renders and sends as it does for a real event; each alert says in its title and at the top of its text that
it is a drill. Nothing is claimed, grouped, queued or counted, so a real event is reported as if there had been no drill. Only
who may invoke the function can do it: an event on the bus cannot pass as a drill. The event is that of the watcher's first test
that alerts, now and in the stack's account.

AWS is asked with the command `aws`. It needs cloudformation:DescribeStacks, cloudformation:ListStackResources,
events:ListRules and lambda:InvokeFunction.

Examples:
  watcher drill s3-bucket-deleted --channel security
  watcher drill --all --channel drills --stack account-watcher --profile production
  watcher drill iam-user-created --event event.json

Exit codes:
  0  every alert arrived, and the stack has a rule for each real event
  1  one did not, or there is no rule for one
  2  bad usage, or AWS cannot be asked";

/// How often a channel that is busy is asked again: a line that is longer is a flood, in which a drill has no place.
const AGAIN: u32 = 30;
const PAUSE: Duration = Duration::from_secs(2);

pub(super) fn run(args: &DrillArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = project::open(project)?;
    opened.tell_findings();
    let files = chosen(&opened, args)?;
    let given = args.event.as_deref().map(given).transpose()?;
    if let Some(channel) =
        args.channel.as_deref().filter(|name| !opened.project.config.channels.contains_key(*name))
    {
        let names: Vec<&str> = opened.project.config.channels.keys().map(String::as_str).collect();
        return Err(Error::usage(format!(
            "account-watcher.toml has no channel `{channel}`; it has {}",
            names.join(", ")
        )));
    }
    let aws = Aws::new(args.profile.as_deref(), args.region.as_deref());
    let stack = Stack::find(&args.stack, &aws)?;
    let rules = stack::rules(&args.stack, &aws)?;
    let drill = Drill { aws, stack, rules, channel: args.channel.as_deref() };
    let mut drills = Vec::new();
    for file in files {
        let now = Timestamp::now();
        let event = match &given {
            Some((place, event)) => Some(Example { name: place.clone(), event: event.clone() }),
            None => example(file, &opened.project.config, now),
        };
        let drilled = drill.run(&file.watcher.name, event, now)?;
        if args.format == Format::Text {
            output::print(&drilled.text())?;
        }
        drills.push(drilled);
    }
    match args.format {
        Format::Text => output::print(&summary(&drills))?,
        Format::Json => {
            let Stack { account, function, .. } = &drill.stack;
            let json =
                json!({"stack": args.stack, "account": account, "function": function, "drills": drills});
            output::print_exactly(format!("{json}\n").as_bytes())?;
        }
    }
    Ok(if drills.iter().all(Drilled::is_right) { Status::Clean } else { Status::Findings })
}

/// # Errors
/// There is no such watcher, or it is off.
fn chosen<'a>(opened: &'a Opened, args: &DrillArgs) -> Result<Vec<&'a WatcherFile>, Error> {
    if args.all {
        return Ok(opened.project.files.iter().filter(|file| file.enabled).collect());
    }
    let find = |name: &String| match opened.project.watcher(name) {
        Some(file) if file.enabled => Ok(file),
        Some(_) => Err(Error::usage(format!("`{name}` is off, so that no stack has it: `enabled = false`"))),
        None => Err(opened.unknown(name)),
    };
    args.watchers.iter().map(find).collect()
}

/// The event that was given, and what it is called.
fn given(path: &Path) -> Result<(String, Value), Error> {
    let (place, text) = events::one(path, None)?;
    let event = serde_json::from_str(&text).map_err(|e| Error::usage(format!("{place}: {e}")))?;
    Ok((place, event))
}

/// Where and how drills go.
struct Drill<'a> {
    aws: Aws,
    stack: Stack,
    rules: Vec<DeployedRule>,
    channel: Option<&'a str>,
}

impl Drill<'_> {
    /// # Errors
    /// AWS does not take it.
    fn run(&self, watcher: &str, example: Option<Example>, now: Timestamp) -> Result<Drilled, Error> {
        let watcher = watcher.to_owned();
        let Some(Example { name, event }) = example else {
            let error = "it has no test that alerts: write one, or give an event with --event".to_owned();
            return Ok(Drilled {
                watcher,
                event: "no event".to_owned(),
                rule: None,
                answer: None,
                error: Some(error),
            });
        };
        let event = at(moved(event, &self.stack.account), now);
        let rule = self.rule(&event);
        let (answer, error) = match self.ask(&watcher, &event, self.channel)? {
            Ok(mut answer) => {
                self.wait(&watcher, &event, &mut answer)?;
                (Some(answer), None)
            }
            Err(why) => (None, Some(why)),
        };
        Ok(Drilled { watcher, event: name, rule, answer, error })
    }

    /// The rule that brings such an event; one that is enabled, if there is one.
    fn rule(&self, event: &Value) -> Option<RuleSeen> {
        let text = event.to_string();
        let mut matching: Vec<&DeployedRule> =
            self.rules.iter().filter(|rule| rule.brings(text.as_bytes())).collect();
        matching.sort_by_key(|rule| !rule.is_enabled());
        matching.first().map(|rule| RuleSeen { name: rule.name.clone(), enabled: rule.is_enabled() })
    }

    /// Asks again for the channels that were busy, until they are not.
    fn wait(&self, watcher: &str, event: &Value, answer: &mut Answer) -> Result<(), Error> {
        for sent in &mut answer.deliveries {
            for _ in 0..AGAIN {
                if sent.outcome != Outcome::Busy {
                    break;
                }
                sleep(PAUSE);
                if let Ok(mut again) = self.ask(watcher, event, Some(&sent.channel))?
                    && let Some(found) = again.deliveries.pop()
                {
                    *sent = found;
                }
            }
        }
        Ok(())
    }

    fn ask(
        &self,
        watcher: &str,
        event: &Value,
        channel: Option<&str>,
    ) -> Result<Result<Answer, String>, Error> {
        let mut drill = json!({"watcher": watcher, "event": event});
        if let Some(channel) = channel {
            drill["channel"] = channel.into();
        }
        let payload = json!({"account-watcher": {"drill": drill}}).to_string();
        let folder =
            tempfile::tempdir().map_err(|e| Error::usage(format!("cannot make a temporary folder: {e}")))?;
        let (said, answer) = self.aws.invoke(&self.stack.function, payload.as_bytes(), folder.path())?;
        Ok(Answer::read(&said, &answer))
    }
}
