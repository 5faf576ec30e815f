//! What a template does with its variables.

use watcher::{Block, Expression, Node, ParsedTemplate};

/// Whether the template reads the variable.
pub(super) fn names(template: &ParsedTemplate, variable: &str) -> bool {
    template.all().any(|node| match node {
        Node::Output(output) => output.expression.mentions(variable),
        Node::Block(block) => block.call.mentions(variable),
        _ => false,
    })
}

/// Whether a condition looks at the variable: `{{#if x}}`, `{{#unless (eq x 1)}}`, `{{else if x}}`.
pub(super) fn tests(template: &ParsedTemplate, variable: &str) -> bool {
    let is_condition = |block: &Block| ["if", "unless"].contains(&&*block.call.name.text);
    template.all().any(|node| match node {
        Node::Block(block) => is_condition(block) && block.call.mentions(variable),
        _ => false,
    })
}

/// The text outside the tags: what is printed at least, if no condition hides it.
pub(super) fn plain(template: &ParsedTemplate) -> String {
    let mut plain = String::new();
    for node in template.all() {
        match node {
            Node::Text(range) => plain.push_str(&template.source[range.clone()]),
            Node::Escape(_) => plain.push_str("{{"),
            _ => {}
        }
    }
    plain
}

/// The text with a character that is nothing for every byte of a tag, so that places stay.
pub(super) fn blank_tags(template: &ParsedTemplate) -> String {
    let mut plain = String::with_capacity(template.source.len());
    for node in template.all() {
        if let Node::Text(range) = node {
            plain.extend(std::iter::repeat_n('\u{1}', range.start - plain.len()));
            plain.push_str(&template.source[range.clone()]);
        }
    }
    plain.extend(std::iter::repeat_n('\u{1}', template.source.len() - plain.len()));
    plain
}

/// The values that the template prints.
pub(super) fn values(template: &ParsedTemplate) -> impl Iterator<Item = &Expression> {
    template.all().filter_map(|node| match node {
        Node::Output(output) => Some(&output.expression),
        _ => None,
    })
}

/// How long the text is at most: of branches the longest one counts, of a loop one round. `size` says what a character
/// counts, `of` how long a value is.
pub(super) fn longest(
    template: &ParsedTemplate,
    size: fn(char) -> usize,
    of: &dyn Fn(&Expression) -> usize,
) -> usize {
    let length = |range: &std::ops::Range<usize>| template.source[range.clone()].chars().map(size).sum();
    longest_of(&template.nodes, &length, of)
}

fn longest_of(
    nodes: &[Node],
    length: &dyn Fn(&std::ops::Range<usize>) -> usize,
    of: &dyn Fn(&Expression) -> usize,
) -> usize {
    let one = |node: &Node| match node {
        Node::Text(range) => length(range),
        Node::Output(output) => of(&output.expression),
        Node::Block(block) => {
            longest_of(&block.inner, length, of).max(longest_of(&block.inverse, length, of))
        }
        Node::Escape(_) => "{{".len(),
        Node::Comment(_) | Node::Unsupported(_) | Node::Broken(_) => 0,
    };
    nodes.iter().map(one).sum()
}

#[cfg(test)]
mod tests_of_templates {
    use watcher::Template;

    use super::*;

    #[test]
    fn words_count_in_tags_only() {
        let template = Template::parse_all("key {{#if error_code}}a{{else}}{{key}} {{keys}}{{/if}}");
        assert!(names(&template, "key") && names(&template, "error_code") && !names(&template, "a"));
        assert!(tests(&template, "error_code") && !tests(&template, "key"));
        assert_eq!(plain(&template), "key a ");
        let whole = Template::parse_all(r"\{{a}} {{{x}}}y{{! z }}{{lookup this 'b'}}{{event.detail.c}}");
        assert_eq!(plain(&whole), "{{a}} y");
        assert!(["x", "b", "event", "c"].iter().all(|name| names(&whole, name)));
        assert!(["a", "y", "z", "lookup"].iter().all(|name| !names(&whole, name)));
        assert_eq!(blank_tags(&Template::parse_all("é{{x}}{y}")), "é\u{1}\u{1}\u{1}\u{1}\u{1}{y}");
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
            ("{{{x}}}{{lookup x 'y'}}", 10),
        ];
        for (template, expected) in cases {
            let template = Template::parse_all(template);
            assert!(template.errors.is_empty(), "{:?}", template.errors);
            assert_eq!(longest(&template, |_| 1, &|_| 5), expected, "{}", template.source);
        }
    }
}
