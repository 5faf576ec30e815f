//! `mention` of a Slack channel: whom alerts mention, by severity. Slack mentions by ids, and shows what is none as text,
//! without a word: so all that cannot be one is found here.

use serde_json::{Map, Value, json};
use watcher::{Mention, Severity};

use crate::severity::severity_named;
use crate::suggest::did_you_mean;
use crate::table::{Table, Text};

const HELP: &str = "write `here`, `channel`, or an id as Slack copies it: of a user group (`S…`), or of a person's profile (`U…` or `W…`)";

/// The mentions, as the channel takes them; none if one is wrong.
pub(crate) fn mentions(table: Table<'_>, key: &str) -> Option<Map<String, Value>> {
    let report = table.report;
    if let Some(value) = table.get(key).filter(|value| !value.get_ref().is_table()) {
        report.wrong_type(key, value, "whom by severity, for example `{ high = \"here\" }`");
        return None;
    }
    let by_severity = table.names(key, "`mention`")?;
    if by_severity.entries.is_empty() {
        let help = "name whom alerts mention from a severity on, for example `mention = { high = \"here\" }`, or leave it out";
        report.invalid_value(by_severity.span(), "`mention` mentions nobody", help);
        return None;
    }
    let read = |(severity, value): (&toml::Spanned<_>, &toml::Spanned<toml::de::DeValue<'_>>)| {
        let name: &str = std::convert::AsRef::<str>::as_ref(severity.get_ref() as &std::borrow::Cow<'_, str>);
        let named = severity_named(name).map_err(|(message, _)| {
            let names = Severity::ALL.map(Severity::as_str);
            let help = did_you_mean(name, names)
                .unwrap_or_else(|| format!("`mention` takes {}", crate::suggest::list(names)));
            report.unknown_value(severity.span(), name, names, message, help);
        });
        let text = report.string(name, value)?;
        let found = mention(&text).map_err(|(message, help)| {
            report.unknown_value(text.span.clone(), text.value, Mention::WORDS, message, help);
        });
        Some((named.ok()?.as_str().to_owned(), json!(found.ok()?)))
    };
    // All of them, so that all faults are reported.
    let read: Vec<_> = by_severity.entries.iter().map(read).collect();
    read.into_iter().collect()
}

/// # Errors
/// What is wrong, and what to write.
fn mention(text: &Text<'_>) -> Result<Mention, (String, String)> {
    let text = text.value;
    // As it is typed in Slack, or as its API has it.
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "<>@!".contains(c));
    let bare = bare.strip_prefix("subteam^").or(bare.strip_prefix("subteam:")).unwrap_or(bare);
    let bare = bare.split('|').next().unwrap_or(bare);
    let is_id = |id: &str| {
        Mention::ID_LENGTH.contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    let found = match bare.as_bytes().first() {
        _ if bare == "here" => Some(Mention::Here),
        _ if bare == "channel" => Some(Mention::Channel),
        Some(b'S') if is_id(&bare[1..]) => Some(Mention::Group(bare.to_owned())),
        Some(b'U' | b'W') if is_id(&bare[1..]) => Some(Mention::User(bare.to_owned())),
        _ => None,
    };
    match (found, bare) {
        (Some(mention), _) if bare == text => Ok(mention),
        (Some(_), _) => Err((format!("`{text}` is more than whom to mention"), format!("write `{bare}`"))),
        (None, "everyone") => Err((
            "`everyone` is for all of a workspace, which Slack knows in its general channel only".to_owned(),
            "write `channel` for all members of the channel".to_owned(),
        )),
        (None, _) if bare.starts_with('C') && is_id(&bare[1..]) => {
            Err((format!("`{text}` is the id of a channel, which cannot be mentioned"), HELP.to_owned()))
        }
        (None, _) => {
            let near = did_you_mean(bare, Mention::WORDS);
            let message =
                format!("`{text}` is not a mention: Slack knows people and groups by their ids only");
            Err((message, near.unwrap_or_else(|| HELP.to_owned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_word_or_an_id() {
        let parse = |text: &str| mention(&Text { value: text, span: 0..0 });
        for (text, expected) in [
            ("here", Mention::Here),
            ("channel", Mention::Channel),
            ("S0123ABCD", Mention::Group("S0123ABCD".to_owned())),
            ("U0123ABCDEF", Mention::User("U0123ABCDEF".to_owned())),
            ("W0123ABCD", Mention::User("W0123ABCD".to_owned())),
        ] {
            assert_eq!(parse(text), Ok(expected));
        }
        for (text, help) in [
            ("@here", "write `here`"),
            ("<!channel>", "write `channel`"),
            ("<!subteam^S0123ABCD|@oncall>", "write `S0123ABCD`"),
            ("subteam:S0123ABCD", "write `S0123ABCD`"),
            ("<@U0123ABCD>", "write `U0123ABCD`"),
            ("everyone", "write `channel` for all members of the channel"),
            ("@everyone", "write `channel` for all members of the channel"),
            ("C0123ABCD", HELP),
            ("@oncall", HELP),
            ("s0123abcd", HELP),
            ("S0123", HELP),
            ("S0123ABCD>", "write `S0123ABCD`"),
            ("S0123ABCD U0123ABCD", HELP),
            ("", HELP),
        ] {
            assert_eq!(parse(text).map_err(|(_, help)| help), Err(help.to_owned()), "{text}");
        }
    }
}
