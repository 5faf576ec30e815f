//! Slack's `mrkdwn` as it is read, as far as alerts use it. What is not known is an error, so that a drawing never shows
//! less than what is sent. <https://docs.slack.dev/messaging/formatting-message-text>

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

/// The text as it looks. `strict` characters that would format it are an error.
pub(crate) fn drawn(text: &str) -> Result<Markup, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        parts.push(plain(&rest[..at])?);
        let end = rest[at..].find('>').ok_or_else(|| format!("`{text}` has a `<` without `>`"))? + at;
        parts.push(token(&rest[at + 1..end])?);
        rest = &rest[end + 1..];
    }
    parts.push(plain(rest)?);
    Ok(html! { @for part in parts { (part) } })
}

/// Text between tokens, whose three entities are characters.
fn plain(text: &str) -> Result<Markup, String> {
    if let Some(sign) = text.chars().find(|c| matches!(c, '*' | '_' | '~' | '`')) {
        return Err(format!("it is not known how `{sign}` looks in `{text}`"));
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    Ok(html! { (text) })
}

/// What stands between `<` and `>`.
fn token(token: &str) -> Result<Markup, String> {
    let (body, label) = token.split_once('|').map_or((token, None), |(body, label)| (body, Some(label)));
    if let Some(date) = body.strip_prefix("!date^") {
        let (seconds, format) = date.split_once('^').ok_or_else(|| unknown(token))?;
        return time(seconds, format.split('^').next().unwrap_or_default()).ok_or_else(|| unknown(token));
    }
    match (body, label) {
        ("!here" | "!channel" | "!everyone", _) => Ok(html! { span.mention { "@" (&body[1..]) } }),
        (_, label) if body.starts_with("!subteam^") || body.starts_with('@') => {
            let name = label.unwrap_or(body).trim_start_matches('@').trim_start_matches("!subteam^");
            Ok(html! { span.mention { "@" (name) } })
        }
        _ if body.starts_with("https://") => Ok(html! { span.link { (plain(label.unwrap_or(body))?) } }),
        _ => Err(unknown(token)),
    }
}

fn unknown(token: &str) -> String {
    format!("it is not known how `<{token}>` looks")
}

/// `<!date^…>`: each reader's own time zone and clock; here UTC and twelve hours.
/// <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>
fn time(seconds: &str, format: &str) -> Option<Markup> {
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?.to_zoned(TimeZone::UTC);
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}')?;
        let shown = match name {
            "date_short" | "date_short_pretty" => "%b %-d, %Y",
            "date" | "date_pretty" => "%B %-d, %Y",
            "date_num" => "%Y-%m-%d",
            "time" => "%-I:%M %p",
            "time_secs" => "%-I:%M:%S %p",
            _ => return None,
        };
        text += before;
        text += &at.strftime(shown).to_string();
        rest = after;
    }
    text += rest;
    Some(
        html! { time datetime=(at.timestamp()) title="UTC; each reader sees their own time zone" { (text) } },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(mrkdwn: &str) -> String {
        drawn(mrkdwn).unwrap_or_else(|error| panic!("{error}")).into_string()
    }

    #[test]
    fn tokens_look_as_slack_shows_them() {
        let date = "<!date^1768206600^{date_short_pretty} {time_secs}|2026-01-12T08:30:00Z>";
        assert_eq!(
            text(date),
            "<time datetime=\"2026-01-12T08:30:00Z\" title=\"UTC; each reader sees their own time zone\">Jan 12, 2026 8:30:00 AM</time>"
        );
        assert_eq!(text("<!here> a &amp;lt; b"), "<span class=\"mention\">@here</span> a &amp;lt; b");
        assert_eq!(text("<!subteam^S1|@oncall>"), "<span class=\"mention\">@oncall</span>");
        assert_eq!(text("<https://example.com|<b>"), "<span class=\"link\">&lt;b</span>");
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        for wrong in
            ["*bold*", "`code`", "<!new>", "<", "<!date^x^{time}|y>", "<!date^1^{ago}|y>", "<javascript:1|x>"]
        {
            assert!(drawn(wrong).is_err(), "{wrong}");
        }
    }
}
