//! The names in a template: variables that it reads, helpers that it calls. handlebars checks neither before it
//! renders, and strict mode does not look inside `{{#if}}`.

use handlebars::Path;
use handlebars::template::{HelperTemplate, Parameter, Template as Compiled, TemplateElement};

use super::error::{TemplateError, offset_of};

/// The helpers that a template may call. handlebars' `log` is left out: it would log the event.
pub const HELPERS: &[&str] = &[
    "if", "unless", "each", "with", "lookup", "raw", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or",
    "not", "len",
];

/// A name that a template reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The first step of the path: `event` of `event.detail.x`.
    pub name: String,
    /// Where the name stands in the template, in bytes.
    pub offset: usize,
}

/// Collects the names of a template.
#[derive(Default)]
pub(super) struct Names<'a> {
    source: &'a str,
    pub(super) variables: Vec<Variable>,
    pub(super) errors: Vec<TemplateError>,
}

impl<'a> Names<'a> {
    pub(super) fn of(source: &'a str, tree: &Compiled) -> Names<'a> {
        let mut names = Names { source, ..Names::default() };
        names.visit(tree, false);
        names
    }

    /// `scoped`: inside `{{#each}}` or `{{#with}}`, where a name belongs to the item.
    fn visit(&mut self, tree: &Compiled, scoped: bool) {
        for (index, element) in tree.elements.iter().enumerate() {
            let from = tree.mapping.get(index).map_or(0, |at| offset_of(self.source, at.0, at.1));
            match element {
                TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call) => {
                    if call.params.is_empty() && call.hash.is_empty() {
                        self.parameter(&call.name, from, scoped);
                    } else {
                        self.call(call, from, scoped);
                    }
                }
                TemplateElement::HelperBlock(block) => {
                    self.call(block, from, scoped);
                    let inner = scoped || matches!(block.name.as_name(), Some("each" | "with"));
                    if let Some(template) = &block.template {
                        self.visit(template, inner);
                    }
                    if let Some(inverse) = &block.inverse {
                        self.visit(inverse, scoped);
                    }
                }
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                // Partials and decorators; handlebars may add kinds.
                _ => self.errors.push(TemplateError {
                    offset: from,
                    message: "partials and decorators are not supported: write the text out".to_owned(),
                }),
            }
        }
    }

    fn call(&mut self, call: &HelperTemplate, from: usize, scoped: bool) {
        self.helper(&call.name, call.params.len(), from);
        for parameter in call.params.iter().chain(call.hash.values()) {
            self.parameter(parameter, from, scoped);
        }
    }

    fn helper(&mut self, name: &Parameter, arguments: usize, from: usize) {
        let name = name.as_name().unwrap_or_default();
        let message = if !HELPERS.contains(&name) {
            format!("there is no helper `{name}`: the helpers are {}", HELPERS.join(", "))
        } else if arguments < least_arguments(name) {
            format!("`{name}` takes {} arguments, here are {arguments}", least_arguments(name))
        } else {
            return;
        };
        self.errors.push(TemplateError { offset: self.place(name, from), message });
    }

    fn parameter(&mut self, parameter: &Parameter, from: usize, scoped: bool) {
        match parameter {
            Parameter::Name(name) => self.variable(name, from, scoped),
            Parameter::Path(Path::Relative((_, raw))) => self.variable(raw, from, scoped),
            Parameter::Subexpression(inner) => {
                self.helper(
                    &Parameter::Name(inner.name().to_owned()),
                    inner.params().map_or(0, Vec::len),
                    from,
                );
                for parameter in inner
                    .params()
                    .into_iter()
                    .flatten()
                    .chain(inner.hash().into_iter().flat_map(|h| h.values()))
                {
                    self.parameter(parameter, from, scoped);
                }
            }
            // Literals and locals such as `@index`; handlebars may add kinds.
            _ => {}
        }
    }

    fn variable(&mut self, raw: &str, from: usize, scoped: bool) {
        let bare = raw.trim_start_matches("this.").trim_start_matches("./");
        let name = bare.split(['.', '/', '[']).next().unwrap_or_default();
        if scoped || name.is_empty() || name == "this" || raw.starts_with("..") {
            return;
        }
        self.variables.push(Variable { name: name.to_owned(), offset: self.place(name, from) });
    }

    /// handlebars tells where a `{{` stands; the name is the first whole word of that text behind it.
    fn place(&self, name: &str, from: usize) -> usize {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let rest = &self.source[from..];
        rest.match_indices(name)
            .find(|(at, _)| !rest[..*at].ends_with(is_word) && !rest[at + name.len()..].starts_with(is_word))
            .map_or(from, |(at, _)| from + at)
    }
}

/// What a helper needs; with less, handlebars fails only when it renders.
fn least_arguments(helper: &str) -> usize {
    match helper {
        "raw" => 0,
        "lookup" | "eq" | "ne" | "gt" | "gte" | "lt" | "lte" => 2,
        _ => 1,
    }
}
