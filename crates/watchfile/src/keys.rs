//! The keys of both kinds of file, each declared once: reading, `unknown-key` and the JSON Schemas all ask here.

use std::sync::LazyLock;

use watcher::{Channel, Tested};

/// The keys of a table.
pub(crate) struct Keys {
    /// What people call the table: `[group]`.
    pub(crate) what: &'static str,
    /// What it is, in a sentence.
    pub(crate) about: &'static str,
    /// In the order in which messages list them.
    pub(crate) rows: &'static [Key],
}

/// A key.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    pub(crate) holds: Holds,
    /// What it is for, in a sentence.
    pub(crate) about: &'static str,
}

/// Whether a table needs the key.
#[derive(Clone, Copy)]
pub(crate) enum Need {
    Optional,
    /// It is missed, with this as an example of its value.
    Required(&'static str),
    /// It is required, and a lint of its own says so.
    ByLint,
}

/// What a key holds.
#[derive(Clone, Copy)]
pub(crate) enum Holds {
    Text,
    /// A text that is not empty.
    Filled,
    /// A list of texts, which may be empty.
    Texts,
    /// A list of texts, not empty.
    Several(Empty),
    Severity,
    /// `true` or `false`, and which of them it is when left out, if either.
    Flag(Option<bool>),
    /// A whole number from one on.
    Count,
    /// How long: `15m`.
    Window,
    /// A day without quotes.
    Day,
    /// An event pattern, as a table or as JSON in a string.
    Pattern,
    /// JSON, as a table or in a string.
    Payload,
    /// Any values by name.
    Values,
    /// Paths into the event, by name.
    Paths,
    /// Names of accounts by id.
    Accounts,
    /// Channels by name.
    Channels,
    Region,
    Regions,
    /// Channels by the ones whose alerts they get.
    Redirects,
    Table(fn() -> &'static Keys),
    Tables(fn() -> &'static Keys),
}

/// What an empty list would mean.
#[derive(Clone, Copy)]
pub(crate) struct Empty {
    /// Why that is a fault, in a sentence.
    pub(crate) message: &'static str,
    /// What to write.
    pub(crate) help: &'static str,
}

const NO_CHANNELS: Empty = Empty {
    message: "a watcher without channels tells nobody",
    help: "name at least one channel, or write `enabled = false`",
};

const RUNBOOK: &str = "What to do about it: an https link, which alerts show as a button, or a text, which stands below the message.";

use Holds::{
    Accounts, Channels, Count, Day, Filled, Flag, Paths, Pattern, Payload, Redirects, Region, Regions,
    Several, Severity, Table, Tables, Text, Texts, Values, Window,
};
use Need::{ByLint, Optional, Required};

/// Of a file in `watchers/`.
pub(crate) static WATCHER: Keys = Keys {
    what: "the watcher",
    about: "A watcher: which events are reported to whom, and how.",
    rows: &[
        key(
            "title",
            Required("\"S3 bucket deleted\""),
            Text,
            "Slack's header and the mail's subject; a Handlebars template.",
        ),
        key("severity", Required("\"high\""), Severity, "How bad it is."),
        key(
            "channels",
            Required("[\"security\"]"),
            Several(NO_CHANNELS),
            "The channels that get it, as account-watcher.toml declares them.",
        ),
        key(
            "message",
            Required("'Bucket \"{{bucket}}\" was deleted by {{actor}}'"),
            Text,
            "The text; a Handlebars template over the fields and the standard variables, such as {{actor}}.",
        ),
        key(
            "attempt",
            Optional,
            Text,
            "What a failed call was about to do, behind 'tried to'; then title and message are made of it, and the severity is one step lower.",
        ),
        key("tags", Optional, Texts, "For people to find it by, for example cis-4.8."),
        key("references", Optional, Texts, "Where to read more."),
        key("runbook", Optional, Filled, RUNBOOK),
        key("enabled", Optional, Flag(Some(true)), "false: checked, but not deployed."),
        key(
            "pattern",
            Required("{ source = [\"aws.s3\"] }"),
            Pattern,
            "Which events it takes: an EventBridge event pattern, as a table or as JSON in a string.",
        ),
        key("fields", Optional, Paths, "Named values of the event, for the templates."),
        key(
            "case",
            Optional,
            Tables(|| &CASE),
            "Facts that make the alert better or worse than `severity` says.",
        ),
        key("group", Optional, Table(|| &GROUP), "Which alerts are sent as one."),
        key("ignore", Optional, Tables(|| &IGNORE), "Events that match but are not sent."),
        key("test", Optional, Tables(|| &TEST), "Events, and what the watcher makes of them."),
    ],
};

/// Of `account-watcher.toml`.
pub(crate) static CONFIG: Keys = Keys {
    what: "account-watcher.toml",
    about: "Where alerts go, and what all watchers share.",
    rows: &[
        key("channels", Optional, Channels, "Where alerts go, by name."),
        key(
            "accounts",
            Optional,
            Accounts,
            "Names of accounts by id, shown instead of the id. These may forward to the home stack.",
        ),
        key(
            "shipped",
            Optional,
            Table(|| &SHIPPED),
            "Where the shipped watchers are, and which of them are on.",
        ),
        key("forward", Optional, Table(|| &FORWARD), "Which regions forward to the home stack."),
        key("route", Optional, Tables(|| &ROUTE), "Other channels for some accounts or regions."),
        key("override", Optional, Tables(|| &OVERRIDE), "What is otherwise than some watchers' files say."),
        key("ignore", Optional, Tables(|| &IGNORE), "Events that match but are not sent."),
    ],
};

/// Of a line in `renames.toml`.
pub(crate) static RENAME: Keys = Keys {
    what: "a line of renames.toml",
    about: "What became of a watcher.",
    rows: &[
        key("to", Optional, Text, "The name that it has now."),
        key("removed", Optional, Text, "That it is gone: why, or what there is instead."),
        key("version", Required("\"0.2.0\""), Text, "The version in which that happened."),
    ],
};

static SHIPPED: Keys = Keys {
    what: "[shipped]",
    about: "Where the shipped watchers are, and which of them are on.",
    rows: &[
        key(
            "path",
            Required("\"account-watcher\""),
            Filled,
            "The folder of Account Watcher, from this file.",
        ),
        key(
            "on",
            Optional,
            Texts,
            "Which shipped watchers are on, before overrides: as in an override. Left out: as their files say.",
        ),
        key(
            "replaced",
            Optional,
            Texts,
            "Shipped watchers whose place a file of the same name in watchers/ takes.",
        ),
        key(
            "ignores",
            Optional,
            Flag(Some(true)),
            "Whether the ignores that the shipped watchers share hold for all watchers.",
        ),
    ],
};

static FORWARD: Keys = Keys {
    what: "[forward]",
    about: "Which regions forward to the home stack.",
    rows: &[
        key("home", Required("\"eu-west-1\""), Region, "The home stack's region."),
        key(
            "regions",
            Required("[\"us-east-1\"]"),
            Regions,
            "The other regions, whose forwarding stacks send to the home stack.",
        ),
    ],
};

static ROUTE: Keys = Keys {
    what: "[[route]]",
    about: "Other channels for the alerts of some accounts or regions. The first that matches decides.",
    rows: &[
        key(
            "when",
            Required("{ account = [\"123456789012\"] }"),
            Pattern,
            "Which events: an EventBridge pattern on account, region, source and detail-type.",
        ),
        key(
            "channels",
            Required("{ security = \"security-of-staging\" }"),
            Redirects,
            "The channel that watchers name, and the one that gets its alerts instead.",
        ),
    ],
};

static OVERRIDE: Keys = Keys {
    what: "[[override]]",
    about: "What is otherwise than some watchers' files say. Of a key the last override counts; ignores add up.",
    rows: &[
        key(
            "watchers",
            Required("[\"s3-bucket-deleted\"]"),
            Several(Empty {
                message: "the override is for no watcher",
                help: "name a watcher, or write `s3-*`, `tag:cis-4.*`, `severity:low` or `source:aws.iam`",
            }),
            "Which watchers: names, or tag:, severity: or source: with a value; * stands for any characters.",
        ),
        key("enabled", Optional, Flag(None), "Whether they are deployed."),
        key("severity", Optional, Severity, "How bad it is."),
        key("channels", Optional, Several(NO_CHANNELS), "The channels that get it."),
        key("runbook", Optional, Filled, RUNBOOK),
        key("group", Optional, Table(|| &OVERRIDE_GROUP), "Which alerts are sent as one."),
        key("ignore", Optional, Tables(|| &OVERRIDE_IGNORE), "Further events that match but are not sent."),
    ],
};

static CASE: Keys = Keys {
    what: "[[case]]",
    about: "A fact that makes the alert better or worse. The first that holds counts.",
    rows: &[
        key(
            "when",
            Required("\"gte score 9\""),
            Text,
            "A condition over fields and variables, as behind {{#if: gte score 9.",
        ),
        key("severity", Required("\"high\""), Severity, "How bad it is then."),
        key(
            "channels",
            Optional,
            Several(Empty { message: "a case without channels tells nobody", help: "leave `channels` out" }),
            "Where it goes then; left out: to the watcher's channels.",
        ),
    ],
};

static GROUP: Keys = Keys { what: "[group]", about: ABOUT_GROUP, rows: &GROUP_ROWS };

static OVERRIDE_GROUP: Keys = Keys { what: "[override.group]", about: ABOUT_GROUP, rows: &GROUP_ROWS };

const ABOUT_GROUP: &str = "Which alerts are sent as one.";

const GROUP_ROWS: [Key; 3] = [
    key(
        "by",
        Required("[\"actor\"]"),
        Several(Empty {
            message: "the group is by nothing: all alerts of the watcher would be one",
            help: "name what its alerts have in common, for example `by = [\"actor\"]`; `by = [\"account\"]` is the widest",
        }),
        "The fields and standard variables whose values make the group.",
    ),
    key("window", Required("\"15m\""), Window, "How long a group stays open: 90s, 15m, 2h."),
    key("at-least", Optional, Count, "How many events it takes before the first alert."),
];

static IGNORE: Keys = Keys { what: "[[ignore]]", about: ABOUT_IGNORE, rows: &IGNORE_ROWS };

static OVERRIDE_IGNORE: Keys = Keys { what: "[[override.ignore]]", about: ABOUT_IGNORE, rows: &IGNORE_ROWS };

const ABOUT_IGNORE: &str = "What matches but is not sent.";

const IGNORE_ROWS: [Key; 3] = [
    key("reason", ByLint, Filled, "Why, for those who find it in a year."),
    key("until", Optional, Day, "The last day on which it holds, UTC: 2027-01-31."),
    key("pattern", Required("{ account = [\"123456789012\"] }"), Pattern, "Which events."),
];

static TEST: LazyLock<Keys> = LazyLock::new(|| {
    let tested = tested().map(|tested| key(tested.name, Optional, Payload, tested.description));
    let rows = BEFORE_PAYLOADS.iter().copied().chain(tested).chain(BEHIND_PAYLOADS.iter().copied());
    Keys {
        what: "[[test]]",
        about: "An event, and what the watcher makes of it. What is left out is not checked.",
        rows: rows.collect::<Vec<_>>().leak(),
    }
});

const BEFORE_PAYLOADS: [Key; 8] = [
    key("name", Required("\"a user deletes a bucket\""), Text, "What it shows."),
    key("event", Required("\"s3-bucket-deleted.json\""), Text, "The name of a file in tests/events."),
    key("matches", Optional, Flag(Some(true)), "Whether the watcher matches."),
    key("ignored", Optional, Flag(None), "Whether an ignore covers the event."),
    key("title", Optional, Text, "The rendered title."),
    key("message", Optional, Text, "The rendered message."),
    key("fields", Optional, Values, "Values of fields."),
    key("channels", Optional, Texts, "The channels that get it."),
];

const BEHIND_PAYLOADS: [Key; 2] = [
    key("denied", Optional, Text, "The event as a denied call with this errorCode."),
    key(
        "with",
        Optional,
        Payload,
        "Changes of the event: a table, or JSON in a string, where null means null.",
    ),
];

/// The keys of a test that are about what a channel gets.
pub(crate) fn tested() -> impl Iterator<Item = &'static Tested> {
    let kinds = Channel::KINDS;
    let is_first = |at: usize| !kinds[..at].iter().any(|kind| kind.tested.name == kinds[at].tested.name);
    (0..kinds.len()).filter(move |at| is_first(*at)).map(move |at| kinds[at].tested)
}

/// Whether a watcher has a key of this name.
pub(crate) fn is_of_watcher(name: &str) -> bool {
    WATCHER.get(name).is_some()
}

impl Keys {
    pub(crate) fn get(&self, name: &str) -> Option<&'static Key> {
        self.rows.iter().find(|key| key.name == name)
    }
}

const fn key(name: &'static str, need: Need, holds: Holds, about: &'static str) -> Key {
    Key { name, need, holds, about }
}
