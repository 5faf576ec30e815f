//! A template read to its end: every fault, and where each part stands.

use handlebars::template::Template as Compiled;

use super::Template;
use super::error::TemplateError;
use super::names::Names;
use super::read::read;
use super::scope::ReadPath;
use super::tree::{self, Node};

/// What [`Template::parse_all`] finds in a text.
///
/// ```
/// use watcher::{Node, Template};
///
/// let text = "{{#if (eq actor \"root\")}}{{upper bucket}}{{else}}{{event.detail.eventName}}{{/if}} {{lookup x}}";
/// let parsed = Template::parse_all(text);
///
/// let errors: Vec<&str> = parsed.errors.iter().map(|error| &text[error.offset..][..6]).collect();
/// assert_eq!(errors, ["upper ", "lookup"]);
/// let read: Vec<&str> = parsed.paths.iter().map(|path| &text[path.range().unwrap()]).collect();
/// assert_eq!(read, ["actor", "bucket", "event.detail.eventName", "x"]);
/// let Node::Block(block) = &parsed.nodes[0] else { panic!("an `if`") };
/// assert_eq!(&text[block.open.clone()], "{{#if (eq actor \"root\")}}");
/// ```
#[derive(Clone, Debug, Default)]
pub struct ParsedTemplate {
    /// The text as it was written.
    pub source: String,
    /// The template; nothing if it has a fault.
    pub template: Option<Template>,
    /// All faults, in the order of the text: syntax, helpers that do not exist, arguments that are missing, partials.
    pub errors: Vec<TemplateError>,
    /// Its parts, in the order of the text.
    pub nodes: Vec<Node>,
    /// The paths that it reads, in the order of the text, each from the template's variables on: inside `{{#each}}` and
    /// `{{#with}}` a name belongs to the item.
    pub paths: Vec<ReadPath>,
}

impl ParsedTemplate {
    pub(super) fn of(source: &str) -> ParsedTemplate {
        let (nodes, faults) = read(source);
        let names = Names::of(&nodes);
        let mut errors = faults;
        if let Err(error) = Compiled::compile(source) {
            // Its word counts. What is wrong elsewhere only our own tree knows, whose first fault is the same in other words.
            let error = TemplateError::syntax(source, &error);
            let is_there = errors.iter().any(|fault| fault.offset == error.offset);
            errors.drain(..usize::from(!is_there && !errors.is_empty()));
            errors.insert(0, error);
        }
        errors.extend(names.errors);
        errors.sort_by_key(|error| error.offset);
        errors.dedup_by_key(|error| error.offset);
        let template = errors.is_empty().then(|| Template::checked(source.to_owned()));
        ParsedTemplate { source: source.to_owned(), template, errors, nodes, paths: names.paths }
    }

    /// All its parts, outer before inner, in the order of the text.
    pub fn all(&self) -> impl Iterator<Item = &Node> {
        tree::all(&self.nodes)
    }
}
