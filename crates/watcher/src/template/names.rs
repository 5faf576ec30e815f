//! The names in a template: paths that it reads, helpers that it calls. handlebars checks neither before it
//! renders, and strict mode does not look inside `{{#if}}`.

use super::error::TemplateError;
use super::scope::{ReadPath, Scopes};
use super::tree::{Call, Expression, Node};

/// The helpers that a template may call. handlebars' `log` is left out: it would log the event.
pub const HELPERS: &[&str] = &[
    "if",
    "unless",
    "each",
    "with",
    "lookup",
    "raw",
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "and",
    "or",
    "not",
    "len",
    "public",
    "principals",
    "others",
    "admin",
    "starred",
    "world",
    "statements",
    "settings",
    "named",
    "duration",
];

/// The names of a template.
#[derive(Default)]
pub(super) struct Names {
    pub(super) paths: Vec<ReadPath>,
    pub(super) errors: Vec<TemplateError>,
}

impl Names {
    pub(super) fn of(nodes: &[Node]) -> Names {
        let mut names = Names::default();
        names.visit(nodes, &Scopes::default());
        names
    }

    fn visit(&mut self, nodes: &[Node], scopes: &Scopes<'_>) {
        for node in nodes {
            match node {
                Node::Output(output) => self.expression(&output.expression, scopes),
                Node::Block(block) => {
                    self.call(&block.call, scopes);
                    let inner = scopes.inside(block);
                    self.visit(&block.inner, inner.as_ref().unwrap_or(scopes));
                    self.visit(&block.inverse, scopes);
                }
                Node::Unsupported(range) => self.errors.push(TemplateError {
                    offset: range.start,
                    message: "partials and decorators are not supported: write the text out".to_owned(),
                }),
                Node::Text(_) | Node::Escape(_) | Node::Comment(_) | Node::Broken(_) => {}
            }
        }
    }

    fn call(&mut self, call: &Call, scopes: &Scopes<'_>) {
        self.helper(call);
        for input in call.inputs() {
            self.expression(input, scopes);
        }
    }

    fn expression(&mut self, expression: &Expression, scopes: &Scopes<'_>) {
        match expression {
            Expression::Call(call) => self.call(call, scopes),
            Expression::Path(path) => self.paths.extend(scopes.read(path)),
            Expression::Literal(_) => {}
        }
    }

    fn helper(&mut self, call: &Call) {
        let (name, arguments) = (&*call.name.text, call.arguments.len());
        let message = if !HELPERS.contains(&name) {
            format!("there is no helper `{name}`: the helpers are {}", HELPERS.join(", "))
        } else if arguments < least_arguments(name) {
            let least = least_arguments(name);
            let plural = if least == 1 { "" } else { "s" };
            format!("`{name}` takes {least} argument{plural}, here are {arguments}")
        } else {
            return;
        };
        self.errors.push(TemplateError { offset: call.name.range.start, message });
    }
}

/// What a helper needs; with less, handlebars fails only when it renders.
fn least_arguments(helper: &str) -> usize {
    match helper {
        "raw" => 0,
        "lookup" | "eq" | "ne" | "gt" | "gte" | "lt" | "lte" => 2,
        _ => {
            super::helpers::KNOWN.iter().find(|(name, ..)| *name == helper).map_or(1, |(_, least, _)| *least)
        }
    }
}
