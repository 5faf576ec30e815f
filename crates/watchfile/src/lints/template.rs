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

/// How long the text is at most: of branches the longest one counts, of a loop one round. `size` says what a character
/// counts, `of` how long the value of a tag is.
pub(super) fn longest(template: &str, size: fn(char) -> usize, of: &dyn Fn(&str) -> usize) -> usize {
    let length = |text: &str| text.chars().map(size).sum::<usize>();
    let mut parts = template.split("{{");
    let first = length(parts.next().unwrap_or_default());
    let mut blocks = vec![Block { sum: first, ..Block::default() }];
    for part in parts {
        let (tag, after) = part.split_once("}}").unwrap_or((part, ""));
        let tag = tag.trim_matches(['~', '{', ' ']);
        match tag.split([' ', '~']).next().unwrap_or_default() {
            name if name.starts_with('#') => blocks.push(Block::default()),
            "else" | "^" => blocks.last_mut().into_iter().for_each(Block::branch),
            name if name.starts_with('/') && blocks.len() > 1 => {
                let inner = blocks.pop().map_or(0, Block::longest);
                blocks.last_mut().into_iter().for_each(|block| block.sum += inner);
            }
            name if name.starts_with('!') => {}
            _ => blocks.last_mut().into_iter().for_each(|block| block.sum += of(tag)),
        }
        let text = length(after.trim_start_matches('}'));
        blocks.last_mut().into_iter().for_each(|block| block.sum += text);
    }
    blocks.into_iter().map(Block::longest).sum()
}

/// The text between `{{#…}}` and `{{/…}}`.
#[derive(Default)]
struct Block {
    /// The longest branch so far, and the length of the one that is read.
    best: usize,
    sum: usize,
}

impl Block {
    fn branch(&mut self) {
        self.best = self.best.max(self.sum);
        self.sum = 0;
    }

    fn longest(self) -> usize {
        self.best.max(self.sum)
    }
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

    #[test]
    fn the_longest_text_is_that_of_the_longest_branches() {
        let cases = [
            ("abc", 3),
            ("é{{x}}b", 7),
            ("{{#if x}}abc{{else}}{{y}}{{/if}}d", 6),
            ("{{#if x}}abc{{else if y}}abcdefg{{else}}a{{/if}}", 7),
            ("{{#if x}}{{#unless y}}ab{{/unless}}c{{/if}}{{! no text }}", 3),
            ("{{~#each x~}}a{{this}}{{~/each~}}", 6),
            ("{{{x}}}{{", 10),
            ("{{/if}}{{else}}", 5),
        ];
        for (template, expected) in cases {
            assert_eq!(longest(template, |_| 1, &|_| 5), expected, "{template}");
        }
    }
}
