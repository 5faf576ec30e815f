//! What a Slack webhook is sent, drawn as Slack shows it. Every block, element and key that is not known here is an error:
//! who changes the message must change its drawing. <https://docs.slack.dev/reference/block-kit/blocks>

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::mrkdwn;

/// The message's blocks. `text` is for notifications only, as long as there are blocks.
pub(crate) fn drawn(payload: &Value) -> Result<Markup, String> {
    let payload = object(payload, "the message", &["text", "blocks", "attachments"])?;
    let blocks = list(payload, "blocks")?;
    let parts = blocks.iter().map(block).collect::<Result<Vec<_>, _>>()?;
    let attachments = match payload.get("attachments") {
        Some(_) => list(payload, "attachments")?.iter().map(attachment).collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    Ok(html! { @for part in parts.iter().chain(&attachments) { (part) } })
}

/// An attachment, with the colour of the line beside it.
fn attachment(value: &Value) -> Result<Markup, String> {
    let attachment = object(value, "an attachment", &["color", "blocks", "fallback"])?;
    let color = attachment.get("color").and_then(Value::as_str).unwrap_or("#ddd");
    let is_color = |color: &str| {
        color
            .strip_prefix('#')
            .is_some_and(|digits| digits.len() <= 8 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    if !is_color(color) {
        return Err(format!("it is not known how the colour `{color}` looks"));
    }
    let parts = list(attachment, "blocks")?.iter().map(block).collect::<Result<Vec<_>, _>>()?;
    // As an attribute of SVG: a page's policy forbids styles of elements.
    Ok(html! {
        div.attachment {
            svg aria-hidden="true" viewBox="0 0 4 4" preserveAspectRatio="none" { rect width="4" height="4" fill=(color) {} }
            div { @for part in parts { (part) } }
        }
    })
}

fn block(value: &Value) -> Result<Markup, String> {
    match kind(value)? {
        "header" => {
            let block = object(value, "a header", &["type", "text", "block_id"])?;
            Ok(html! { p.header { (text(part(block, "text")?)?) } })
        }
        "section" => section(value),
        "context" => {
            let block = object(value, "a context", &["type", "elements", "block_id"])?;
            let elements = list(block, "elements")?.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            Ok(html! { p.context { @for element in elements { span { (element) } " " } } })
        }
        "actions" => {
            let block = object(value, "actions", &["type", "elements", "block_id"])?;
            let elements = list(block, "elements")?.iter().map(button).collect::<Result<Vec<_>, _>>()?;
            Ok(html! { p.actions { @for element in elements { (element) " " } } })
        }
        "divider" => object(value, "a divider", &["type", "block_id"]).map(|_| html! { hr; }),
        other => Err(format!("it is not known how a block `{other}` looks")),
    }
}

fn section(value: &Value) -> Result<Markup, String> {
    let block = object(value, "a section", &["type", "text", "fields", "accessory", "block_id", "expand"])?;
    let words = block.get("text").map(text).transpose()?;
    let fields = match block.get("fields") {
        Some(_) => list(block, "fields")?.iter().map(text).collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    let accessory = block.get("accessory").map(button).transpose()?;
    Ok(html! {
        @if let Some(words) = words { p.section { (words) } }
        @if !fields.is_empty() { p.fields { @for field in fields { span { (field) } " " } } }
        @if let Some(accessory) = accessory { p.actions { (accessory) } }
    })
}

/// A button as it looks: it opens what the example event is about, which nobody has.
fn button(value: &Value) -> Result<Markup, String> {
    if kind(value)? != "button" {
        return Err(format!("it is not known how an element `{}` looks", kind(value)?));
    }
    let button = object(
        value,
        "a button",
        &["type", "text", "url", "style", "action_id", "value", "accessibility_label"],
    )?;
    let words = text(part(button, "text")?)?;
    match button.get("style").and_then(Value::as_str) {
        None => Ok(html! { span.button { (words) } }),
        Some("primary") => Ok(html! { span.button.primary { (words) } }),
        Some("danger") => Ok(html! { span.button.danger { (words) } }),
        Some(other) => Err(format!("it is not known how a button in style `{other}` looks")),
    }
}

/// A text object.
fn text(value: &Value) -> Result<Markup, String> {
    let object = object(value, "a text", &["type", "text", "emoji", "verbatim"])?;
    let words = part(object, "text")?.as_str().ok_or("the text of a text is not a string")?;
    match kind(value)? {
        // `emoji: false`: `:name:` stays as it is.
        "plain_text" if object.get("emoji") == Some(&Value::Bool(false)) => Ok(page::visible(words)),
        "mrkdwn" => mrkdwn::drawn(words),
        other => Err(format!("it is not known how a text `{other}` looks, with its emoji")),
    }
}

fn kind(value: &Value) -> Result<&str, String> {
    value["type"].as_str().ok_or_else(|| format!("`{value}` has no type"))
}

fn part<'a>(object: &'a Map<String, Value>, key: &str) -> Result<&'a Value, String> {
    object.get(key).ok_or_else(|| format!("there is no `{key}`"))
}

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> Result<&'a Vec<Value>, String> {
    part(object, key)?.as_array().ok_or_else(|| format!("`{key}` is not a list"))
}

/// The object, with no other keys than these.
fn object<'a>(value: &'a Value, what: &str, keys: &[&str]) -> Result<&'a Map<String, Value>, String> {
    let object = value.as_object().ok_or_else(|| format!("{what} is not an object"))?;
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(format!("it is not known how `{key}` of {what} looks")),
        None => Ok(object),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use serde_json::json;

    fn plain(text: &str) -> Value {
        json!({"type": "plain_text", "text": text, "emoji": false})
    }

    #[test]
    fn every_block_is_drawn() {
        let payload = json!({"text": "x", "blocks": [
            {"type": "header", "text": plain("🟠 S3 bucket deleted")},
            {"type": "section", "text": plain("a\nb")},
            {"type": "divider"},
            {"type": "context", "elements": [plain("eu-west-1"), {"type": "mrkdwn", "text": "<!here>", "verbatim": true}]},
            {"type": "actions", "elements": [{"type": "button", "text": plain("Open"), "url": "https://example.com"}]},
        ], "attachments": [{"color": "#a30200", "blocks": [{"type": "section", "fields": [plain("f")]}]}]});
        let expected = "<p class=\"header\"><bdi>🟠 S3 bucket deleted</bdi></p>\
            <p class=\"section\"><bdi>a\nb</bdi></p><hr>\
            <p class=\"context\"><span><bdi>eu-west-1</bdi></span> <span><span class=\"mention\">@here</span></span> </p>\
            <p class=\"actions\"><span class=\"button\"><bdi>Open</bdi></span> </p>\
            <div class=\"attachment\"><svg aria-hidden=\"true\" viewBox=\"0 0 4 4\" preserveAspectRatio=\"none\">\
            <rect width=\"4\" height=\"4\" fill=\"#a30200\"></rect></svg>\
            <div><p class=\"fields\"><span><bdi>f</bdi></span> </p></div></div>";
        assert_eq!(drawn(&payload).map(maud::PreEscaped::into_string), Ok(expected.to_owned()));
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        let blocks = |block: Value| json!({"text": "x", "blocks": [block]});
        for (payload, expected) in [
            (blocks(json!({"type": "table"})), "it is not known how a block `table` looks"),
            (blocks(json!({"type": "divider", "text": 1})), "it is not known how `text` of a divider looks"),
            (
                blocks(json!({"type": "header", "text": plain("x"), "level": 1})),
                "it is not known how `level` of a header looks",
            ),
            (
                blocks(json!({"type": "actions", "elements": [{"type": "overflow"}]})),
                "it is not known how an element `overflow` looks",
            ),
            (
                blocks(json!({"type": "header", "text": {"type": "plain_text", "text": ":x:"}})),
                "it is not known how a text `plain_text` looks, with its emoji",
            ),
            (json!({"text": "x"}), "there is no `blocks`"),
            (
                json!({"blocks": [], "icon_emoji": ":x:"}),
                "it is not known how `icon_emoji` of the message looks",
            ),
            (
                json!({"blocks": [], "attachments": [{"color": "red\" onload=\"", "blocks": []}]}),
                "it is not known how the colour `red\" onload=\"` looks",
            ),
        ] {
            let found = drawn(&payload).map(maud::PreEscaped::into_string);
            assert_eq!(found, Err(expected.to_owned()));
        }
    }

    #[test]
    fn markup_is_text() {
        let payload = json!({"text": "x", "blocks": [{"type": "section", "text": plain("<script>\"'&")}]});
        let drawn = drawn(&payload).map(maud::PreEscaped::into_string);
        assert_eq!(drawn, Ok("<p class=\"section\"><bdi>&lt;script&gt;&quot;'&amp;</bdi></p>".to_owned()));
    }
    /// Whoever adds a block to the message draws it.
    #[test]
    fn every_message_of_every_test_is_drawn() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let project = watchfile::load(&root).0;
        let mut messages = 0;
        for file in &project.files {
            let watchers = watcher::Watchers::new(project.config.clone(), vec![file.watcher.clone()]);
            for test in &file.tests {
                let text = test.event.to_string();
                let matches = watchers.deliveries(text.as_bytes(), watchfile::listing::SOME_DAY).unwrap();
                for delivery in matches.iter().flat_map(|found| &found.deliveries) {
                    if let Some(watcher::Channel::Slack(slack)) = watchers.channel(&delivery.channel) {
                        assert_eq!(
                            drawn(&slack.body(delivery)).err(),
                            None,
                            "{}: {}",
                            file.watcher.name,
                            test.name
                        );
                        messages += 1;
                    }
                }
            }
        }
        assert!(messages > 500, "{messages}");
    }
}
