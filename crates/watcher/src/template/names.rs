//! The names in a template: paths that it reads, helpers that it calls. handlebars checks neither before it
//! renders, and strict mode does not look inside `{{#if}}`.

use handlebars::template::{HelperTemplate, Parameter, Template as Compiled, TemplateElement};

use super::error::{TemplateError, offset_of};
use super::scope::{ReadPath, Scopes, parameters, place};

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
];

/// Collects the names of a template.
pub(super) struct Names<'a> {
    source: &'a str,
    pub(super) paths: Vec<ReadPath>,
    pub(super) errors: Vec<TemplateError>,
}

impl<'a> Names<'a> {
    pub(super) fn of(source: &'a str, tree: &Compiled) -> Names<'a> {
        let mut names = Names { source, paths: Vec::new(), errors: Vec::new() };
        names.visit(tree, &Scopes::default());
        names
    }

    fn visit(&mut self, tree: &Compiled, scopes: &Scopes<'_>) {
        for (index, element) in tree.elements.iter().enumerate() {
            let from = tree.mapping.get(index).map_or(0, |at| offset_of(self.source, at.0, at.1));
            match element {
                TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call) => {
                    if call.params.is_empty() && call.hash.is_empty() {
                        self.parameter(&call.name, from, scopes);
                    } else {
                        self.call(call, from, scopes);
                    }
                }
                TemplateElement::HelperBlock(block) => {
                    self.call(block, from, scopes);
                    let inner = scopes.inside(block, from, self.source);
                    if let Some(template) = &block.template {
                        self.visit(template, inner.as_ref().unwrap_or(scopes));
                    }
                    if let Some(inverse) = &block.inverse {
                        self.visit(inverse, scopes);
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

    fn call(&mut self, call: &HelperTemplate, from: usize, scopes: &Scopes<'_>) {
        self.helper(&call.name, call.params.len(), from);
        for parameter in call.params.iter().chain(call.hash.values()) {
            self.parameter(parameter, from, scopes);
        }
    }

    fn helper(&mut self, name: &Parameter, arguments: usize, from: usize) {
        let name = name.as_name().unwrap_or_default();
        let message = if !HELPERS.contains(&name) {
            format!("there is no helper `{name}`: the helpers are {}", HELPERS.join(", "))
        } else if arguments < least_arguments(name) {
            let least = least_arguments(name);
            let plural = if least == 1 { "" } else { "s" };
            format!("`{name}` takes {least} argument{plural}, here are {arguments}")
        } else {
            return;
        };
        self.errors.push(TemplateError { offset: place(name, from, self.source), message });
    }

    fn parameter(&mut self, parameter: &Parameter, from: usize, scopes: &Scopes<'_>) {
        if let Parameter::Subexpression(inner) = parameter {
            let name = Parameter::Name(inner.name().to_owned());
            self.helper(&name, inner.params().map_or(0, Vec::len), from);
            for parameter in parameters(inner) {
                self.parameter(parameter, from, scopes);
            }
        } else {
            self.paths.extend(scopes.read(parameter, from, self.source));
        }
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
