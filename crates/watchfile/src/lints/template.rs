//! What a template does with its variables, as far as its text tells.

/// The contents of the tags, without their braces.
fn tags(template: &str) -> impl Iterator<Item = &str> {
    template.split("{{").skip(1).filter_map(|rest| rest.split("}}").next())
}

/// Whether a tag names the variable.
pub(super) fn names(template: &str, variable: &str) -> bool {
    tags(template).any(|tag| has_word(tag, variable))
}

/// Whether a condition looks at the variable: `{{#if x}}`, `{{#unless (eq x 1)}}`, `{{else if x}}`.
pub(super) fn tests(template: &str, variable: &str) -> bool {
    let is_condition = |tag: &str| {
        let tag = tag.trim_start_matches(['~', '{', ' ']);
        tag.starts_with("#if") || tag.starts_with("#unless") || tag.starts_with("else if")
    };
    tags(template).any(|tag| is_condition(tag) && has_word(tag, variable))
}

/// The text outside the tags: what is printed at least, if no condition hides it.
pub(super) fn plain(template: &str) -> String {
    let mut parts = template.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once("}}").map_or("", |(_, after)| after.trim_start_matches('}'))
    })
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

#[cfg(test)]
mod tests_of_templates {
    use super::*;

    #[test]
    fn words_count_in_tags_only() {
        let template = "key {{#if error_code}}a{{else}}{{key}} {{keys}}{{/if}}";
        assert!(names(template, "key") && names(template, "error_code") && !names(template, "a"));
        assert!(tests(template, "error_code") && !tests(template, "key"));
        assert_eq!(plain(template), "key a ");
        assert_eq!(plain("{{{x}}}y{{"), "y");
    }
}
